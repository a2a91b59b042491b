"""Values and addresses as the file format writes them, to ours; raises ValueError with a reason."""

import math
import re
from datetime import date, datetime, time

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, CellAddress, Rectangle, column_index
from mcdesk.model.workbook import ConstantValue

_ADDRESS = re.compile(r"\$?([A-Za-z]+)\$?([0-9]+)")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INDEX_DIGITS = 9
_SECONDS_PER_DAY = 86_400
_DAYS_1904 = 1_462
_DAY_ZERO = date(1899, 12, 30).toordinal()
_SERIAL_OF_MARCH_1900 = 61


def parse_address(text: str) -> tuple[int, int]:
    """Return row and column of `B5`.

    Raises:
        ValueError: if it is no address, or lies beyond XFD1048576.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None or len(match[1]) > 3 or len(match[2]) > 7:
        raise ValueError(f"{text[:20]!r} is not the address of a cell")
    row, column = int(match[2]) - 1, column_index(match[1])
    if not (0 <= row < MAX_ROWS and column < MAX_COLUMNS):
        raise ValueError(f"{text!r} lies outside of a sheet")
    return row, column


def parse_extent(text: str, sheet: int) -> Rectangle:
    """Return the rectangle of `A1:B3`, or of one cell.

    Raises:
        ValueError: as `parse_address`.
    """
    first, mark, last = text.partition(":")
    top, left = parse_address(first)
    bottom, right = parse_address(last) if mark else (top, left)
    return Rectangle(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def parse_cell_address(text: str | None, sheet: int) -> CellAddress | None:
    """Return the cell of an attribute that may be absent.

    Raises:
        ValueError: as `parse_address`.
    """
    return None if text is None else CellAddress(sheet, *parse_address(text))


def parse_index(text: str) -> int:
    """Return a whole number of at most nine digits, so that it fits 32 bits.

    Raises:
        ValueError: for anything else; Python's own extras such as `1_0` and other digits are none here.
    """
    if not (text.isdecimal() and text.isascii() and len(text) <= _INDEX_DIGITS):
        raise ValueError(f"{text[:20]!r} is not a whole number")
    return int(text)


def parse_number(text: str) -> float:
    """Return a finite number.

    Raises:
        ValueError: for anything else; Python's own extras such as `1_000` and `nan` are no numbers here.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if "_" in text or not math.isfinite(number):
        raise ValueError(f"{text[:20]!r} is not a number")
    return number


def parse_date(text: str, date_1904: bool) -> float:
    """Return the serial number of an ISO 8601 date, time, or both.

    Raises:
        ValueError: if it is none of them.
    """
    text = text.strip().removesuffix("Z")
    if "T" not in text and "-" not in text:
        return _day_fraction(time.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    days = moment.toordinal() - _DAY_ZERO
    if date_1904:
        days -= _DAYS_1904
    elif days < _SERIAL_OF_MARCH_1900:
        # Excel counts a 29 February 1900 that never was.
        days -= 1
    return days + _day_fraction(moment.time())


def unescape(text: str) -> str:
    """Replace `_x000D_` by the character it stands for."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a half alone is no text.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parse_value(kind: str, text: str, date_1904: bool) -> ConstantValue | None:
    """Return the value of a cell by its `t` attribute (shared strings apart); None if there is none.

    Raises:
        ValueError: if the text is no such value.
    """
    if kind in ("str", "inlineStr"):
        return unescape(text)
    text = text.strip()
    if not text:
        return None
    match kind:
        case "n" | "":
            return parse_number(text)
        case "b":
            return text in ("1", "true", "TRUE")
        case "e":
            return ErrorCode.from_text(text) or ErrorCode.UNKNOWN
        case "d":
            return parse_date(text, date_1904)
        case _:
            raise ValueError(f"{kind[:20]!r} is not a kind of cell")


def _day_fraction(moment: time) -> float:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second + moment.microsecond / 1e6
    return seconds / _SECONDS_PER_DAY
