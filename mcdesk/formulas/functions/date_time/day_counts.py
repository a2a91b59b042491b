"""Day-count conventions and working days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.dates import day_of_serial, weekday_from_sunday
from mcdesk.formulas.functions.date_time.day_arithmetic import (
    DayParts,
    day_parts,
    is_leap,
    month_days,
    quotient,
)
from mcdesk.formulas.functions.definition import (
    Context,
    FunctionDefinition,
    Outcome,
    number,
    of_calendar,
)
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, is_given, scalar
from mcdesk.formulas.values import BLANK, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
_WEEKEND_BY_KIND = {
    1: (6, 0), 2: (0, 1), 3: (1, 2), 4: (2, 3), 5: (3, 4), 6: (4, 5), 7: (5, 6),
    **{kind: ((kind - 11) % 7,) for kind in range(11, 18)},
}  # fmt: skip
_NO_WORK = "1111111"


def thirty_day_difference(ops: Operations[V], first: DayParts[V], last: DayParts[V], is_european: V) -> V:
    """Return the days between two days in a year of twelve months of 30 days (DAYS360)."""
    thirty, thirty_one, one = (ops.number(x) for x in (30.0, 31.0, 1.0))
    is_start_end = ops.eq(first.day, month_days(ops, first.year, first.month))
    start = ops.select(is_start_end, thirty, first.day)
    is_end_31 = ops.eq(last.day, thirty_one)
    carries = ops.and_(is_end_31, ops.lt(start, thirty))
    end = ops.select(carries, one, ops.minimum(last.day, thirty))
    carries = ops.and_(carries, ops.not_(is_european))
    start = ops.minimum(ops.select(is_european, first.day, start), thirty)
    end = ops.select(is_european, ops.minimum(last.day, thirty), end)
    carry = ops.select(carries, one, ops.number(0.0))
    return _in_months_of_thirty(ops, (first, last), (start, end), carry)


def nasd_difference(ops: Operations[V], first: DayParts[V], last: DayParts[V], cuts_both: bool = False) -> V:
    """Return the days between two days by the US (NASD) rule of YEARFRAC and the bond functions.

    Args:
        cuts_both: whether the end is moved to the 30th whatever the start is, as for whole coupon periods.

    Source: David A. Wheeler, "YEARFRAC Incompatibilities between Excel 2007 and OOXML", 2008: the end is
    compared with the start as it is, not as it is moved.
    """
    thirty = ops.number(30.0)
    both = ops.logical(cuts_both)
    is_start_february = _is_end_of_february(ops, first)
    is_end_february = ops.and_(_is_end_of_february(ops, last), ops.or_(is_start_february, both))
    end = ops.select(is_end_february, thirty, last.day)
    start = ops.select(is_start_february, thirty, ops.minimum(first.day, thirty))
    is_cut = ops.and_(ops.eq(end, ops.number(31.0)), ops.or_(ops.le(thirty, first.day), both))
    end = ops.select(is_cut, thirty, end)
    return _in_months_of_thirty(ops, (first, last), (start, end), ops.number(0.0))


def _is_end_of_february(ops: Operations[V], day: DayParts[V]) -> V:
    is_last = ops.eq(day.day, month_days(ops, day.year, day.month))
    return ops.and_(ops.eq(day.month, ops.number(2.0)), is_last)


def _in_months_of_thirty(
    ops: Operations[V], days: tuple[DayParts[V], DayParts[V]], of_month: tuple[V, V], carry: V
) -> V:
    first, last = days
    months = ops.add(ops.mul(ops.sub(last.year, first.year), ops.number(12.0)), carry)
    months = ops.add(months, ops.sub(last.month, first.month))
    return ops.add(ops.mul(months, ops.number(30.0)), ops.sub(of_month[1], of_month[0]))


def days_360(ops: Operations[V], date_1904: bool, start: V, end: V, european: V) -> Outcome[V]:
    """DAYS360."""
    first, last = day_parts(ops, start, date_1904), day_parts(ops, end, date_1904)
    is_european = ops.not_(ops.eq(european, ops.number(0.0)))
    value = thirty_day_difference(ops, first, last, is_european)
    return _unless(ops, ops.and_(first.is_good, last.is_good), value)


def year_fraction(ops: Operations[V], date_1904: bool, start: V, end: V, basis: V) -> Outcome[V]:
    """YEARFRAC."""
    a, b = ops.floor(start), ops.floor(end)
    span = span_of(ops, ops.minimum(a, b), ops.maximum(a, b), date_1904)
    value = ops.div(days_of_span(ops, span, basis), days_of_year(ops, span, basis))
    return _unless(ops, ops.and_(is_day_basis(ops, basis), span.is_good), value)


@dataclass(frozen=True, slots=True)
class Span(Generic[V]):
    """From one whole serial to another, which may be before it; `is_good`: whether both are days."""

    start: V
    end: V
    first: DayParts[V]
    last: DayParts[V]
    is_good: V


def span_of(ops: Operations[V], start: V, end: V, date_1904: bool) -> Span[V]:
    """Return the span from one whole serial to another."""
    first, last = day_parts(ops, start, date_1904), day_parts(ops, end, date_1904)
    return Span(start, end, first, last, ops.and_(first.is_good, last.is_good))


def is_day_basis(ops: Operations[V], basis: V) -> V:
    """Tell whether a number names a day count: 0 to 4, its fraction cut."""
    return ops.and_(ops.le(ops.number(0.0), basis), ops.lt(basis, ops.number(5.0)))


def days_of_span(ops: Operations[V], span: Span[V], basis: V) -> V:
    """Return the days of a span by a basis, below 0 where its end is before its start."""
    nasd = nasd_difference(ops, span.first, span.last)
    european = thirty_day_difference(ops, span.first, span.last, ops.logical(True))
    actual = ops.sub(span.end, span.start)
    return by_basis(ops, basis, (nasd, actual, actual, actual, european))


def days_of_year(ops: Operations[V], span: Span[V], basis: V) -> V:
    """Return the days that a basis gives to the year of a span."""
    in_360 = ops.number(360.0)
    average = _average_year(ops, span.first, span.last)
    return by_basis(ops, basis, (in_360, average, in_360, ops.number(365.0), in_360))


def by_basis(ops: Operations[V], basis: V, values: Sequence[V]) -> V:
    """Choose one of five values by a basis, its fraction cut."""
    whole, chosen = ops.floor(basis), values[-1]
    for i, value in enumerate(values[:-1]):
        chosen = ops.select(ops.eq(whole, ops.number(float(i))), value, chosen)
    return chosen


def _average_year(ops: Operations[V], first: DayParts[V], last: DayParts[V]) -> V:
    one, usual = ops.number(1.0), ops.number(365.0)
    years = ops.add(ops.sub(last.year, first.year), one)
    leap_years = ops.sub(_leap_years_to(ops, last.year), _leap_years_to(ops, ops.sub(first.year, one)))
    safe = ops.maximum(years, one)
    average = ops.div(ops.add(ops.mul(safe, usual), leap_years), safe)
    first_place, last_place = _place_in_year(ops, first), _place_in_year(ops, last)
    leap_day = ops.number(229.0)
    is_same_year = ops.eq(first.year, last.year)
    is_next_year = ops.and_(ops.eq(years, ops.number(2.0)), ops.le(last_place, first_place))
    has_in_first = ops.and_(is_leap(ops, first.year), ops.le(first_place, leap_day))
    has_in_last = ops.and_(is_leap(ops, last.year), ops.le(leap_day, last_place))
    has_leap_day = ops.select(is_same_year, is_leap(ops, first.year), ops.or_(has_in_first, has_in_last))
    single = ops.select(has_leap_day, ops.number(366.0), usual)
    return ops.select(ops.or_(is_same_year, is_next_year), single, average)


def _leap_years_to(ops: Operations[V], year: V) -> V:
    """Leap years of the Gregorian calendar from 1 to a year."""
    by_4, by_100, by_400 = (quotient(ops, year, divisor) for divisor in (4.0, 100.0, 400.0))
    return ops.add(ops.sub(by_4, by_100), by_400)


def _place_in_year(ops: Operations[V], day: DayParts[V]) -> V:
    return ops.add(ops.mul(day.month, ops.number(100.0)), day.day)


def _unless(ops: Operations[V], is_good: V, value: V) -> Outcome[V]:
    error = ops.select(is_good, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
    return Outcome(ops.select(is_good, value, ops.number(0.0)), error)


def net_working_days(context: Context, start: float, end: float, holidays: Value) -> Scalar:
    """NETWORKDAYS."""
    return net_working_days_of(context, start, end, 1.0, holidays)


def net_working_days_of(
    context: Context, start: float, end: float, weekend: Scalar, holidays: Value
) -> Scalar:
    """NETWORKDAYS.INTL; a week without working days has none, in any time."""
    rest = tuple(range(7)) if weekend == _NO_WORK else _weekend(weekend)
    free = _holidays(context, holidays)
    if isinstance(rest, ErrorCode):
        return rest
    if isinstance(free, ErrorCode):
        return free
    low, high = sorted((math.floor(start), math.floor(end)))
    if low < 0 or high - low > 4_000_000:
        return ErrorCode.NUM
    weeks, days = divmod(high - low + 1, 7)
    count = weeks * (7 - len(rest))
    count += sum(_works(context, day, rest, frozenset()) for day in range(high + 1 - days, high + 1))
    count -= sum(low <= day <= high and _works(context, day, rest, frozenset()) for day in free)
    return float(count if start <= end else -count)


def working_day(context: Context, start: float, days: float, holidays: Value) -> Scalar:
    """WORKDAY."""
    return working_day_of(context, start, days, 1.0, holidays)


def working_day_of(context: Context, start: float, days: float, weekend: Scalar, holidays: Value) -> Scalar:
    """WORKDAY.INTL."""
    rest = _weekend(weekend)
    free = _holidays(context, holidays)
    if isinstance(rest, ErrorCode):
        return rest
    if isinstance(free, ErrorCode):
        return free
    if start < 0.0 or abs(days) > 4_000_000:
        return ErrorCode.NUM
    step = 1 if days > 0 else -1
    day, left = _after_whole_weeks(context, (math.floor(start), math.trunc(days)), rest, free)
    while left:
        day += step
        if day_of_serial(day, context.dates.is_1904) is None:
            return ErrorCode.NUM
        left -= _works(context, day, rest, free)
    return float(day)


def _after_whole_weeks(
    context: Context, move: tuple[int, int], rest: tuple[int, ...], free: frozenset[int]
) -> tuple[int, int]:
    """Day and working days that are left after all whole weeks but the last one."""
    start, days = move
    per_week = 7 - len(rest)
    weeks = max(abs(days) // per_week - 1, 0)
    day = start + 7 * weeks * (1 if days > 0 else -1)
    passed = range(start + 1, day + 1) if days > 0 else range(day, start)
    skipped = sum(holiday in passed and _works(context, holiday, rest, frozenset()) for holiday in free)
    return day, abs(days) - weeks * per_week + skipped


def _works(context: Context, day: int, rest: tuple[int, ...], free: frozenset[int]) -> bool:
    return weekday_from_sunday(day, context.dates.is_1904) not in rest and day not in free


def _weekend(kind: Scalar) -> tuple[int, ...] | ErrorCode:
    if isinstance(kind, str):
        if len(kind) != 7 or set(kind) - {"0", "1"} or kind == _NO_WORK:
            return ErrorCode.VALUE
        return tuple((place + 1) % 7 for place, mark in enumerate(kind) if mark == "1")
    whole = int(kind) if isinstance(kind, float) else 1
    return _WEEKEND_BY_KIND.get(whole, ErrorCode.NUM)


def _holidays(context: Context, holidays: Value) -> frozenset[int] | ErrorCode:
    if not is_given(holidays):
        return frozenset()
    found = set()
    for element in context.elements(holidays):
        if element is BLANK:
            continue
        day = to_number(element, context.dates)
        if isinstance(day, ErrorCode):
            return day
        found.add(math.floor(day))
    return frozenset(found)


_START, _END = number("start"), number("end")
_HOLIDAYS = absent_if_empty(cells("holidays", True))
_WEEKEND = absent_if_empty(scalar("weekend", 1.0))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    of_calendar("DAYS360", (_START, _END, number("european", 0.0)), days_360),
    of_calendar("YEARFRAC", (_START, _END, absent_if_empty(number("basis", 0.0))), year_fraction),
    function("NETWORKDAYS", net_working_days, _START, _END, _HOLIDAYS),
    function("NETWORKDAYS.INTL", net_working_days_of, _START, _END, _WEEKEND, _HOLIDAYS),
    function("WORKDAY", working_day, _START, number("days"), _HOLIDAYS),
    function("WORKDAY.INTL", working_day_of, _START, number("days"), _WEEKEND, _HOLIDAYS),
)
