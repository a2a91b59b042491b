"""Text that Excel takes for a number: plain, currency, percent, fraction, date, time. US conventions."""

import re

from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.dates import SECONDS_PER_DAY, DateReading, month_length, serial_of_day

_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# Blanks are not given back: between them, where nothing need stand, they would be shared out in all ways.
_DECORATED = re.compile(
    r"(?P<open>\()?\s*+(?P<sign>[-+]?)\s*+(?P<front>[$€£%]?)\s*+(?P<sign2>[-+]?)\s*+"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3,})+|\d+)(?:\.\d*)?|\.\d+)(?P<exponent>[eE][-+]?\d+)?"
    r"\s*+(?P<back>[%€£]?)\s*+(?P<close>\))?"
)
_MOST_CHARACTERS = 255
_FRACTION = re.compile(r"([-+]?)(\d+) (\d+)/(\d+)")
_TIME = re.compile(
    r"(?:(\d{1,4}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?(?:\s*([AaPp])[Mm]?)?|(\d{1,2})\s*([AaPp])[Mm]?)"
)
_NUMERIC_DATE = re.compile(r"(\d{1,4})[/-](\d{1,2})(?:[/-](\d{1,4}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})[-/ ]?([A-Za-z]{3,9})(?:[-/, ]+(\d{1,4}))?")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})[-/. ]*(\d{1,2})(?:[-/, ]+(\d{1,4}))?")
_MONTH_YEAR = re.compile(r"([A-Za-z]{3,9})[-/ ,]*(\d{4})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def text_to_number(text: str, dates: DateReading | None = None) -> float | None:
    """Return the number that Excel makes of a text in arithmetic, or None.

    Without `dates` a date that names no year is text.

    Raises:
        ObstacleMet: for a date that names no year, where the run's moment is not known.
    """
    stripped = text.strip(" \u00a0\t\r\n")
    if not stripped or len(stripped) > _MOST_CHARACTERS:
        return None
    if _PLAIN.fullmatch(stripped):
        return _finite(float(stripped))
    if _may_be_decorated(stripped):
        return _decorated(stripped)
    # Spaces around a date or a fraction make it text.
    return _other(text, dates) if text == stripped else None


def is_like_any_year(text: str) -> bool:
    """Tell whether a text means the same number, or none, in each year and each calendar."""
    readings = (None, DateReading(False, 2000), DateReading(True, 2001))
    return len({text_to_number(text, dates) for dates in readings}) == 1


def text_to_date(text: str, dates: DateReading | None = None) -> float | None:
    """Return the whole serial of a text with a date, or None."""
    moment = _moment(text.strip(), dates)
    return None if moment is None or moment[0] is None else moment[0]


def text_to_time(text: str, dates: DateReading | None = None) -> float | None:
    """Return the day fraction of a text with a time, or None where it is neither date nor time."""
    moment = _moment(text.strip(), dates)
    return None if moment is None else moment[1] % 1.0


def _may_be_decorated(text: str) -> bool:
    return _DECORATED.fullmatch(text) is not None


def _decorated(text: str) -> float | None:
    match = _DECORATED.fullmatch(text)
    assert match is not None
    is_bracketed = bool(match["open"])
    has_two_signs = bool(match["sign"] and match["sign2"])
    if is_bracketed != bool(match["close"]) or has_two_signs:
        return None
    if is_bracketed and (match["sign"] or match["sign2"]):
        return None
    marks = match["front"] + match["back"]
    if len(marks) > 1:
        return None
    number = float(match["digits"].replace(",", "") + (match["exponent"] or ""))
    if marks == "%":
        number /= 100.0
    negative = is_bracketed or "-" in match["sign"] + match["sign2"]
    return _finite(-number if negative else number)


def _other(text: str, dates: DateReading | None) -> float | None:
    fraction = _FRACTION.fullmatch(text)
    if fraction is not None and int(fraction[4]):
        size = int(fraction[2]) + int(fraction[3]) / int(fraction[4])
        return -size if fraction[1] == "-" else size
    moment = _moment(text, dates)
    return None if moment is None else (moment[0] or 0.0) + moment[1]


def _moment(text: str, dates: DateReading | None) -> tuple[float | None, float] | None:
    """Day and day fraction of a date, a time, or both with space between."""
    if len(text) > _MOST_CHARACTERS:
        return None
    day = _day(text, dates)
    if day is not None:
        return day, 0.0
    clock = _clock(text)
    if clock is not None:
        return None, clock
    for match in re.finditer(r"\s+", text):
        day, clock = _day(text[: match.start()], dates), _clock(text[match.end() :])
        if day is not None and clock is not None:
            return day, clock
    return None


def _clock(text: str) -> float | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = int(match[1] or match[5])
    minute, second = int(match[2] or 0), float(match[3] or 0)
    half = (match[4] or match[6] or "").lower()
    if half:
        if not 0 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if minute > 59 or second >= 60.0:
        return None
    return (hour * 3600 + minute * 60 + second) / SECONDS_PER_DAY


def _day(text: str, dates: DateReading | None) -> float | None:
    parts = _numeric_date(text) or _named_date(text)
    if parts is None:
        return None
    named_year, month, day = parts
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    year = _this_year(dates) if named_year is None else named_year
    if year < 1900 or day > month_length(year, month):
        return None
    serial = serial_of_day(year, month, day, dates is not None and dates.is_1904)
    return None if serial is None else float(serial)


def _numeric_date(text: str) -> tuple[int | None, int, int] | None:
    match = _NUMERIC_DATE.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if len(match[1]) == 4:
        return first, second, int(match[3] or 1)
    if len(match[1]) > 2:
        return None
    if match[3] is None and not (1 <= second <= 31):
        return None
    return _full_year(match[3]), first, second


def _named_date(text: str) -> tuple[int | None, int, int] | None:
    match = _MONTH_YEAR.fullmatch(text)
    if match is not None and (month := _month(match[1])):
        return int(match[2]), month, 1
    match = _DAY_MONTH.fullmatch(text)
    if match is not None and (month := _month(match[2])):
        return _full_year(match[3]), month, int(match[1])
    match = _MONTH_DAY.fullmatch(text)
    if match is None or not (month := _month(match[1])):
        return None
    if match[3] is None and int(match[2]) > 31:
        return _full_year(match[2]), month, 1
    return _full_year(match[3]), month, int(match[2])


def _month(name: str) -> int | None:
    lower = name.lower()
    for number, month in enumerate(_MONTHS, 1):
        if month == lower or (len(lower) == 3 and month.startswith(lower)):
            return number
    return None


def _this_year(dates: DateReading | None) -> int:
    if dates is None:
        return 0
    if dates.this_year is None:
        raise ObstacleMet(Obstacle(ObstacleReason.VOLATILE))
    return dates.this_year


def _full_year(digits: str | None) -> int | None:
    if digits is None:
        return None
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 30 else 1900)


def _finite(number: float) -> float | None:
    return number if abs(number) < float("inf") else None
