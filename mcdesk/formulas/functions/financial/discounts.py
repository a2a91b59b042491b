"""Securities that pay all at maturity: at a discount, with interest, and Treasury bills."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.date_time.day_arithmetic import day_parts
from mcdesk.formulas.functions.date_time.day_counts import (
    Span,
    days_of_span,
    days_of_year,
    is_day_basis,
    span_of,
)
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, number, of_calendar
from mcdesk.formulas.functions.financial.coupons import coupon_before, unless
from mcdesk.formulas.functions.parameters import absent_if_empty

V = TypeVar("V")

_MOST_SIMPLE_DAYS = 182.0  # a Treasury bill for longer is compared with a bond that pays twice


def discount_rate(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """DISC; #NUM! for a price or redemption that is not above 0."""
    start, end, price, redemption, basis = values
    years, is_good = _years(ops, date_1904, start, end, basis)
    is_good = ops.and_(is_good, _are_positive(ops, price, redemption))
    safe = ops.select(is_good, redemption, ops.number(1.0))
    gain = ops.sub(ops.number(1.0), ops.div(price, safe))
    return unless(ops, is_good, ops.div(gain, years))


def interest_rate_to_maturity(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """INTRATE and YIELDDISC, of what is paid and what is redeemed; #NUM! where one is not above 0."""
    start, end, paid, redemption, basis = values
    years, is_good = _years(ops, date_1904, start, end, basis)
    is_good = ops.and_(is_good, _are_positive(ops, paid, redemption))
    gain = ops.div(ops.sub(redemption, paid), ops.select(is_good, paid, ops.number(1.0)))
    return unless(ops, is_good, ops.div(gain, years))


def received_at_maturity(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """RECEIVED; #NUM! also where the discount takes all."""
    start, end, investment, discount, basis = values
    years, is_good = _years(ops, date_1904, start, end, basis)
    kept = ops.sub(ops.number(1.0), ops.mul(discount, years))
    is_good = ops.and_(is_good, _are_positive(ops, investment, discount))
    is_good = ops.and_(is_good, ops.lt(ops.number(0.0), kept))
    return unless(ops, is_good, ops.div(investment, ops.select(is_good, kept, ops.number(1.0))))


def discounted_price(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """PRICEDISC."""
    start, end, discount, redemption, basis = values
    years, is_good = _years(ops, date_1904, start, end, basis)
    is_good = ops.and_(is_good, _are_positive(ops, discount, redemption))
    return unless(ops, is_good, ops.sub(redemption, ops.mul(ops.mul(discount, redemption), years)))


def interest_at_maturity(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """ACCRINTM: the interest from issue to settlement."""
    start, end, rate, par, basis = values
    years, is_good = _years(ops, date_1904, start, end, basis)
    is_good = ops.and_(is_good, _are_positive(ops, rate, par))
    return unless(ops, is_good, ops.mul(ops.mul(par, rate), years))


def price_with_interest(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """PRICEMAT: interest is paid at maturity; #NUM! for a rate or yield below 0."""
    *days, rate, interest_yield, basis = values
    total, accrued, left, is_good = _interest_years(ops, date_1904, days, basis)
    zero, one, par = ops.number(0.0), ops.number(1.0), ops.number(100.0)
    is_good = ops.and_(is_good, ops.and_(ops.le(zero, rate), ops.le(zero, interest_yield)))
    growth = ops.add(one, ops.mul(left, interest_yield))
    due = ops.add(par, ops.mul(ops.mul(total, rate), par))
    paid = ops.mul(ops.mul(accrued, rate), par)
    return unless(ops, is_good, ops.sub(ops.div(due, ops.select(is_good, growth, one)), paid))


def yield_with_interest(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """YIELDMAT: interest is paid at maturity; #NUM! for a rate below 0 or a price that is not above it."""
    *days, rate, price, basis = values
    total, accrued, left, is_good = _interest_years(ops, date_1904, days, basis)
    zero, one = ops.number(0.0), ops.number(1.0)
    is_good = ops.and_(is_good, ops.and_(ops.le(zero, rate), ops.lt(zero, price)))
    paid = ops.add(ops.div(price, ops.number(100.0)), ops.mul(accrued, rate))
    gain = ops.sub(ops.add(one, ops.mul(total, rate)), paid)
    below = ops.mul(ops.select(is_good, paid, one), ops.select(is_good, left, one))
    return unless(ops, is_good, ops.div(gain, below))


def _years(ops: Operations[V], date_1904: bool, start: V, end: V, basis: V) -> tuple[V, V]:
    """The years between two days, 1 where they are none, and whether the first is before the second."""
    span = span_of(ops, ops.floor(start), ops.floor(end), date_1904)
    is_good = ops.and_(_is_span(ops, span, basis), ops.lt(span.start, span.end))
    days = days_of_span(ops, span, basis)
    # Two days may be one in months of 30 days: what divides by that is no number.
    is_good = ops.and_(is_good, ops.lt(ops.number(0.0), days))
    years = ops.div(days, days_of_year(ops, span, basis))
    return ops.select(is_good, years, ops.number(1.0)), is_good


def _interest_years(ops: Operations[V], date_1904: bool, days: Sequence[V], basis: V) -> tuple[V, V, V, V]:
    """The years from issue to maturity and to settlement, those between, and whether all are in order.

    The days are settlement, maturity and issue. All are in years of the span from issue to settlement,
    and the last one is a difference: so has Excel (ExcelFinancialFunctions, bonds.fs).
    """
    settled, matures, issued = (ops.floor(day) for day in days)
    before, whole = (span_of(ops, issued, day, date_1904) for day in (settled, matures))
    is_good = ops.and_(_is_span(ops, before, basis), _is_span(ops, whole, basis))
    is_good = ops.and_(is_good, ops.and_(ops.lt(settled, matures), ops.lt(issued, settled)))
    accrued, total = (days_of_span(ops, span, basis) for span in (before, whole))
    left = ops.sub(total, accrued)
    is_good = ops.and_(is_good, ops.lt(ops.number(0.0), left))
    year = days_of_year(ops, before, basis)
    return ops.div(total, year), ops.div(accrued, year), ops.div(left, year), is_good


def _is_span(ops: Operations[V], span: Span[V], basis: V) -> V:
    return ops.and_(span.is_good, is_day_basis(ops, basis))


def _are_positive(ops: Operations[V], first: V, second: V) -> V:
    zero = ops.number(0.0)
    return ops.and_(ops.lt(zero, first), ops.lt(zero, second))


def bill_price(ops: Operations[V], date_1904: bool, settlement: V, maturity: V, discount: V) -> Outcome[V]:
    """TBILLPRICE; #NUM! for a bill of over a year, a discount not above 0 or a price below 0."""
    days, is_good = _bill_days(ops, date_1904, settlement, maturity)
    price = ops.mul(ops.number(100.0), _kept(ops, days, discount))
    zero = ops.number(0.0)
    return unless(ops, ops.and_(is_good, ops.and_(ops.lt(zero, discount), ops.le(zero, price))), price)


def bill_yield(ops: Operations[V], date_1904: bool, settlement: V, maturity: V, price: V) -> Outcome[V]:
    """TBILLYIELD."""
    days, is_good = _bill_days(ops, date_1904, settlement, maturity)
    is_good = ops.and_(is_good, _are_positive(ops, price, days))
    one = ops.number(1.0)
    gain = ops.div(ops.sub(ops.number(100.0), price), ops.select(is_good, price, one))
    yearly = ops.div(ops.number(360.0), ops.select(is_good, days, one))
    return unless(ops, is_good, ops.mul(gain, yearly))


def bill_bond_yield(
    ops: Operations[V], date_1904: bool, settlement: V, maturity: V, discount: V
) -> Outcome[V]:
    """TBILLEQ: the yield of a bond that is worth the same.

    Excel's page has the formula for bills of up to half a year; longer ones are compared with a bond
    that pays every half year, whose year has 366 days where the bill runs so long.

    Source: United States Code of Federal Regulations 31 CFR 356, appendix B; the year of 366 days:
    ExcelFinancialFunctions, tbill.fs, compared with Excel.
    """
    days, is_good = _bill_days(ops, date_1904, settlement, maturity)
    one, two, zero = ops.number(1.0), ops.number(2.0), ops.number(0.0)
    kept = _kept(ops, days, discount)
    is_good = ops.and_(is_good, _are_positive(ops, discount, kept))
    kept = ops.select(is_good, kept, one)
    below = ops.mul(ops.number(360.0), kept)
    simple = ops.div(ops.mul(ops.number(365.0), discount), below)
    year = ops.select(ops.eq(days, ops.number(366.0)), days, ops.number(365.0))
    share = ops.div(days, year)
    beyond = ops.sub(ops.mul(two, share), one)
    square = ops.sub(ops.mul(share, share), ops.mul(beyond, ops.sub(one, ops.div(one, kept))))
    is_long = ops.lt(ops.number(_MOST_SIMPLE_DAYS), days)
    root = ops.sqrt(ops.maximum(square, zero))
    halves = ops.div(ops.mul(two, ops.sub(root, share)), ops.select(is_long, beyond, one))
    return unless(ops, is_good, ops.select(is_long, halves, simple))


def _kept(ops: Operations[V], days: V, discount: V) -> V:
    return ops.sub(ops.number(1.0), ops.div(ops.mul(discount, days), ops.number(360.0)))


def _bill_days(ops: Operations[V], date_1904: bool, settlement: V, maturity: V) -> tuple[V, V]:
    """The days that a bill runs, and whether they are in order and at most a year."""
    settled, matures = ops.floor(settlement), ops.floor(maturity)
    first, last = day_parts(ops, settled, date_1904), day_parts(ops, matures, date_1904)
    # A year after 28 February is 28 February, which the end of a month is not.
    moved, _ = coupon_before(ops, first, ops.number(-12.0), date_1904)
    is_february_end = ops.and_(ops.eq(first.month, ops.number(2.0)), ops.eq(first.day, ops.number(28.0)))
    limit = ops.select(is_february_end, ops.minimum(moved, ops.add(settled, ops.number(365.0))), moved)
    is_good = ops.and_(ops.le(settled, matures), ops.le(matures, limit))
    return ops.sub(matures, settled), ops.and_(is_good, ops.and_(first.is_good, last.is_good))


_SETTLEMENT, _MATURITY, _ISSUE = number("settlement"), number("maturity"), number("issue")
_BASIS = absent_if_empty(number("basis", 0.0))
_DAYS = (_SETTLEMENT, _MATURITY)
_RATE, _PRICE, _REDEMPTION = number("rate"), number("price"), number("redemption")
_DISCOUNT, _INVESTMENT = number("discount"), number("investment")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    of_calendar("DISC", (*_DAYS, _PRICE, _REDEMPTION, _BASIS), discount_rate),
    of_calendar("INTRATE", (*_DAYS, _INVESTMENT, _REDEMPTION, _BASIS), interest_rate_to_maturity),
    of_calendar("YIELDDISC", (*_DAYS, _PRICE, _REDEMPTION, _BASIS), interest_rate_to_maturity),
    of_calendar("RECEIVED", (*_DAYS, _INVESTMENT, _DISCOUNT, _BASIS), received_at_maturity),
    of_calendar("PRICEDISC", (*_DAYS, _DISCOUNT, _REDEMPTION, _BASIS), discounted_price),
    of_calendar("ACCRINTM", (_ISSUE, _SETTLEMENT, _RATE, number("par"), _BASIS), interest_at_maturity),
    of_calendar("PRICEMAT", (*_DAYS, _ISSUE, _RATE, number("yield"), _BASIS), price_with_interest),
    of_calendar("YIELDMAT", (*_DAYS, _ISSUE, _RATE, _PRICE, _BASIS), yield_with_interest),
    of_calendar("TBILLPRICE", (*_DAYS, _DISCOUNT), bill_price),
    of_calendar("TBILLYIELD", (*_DAYS, _PRICE), bill_yield),
    of_calendar("TBILLEQ", (*_DAYS, _DISCOUNT), bill_bond_yield),
)
