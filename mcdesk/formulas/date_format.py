"""The parts of a format code that show dates and times."""

import math
import re
from collections.abc import Sequence
from typing import Protocol

from mcdesk.formulas.dates import (
    DAYS_1904,
    LAST_SERIAL,
    SECONDS_PER_DAY,
    day_of_serial,
    weekday_from_sunday,
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_LETTERS = "ymdhsYMDHS"


class Token(Protocol):
    """A piece of a format section."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def text(self) -> str:
        """Its text."""


def is_date_format(tokens: Sequence[Token]) -> bool:
    """Tell whether a section shows a date or a time."""
    return any(
        (token.kind == "other" and token.text in _LETTERS)
        or (token.kind == "bracket" and _ELAPSED.fullmatch(token.text) is not None)
        or _half_day_mark([(each.kind, each.text) for each in tokens[place : place + 5]], 0) is not None
        for place, token in enumerate(tokens)
    )


def format_moment(serial: float, tokens: Sequence[Token], date_1904: bool) -> str | None:
    """Return a serial by a section of date and time codes, None for an impossible date."""
    pieces = _pieces(tokens)
    fraction_digits = _fraction_digits(pieces)
    scale = 10**fraction_digits
    if day_of_serial(serial, date_1904) is None:
        return None
    # the end of 9999 is no day further, though its last half second is nearer to one
    end = (LAST_SERIAL + 1 - (DAYS_1904 if date_1904 else 0)) * SECONDS_PER_DAY * scale
    ticks = min(math.floor(serial * SECONDS_PER_DAY * scale + 0.5), end - 1)
    moment = _Moment(ticks, scale, date_1904, any(piece.lower() in ("a/p", "am/pm") for piece in pieces))
    return "".join(
        piece[1:] if piece.startswith("\x00") else moment.shown(piece, _is_minute(pieces, place))
        for place, piece in enumerate(pieces)
    )


class _Moment:
    """A point in time of which parts are shown."""

    def __init__(self, ticks: int, scale: int, date_1904: bool, is_half_day: bool) -> None:
        self._seconds, self._fraction = divmod(ticks, scale)
        self._scale = scale
        self._is_half_day = is_half_day
        self._serial = self._seconds // SECONDS_PER_DAY
        self._of_day = self._seconds % SECONDS_PER_DAY
        self._date_1904 = date_1904

    def shown(self, piece: str, is_minute: bool) -> str:
        """One code."""
        lower = piece.lower()
        if lower.startswith("["):
            unit = {"h": 3600, "m": 60, "s": 1}[lower[1]]
            return str(self._seconds // unit).zfill(len(lower) - 2)
        if lower in ("am/pm", "a/p"):
            is_morning = self._of_day < SECONDS_PER_DAY // 2
            if lower == "am/pm":
                return "AM" if is_morning else "PM"
            return piece[0] if is_morning else piece[2]
        if lower.startswith("."):
            return "." + str(self._fraction).zfill(len(str(self._scale)) - 1)
        return self._clock(lower) if lower[0] in "hs" or is_minute else self._calendar(lower)

    def _clock(self, code: str) -> str:
        hour = self._of_day // 3600
        if code[0] == "h":
            value = (hour % 12 or 12) if self._is_half_day else hour
        else:
            value = self._of_day // 60 % 60 if code[0] == "m" else self._of_day % 60
        return str(value).zfill(min(len(code), 2))

    def _calendar(self, code: str) -> str:
        day = day_of_serial(self._serial, self._date_1904)
        assert day is not None
        if code[0] == "y":
            return f"{day.year % 100:02d}" if len(code) <= 2 else str(day.year)
        if code[0] == "m":
            name = _MONTHS[day.month - 1]
            return _numbered(day.month, name, code) if len(code) < 5 else name[0]
        name = _DAYS[weekday_from_sunday(self._serial, self._date_1904)]
        return _numbered(day.day, name, code)


def _numbered(number: int, name: str, code: str) -> str:
    if len(code) <= 2:
        return str(number).zfill(len(code))
    return name[:3] if len(code) == 3 else name


def _pieces(tokens: Sequence[Token]) -> list[str]:
    """Codes such as `mmm`, `[h]`, `AM/PM`, `.00`; literals begin with NUL."""
    pieces: list[str] = []
    texts = [(token.kind, token.text) for token in tokens]
    place = 0
    while place < len(texts):
        kind, text = texts[place]
        half = _half_day_mark(texts, place)
        if half:
            pieces.append(half)
            place += len(half)
        elif kind == "mark" and text == "." and place + 1 < len(texts) and texts[place + 1][1] == "0":
            zeros = _run_length(texts, place + 1)
            pieces.append("." + "0" * zeros)
            place += 1 + zeros
        elif kind == "other" and text in _LETTERS:
            length = _run_length(texts, place)
            pieces.append(text * length)
            place += length
        else:
            pieces.append(_other_piece(kind, text))
            place += 1
    return pieces


def _other_piece(kind: str, text: str) -> str:
    if kind == "bracket":
        return f"[{text}]" if _ELAPSED.fullmatch(text) else "\x00"
    if kind == "padding":
        return "\x00 "
    return "\x00" if kind == "fill" else "\x00" + text


def _half_day_mark(texts: list[tuple[str, str]], place: int) -> str | None:
    following = "".join(text for _, text in texts[place : place + 5])
    if following.lower() == "am/pm":
        return following
    return following[:3] if following[:3].lower() == "a/p" else None


def _run_length(texts: list[tuple[str, str]], place: int) -> int:
    kind, first = texts[place]
    length = 1
    while place + length < len(texts):
        other_kind, other = texts[place + length]
        if other_kind != kind or other.lower() != first.lower():
            break
        length += 1
    return length


def _fraction_digits(pieces: list[str]) -> int:
    return max((len(piece) - 1 for piece in pieces if piece.startswith(".")), default=0)


def _is_minute(pieces: list[str], place: int) -> bool:
    """An m or mm is minutes after hours or before seconds."""
    if pieces[place].lower() not in ("m", "mm"):
        return False
    codes = [piece.lower() for piece in pieces if not piece.startswith("\x00")]
    own = sum(not piece.startswith("\x00") for piece in pieces[:place])
    before = codes[own - 1] if own else ""
    after = codes[own + 1] if own + 1 < len(codes) else ""
    return before.strip("[]").startswith("h") or after.strip("[]").startswith("s")
