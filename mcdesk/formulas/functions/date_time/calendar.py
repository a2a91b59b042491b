"""Dates and their parts."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.dates import LAST_SERIAL, SECONDS_PER_DAY, day_of_serial, month_length, serial_of_day
from mcdesk.formulas.functions.date_time.day_arithmetic import (
    DayParts,
    day_parts,
    month_days,
    quotient,
    remainder,
    seconds_of,
    serial_of_parts,
    weekday,
    whole_day,
)
from mcdesk.formulas.functions.definition import (
    Body,
    Context,
    FunctionDefinition,
    Outcome,
    elementwise,
    number,
    of_calendar,
)
from mcdesk.formulas.functions.mathematics.rounding import truncated
from mcdesk.formulas.functions.parameters import absent_if_empty, function, text
from mcdesk.formulas.text_numbers import text_to_date, text_to_time
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

_FIRST_WEEKDAY_BY_KIND = {1: 0, 2: 1, 3: 1, **{kind: (kind - 10) % 7 for kind in range(11, 18)}}


def date(ops: Operations[V], date_1904: bool, year: V, month: V, day: V) -> Outcome[V]:
    """DATE: years below 1900 count from 1900; months and days carry over; 1904 may be the first year."""
    parts = [truncated(ops, part) for part in (year, month, day)]
    zero = ops.number(0.0)
    is_good = ops.and_(ops.le(zero, parts[0]), ops.lt(parts[0], ops.number(10_000.0)))
    for part, most in zip(parts[1:], (120_000.0, 4_000_000.0), strict=True):
        is_good = ops.and_(is_good, ops.le(ops.absolute(part), ops.number(most)))
    whole_year, whole_month, whole_day = (ops.select(is_good, part, ops.number(1.0)) for part in parts)
    is_short = ops.lt(whole_year, ops.number(1900.0))
    whole_year = ops.select(is_short, ops.add(whole_year, ops.number(1900.0)), whole_year)
    serial, is_day = serial_of_parts(ops, whole_year, whole_month, whole_day, date_1904)
    return _unless(ops, ops.and_(is_good, is_day), serial)


def _part(choose: Callable[[DayParts[Any]], Any]) -> Body:
    def body(ops: Operations[V], date_1904: bool, serial: V) -> Outcome[V]:
        parts = day_parts(ops, serial, date_1904)
        return _unless(ops, parts.is_good, choose(parts))

    return body


def hour(ops: Operations[V], serial: V) -> Outcome[V]:
    """HOUR."""
    return _of_clock(ops, serial, quotient(ops, seconds_of(ops, serial), 3600.0))


def minute(ops: Operations[V], serial: V) -> Outcome[V]:
    """MINUTE."""
    return _of_clock(ops, serial, remainder(ops, quotient(ops, seconds_of(ops, serial), 60.0), 60.0))


def second(ops: Operations[V], serial: V) -> Outcome[V]:
    """SECOND."""
    return _of_clock(ops, serial, remainder(ops, seconds_of(ops, serial), 60.0))


def _of_clock(ops: Operations[V], serial: V, value: V) -> Outcome[V]:
    return _unless(ops, ops.le(ops.number(0.0), serial), value)


def time(ops: Operations[V], hour: V, minute: V, second: V) -> Outcome[V]:
    """TIME: a fraction of a day."""
    parts = [truncated(ops, part) for part in (hour, minute, second)]
    is_good = ops.logical(True)
    for part in parts:
        is_good = ops.and_(is_good, ops.le(ops.absolute(part), ops.number(32_767.0)))
    hours, minutes, seconds = (ops.select(is_good, part, ops.number(0.0)) for part in parts)
    total = ops.add(ops.mul(hours, ops.number(3600.0)), ops.mul(minutes, ops.number(60.0)))
    total = ops.add(total, seconds)
    is_good = ops.and_(is_good, ops.le(ops.number(0.0), total))
    day = float(SECONDS_PER_DAY)
    return _unless(ops, is_good, ops.div(remainder(ops, total, day), ops.number(day)))


def date_of_text(context: Context, source: str) -> Scalar:
    """DATEVALUE."""
    found = text_to_date(source, context.dates)
    return ErrorCode.VALUE if found is None else found


def time_of_text(context: Context, source: str) -> Scalar:
    """TIMEVALUE."""
    found = text_to_time(source, context.dates)
    return ErrorCode.VALUE if found is None else found


def today(context: Context) -> Scalar:
    """TODAY."""
    return float(math.floor(context.now_serial))


def now(context: Context) -> Scalar:
    """NOW."""
    return context.now_serial


def same_day_of_month(ops: Operations[V], date_1904: bool, serial: V, months: V) -> Outcome[V]:
    """EDATE."""
    return _moved(ops, date_1904, serial, months, is_end=False)


def end_of_month(ops: Operations[V], date_1904: bool, serial: V, months: V) -> Outcome[V]:
    """EOMONTH."""
    return _moved(ops, date_1904, serial, months, is_end=True)


def _moved(ops: Operations[V], date_1904: bool, serial: V, months: V, is_end: bool) -> Outcome[V]:
    start = day_parts(ops, serial, date_1904)
    is_near = ops.le(ops.absolute(months), ops.number(120_000.0))
    by = truncated(ops, ops.select(is_near, months, ops.number(0.0)))
    month = ops.add(ops.mul(start.year, ops.number(12.0)), ops.sub(start.month, ops.number(1.0)))
    month = ops.add(month, by)
    year, of_year = quotient(ops, month, 12.0), ops.add(remainder(ops, month, 12.0), ops.number(1.0))
    is_inside = ops.and_(ops.le(ops.number(1900.0), year), ops.le(year, ops.number(9999.0)))
    length = month_days(ops, year, of_year)
    day = length if is_end else ops.minimum(start.day, length)
    found, is_day = serial_of_parts(ops, year, of_year, day, date_1904)
    is_good = ops.and_(ops.and_(start.is_good, is_near), ops.and_(is_inside, is_day))
    return _unless(ops, is_good, found)


def weekday_number(ops: Operations[V], date_1904: bool, serial: V, kind: V) -> Outcome[V]:
    """WEEKDAY; kind 3 counts from 0."""
    whole, is_day = whole_day(ops, serial, date_1904)
    first, is_kind = _first_weekday(ops, kind)
    place = remainder(ops, ops.sub(weekday(ops, whole), first), 7.0)
    counts_from_zero = ops.eq(truncated(ops, kind), ops.number(3.0))
    value = ops.select(counts_from_zero, place, ops.add(place, ops.number(1.0)))
    return _unless(ops, ops.and_(is_day, is_kind), value)


def _first_weekday(ops: Operations[V], kind: V) -> tuple[V, V]:
    """The weekday that a kind begins with, from Sunday, and whether there is such a kind."""
    whole = truncated(ops, kind)
    first, is_kind = ops.number(0.0), ops.logical(False)
    for known, start in _FIRST_WEEKDAY_BY_KIND.items():
        is_this = ops.eq(whole, ops.number(float(known)))
        first = ops.select(is_this, ops.number(float(start)), first)
        is_kind = ops.or_(is_kind, is_this)
    return first, is_kind


def week_number(ops: Operations[V], date_1904: bool, serial: V, kind: V) -> Outcome[V]:
    """WEEKNUM; kind 21 as ISO 8601 counts."""
    is_iso = ops.eq(truncated(ops, kind), ops.number(21.0))
    first, is_kind = _first_weekday(ops, kind)
    is_kind = ops.and_(is_kind, ops.not_(ops.eq(truncated(ops, kind), ops.number(3.0))))
    whole, is_day = whole_day(ops, serial, date_1904)
    start = _start_of_year(ops, day_parts(ops, serial, date_1904).year)
    lead = remainder(ops, ops.sub(weekday(ops, start), first), 7.0)
    weeks = quotient(ops, ops.add(ops.sub(whole, start), lead), 7.0)
    plain = ops.add(weeks, ops.number(1.0))
    iso = iso_week(ops, date_1904, serial)
    is_good = ops.and_(is_day, ops.or_(is_iso, is_kind))
    return _unless(ops, is_good, ops.select(is_iso, iso.value, plain))


def iso_week(ops: Operations[V], date_1904: bool, serial: V) -> Outcome[V]:
    """ISOWEEKNUM: the week of the year's Thursday."""
    whole, is_day = whole_day(ops, serial, date_1904)
    from_monday = remainder(ops, ops.sub(weekday(ops, whole), ops.number(1.0)), 7.0)
    thursday = ops.add(ops.sub(whole, from_monday), ops.number(3.0))
    seen = ops.minimum(ops.maximum(thursday, ops.number(0.0)), ops.number(float(LAST_SERIAL)))
    start = _start_of_year(ops, day_parts(ops, seen, False).year)
    return _unless(ops, is_day, ops.add(quotient(ops, ops.sub(thursday, start), 7.0), ops.number(1.0)))


def _start_of_year(ops: Operations[V], year: V) -> V:
    """The serial of 1 January, counted from 1900."""
    one = ops.number(1.0)
    return serial_of_parts(ops, year, one, one, False)[0]


def days_between(ops: Operations[V], end: V, start: V) -> Outcome[V]:
    """DAYS: whole days, times cut."""
    zero, beyond = ops.number(0.0), ops.number(_AFTER_9999)
    are_late = ops.and_(ops.le(zero, end), ops.le(zero, start))
    is_good = ops.and_(are_late, ops.lt(ops.maximum(end, start), beyond))
    return _unless(ops, is_good, ops.sub(ops.floor(end), ops.floor(start)))


def _unless(ops: Operations[V], is_good: V, value: V) -> Outcome[V]:
    """The value, #NUM! where it is none."""
    error = ops.select(is_good, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
    return Outcome(ops.select(is_good, value, ops.number(0.0)), error)


def date_difference(context: Context, start: float, end: float, unit: str) -> Scalar:
    """DATEDIF: whole years, months or days; #NUM! for start > end."""
    first, last = day_of_serial(start, context.dates.is_1904), day_of_serial(end, context.dates.is_1904)
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
    first, last = day_of_serial(start, context.dates.is_1904), day_of_serial(end, context.dates.is_1904)
    assert first is not None and last is not None
    is_later = (last.month, last.day) >= (first.month, first.day)
    year = last.year if is_later else last.year - 1
    anniversary = serial_of_day(year, first.month, first.day, context.dates.is_1904)
    if anniversary is None:
        return ErrorCode.NUM
    return float(math.floor(end) - anniversary)


# the serial after 9999-12-31, counted from 1900
_AFTER_9999 = 2_958_466.0
_SERIAL = number("serial")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    of_calendar("DATE", (number("year"), number("month"), number("day")), date),
    of_calendar("YEAR", (_SERIAL,), _part(lambda parts: parts.year)),
    of_calendar("MONTH", (_SERIAL,), _part(lambda parts: parts.month)),
    of_calendar("DAY", (_SERIAL,), _part(lambda parts: parts.day)),
    elementwise("HOUR", (_SERIAL,), hour),
    elementwise("MINUTE", (_SERIAL,), minute),
    elementwise("SECOND", (_SERIAL,), second),
    elementwise("TIME", (number("hour"), number("minute"), number("second")), time),
    function("DATEVALUE", date_of_text, text("text")),
    function("TIMEVALUE", time_of_text, text("text")),
    FunctionDefinition("TODAY", (), today, is_volatile=True),
    FunctionDefinition("NOW", (), now, is_volatile=True),
    of_calendar("EDATE", (_SERIAL, number("months")), same_day_of_month),
    of_calendar("EOMONTH", (_SERIAL, number("months")), end_of_month),
    of_calendar("WEEKDAY", (_SERIAL, number("kind", 1.0)), weekday_number),
    of_calendar("WEEKNUM", (_SERIAL, absent_if_empty(number("kind", 1.0))), week_number),
    of_calendar("ISOWEEKNUM", (_SERIAL,), iso_week),
    elementwise("DAYS", (number("end"), number("start")), days_between),
    function("DATEDIF", date_difference, number("start"), number("end"), text("unit")),
)
