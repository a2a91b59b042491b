"""Date serials as Excel counts them: 1900-02-29 exists, serial 0 is day 0 of January 1900; or 1904.

All on whole numbers, because Python's dates know neither of those days.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

DAYS_1904 = 1462
LAST_SERIAL = 2_958_465
SECONDS_PER_DAY = 86_400
_LEAP_DAY_1900 = 60
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How texts are read as dates: whether serial 0 is 1904-01-01, and the year of those that name none.

    The year is that of the run's moment; None where there is no such moment.
    """

    is_1904: bool = False
    this_year: int | None = None


class CalendarDay(NamedTuple):
    """A day as Excel names it; day 0 of January 1900 and 1900-02-29 are among them."""

    year: int
    month: int
    day: int


def serial_of_day(year: int, month: int, day: int, date_1904: bool = False) -> int | None:
    """Return the serial of a date; months and days beyond their range carry over.

    Args:
        year: as it is, 1900 to 9999 (the caller adds 1900 to short years).
        date_1904: whether serial 0 is 1904-01-01.

    Returns:
        The whole serial, or None where the date lies outside the calendar.
    """
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    if not 1899 <= year <= 10_000:
        return None
    serial = _excel_serial(year, month) + day - 1
    if date_1904:
        serial -= DAYS_1904
    highest = LAST_SERIAL - DAYS_1904 if date_1904 else LAST_SERIAL
    return serial if 0 <= serial <= highest else None


def day_of_serial(serial: float, date_1904: bool = False) -> CalendarDay | None:
    """Return the day of a serial, its fraction cut; None for a negative one or one beyond 9999."""
    whole = math.floor(serial) + (DAYS_1904 if date_1904 else 0)
    if whole < 0 or serial < 0 or whole > LAST_SERIAL:
        return None
    if whole == 0:
        return CalendarDay(1900, 1, 0)
    if whole == _LEAP_DAY_1900:
        return CalendarDay(1900, 2, 29)
    return _civil_day(whole if whole > _LEAP_DAY_1900 else whole + 1)


def is_leap_year(year: int) -> bool:
    """Tell whether the Gregorian calendar has a 29 February in that year (1900 has none here)."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month; February 1900 has 29, as Excel counts."""
    if month == 2 and (is_leap_year(year) or year == 1900):
        return 29
    return _MONTH_DAYS[month - 1]


def weekday_from_sunday(serial: float, date_1904: bool = False) -> int:
    """Return the weekday that Excel gives, 0 for Sunday; before March 1900 it is off by one."""
    whole = math.floor(serial) + (DAYS_1904 if date_1904 else 0)
    return (whole - 1) % 7


def clock_of_serial(serial: float) -> tuple[int, int, int]:
    """Return hour, minute and second of a serial, rounded to the nearest second."""
    seconds = math.floor((serial - math.floor(serial)) * SECONDS_PER_DAY + 0.5) % SECONDS_PER_DAY
    return seconds // 3600, seconds // 60 % 60, seconds % 60


def _excel_serial(year: int, month: int) -> int:
    """Serial of the first of a month in the 1900 system."""
    days = _days_from_civil(year, month, 1) - _DAY_ZERO
    return days if days > _LEAP_DAY_1900 else days - 1


def _days_from_civil(year: int, month: int, day: int) -> int:
    # Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era


def _civil_day(days: int) -> CalendarDay:
    shifted = days + _DAY_ZERO
    era = shifted // 146_097
    day_of_era = shifted - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    return CalendarDay(year_of_era + era * 400 + (month <= 2), month, day)


_DAY_ZERO = _days_from_civil(1899, 12, 30)
