"""What a name is made of."""

import re
import sys

from mcdesk.formulas.lexer import NAME, NAME_CHARACTER


def test_that_names_are_made_of_letters_of_all_scripts_and_little_else() -> None:
    inside, first = re.compile(NAME_CHARACTER), re.compile(NAME)
    for code in (*range(0x3100), 0xD7FF, 0xE000, 0xFFFF, 0x10000, sys.maxunicode):
        letter = chr(code)
        if code < 0x80:
            begins, goes_on = letter.isalpha() or letter in "_\\", letter.isalnum() or letter in "_\\.?"
        else:
            begins = goes_on = code > 0xA0 and letter != "\u3000"
        assert (bool(first.match(letter)), bool(inside.match(letter))) == (begins, goes_on), hex(code)
