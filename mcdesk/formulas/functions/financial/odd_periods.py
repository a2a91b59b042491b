"""Bonds whose first or last coupon period is longer or shorter than the others."""

import math
from dataclasses import dataclass

from mcdesk.engine.mathematics.exponential import power
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.financial.bonds import Bond, value_and_time
from mcdesk.formulas.functions.financial.coupons import CouponPeriod, coupon_period
from mcdesk.formulas.functions.financial.quasi_coupons import CouponCalendar
from mcdesk.formulas.functions.financial.rate_finding import find_rate
from mcdesk.formulas.functions.parameters import absent_if_empty, function
from mcdesk.formulas.values import Scalar, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
_UNITS_PER_PERIOD = 4


@dataclass(frozen=True, slots=True)
class _OddFirst:
    """What a bond pays, in shares of a regular coupon and in coupon periods.

    Attributes:
        odd: the first coupon; `odd_time`: when it is paid.
        count: how many regular coupons follow; `accrued`: what has accrued at settlement.
    """

    odd: float
    odd_time: float
    count: float
    accrued: float

    def value_and_slope(self, coupon: float, redemption: float, by_period: float) -> tuple[float, float]:
        """Return the price without the accrued interest and its slope by the yield of a period."""
        growth = 1.0 + by_period
        if growth <= 0.0:
            return math.inf, math.inf
        held = Bond(self.odd_time + 1.0, self.accrued, self.count, 1.0, True)
        value, time = value_and_time(_OPERATIONS, held, (coupon, redemption), by_period)
        first = coupon * self.odd * float(power(_OPERATIONS, growth, -self.odd_time))
        weighted = value * time + first * self.odd_time
        return value + first - coupon * self.accrued, -weighted / growth


def odd_first_price(context: Context, settlement: float, maturity: float, *rest: float) -> Scalar:
    """ODDFPRICE.

    #NUM! unless issue, settlement, first coupon and maturity follow each other, and where the first
    coupon is not one of those that are counted back from maturity (Excel's page does not say that).

    Source: ExcelFinancialFunctions, oddbonds.fs, compared with Excel.
    """
    issue, first, rate, yearly_yield, redemption, frequency, basis = rest
    calendar = CouponCalendar.of(context, frequency, basis)
    if calendar is None or rate < 0 or yearly_yield < 0 or redemption <= 0:
        return ErrorCode.NUM
    held = _odd_first(context, calendar, *_whole_days(settlement, maturity, issue, first))
    if held is None:
        return ErrorCode.NUM
    coupon = 100.0 * rate / calendar.frequency
    return as_number_or_error(held.value_and_slope(coupon, redemption, yearly_yield / calendar.frequency)[0])


def odd_first_yield(context: Context, settlement: float, maturity: float, *rest: float) -> Scalar:
    """ODDFYIELD: the yearly yield that gives a price."""
    issue, first, rate, paid, redemption, frequency, basis = rest
    calendar = CouponCalendar.of(context, frequency, basis)
    if calendar is None or rate < 0 or paid <= 0 or redemption <= 0:
        return ErrorCode.NUM
    held = _odd_first(context, calendar, *_whole_days(settlement, maturity, issue, first))
    if held is None:
        return ErrorCode.NUM
    coupon = 100.0 * rate / calendar.frequency

    def value_and_slope(by_period: float) -> tuple[float, float]:
        value, slope = held.value_and_slope(coupon, redemption, by_period)
        return value - paid, slope

    found = find_rate(_OPERATIONS, value_and_slope, rate / calendar.frequency)
    return ErrorCode.NUM if found.error else as_number_or_error(found.value * calendar.frequency)


def _odd_first(
    context: Context, calendar: CouponCalendar, settlement: float, maturity: float, *days: float
) -> _OddFirst | None:
    issue, first = days
    if not (issue < settlement < first < maturity and calendar.is_day(issue) and calendar.is_day(maturity)):
        return None
    regular = _period(calendar, first, maturity)
    before_first = _period(calendar, settlement, first)
    if not (regular.is_good and before_first.is_good) or regular.before != first:
        return None
    length = calendar.period_days(before_first.before, before_first.after)
    issued = _not_negative(calendar, issue, first)
    if issued < length:
        time = _not_negative(calendar, settlement, first) / length
        count = float(_period(calendar, settlement, maturity).count) - 1.0
        return _OddFirst(issued / length, time, count, _not_negative(calendar, issue, settlement) / length)
    odd, accrued = _long_first(context, calendar, (issue, settlement, first), length)
    if calendar.basis in (2, 3):
        wait = _not_negative(calendar, settlement, before_first.after)
    else:
        wait = length - calendar.days(before_first.before, settlement)
    whole = _whole_periods(calendar, settlement, first)
    return _OddFirst(odd, whole + wait / length, float(regular.count), accrued)


def _long_first(
    context: Context, calendar: CouponCalendar, days: tuple[float, float, float], length: float
) -> tuple[float, float]:
    """The first coupon and what has accrued of it, in regular coupons, over its periods."""
    issue, settlement, first = days
    count = int(_period(calendar, issue, first).count)
    context.spend(count * _UNITS_PER_PERIOD)
    odd, accrued, late = 0.0, 0.0, first
    for place in range(count, 0, -1):
        early = calendar.moved(late, -calendar.months, to_month_end=False)
        early = 0.0 if early is None else early
        usual = late - early if calendar.basis == 1 else length
        odd += (usual if place > 1 else _not_negative(calendar, issue, late)) / usual
        accrued += _not_negative(calendar, max(issue, early), min(settlement, late)) / usual
        late = early
    return odd, accrued


def _whole_periods(calendar: CouponCalendar, settlement: float, first: float) -> float:
    """Whole periods from settlement to the first coupon, counted forwards by ends of months where one is."""
    is_end = calendar.is_month_end(first)
    if not is_end and calendar.is_late_in_month(first):
        is_end = calendar.is_month_end(settlement)
    start = calendar.moved(settlement, 0, is_end)
    assert start is not None
    count = 1.0 if settlement < start else 0.0
    day = calendar.moved(start, calendar.months, is_end)
    while day is not None and day < first:
        count += 1.0
        day = calendar.moved(day, calendar.months, is_end)
    return count


def odd_last_price(context: Context, settlement: float, maturity: float, *rest: float) -> Scalar:
    """ODDLPRICE: of simple interest; #NUM! unless last coupon, settlement and maturity follow each other.

    Source: ExcelFinancialFunctions, oddbonds.fs, compared with Excel.
    """
    last, rate, yearly_yield, redemption, frequency, basis = rest
    calendar = CouponCalendar.of(context, frequency, basis)
    if calendar is None or rate < 0 or yearly_yield < 0 or redemption <= 0:
        return ErrorCode.NUM
    shares = _odd_last(context, calendar, *_whole_days(settlement, maturity, last))
    if shares is None:
        return ErrorCode.NUM
    coupon = 100.0 * rate / calendar.frequency
    total, accrued, left = shares
    growth = 1.0 + left * yearly_yield / calendar.frequency
    return as_number_or_error((total * coupon + redemption) / growth - accrued * coupon)


def odd_last_yield(context: Context, settlement: float, maturity: float, *rest: float) -> Scalar:
    """ODDLYIELD."""
    last, rate, paid, redemption, frequency, basis = rest
    calendar = CouponCalendar.of(context, frequency, basis)
    if calendar is None or rate < 0 or paid <= 0 or redemption <= 0:
        return ErrorCode.NUM
    shares = _odd_last(context, calendar, *_whole_days(settlement, maturity, last))
    if shares is None or not shares[2]:
        return ErrorCode.NUM
    coupon = 100.0 * rate / calendar.frequency
    total, accrued, left = shares
    cost = paid + accrued * coupon
    return as_number_or_error((total * coupon + redemption - cost) / cost * calendar.frequency / left)


def _odd_last(
    context: Context, calendar: CouponCalendar, settlement: float, maturity: float, last: float
) -> tuple[float, float, float] | None:
    """Regular coupons from the last one to maturity, to settlement, and from there to maturity."""
    if not (last < settlement < maturity and calendar.is_day(last)):
        return None
    found = _period(calendar, last, maturity)
    if not found.is_good:
        return None
    count = int(found.count)
    context.spend(count * _UNITS_PER_PERIOD)
    total, accrued, left, early = 0.0, 0.0, 0.0, last
    for place in range(1, count + 1):
        late = calendar.moved(early, calendar.months, to_month_end=False)
        if late is None:
            return None
        usual = calendar.days(early, late, cuts_both=True)
        held = usual if place < count else max(calendar.days(early, maturity, cuts_both=True), 0.0)
        total += held / usual
        if late < settlement:
            accrued += held / usual
        elif early < settlement:
            accrued += _not_negative(calendar, early, settlement) / usual
        left += _not_negative(calendar, max(settlement, early), min(maturity, late)) / usual
        early = late
    return total, accrued, left


def _period(calendar: CouponCalendar, start: float, end: float) -> CouponPeriod[float]:
    terms = (float(calendar.frequency), float(calendar.basis))
    return coupon_period(_OPERATIONS, calendar.date_1904, (start, end), *terms)


def _not_negative(calendar: CouponCalendar, start: float, end: float) -> float:
    return max(calendar.days(start, end), 0.0)


def _whole_days(*days: float) -> tuple[float, ...]:
    return tuple(float(math.floor(day)) for day in days)


_DAYS = (number("settlement"), number("maturity"))
_ISSUE, _FIRST, _LAST = number("issue"), number("first_coupon"), number("last_coupon")
_RATE, _YIELD, _PRICE = number("rate"), number("yield"), number("price")
_TERMS = (number("redemption"), number("frequency"), absent_if_empty(number("basis", 0.0)))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("ODDFPRICE", odd_first_price, *_DAYS, _ISSUE, _FIRST, _RATE, _YIELD, *_TERMS),
    function("ODDFYIELD", odd_first_yield, *_DAYS, _ISSUE, _FIRST, _RATE, _PRICE, *_TERMS),
    function("ODDLPRICE", odd_last_price, *_DAYS, _LAST, _RATE, _YIELD, *_TERMS),
    function("ODDLYIELD", odd_last_yield, *_DAYS, _LAST, _RATE, _PRICE, *_TERMS),
)
