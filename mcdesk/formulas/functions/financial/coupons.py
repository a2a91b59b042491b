"""Coupon dates of bonds and the days between them, as bodies over `Operations`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.date_time.day_arithmetic import (
    DayParts,
    day_parts,
    month_days,
    quotient,
    remainder,
    serial_of_parts,
)
from mcdesk.formulas.functions.date_time.day_counts import (
    by_basis,
    days_of_span,
    is_day_basis,
    span_of,
)
from mcdesk.formulas.functions.definition import Body, FunctionDefinition, Outcome, number, of_calendar
from mcdesk.formulas.functions.parameters import absent_if_empty
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class CouponPeriod(Generic[V]):
    """The coupon period that holds the settlement; serials are whole days.

    Attributes:
        before, after: the coupon dates at or before the settlement and after it.
        count: how many coupons are still to be paid.
        frequency: coupons a year; 1 where the arguments are out of range.
        is_good: whether the arguments are in range and the settlement is before maturity.
    """

    settlement: V
    before: V
    after: V
    count: V
    frequency: V
    basis: V
    is_good: V


def coupon_period(
    ops: Operations[V], date_1904: bool, days: tuple[V, V], frequency: V, basis: V
) -> CouponPeriod[V]:
    """Return the coupon period of a settlement and a maturity.

    Coupons are counted back from maturity by whole months; where that is the end of its month they are too.
    """
    settled, matures = (ops.floor(day) for day in days)
    first, last = day_parts(ops, settled, date_1904), day_parts(ops, matures, date_1904)
    whole = ops.floor(frequency)
    is_known = is_coupon_frequency(ops, whole)
    yearly = ops.select(is_known, whole, ops.number(1.0))
    is_good = ops.and_(ops.and_(is_known, is_day_basis(ops, basis)), ops.lt(settled, matures))
    is_good = ops.and_(is_good, ops.and_(first.is_good, last.is_good))
    months = months_between_coupons(ops, yearly)
    apart = ops.sub(months_of(ops, last), months_of(ops, first))
    count = ops.maximum(ops.floor(ops.div(apart, months)), ops.number(0.0))
    found, is_day = coupon_before(ops, last, ops.mul(count, months), date_1904)
    is_short = ops.or_(ops.not_(is_day), ops.lt(settled, found))
    count = ops.select(is_short, ops.add(count, ops.number(1.0)), count)
    before, is_day = coupon_before(ops, last, ops.mul(count, months), date_1904)
    after, _ = coupon_before(ops, last, ops.mul(ops.sub(count, ops.number(1.0)), months), date_1904)
    return CouponPeriod(settled, before, after, count, yearly, basis, ops.and_(is_good, is_day))


def is_coupon_frequency(ops: Operations[V], whole: V) -> V:
    """Tell whether there can be that many coupons a year: 1, 2 or 4."""
    one, two, four = (ops.eq(whole, ops.number(count)) for count in (1.0, 2.0, 4.0))
    return ops.or_(one, ops.or_(two, four))


def months_between_coupons(ops: Operations[V], frequency: V) -> V:
    """Return the months of a coupon period."""
    return ops.div(ops.number(12.0), frequency)


def months_of(ops: Operations[V], day: DayParts[V]) -> V:
    """Return the months from the year 0 to a day's month."""
    return ops.add(ops.mul(day.year, ops.number(12.0)), ops.sub(day.month, ops.number(1.0)))


def coupon_before(ops: Operations[V], day: DayParts[V], months: V, date_1904: bool) -> tuple[V, V]:
    """Return the coupon date some months before another, at the end of the month as that is.

    Returns:
        The serial and whether there is such a day.
    """
    total = ops.sub(months_of(ops, day), months)
    year, month = quotient(ops, total, 12.0), ops.add(remainder(ops, total, 12.0), ops.number(1.0))
    length = month_days(ops, year, month)
    is_end = ops.eq(day.day, month_days(ops, day.year, day.month))
    in_month = ops.select(is_end, length, ops.minimum(day.day, length))
    return serial_of_parts(ops, year, month, in_month, date_1904)


def period_days(ops: Operations[V], date_1904: bool, period: CouponPeriod[V]) -> V:
    """Return the days of the coupon period by the basis (COUPDAYS)."""
    in_360, in_365 = (ops.div(ops.number(year), period.frequency) for year in (360.0, 365.0))
    actual = ops.sub(period.after, period.before)
    return by_basis(ops, period.basis, (in_360, actual, in_360, in_365, in_360))


def days_before(ops: Operations[V], date_1904: bool, period: CouponPeriod[V]) -> V:
    """Return the days from the start of the coupon period to settlement (COUPDAYBS)."""
    return days_of_span(ops, span_of(ops, period.before, period.settlement, date_1904), period.basis)


def days_after(ops: Operations[V], date_1904: bool, period: CouponPeriod[V]) -> V:
    """Return the days from settlement to the next coupon (COUPDAYSNC)."""
    rest = ops.sub(period_days(ops, date_1904, period), days_before(ops, date_1904, period))
    counted = days_of_span(ops, span_of(ops, period.settlement, period.after, date_1904), period.basis)
    return by_basis(ops, period.basis, (rest, counted, counted, counted, counted))


def unless(ops: Operations[V], is_good: V, value: V) -> Outcome[V]:
    """The value, or #NUM! where it is not good."""
    error = ops.select(is_good, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
    return Outcome(ops.select(is_good, value, ops.number(0.0)), error)


def _of_period(compute: Callable[[Operations[V], bool, CouponPeriod[V]], V]) -> Body:
    def body(
        ops: Operations[V], date_1904: bool, settlement: V, maturity: V, frequency: V, basis: V
    ) -> Outcome[V]:
        period = coupon_period(ops, date_1904, (settlement, maturity), frequency, basis)
        return unless(ops, period.is_good, compute(ops, date_1904, period))

    return body


_PARAMETERS = (
    number("settlement"),
    number("maturity"),
    number("frequency"),
    absent_if_empty(number("basis", 0.0)),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    of_calendar("COUPDAYBS", _PARAMETERS, _of_period(days_before)),
    of_calendar("COUPDAYS", _PARAMETERS, _of_period(period_days)),
    of_calendar("COUPDAYSNC", _PARAMETERS, _of_period(days_after)),
    of_calendar("COUPNCD", _PARAMETERS, _of_period(lambda _ops, _is_1904, period: period.after)),
    of_calendar("COUPPCD", _PARAMETERS, _of_period(lambda _ops, _is_1904, period: period.before)),
    of_calendar("COUPNUM", _PARAMETERS, _of_period(lambda _ops, _is_1904, period: period.count)),
)
