"""Numbers in the formats that most cells have, quick enough to paint; all else goes to `format_number`."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.number_format import format_number

NumberText = Callable[[float], str]

_COLOUR = r"\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]"
_LITERAL = rf'"[^"]*"|\\.|_.|\*.|\[\$[^\]-]*(?:-[^\]]*)?\]|{_COLOUR}|[-$ ()+]'
_SECTION = re.compile(
    rf"(?P<before>(?:{_LITERAL})*)(?P<whole>#,##0|0)(?:\.(?P<places>0+))?(?P<after>(?:{_LITERAL}|%)*)",
    re.IGNORECASE,
)
_PIECE = re.compile(rf"{_LITERAL}|%", re.IGNORECASE)
# A section may hold a semicolon only inside quotes or behind a backslash.
_SPLIT = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)')
# From here on fifteen significant digits are fewer than the places of the format.
_MOST_QUICK = 1e12
# Powers of ten beyond it may overflow, and few numbers would be quick in them.
_MOST_PLACES = 30
_IMPOSSIBLE = "########"


@dataclass(frozen=True, slots=True)
class _Section:
    before: str
    after: str
    shape: str
    places: int
    factor: float

    def shown(self, size: float) -> str | None:
        """A number without its sign; None where rounding takes care."""
        scaled = size * self.factor
        units = scaled * 10.0**self.places
        # Excel rounds the fifteen digits of a number half up, Python the double half to even.
        if units >= _MOST_QUICK or abs(units - math.floor(units) - 0.5) < 1e-9 + units * 1e-13:
            return None
        return self.before + format(scaled, self.shape) + self.after


def number_text_of(code: str, date_1904: bool) -> NumberText:
    """What a number looks like in a format; `########` where that is no date."""

    def exact(value: float) -> str:
        shown = format_number(value, code, date_1904)
        return _IMPOSSIBLE if shown is None else shown

    if code.casefold() == "general":
        return lambda value: _general(value) or exact(value)
    sections = [_section(each) for each in _SPLIT.findall(code)]
    if not sections or len(sections) > 4 or not any(sections):
        return exact
    return _quick(sections, exact)


def is_red(code: str) -> bool:
    """Whether a format shows negative numbers in red."""
    sections = _SPLIT.findall(code)
    return len(sections) > 1 and "[red]" in sections[1].casefold()


def narrow_general(value: float, characters: int) -> str | None:
    """A number of the format General in at most so many characters; None if there are too few."""
    for digits in range(min(characters, 11), 0, -1):
        text = f"{value:.{digits}g}"
        if len(text) <= characters and "e" not in text:
            return text
    for digits in range(5, -1, -1):
        text = f"{value:.{digits}E}"
        if len(text) <= characters:
            return text
    return None


def _quick(sections: list[_Section | None], exact: NumberText) -> NumberText:
    positive = sections[0]
    negative = sections[1] if len(sections) > 1 else None
    zero = sections[2] if len(sections) > 2 else positive

    def shown(value: float) -> str:
        if value == 0.0:
            section, sign = zero, ""
        elif value > 0.0:
            section, sign = positive, ""
        elif len(sections) > 1:
            section, sign = negative, ""
        else:
            section, sign = positive, "-"
        text = None if section is None else section.shown(abs(value))
        if text is None or (sign and not any(digit in text for digit in "123456789")):
            return exact(value)
        return sign + text

    return shown


def _section(text: str) -> _Section | None:
    match = _SECTION.fullmatch(text)
    if match is None:
        return None
    places = len(match["places"] or "")
    percents = sum(piece == "%" for piece in _PIECE.findall(match["after"]))
    if places + 2 * percents > _MOST_PLACES:
        return None
    shape = f"{',' if ',' in match['whole'] else ''}.{places}f"
    return _Section(_literals(match["before"]), _literals(match["after"]), shape, places, 100.0**percents)


def _literals(text: str) -> str:
    return "".join(map(_literal, _PIECE.findall(text)))


def _literal(piece: str) -> str:
    if piece.startswith('"'):
        return piece[1:-1]
    if piece.startswith("[$"):
        return piece[2:-1].split("-")[0]
    if piece.startswith(("[", "*")):
        return ""
    return " " if piece.startswith("_") else piece.removeprefix("\\")


def _general(value: float) -> str | None:
    """As `format_number` has it, for numbers that need no power of ten."""
    size = abs(value)
    if not (1e-4 <= size < 1e11 or value == 0.0):
        return None
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    if len(text) <= 11:
        return text
    whole = len(str(int(size)))
    return f"{value:.{max(0, 10 - whole)}f}".rstrip("0").rstrip(".")
