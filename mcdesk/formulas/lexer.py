"""Formula text to tokens, by one compiled pattern; knows no grammar beyond single operands."""

import re
from enum import IntEnum
from typing import NamedTuple

from mcdesk.foundation.errors import InputRefused

# Excel allows 8,192 characters as typed; the prefixes of the file format make stored texts longer.
MAX_LENGTH = 65_536

COLUMN = r"(?:[A-Wa-w][A-Za-z]{2}|[Xx](?:[A-Ea-e][A-Za-z]|[Ff][A-Da-d])|[A-Za-z]{1,2})"
ROW = r"(?:10(?:[0-3]\d{4}|4(?:[0-7]\d{3}|8(?:[0-4]\d{2}|5(?:[0-6]\d|7[0-6]))))|[1-9]\d{0,5})"
CELL = rf"\$?{COLUMN}\$?{ROW}"
RANGE = rf"{CELL}:{CELL}"
COLUMNS = rf"\$?{COLUMN}:\$?{COLUMN}"
ROWS = rf"\$?{ROW}:\$?{ROW}"

# Sets of what they are not: `re` goes through each range of a set, letter by letter, as it compiles.
_NO_LETTER = r"@\[\]^`{-\xa0\u3000"
NAME_CHARACTER = rf"[^\x00-\-/:->{_NO_LETTER}]"
NAME = rf"[^\x00-?{_NO_LETTER}]{NAME_CHARACTER}*"
# No reference ends where a name, a call or a sheet name goes on. `A1(2)` calls the LAMBDA in A1.
CELL_END = rf"(?!{NAME_CHARACTER}|[\[!$])"
RANGE_END = rf"(?!{NAME_CHARACTER}|[\[!$(])"
NOT_A_CALL = r"(?![Ll][Oo][Gg]10\()"
TEXT = r'"(?:[^"]|"")*+"'
QUOTED_SHEET = r"'(?:[^']|'')++'!"
BRACKETS = r"\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*+\])*+\]"
SPACE = r"[ \t\r\n\u00a0\u3000]"

_BOOK = r"\[[^\[\]]++\]"
_SHEET_WORD = rf"{NAME_CHARACTER}++"
_SHEET = (
    rf"{QUOTED_SHEET}|(?:{_BOOK})?(?!{CELL}:)"
    rf"{_SHEET_WORD}:{_SHEET_WORD}!|(?:{_BOOK})?{_SHEET_WORD}!|{_BOOK}!"
)
_ERROR_WORDS = (
    r"[Nn][Uu][Ll][Ll]!|[Dd][Ii][Vv]/0!|[Vv][Aa][Ll][Uu][Ee]!|[Nn][Aa][Mm][Ee]\?|[Nn][Uu][Mm]!|[Nn]/[Aa]"
    r"|GETTING_DATA|SPILL!|CONNECT!|BLOCKED!|UNKNOWN!|FIELD!|CALC!|CYCLE!"
)
# What a deleted sheet leaves behind: `#REF!A1`, `#REF!$B$2:$C$3`, `#REF!#REF!`.
_REF_ERROR = rf"(?:{_BOOK})?\#[Rr][Ee][Ff]!(?:\#REF!|{RANGE}|{COLUMNS}|{ROWS}|{NAME})?"

_TOKEN = re.compile(
    rf"""(?P<space>{SPACE}++)
    |(?P<text>{TEXT})
    |(?P<sheet>{_SHEET})?(?:
        (?P<error>\#(?:{_ERROR_WORDS})|{_REF_ERROR})
        |(?P<range>{RANGE}{RANGE_END})
        |(?P<columns>{COLUMNS}{RANGE_END})
        |(?P<rows>{ROWS}(?![\d.]|{NAME_CHARACTER}))
        |(?P<cell>{NOT_A_CALL}{CELL}{CELL_END})
        |(?P<function>{NAME}\()
        |(?P<structured>(?:{NAME})?{BRACKETS})
        |(?P<name>{NAME})
    )
    |(?P<number>(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?(?!{NAME_CHARACTER}))
    |(?P<operator><=|>=|<>|[-+*/^&=<>%,;:(){{}}@\#])""",
    re.VERBOSE,
)


class TokenKind(IntEnum):
    """What a token is; the operands may carry a sheet."""

    OPERATOR = 0
    TEXT = 1
    NUMBER = 2
    CELL = 3
    RANGE = 4
    COLUMNS = 5
    ROWS = 6
    FUNCTION = 7
    STRUCTURED = 8
    NAME = 9
    ERROR = 10
    END = 11


class Token(NamedTuple):
    """A token; `sheet` has the text up to and with `!`, or is None; a FUNCTION includes its `(`."""

    kind: TokenKind
    text: str
    sheet: str | None
    position: int
    follows_space: bool


class FormulaSyntaxError(InputRefused):
    """The text is no formula; `position` counts characters from 0, without the `=`."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        super().__init__(
            f"The formula ={_shortened(text)} cannot be read: {reason} at character {position + 1}"
        )
        self.reason = reason
        self.position = position


def tokenize(text: str) -> list[Token]:
    """Split a formula without its `=` into tokens; the last is END.

    Raises:
        FormulaSyntaxError: at a character that begins no token, or if the text is too long.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaSyntaxError(f"it has more than {MAX_LENGTH} characters", text, MAX_LENGTH)
    tokens: list[Token] = []
    position, follows_space, match_token = 0, False, _TOKEN.match
    while position < len(text):
        match = match_token(text, position)
        if match is None or match.lastgroup is None:
            raise FormulaSyntaxError(f"unexpected {text[position]!r}", text, position)
        group = match.lastgroup
        if group == "space":
            follows_space = True
        else:
            kind = TokenKind[group.upper()]
            tokens.append(Token(kind, match[group], match["sheet"], position, follows_space))
            follows_space = False
        position = match.end()
    tokens.append(Token(TokenKind.END, "", None, position, follows_space))
    return tokens


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
