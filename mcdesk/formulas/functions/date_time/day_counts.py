"""Day-count conventions and working days."""

import math

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.dates import (
    CalendarDay,
    day_of_serial,
    is_leap_year,
    month_length,
    weekday_from_sunday,
)
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import cells, function, is_given, scalar
from mcdesk.formulas.values import BLANK, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_WEEKEND_BY_KIND = {
    1: (6, 0), 2: (0, 1), 3: (1, 2), 4: (2, 3), 5: (3, 4), 6: (4, 5), 7: (5, 6),
    **{kind: ((kind - 11) % 7,) for kind in range(11, 18)},
}  # fmt: skip


def thirty_day_difference(first: CalendarDay, last: CalendarDay, is_european: bool) -> int:
    """Return the days between two days in a year of twelve months of 30 days (DAYS360)."""
    start, end = first.day, last.day
    carry = 0
    if is_european:
        start, end = min(start, 30), min(end, 30)
    else:
        if start == month_length(first.year, first.month):
            start = 30
        if end == month_length(last.year, last.month) and end == 31:
            if start < 30:
                end, carry = 1, 1
            else:
                end = 30
        start = min(start, 30)
    months = (last.year - first.year) * 12 + last.month - first.month + carry
    return months * 30 + end - start


def days_360(context: Context, start: float, end: float, is_european: float) -> Scalar:
    """DAYS360."""
    first, last = day_of_serial(start, context.date_1904), day_of_serial(end, context.date_1904)
    if first is None or last is None:
        return ErrorCode.NUM
    return float(thirty_day_difference(first, last, is_european != 0))


def nasd_difference(first: CalendarDay, last: CalendarDay) -> int:
    """Return the days between two days by the US (NASD) rule of YEARFRAC and the bond functions."""
    start, end = first.day, last.day
    is_start_february = first.month == 2 and first.day == month_length(first.year, 2)
    if is_start_february and last.month == 2 and last.day == month_length(last.year, 2):
        end = 30
    if is_start_february:
        start = 30
    if end == 31 and start >= 30:
        end = 30
    start = min(start, 30)
    return (last.year - first.year) * 360 + (last.month - first.month) * 30 + end - start


def year_fraction(context: Context, start: float, end: float, basis: float) -> Scalar:
    """YEARFRAC."""
    low, high = sorted((math.floor(start), math.floor(end)))
    first, last = day_of_serial(low, context.date_1904), day_of_serial(high, context.date_1904)
    if first is None or last is None or not 0 <= basis < 5:
        return ErrorCode.NUM
    match int(basis):
        case 0:
            return nasd_difference(first, last) / 360.0
        case 1:
            return (high - low) / _average_year(first, last)
        case 2:
            return (high - low) / 360.0
        case 3:
            return (high - low) / 365.0
        case _:
            return thirty_day_difference(first, last, True) / 360.0


def _average_year(first: CalendarDay, last: CalendarDay) -> float:
    is_within_year = first.year == last.year or (
        last.year == first.year + 1 and (last.month, last.day) <= (first.month, first.day)
    )
    if not is_within_year:
        years = range(first.year, last.year + 1)
        return sum(366 if is_leap_year(year) else 365 for year in years) / len(years)
    if first.year == last.year:
        return 366.0 if is_leap_year(first.year) else 365.0
    holds_leap_day = (is_leap_year(first.year) and (first.month, first.day) <= (2, 29)) or (
        is_leap_year(last.year) and (last.month, last.day) >= (2, 29)
    )
    return 366.0 if holds_leap_day else 365.0


def net_working_days(context: Context, start: float, end: float, holidays: Value) -> Scalar:
    """NETWORKDAYS."""
    return net_working_days_of(context, start, end, 1.0, holidays)


def net_working_days_of(
    context: Context, start: float, end: float, weekend: Scalar, holidays: Value
) -> Scalar:
    """NETWORKDAYS.INTL."""
    rest = _weekend(weekend)
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
    if abs(days) > 4_000_000:
        return ErrorCode.NUM
    step = 1 if days > 0 else -1
    day, left = _after_whole_weeks(context, (math.floor(start), math.trunc(days)), rest, free)
    while left:
        day += step
        if day_of_serial(day, context.date_1904) is None:
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
    return weekday_from_sunday(day, context.date_1904) not in rest and day not in free


def _weekend(kind: Scalar) -> tuple[int, ...] | ErrorCode:
    if isinstance(kind, str):
        if len(kind) != 7 or set(kind) - {"0", "1"} or kind == "1111111":
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
        day = to_number(element, context.date_1904)
        if isinstance(day, ErrorCode):
            return day
        found.add(math.floor(day))
    return frozenset(found)


_START, _END = number("start"), number("end")
_HOLIDAYS = cells("holidays", True)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("DAYS360", days_360, _START, _END, number("european", 0.0)),
    function("YEARFRAC", year_fraction, _START, _END, number("basis", 0.0)),
    function("NETWORKDAYS", net_working_days, _START, _END, _HOLIDAYS),
    function("NETWORKDAYS.INTL", net_working_days_of, _START, _END, scalar("weekend", 1.0), _HOLIDAYS),
    function("WORKDAY", working_day, _START, number("days"), _HOLIDAYS),
    function("WORKDAY.INTL", working_day_of, _START, number("days"), scalar("weekend", 1.0), _HOLIDAYS),
)
