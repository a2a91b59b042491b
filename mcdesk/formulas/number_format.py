"""TEXT(): a number shown by an Excel format code, US conventions."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mcdesk.formulas.coercion import number_to_text
from mcdesk.formulas.date_format import format_moment, is_date_format
from mcdesk.formulas.fraction_format import format_fraction
from mcdesk.model.number_formats import MOST_CODE_CHARACTERS

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<padding>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<exponent>[eE][+-])|(?P<digit>[0#?])|(?P<mark>[.,%/@])|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_MOST_DIGITS = 15
# a page of results writes a hundred numbers in one code, many times a second
_CODES_KEPT = 512


@dataclass(frozen=True, slots=True)
class FormatToken:
    """A piece of a section: its kind (a group of the pattern) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a format code, between semicolons; `condition` as in `[>100]`."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, float] | None
    is_date: bool


def format_number(value: float, code: str, date_1904: bool = False) -> str | None:
    """Return a number in a format, None where the code is too long or the date is impossible."""
    if not code:
        return ""
    if len(code) > MOST_CODE_CHARACTERS:
        return None
    sections = _sections(code)
    section, is_sign_shown = _choose(sections, value)
    shown = value if is_sign_shown else abs(value)
    if section.is_date:
        return format_moment(shown, section.tokens, date_1904)
    if any(token.kind == "digit" or token.kind == "general" for token in section.tokens):
        return _number(shown, section.tokens)
    if any(token.text == "@" for token in section.tokens):
        return "".join(_general(value) if each.text == "@" else _literal(each) for each in section.tokens)
    sign = "-" if shown < 0 and is_sign_shown else ""
    return sign + "".join(_literal(token) for token in section.tokens)


def shows_dates(code: str) -> bool:
    """Whether a format shows numbers as dates or times."""
    return len(code) <= MOST_CODE_CHARACTERS and any(section.is_date for section in _sections(code))


def format_text(value: str, code: str) -> str:
    """Return a text in a format: the fourth section, or the last if it holds `@`, else as it is.

    As it is too where the code is too long.
    """
    if len(code) > MOST_CODE_CHARACTERS:
        return value
    sections = _sections(code)
    chosen = sections[3] if len(sections) > 3 else sections[-1]
    if not any(token.text == "@" for token in chosen.tokens):
        return value if len(sections) < 4 else "".join(_literal(token) for token in chosen.tokens)
    return "".join(value if token.text == "@" else _literal(token) for token in chosen.tokens)


@lru_cache(_CODES_KEPT)
def _sections(code: str) -> tuple[Section, ...]:
    parts: list[list[FormatToken]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or "other"
        if kind == "other" and match[0] == ";":
            parts.append([])
        else:
            parts[-1].append(FormatToken(kind, match[kind]))
    return tuple(_section(part) for part in parts[:4])


def _section(tokens: list[FormatToken]) -> Section:
    condition = None
    for token in tokens:
        match = _CONDITION.fullmatch(token.text) if token.kind == "bracket" else None
        if match:
            condition = (match[1], float(match[2]))
    return Section(tuple(tokens), condition, is_date_format(tokens))


def _choose(sections: tuple[Section, ...], value: float) -> tuple[Section, bool]:
    """The section for a number, and whether its sign is shown."""
    if len(sections) > 1 and any(token.text == "@" for token in sections[-1].tokens):
        # the section of texts
        sections = sections[:-1]
    if any(section.condition for section in sections):
        for place, section in enumerate(sections[:3]):
            if section.condition is None or _holds(section.condition, value):
                return section, place == 0 or value >= 0
        return sections[-1], True
    if value > 0 or len(sections) == 1:
        return sections[0], True
    if value < 0:
        return sections[1], False
    return sections[2 if len(sections) > 2 else 0], False


def _holds(condition: tuple[str, float], value: float) -> bool:
    operator, limit = condition
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def _number(value: float, tokens: tuple[FormatToken, ...]) -> str:
    if any(token.kind == "general" for token in tokens):
        return "".join(_general(value) if token.kind == "general" else _literal(token) for token in tokens)
    if any(token.text == "/" for token in tokens):
        return format_fraction(value, [(token.kind, token.text) for token in tokens])
    percents = sum(token.text == "%" and token.kind == "mark" for token in tokens)
    layout = _layout(tokens)
    # the digits are moved: to multiply might overflow
    power, size = 3 * layout.trailing_commas - 2 * percents, abs(value)
    body = layout.exponential(size, power) if layout.exponent_at is not None else layout.plain(size, power)
    is_negative = value < 0 and any(character in "123456789" for character in body)
    return "-" + body if is_negative else body


def _general(value: float) -> str:
    text = number_to_text(value)
    if len(text) > 11 and "E" not in text:
        if abs(value) >= 1e11 or abs(value) < 1e-4:
            mantissa, _, exponent = f"{value:.5E}".partition("E")
            return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
        whole = len(str(int(abs(value))))
        return f"{value:.{max(0, 10 - whole)}f}".rstrip("0").rstrip(".")
    return text


def _literal(token: FormatToken) -> str:
    if token.kind == "padding":
        return " "
    if token.kind == "bracket":
        return token.text[1:].split("-")[0] if token.text.startswith("$") else ""
    return "" if token.kind == "fill" else token.text


class _Layout:
    """Where the digits of a section stand."""

    def __init__(self, tokens: tuple[FormatToken, ...]) -> None:
        self.tokens = tokens
        digits = [place for place, token in enumerate(tokens) if token.kind == "digit"]
        self._first, self._last = digits[0], digits[-1]
        self.exponent_at = next((at for at, token in enumerate(tokens) if token.kind == "exponent"), None)
        stop = len(tokens) if self.exponent_at is None else self.exponent_at
        self.point_at = next(
            (at for at in range(stop) if tokens[at].kind == "mark" and tokens[at].text == "."), None
        )
        end = self.point_at if self.point_at is not None else stop
        self.whole = [at for at in digits if at < end]
        self.places = [at for at in digits if end < at < stop]
        self.trailing_commas = self._count_trailing_commas(stop)
        self.has_thousands = (
            any(
                tokens[at].text == "," and tokens[at].kind == "mark"
                for at in range(self.whole[0], self.whole[-1])
            )
            if self.whole
            else False
        )

    def _count_trailing_commas(self, stop: int) -> int:
        last = max((at for at in (*self.whole, *self.places) if at < stop), default=0)
        count = 0
        while last + 1 + count < len(self.tokens) and self.tokens[last + 1 + count].text == ",":
            count += 1
        return count

    def plain(self, value: float, power: int) -> str:
        """value / 10**power in fixed notation."""
        whole, places = _decimal(value, len(self.places), power)
        return self._written(whole, places, "")

    def exponential(self, value: float, power: int) -> str:
        """value / 10**power with a power of ten."""
        assert self.exponent_at is not None
        width = max(len(self.whole), 1)
        exponent = 0
        if value > 0:
            exponent = int(f"{value:.14e}".partition("e")[2]) - power
            exponent = exponent // width * width if width > 1 else exponent
        whole, places = _decimal(value, len(self.places), exponent + power)
        if len(whole) > width:
            exponent += width
            whole, places = _decimal(value, len(self.places), exponent + power)
        count = sum(token.kind == "digit" for token in self.tokens[self.exponent_at :])
        sign = "-" if exponent < 0 else ("+" if self.tokens[self.exponent_at].text[1] == "+" else "")
        return self._written(whole, places, sign + str(abs(exponent)).zfill(count))

    def _written(self, whole: str, places: str, exponent: str) -> str:
        slots = self._filled_whole(whole)
        decimals = self._filled_places(places)
        parts: list[str] = []
        for at, token in enumerate(self.tokens):
            if self.exponent_at is not None and at > self.exponent_at and token.kind == "digit":
                continue
            if at in slots:
                parts.append(slots[at])
            elif at in decimals:
                parts.append(decimals[at])
            elif at == self.point_at:
                parts.append(("" if self.whole else whole.lstrip("0")) + ".")
            elif at == self.exponent_at:
                parts.append(token.text[0] + exponent)
            elif not (token.kind == "mark" and token.text == ","):
                parts.append(_literal(token))
        return "".join(parts)

    def _filled_whole(self, whole: str) -> dict[int, str]:
        digits = "" if whole == "0" else whole
        filled: dict[int, str] = {}
        kept = len(digits)
        for place, at in enumerate(reversed(self.whole)):
            is_leading = place == len(self.whole) - 1
            if place >= kept:
                mark = self.tokens[at].text
                filled[at] = {"0": "0", "?": " ", "#": ""}[mark]
                is_written = mark == "0"
            else:
                filled[at] = digits[: kept - place] if is_leading else digits[kept - 1 - place]
                is_written = True
            if self.has_thousands and is_written:
                filled[at] = _with_commas(filled[at], place)
        return filled

    def _filled_places(self, places: str) -> dict[int, str]:
        significant = len(places.rstrip("0"))
        filled: dict[int, str] = {}
        for place, at in enumerate(self.places):
            mark = self.tokens[at].text
            is_shown = mark == "0" or place < significant
            filled[at] = places[place] if is_shown else (" " if mark == "?" else "")
        return filled


@lru_cache(_CODES_KEPT)
def _layout(tokens: tuple[FormatToken, ...]) -> _Layout:
    return _Layout(tokens)


def _with_commas(digits: str, place: int) -> str:
    """Digits of which the last stands at a place from the right, a comma after each third."""
    parts: list[str] = []
    for count, digit in enumerate(reversed(digits), place):
        parts.append(digit + ("," if count and count % 3 == 0 else ""))
    return "".join(reversed(parts))


def _decimal(value: float, places: int, exponent: int) -> tuple[str, str]:
    """Digits before and after the point of value / 10**exponent, rounded half up on 15 significant digits."""
    mantissa, _, exponent_text = f"{value:.{_MOST_DIGITS - 1}e}".partition("e")
    digits = int(mantissa.replace(".", ""))
    shift = int(exponent_text) - (_MOST_DIGITS - 1) + places - exponent
    scaled = digits * 10**shift if shift >= 0 else _divided(digits, 10**-shift if shift > -400 else 0)
    text = str(scaled).zfill(places + 1)
    return (text[:-places], text[-places:]) if places else (text, "")


def _divided(digits: int, divisor: int) -> int:
    return (digits + divisor // 2) // divisor if divisor else 0
