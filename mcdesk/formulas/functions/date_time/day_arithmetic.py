"""Dates and serials over `Operations`: `formulas/dates.py` in arithmetic that compiles.

All on whole NUMBERs: below 2**50 the rounded quotient of two of them has the floor of the exact one.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.dates import DAYS_1904, LAST_SERIAL, SECONDS_PER_DAY

V = TypeVar("V")

_LEAP_DAY_1900 = 60.0
_DAY_ZERO = 693_899.0  # days from 0000-03-01 to 1899-12-30


@dataclass(frozen=True, slots=True)
class DayParts(Generic[V]):
    """A day as Excel names it, whole NUMBERs; `is_good`: whether the serial is one of the calendar."""

    year: V
    month: V
    day: V
    is_good: V


def quotient(ops: Operations[V], a: V, divisor: float) -> V:
    """The floor of a / divisor for whole numbers."""
    return ops.floor(ops.div(a, ops.number(divisor)))


def remainder(ops: Operations[V], a: V, divisor: float) -> V:
    """What is left of it, from 0."""
    return ops.sub(a, ops.mul(quotient(ops, a, divisor), ops.number(divisor)))


def day_parts(ops: Operations[V], serial: V, date_1904: bool) -> DayParts[V]:
    """The day of a serial, its fraction cut."""
    whole, is_good = whole_day(ops, serial, date_1904)
    is_day_zero = ops.eq(whole, ops.number(0.0))
    is_leap_day = ops.eq(whole, ops.number(_LEAP_DAY_1900))
    is_late = ops.lt(ops.number(_LEAP_DAY_1900), whole)
    days = ops.select(is_late, whole, ops.add(whole, ops.number(1.0)))
    year, month, day = _civil_day(ops, ops.add(days, ops.number(_DAY_ZERO)))

    def chosen(plain: V, of_zero: float, of_leap_day: float) -> V:
        rest = ops.select(is_leap_day, ops.number(of_leap_day), plain)
        return ops.select(is_day_zero, ops.number(of_zero), rest)

    return DayParts(chosen(year, 1900.0, 1900.0), chosen(month, 1.0, 2.0), chosen(day, 0.0, 29.0), is_good)


def whole_day(ops: Operations[V], serial: V, date_1904: bool) -> tuple[V, V]:
    """The whole serial counted from 1900, 1 where it is none, and whether it is one."""
    shift = ops.number(float(DAYS_1904) if date_1904 else 0.0)
    whole = ops.add(ops.floor(serial), shift)
    is_inside = ops.and_(ops.le(ops.number(0.0), serial), ops.le(whole, ops.number(float(LAST_SERIAL))))
    return ops.within(ops.select(is_inside, whole, ops.number(1.0)), 0.0, float(LAST_SERIAL)), is_inside


def serial_of_parts(ops: Operations[V], year: V, month: V, day: V, date_1904: bool) -> tuple[V, V]:
    """The serial of a date whose months and days may lie beyond their range, and whether there is one."""
    one, zero = ops.number(1.0), ops.number(0.0)
    from_first = ops.sub(month, one)
    year = ops.add(year, quotient(ops, from_first, 12.0))
    month = ops.add(remainder(ops, from_first, 12.0), one)
    is_near = ops.and_(ops.le(ops.number(1899.0), year), ops.le(year, ops.number(10_000.0)))
    days = ops.sub(_days_from_civil(ops, year, month), ops.number(_DAY_ZERO))
    first = ops.select(ops.lt(ops.number(_LEAP_DAY_1900), days), days, ops.sub(days, one))
    shift = float(DAYS_1904) if date_1904 else 0.0
    serial = ops.sub(ops.sub(ops.add(first, day), one), ops.number(shift))
    highest = ops.number(float(LAST_SERIAL) - shift)
    is_good = ops.and_(is_near, ops.and_(ops.le(zero, serial), ops.le(serial, highest)))
    return ops.select(is_good, serial, zero), is_good


def month_days(ops: Operations[V], year: V, month: V) -> V:
    """The number of days of a month; February 1900 has 29, as Excel counts."""
    is_long = ops.eq(remainder(ops, ops.add(month, quotient(ops, month, 8.0)), 2.0), ops.number(1.0))
    plain = ops.select(is_long, ops.number(31.0), ops.number(30.0))
    has_leap_day = ops.or_(is_leap(ops, year), ops.eq(year, ops.number(1900.0)))
    february = ops.select(has_leap_day, ops.number(29.0), ops.number(28.0))
    return ops.select(ops.eq(month, ops.number(2.0)), february, plain)


def is_leap(ops: Operations[V], year: V) -> V:
    """Whether the Gregorian calendar has a 29 February in that year."""
    zero = ops.number(0.0)
    by_4, by_100, by_400 = (ops.eq(remainder(ops, year, divisor), zero) for divisor in (4.0, 100.0, 400.0))
    return ops.and_(by_4, ops.or_(ops.not_(by_100), by_400))


def weekday(ops: Operations[V], whole: V) -> V:
    """The weekday of a whole serial counted from 1900, 0 for Sunday."""
    return remainder(ops, ops.sub(whole, ops.number(1.0)), 7.0)


def seconds_of(ops: Operations[V], serial: V) -> V:
    """Seconds since midnight, rounded to the nearest, of the day if that is midnight again."""
    fraction = ops.sub(serial, ops.floor(serial))
    scaled = ops.mul(fraction, ops.number(float(SECONDS_PER_DAY)))
    return remainder(ops, ops.floor(ops.add(scaled, ops.number(0.5))), float(SECONDS_PER_DAY))


def _days_from_civil(ops: Operations[V], year: V, month: V) -> V:
    """Days from 0000-03-01 to the first of a month."""
    # Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March.
    is_early = ops.le(month, ops.number(2.0))
    shifted = ops.select(is_early, ops.sub(year, ops.number(1.0)), year)
    from_march = remainder(ops, ops.add(month, ops.number(9.0)), 12.0)
    in_year = quotient(ops, ops.add(ops.mul(from_march, ops.number(153.0)), ops.number(2.0)), 5.0)
    leap_days = ops.add(
        ops.sub(quotient(ops, shifted, 4.0), quotient(ops, shifted, 100.0)), quotient(ops, shifted, 400.0)
    )
    return ops.add(ops.add(ops.mul(shifted, ops.number(365.0)), leap_days), in_year)


def _civil_day(ops: Operations[V], days: V) -> tuple[V, V, V]:
    era = quotient(ops, days, 146_097.0)
    of_era = remainder(ops, days, 146_097.0)
    corrected = ops.add(
        ops.sub(of_era, quotient(ops, of_era, 1460.0)),
        ops.sub(quotient(ops, of_era, 36_524.0), quotient(ops, of_era, 146_096.0)),
    )
    year_of_era = quotient(ops, corrected, 365.0)
    before = ops.sub(
        ops.add(ops.mul(year_of_era, ops.number(365.0)), quotient(ops, year_of_era, 4.0)),
        quotient(ops, year_of_era, 100.0),
    )
    of_year = ops.sub(of_era, before)
    two = ops.number(2.0)
    from_march = quotient(ops, ops.add(ops.mul(of_year, ops.number(5.0)), two), 153.0)
    start = quotient(ops, ops.add(ops.mul(from_march, ops.number(153.0)), two), 5.0)
    day = ops.add(ops.sub(of_year, start), ops.number(1.0))
    is_late = ops.le(ops.number(10.0), from_march)
    month = ops.add(from_march, ops.select(is_late, ops.number(-9.0), ops.number(3.0)))
    year = ops.add(year_of_era, ops.mul(era, ops.number(400.0)))
    return ops.select(is_late, ops.add(year, ops.number(1.0)), year), month, day
