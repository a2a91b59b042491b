r"""Patterns of PCRE2, which Excel takes, brought into the form of the `regex` library, and compiled.

Both agree in most; here is what differs: quoting with \Q, references by \k and \g, characters by code,
classes without Unicode's properties, and what only one of them knows.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from mcdesk.formulas.functions.text.character_sets import (
    RANGES_BY_CLASS,
    RANGES_BY_ESCAPE,
    complement,
    written_code,
    written_ranges,
)

if TYPE_CHECKING:
    import regex

_MOST_PATTERNS = 512
_QUANTIFIER = re.compile(r"\{(?:\d+(?:,\d*)?|,\d+)\}")
_FLAGS = re.compile(r"\(\?[imsx]*(?:-[imsx]*)?[:)]")
_PLAIN_GROUP = re.compile(
    r"\((?![?*])|\(\?(?:[:|>]|<?[=!]|P?<[A-Za-z_]\w*>|P[=>][A-Za-z_]\w*\)|&[A-Za-z_]\w*\)|R\)|\d+\)"
    r"|\((?:\d+|[A-Za-z_]\w*)\)|(?=\(\?<?[=!]))"
)
_QUOTED_GROUP = re.compile(r"\(\?'([A-Za-z_]\w*)'")
_NAMED_CONDITION = re.compile(r"\(\?\((?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')\)")
_COMMENT = re.compile(r"\(\?#[^)]*\)")
_VERB = re.compile(r"\(\*(F|FAIL|PRUNE|SKIP|UTF)\)")
_OTHER_FEATURE = re.compile(r"\(\*|\(\?(?:C|[+-]\d|\((?:R\d*\)|R&|VERSION|[+-]\d)|[imsx-]*[\^JUn])")
_REFERENCE = re.compile(r"\\(?:k(?:<(\w+)>|'(\w+)'|\{(\w+)\})|g(?:(\d+)|\{(\w+)\}))")
_SUBROUTINE = re.compile(r"\\g(?:<(\w+)>|'(\w+)')")
_CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{0,2})|o\{([0-7]+)\}|0([0-7]{0,2}))")
_PROPERTY = re.compile(r"\\[pP](?:[A-Z]|\{\^?[\w&]+\})")
_CODE_BY_ESCAPE: Mapping[str, int] = {"a": 7, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}
_WORD = f"[{written_ranges(RANGES_BY_ESCAPE['w'])}]"
_BY_ESCAPE: Mapping[str, str] = {
    "A": r"\A", "z": r"\Z", "Z": r"(?=\n?\Z)", "G": r"\G", "K": r"\K", "R": r"\R", "X": r"\X", "E": "",
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}  # fmt: skip


class PatternInvalid(Exception):
    """The text is no pattern."""


class PatternUnknown(Exception):
    """The pattern has a feature of PCRE2 that is not known here."""


@lru_cache(_MOST_PATTERNS)
def compiled_pattern(pattern: str, ignores_case: bool) -> "regex.Pattern[str]":
    """Return a pattern of PCRE2 ready to be searched for.

    Raises:
        PatternInvalid: if it is none.
        PatternUnknown: if it has verbs such as (*ACCEPT), callouts or relative references.
    """
    # a heavy library, needed by few workbooks; this is its one door
    import regex

    # simple case folding, one character for one
    written = "(?-f)" + _Translation(pattern).written()
    flags = regex.VERSION1 | (regex.IGNORECASE if ignores_case else 0)
    try:
        return regex.compile(written, flags)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise PatternInvalid(str(error)) from error


class _Translation:
    """One pass over a pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def written(self) -> str:
        found: list[str] = []
        readers: Mapping[str, Callable[[], str]] = {
            "\\": self._escape,
            "[": self._brackets,
            "(": self._group,
            "{": self._brace,
        }
        while self._at < len(self._pattern):
            reader = readers.get(self._pattern[self._at])
            found.append(self._next() if reader is None else reader())
        return "".join(found)

    def _next(self) -> str:
        """One character, passed over."""
        if self._at >= len(self._pattern):
            raise PatternInvalid("it ends too early")
        self._at += 1
        return self._pattern[self._at - 1]

    def _match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """What stands here, passed over."""
        match = expression.match(self._pattern, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _brace(self) -> str:
        match = self._match(_QUANTIFIER)
        if match is not None:
            return match[0]
        self._next()
        return r"\{"

    def _group(self) -> str:
        for expression, write in _GROUPS:
            match = self._match(expression)
            if match is not None:
                return write(match)
        if _OTHER_FEATURE.match(self._pattern, self._at):
            raise PatternUnknown(self._pattern)
        match = self._match(_PLAIN_GROUP)
        if match is None:
            raise PatternInvalid("an unknown group")
        return match[0]

    def _escape(self) -> str:
        if self._pattern.startswith(r"\Q", self._at):
            return "".join(map(re.escape, self._quotation()))
        for expression, write in _ESCAPES:
            match = self._match(expression)
            if match is not None:
                return write(match)
        code = self._escaped_code()
        if code is not None:
            return written_code(code)
        self._at += 1
        letter = self._next()
        if letter in RANGES_BY_ESCAPE:
            return f"[{written_ranges(RANGES_BY_ESCAPE[letter])}]"
        if letter in "123456789":
            return "\\" + letter
        if letter in _BY_ESCAPE:
            return _BY_ESCAPE[letter]
        raise PatternUnknown(self._pattern) if letter in "Cg" else PatternInvalid(f"the escape {letter}")

    def _escaped_code(self) -> int | None:
        """The code of an escaped character, passed over; None for another escape, which stays."""
        match = self._match(_CODE)
        if match is not None:
            hexadecimal = match[1] or match[2]
            octal = match[3] or match[4]
            code = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else 0
            if code > 0x10FFFF:
                raise PatternInvalid("a character beyond the last")
            return code
        letter = self._pattern[self._at + 1 : self._at + 2]
        if letter in _CODE_BY_ESCAPE:
            self._at += 2
            return _CODE_BY_ESCAPE[letter]
        if letter == "c" and self._pattern[self._at + 2 : self._at + 3].isascii():
            self._at += 2
            return ord(self._next().upper()) ^ 64
        if letter and not (letter.isascii() and letter.isalnum()):
            self._at += 2
            return ord(letter)
        return None

    def _quotation(self) -> str:
        start = self._at + 2
        end = self._pattern.find(r"\E", start)
        self._at = len(self._pattern) if end < 0 else end + 2
        return self._pattern[start : len(self._pattern) if end < 0 else end]

    def _brackets(self) -> str:
        self._next()
        start = "["
        if self._pattern.startswith("^", self._at):
            start += self._next()
        found: list[str] = []
        is_first = True
        while is_first or not self._pattern.startswith("]", self._at):
            found.append(self._item())
            is_first = False
        self._next()
        return start + "".join(found) + "]"

    def _item(self) -> str:
        """A character, a range or a set inside of brackets."""
        low = self._element()
        if isinstance(low, str):
            return low
        ends = ("]", "")
        if not self._pattern.startswith("-", self._at) or self._pattern[self._at + 1 : self._at + 2] in ends:
            return written_code(low)
        self._next()
        high = self._element()
        if isinstance(high, str):
            return written_code(low) + written_code(ord("-")) + high
        if high < low:
            raise PatternInvalid("a range out of order")
        return f"{written_code(low)}-{written_code(high)}"

    def _element(self) -> int | str:
        """The code of one character, or a set as it is written."""
        if self._pattern.startswith("[:", self._at):
            end = self._pattern.find(":]", self._at + 2)
            if end >= 0 and self._pattern[self._at + 2 : end].lstrip("^") in RANGES_BY_CLASS:
                return self._posix_class(end)
        if not self._pattern.startswith("\\", self._at):
            return ord(self._next())
        return self._escaped_element()

    def _posix_class(self, end: int) -> str:
        name = self._pattern[self._at + 2 : end]
        self._at = end + 2
        ranges = RANGES_BY_CLASS[name.lstrip("^")]
        return written_ranges(complement(ranges) if name.startswith("^") else ranges)

    def _escaped_element(self) -> int | str:
        if self._pattern.startswith(r"\Q", self._at):
            return "".join(written_code(ord(character)) for character in self._quotation())
        match = self._match(_PROPERTY)
        if match is not None:
            return match[0]
        code = self._escaped_code()
        if code is not None:
            return code
        self._at += 1
        letter = self._next()
        if letter == "b":
            return 8
        if letter == "E":
            return ""
        if letter in RANGES_BY_ESCAPE and letter != "N":
            return written_ranges(RANGES_BY_ESCAPE[letter])
        if letter in "1234567":
            return int(letter, 8)
        raise PatternInvalid(f"the escape {letter} in brackets")


def _written_verb(match: re.Match[str]) -> str:
    return {"F": "(?!)", "FAIL": "(?!)", "UTF": ""}.get(match[1], match[0])


def _written_call(match: re.Match[str]) -> str:
    name = _name(match)
    return f"(?{name})" if name.isdigit() else f"(?&{name})"


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


_Writers = tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]
_GROUPS: _Writers = (
    (_COMMENT, lambda _: ""),
    (_VERB, _written_verb),
    (_QUOTED_GROUP, lambda match: f"(?<{match[1]}>"),
    (_NAMED_CONDITION, lambda match: f"(?({_name(match)})"),
    (_FLAGS, lambda match: match[0]),
)
_ESCAPES: _Writers = (
    (_REFERENCE, lambda match: rf"\g<{_name(match)}>"),
    (_SUBROUTINE, _written_call),
    (_PROPERTY, lambda match: match[0]),
)
