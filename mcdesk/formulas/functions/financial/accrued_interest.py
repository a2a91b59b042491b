"""Interest that a bond has accrued since its issue (ACCRINT)."""

import math
from dataclasses import dataclass

from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.financial.quasi_coupons import CouponCalendar
from mcdesk.formulas.functions.parameters import absent_if_empty, function, logical
from mcdesk.formulas.values import Scalar, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode


@dataclass(frozen=True, slots=True)
class _Accrual:
    """From an issue to a settlement, with the first coupon; serials are whole days."""

    issue: float
    first_coupon: float
    settlement: float
    counts_whole_periods: bool
    calendar: CouponCalendar


def accrued_interest(
    context: Context, issue: float, first_coupon: float, settlement: float, *rest: float
) -> Scalar:
    """ACCRINT.

    The periods are counted from the first coupon, by whole months and to ends of months where it is
    one. The period of the settlement counts by its days, that of the issue too, and those between as
    wholes, or not at all where the last argument is FALSE.

    Source: ExcelFinancialFunctions, bonds.fs, whose values were compared with Excel, with its issue 22
    (settlement at the first coupon); the period of the settlement has the days of the last one before
    the first coupon.
    """
    rate, par, frequency, basis, is_from_issue = rest
    issued, first, settled = (float(math.floor(day)) for day in (issue, first_coupon, settlement))
    calendar = CouponCalendar.of(context, frequency, basis)
    if calendar is None or rate <= 0 or par <= 0 or issued >= settled:
        return ErrorCode.NUM
    if not all(calendar.is_day(day) for day in (issued, first, settled)):
        return ErrorCode.NUM
    periods = _periods(context, _Accrual(issued, first, settled, bool(is_from_issue), calendar))
    return ErrorCode.NUM if periods is None else as_number_or_error(par * rate / calendar.frequency * periods)


def _periods(context: Context, accrual: _Accrual) -> float | None:
    """Coupon periods from issue to settlement; None where a coupon is before the calendar."""
    calendar, issue = accrual.calendar, accrual.issue
    months = calendar.months
    regular = calendar.moved(accrual.first_coupon, -months)
    if regular is None:
        return None
    place = 1
    if accrual.settlement > accrual.first_coupon and accrual.counts_whole_periods:
        place = -calendar.whole_periods(accrual.first_coupon, accrual.settlement)
    front = calendar.moved(accrual.first_coupon, -place * months)
    if front is None:
        return None
    counted = calendar.days(max(issue, front), accrual.settlement)
    total = counted / calendar.period_days(regular, accrual.first_coupon)
    while front > issue:
        context.spend(1)
        end, place = front, place + 1
        front = calendar.moved(accrual.first_coupon, -place * months)
        if front is None:
            return None
        if issue <= front:
            total += accrual.counts_whole_periods
        else:
            total += calendar.days(issue, end) / calendar.whole_days(front, end)
    return total


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function(
        "ACCRINT",
        accrued_interest,
        number("issue"),
        number("first_coupon"),
        number("settlement"),
        number("rate"),
        number("par"),
        number("frequency"),
        absent_if_empty(number("basis", 0.0)),
        absent_if_empty(logical("from_issue", True)),
    ),
)
