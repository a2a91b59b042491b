"""Coupon dates of bonds and the days between them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.dates import CalendarDay, day_of_serial, month_length, serial_of_day
from mcdesk.formulas.functions.date_time.day_counts import days_in_months_of_thirty
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, function
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_YEAR_DAYS_BY_BASIS = {0: 360, 2: 360, 3: 365, 4: 360}


@dataclass(frozen=True, slots=True)
class CouponPeriod:
    """The coupon period that holds the settlement; serials are whole days."""

    settlement: int
    before: int
    after: int
    count: int
    frequency: int
    basis: int
    date_1904: bool


def coupon_period(
    context: Context, settlement: float, maturity: float, *rest: float
) -> CouponPeriod | ErrorCode:
    """Return the coupon period; #NUM! for arguments out of range or a settlement not before maturity."""
    frequency, basis = (math.floor(value) for value in rest)
    settled, matures = math.floor(settlement), math.floor(maturity)
    last = day_of_serial(matures, context.dates.is_1904)
    first = day_of_serial(settled, context.dates.is_1904)
    is_bad = frequency not in (1, 2, 4) or not 0 <= basis <= 4
    if is_bad or last is None or first is None or settled >= matures:
        return ErrorCode.NUM
    months = 12 // frequency
    apart = (last.year - first.year) * 12 + last.month - first.month
    count = max(apart // months, 0)
    while _months_before(last, count * months, context.dates.is_1904) > settled:
        count += 1
    while count and _months_before(last, (count - 1) * months, context.dates.is_1904) <= settled:
        count -= 1
    before = _months_before(last, count * months, context.dates.is_1904)
    if before < 0:
        return ErrorCode.NUM
    after = _months_before(last, (count - 1) * months, context.dates.is_1904)
    return CouponPeriod(settled, before, after, count, frequency, basis, context.dates.is_1904)


def _months_before(day: CalendarDay, months: int, date_1904: bool) -> int:
    total = day.year * 12 + day.month - 1 - months
    year, month = total // 12, total % 12 + 1
    length = month_length(year, month)
    is_month_end = day.day == month_length(day.year, day.month)
    in_month = length if is_month_end else min(day.day, length)
    serial = serial_of_day(year, month, in_month, date_1904)
    return -1 if serial is None else serial


def _days(period: CouponPeriod, start: int, end: int) -> float:
    """Days between two serials by the basis."""
    if period.basis in (0, 4):
        first, last = day_of_serial(start, period.date_1904), day_of_serial(end, period.date_1904)
        assert first is not None and last is not None
        if period.basis == 0:
            return float(days_in_months_of_thirty(first, last, is_european=False))
        return float(days_in_months_of_thirty(first, last, is_european=True))
    return float(end - start)


def period_days(period: CouponPeriod) -> float:
    """Return the days of the coupon period by the basis (COUPDAYS)."""
    if period.basis == 1:
        return float(period.after - period.before)
    return _YEAR_DAYS_BY_BASIS[period.basis] / period.frequency


def days_before(period: CouponPeriod) -> float:
    """Return the days from the start of the coupon period to settlement (COUPDAYBS)."""
    return _days(period, period.before, period.settlement)


def days_after(period: CouponPeriod) -> float:
    """Return the days from settlement to the next coupon (COUPDAYSNC)."""
    if period.basis == 0:
        return period_days(period) - days_before(period)
    return _days(period, period.settlement, period.after)


def _of_period(compute: Callable[[CouponPeriod], float]) -> Callable[..., Scalar]:
    def evaluate(
        context: Context, settlement: float, maturity: float, frequency: float, basis: float
    ) -> Scalar:
        period = coupon_period(context, settlement, maturity, frequency, basis)
        return period if isinstance(period, ErrorCode) else compute(period)

    return evaluate


_PARAMETERS = (
    number("settlement"),
    number("maturity"),
    number("frequency"),
    absent_if_empty(number("basis", 0.0)),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("COUPDAYBS", _of_period(days_before), *_PARAMETERS),
    function("COUPDAYS", _of_period(period_days), *_PARAMETERS),
    function("COUPDAYSNC", _of_period(days_after), *_PARAMETERS),
    function("COUPNCD", _of_period(lambda period: float(period.after)), *_PARAMETERS),
    function("COUPPCD", _of_period(lambda period: float(period.before)), *_PARAMETERS),
    function("COUPNUM", _of_period(lambda period: float(period.count)), *_PARAMETERS),
)
