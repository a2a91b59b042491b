"""Dates and their parts."""

import math
from collections.abc import Callable

from mcdesk.formulas.dates import (
    SECONDS_PER_DAY,
    clock_of_serial,
    day_of_serial,
    month_length,
    serial_of_day,
    weekday_from_sunday,
)
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import function, text
from mcdesk.formulas.text_numbers import text_to_date, text_to_time
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_FIRST_WEEKDAY_BY_KIND = {1: 0, 2: 1, 3: 1, **{kind: (kind - 10) % 7 for kind in range(11, 18)}}


def date(context: Context, year: float, month: float, day: float) -> Scalar:
    """DATE: years below 1900 count from 1900; months and days carry over."""
    whole_year, whole_month, whole_day = math.floor(year), math.floor(month), math.floor(day)
    if not 0 <= whole_year < 10_000 or abs(whole_month) > 120_000 or abs(whole_day) > 4_000_000:
        return ErrorCode.NUM
    if whole_year < (1904 if context.date_1904 else 1900):
        whole_year += 1900
    serial = serial_of_day(whole_year, whole_month, whole_day, context.date_1904)
    return ErrorCode.NUM if serial is None else float(serial)


def _part(place: int) -> Callable[..., Scalar]:
    def evaluate(context: Context, serial: float) -> Scalar:
        day = day_of_serial(serial, context.date_1904)
        return ErrorCode.NUM if day is None else float(day[place])

    return evaluate


def _clock_part(place: int) -> Callable[..., Scalar]:
    def evaluate(_context: Context, serial: float) -> Scalar:
        return ErrorCode.NUM if serial < 0 else float(clock_of_serial(serial)[place])

    return evaluate


def time(_context: Context, hour: float, minute: float, second: float) -> Scalar:
    """TIME: a fraction of a day."""
    parts = [math.trunc(part) for part in (hour, minute, second)]
    if any(abs(part) > 32_767 for part in parts):
        return ErrorCode.NUM
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    return seconds % SECONDS_PER_DAY / SECONDS_PER_DAY if seconds >= 0 else ErrorCode.NUM


def date_of_text(context: Context, source: str) -> Scalar:
    """DATEVALUE."""
    found = text_to_date(source, context.date_1904)
    return ErrorCode.VALUE if found is None else found


def time_of_text(context: Context, source: str) -> Scalar:
    """TIMEVALUE."""
    found = text_to_time(source, context.date_1904)
    return ErrorCode.VALUE if found is None else found


def today(context: Context) -> Scalar:
    """TODAY."""
    return float(math.floor(context.now_serial))


def now(context: Context) -> Scalar:
    """NOW."""
    return context.now_serial


def same_day_of_month(context: Context, serial: float, months: float) -> Scalar:
    """EDATE."""
    return _moved(context, serial, months, is_end=False)


def end_of_month(context: Context, serial: float, months: float) -> Scalar:
    """EOMONTH."""
    return _moved(context, serial, months, is_end=True)


def _moved(context: Context, serial: float, months: float, is_end: bool) -> Scalar:
    day = day_of_serial(serial, context.date_1904)
    if day is None or abs(months) > 120_000:
        return ErrorCode.NUM
    month = day.year * 12 + day.month - 1 + math.trunc(months)
    year, month = month // 12, month % 12 + 1
    if not 1900 <= year <= 9999:
        return ErrorCode.NUM
    length = month_length(year, month)
    found = serial_of_day(year, month, length if is_end else min(day.day, length), context.date_1904)
    return ErrorCode.NUM if found is None else float(found)


def weekday(context: Context, serial: float, kind: float) -> Scalar:
    """WEEKDAY; kind 3 counts from 0."""
    first = _FIRST_WEEKDAY_BY_KIND.get(int(kind))
    if first is None or day_of_serial(serial, context.date_1904) is None:
        return ErrorCode.NUM
    place = (weekday_from_sunday(serial, context.date_1904) - first) % 7
    return float(place if int(kind) == 3 else place + 1)


def week_number(context: Context, serial: float, kind: float) -> Scalar:
    """WEEKNUM; kind 21 as ISO 8601 counts."""
    if int(kind) == 21:
        return iso_week(context, serial)
    first = _FIRST_WEEKDAY_BY_KIND.get(int(kind))
    day = day_of_serial(serial, context.date_1904)
    if first is None or int(kind) == 3 or day is None:
        return ErrorCode.NUM
    start = serial_of_day(day.year, 1, 1, context.date_1904)
    start = 0 if start is None else start
    lead = (weekday_from_sunday(start, context.date_1904) - first) % 7
    return float((math.floor(serial) - start + lead) // 7 + 1)


def iso_week(context: Context, serial: float) -> Scalar:
    """ISOWEEKNUM: the week of the year's Thursday."""
    day = day_of_serial(serial, context.date_1904)
    if day is None:
        return ErrorCode.NUM
    from_monday = (weekday_from_sunday(serial, context.date_1904) - 1) % 7
    thursday = math.floor(serial) - from_monday + 3
    of_thursday = day_of_serial(max(thursday, 0), context.date_1904)
    assert of_thursday is not None
    start = serial_of_day(of_thursday.year, 1, 1, context.date_1904) or 0
    return float((thursday - start) // 7 + 1)


def days_between(_context: Context, end: float, start: float) -> Scalar:
    """DAYS: whole days, times cut."""
    if end < 0 or start < 0:
        return ErrorCode.NUM
    return float(math.floor(end) - math.floor(start))


def date_difference(context: Context, start: float, end: float, unit: str) -> Scalar:
    """DATEDIF: whole years, months or days; #NUM! for start > end."""
    first, last = day_of_serial(start, context.date_1904), day_of_serial(end, context.date_1904)
    if first is None or last is None or math.floor(start) > math.floor(end):
        return ErrorCode.NUM
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    match unit.upper():
        case "D":
            return float(math.floor(end) - math.floor(start))
        case "M":
            return float(months)
        case "Y":
            return float(months // 12)
        case "YM":
            return float(months % 12)
        case "MD":
            return _days_beyond_months(first.day, last.year, last.month, last.day)
        case "YD":
            return _days_beyond_years(context, start, end)
        case _:
            return ErrorCode.NUM


def _days_beyond_months(first_day: int, year: int, month: int, day: int) -> Scalar:
    if day >= first_day:
        return float(day - first_day)
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    return float(month_length(*before) - first_day + day)


def _days_beyond_years(context: Context, start: float, end: float) -> Scalar:
    first, last = day_of_serial(start, context.date_1904), day_of_serial(end, context.date_1904)
    assert first is not None and last is not None
    is_later = (last.month, last.day) >= (first.month, first.day)
    year = last.year if is_later else last.year - 1
    anniversary = serial_of_day(year, first.month, first.day, context.date_1904)
    if anniversary is None:
        return ErrorCode.NUM
    return float(math.floor(end) - anniversary)


_SERIAL = number("serial")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("DATE", date, number("year"), number("month"), number("day")),
    function("YEAR", _part(0), _SERIAL),
    function("MONTH", _part(1), _SERIAL),
    function("DAY", _part(2), _SERIAL),
    function("HOUR", _clock_part(0), _SERIAL),
    function("MINUTE", _clock_part(1), _SERIAL),
    function("SECOND", _clock_part(2), _SERIAL),
    function("TIME", time, number("hour"), number("minute"), number("second")),
    function("DATEVALUE", date_of_text, text("text")),
    function("TIMEVALUE", time_of_text, text("text")),
    FunctionDefinition("TODAY", (), today, is_volatile=True),
    FunctionDefinition("NOW", (), now, is_volatile=True),
    function("EDATE", same_day_of_month, _SERIAL, number("months")),
    function("EOMONTH", end_of_month, _SERIAL, number("months")),
    function("WEEKDAY", weekday, _SERIAL, number("kind", 1.0)),
    function("WEEKNUM", week_number, _SERIAL, number("kind", 1.0)),
    function("ISOWEEKNUM", iso_week, _SERIAL),
    function("DAYS", days_between, number("end"), number("start")),
    function("DATEDIF", date_difference, number("start"), number("end"), text("unit")),
)
