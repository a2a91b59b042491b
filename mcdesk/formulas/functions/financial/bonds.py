"""Bonds with regular coupons: price, yield and duration, as bodies over `Operations`."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log1p
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, number, of_calendar
from mcdesk.formulas.functions.financial.coupons import coupon_period, days_before, period_days, unless
from mcdesk.formulas.functions.financial.rate_finding import find_rate
from mcdesk.formulas.functions.parameters import absent_if_empty
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

_FLAT_GROWTH = 1e-3  # below that the mean time of the coupons is a series: the quotients lose their digits
_PAR = 100.0


@dataclass(frozen=True, slots=True)
class Bond(Generic[V]):
    """What a bond still pays, in coupon periods.

    Attributes:
        wait: periods until the next coupon, at most 1; `accrued`: those since the last one.
        count: coupons that are left; `frequency`: coupons a year.
        is_good: whether dates, frequency and basis are in range.
    """

    wait: V
    accrued: V
    count: V
    frequency: V
    is_good: V


def bond(ops: Operations[V], date_1904: bool, days: tuple[V, V], frequency: V, basis: V) -> Bond[V]:
    """Return what a bond pays after settlement.

    The wait is the whole period less what has accrued, in each basis, not the counted days of
    COUPDAYSNC: so are Excel's prices (ExcelFinancialFunctions, bonds.fs, compared with Excel).
    """
    period = coupon_period(ops, date_1904, days, frequency, basis)
    accrued = ops.div(days_before(ops, date_1904, period), period_days(ops, date_1904, period))
    accrued = ops.select(period.is_good, accrued, ops.number(0.0))
    wait = ops.sub(ops.number(1.0), accrued)
    count = ops.select(period.is_good, period.count, ops.number(1.0))
    return Bond(wait, accrued, count, period.frequency, period.is_good)


def price(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """PRICE: without the accrued interest; #NUM! for a rate or yield below 0.

    Within the last period interest is simple.
    """
    settlement, maturity, rate, yearly_yield, redemption, *terms = values
    held = bond(ops, date_1904, (settlement, maturity), *terms)
    zero = ops.number(0.0)
    is_good = ops.and_(held.is_good, ops.and_(ops.le(zero, rate), ops.le(zero, yearly_yield)))
    is_good = ops.and_(is_good, ops.lt(zero, redemption))
    by_period = ops.div(ops.select(is_good, yearly_yield, zero), held.frequency)
    coupon = _coupon(ops, held, rate)
    value, _ = value_and_time(ops, held, (coupon, redemption), by_period)
    simple = _last_period_value(ops, held, ops.add(coupon, redemption), by_period)
    value = ops.select(_is_last(ops, held), simple, value)
    return unless(ops, is_good, ops.sub(value, ops.mul(coupon, held.accrued)))


def bond_yield(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """YIELD: the yearly yield that gives a price, to full precision.

    Excel's page has Newton's method of at most 100 rounds; where it ends is the root.
    """
    settlement, maturity, rate, paid, redemption, *terms = values
    held = bond(ops, date_1904, (settlement, maturity), *terms)
    zero, one = ops.number(0.0), ops.number(1.0)
    is_good = ops.and_(held.is_good, ops.and_(ops.le(zero, rate), ops.lt(zero, paid)))
    is_good = ops.and_(is_good, ops.lt(zero, redemption))
    coupon = _coupon(ops, held, rate)
    cost = ops.add(paid, ops.mul(coupon, held.accrued))

    def value_and_slope(by_period: V) -> tuple[V, V]:
        value, time = value_and_time(ops, held, (coupon, redemption), by_period)
        return ops.sub(value, cost), ops.neg(ops.div(ops.mul(value, time), ops.add(one, by_period)))

    found = find_rate(ops, value_and_slope, ops.div(rate, held.frequency))
    is_last = _is_last(ops, held)
    gain = ops.sub(ops.div(ops.add(coupon, redemption), ops.select(is_good, cost, one)), one)
    can_grow = ops.lt(zero, held.wait)
    simple = ops.div(gain, ops.select(can_grow, held.wait, one))
    by_period = ops.select(is_last, simple, found.value)
    assert found.error is not None
    error = ops.select(is_last, ops.error(ErrorCode.NONE), found.error)
    is_good = ops.and_(is_good, ops.or_(can_grow, ops.not_(is_last)))
    return Outcome(ops.mul(by_period, held.frequency), ops.select(is_good, error, ops.error(ErrorCode.NUM)))


def duration(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """DURATION (Macaulay), of a par of 100; #NUM! for a coupon or yield below 0."""
    held, time, is_good = _duration(ops, date_1904, *values)
    return unless(ops, is_good, ops.div(time, held.frequency))


def modified_duration(ops: Operations[V], date_1904: bool, *values: V) -> Outcome[V]:
    """MDURATION."""
    held, time, is_good = _duration(ops, date_1904, *values)
    growth = ops.add(ops.number(1.0), ops.div(values[3], held.frequency))
    years = ops.div(time, held.frequency)
    return unless(ops, is_good, ops.div(years, ops.select(is_good, growth, ops.number(1.0))))


def _duration(ops: Operations[V], date_1904: bool, *values: V) -> tuple[Bond[V], V, V]:
    """The bond, the mean time of its payments in coupon periods, and whether that is defined."""
    settlement, maturity, rate, yearly_yield, *terms = values
    held = bond(ops, date_1904, (settlement, maturity), *terms)
    zero = ops.number(0.0)
    is_good = ops.and_(held.is_good, ops.and_(ops.le(zero, rate), ops.le(zero, yearly_yield)))
    by_period = ops.div(ops.select(is_good, yearly_yield, zero), held.frequency)
    payments = (_coupon(ops, held, rate), ops.number(_PAR))
    return held, value_and_time(ops, held, payments, by_period)[1], is_good


def _coupon(ops: Operations[V], held: Bond[V], rate: V) -> V:
    return ops.div(ops.mul(ops.number(_PAR), rate), held.frequency)


def _is_last(ops: Operations[V], held: Bond[V]) -> V:
    return ops.eq(held.count, ops.number(1.0))


def _last_period_value(ops: Operations[V], held: Bond[V], paid: V, by_period: V) -> V:
    return ops.div(paid, ops.add(ops.number(1.0), ops.mul(held.wait, by_period)))


def value_and_time(ops: Operations[V], held: Bond[V], payments: tuple[V, V], by_period: V) -> tuple[V, V]:
    """Return what coupons and redemption are worth at settlement, and their mean time in periods."""
    coupon, redemption = payments
    zero, one = ops.number(0.0), ops.number(1.0)
    is_lost = ops.le(by_period, ops.number(-1.0))
    growth = log1p(ops, ops.select(is_lost, zero, by_period))
    is_flat = ops.eq(growth, zero)
    last = ops.sub(ops.add(held.wait, held.count), one)
    first_factor = exp(ops, ops.neg(ops.mul(held.wait, growth)))
    last_factor = exp(ops, ops.neg(ops.mul(last, growth)))
    below = ops.select(is_flat, one, expm1(ops, ops.neg(growth)))
    series = ops.div(expm1(ops, ops.neg(ops.mul(held.count, growth))), below)
    coupons = ops.mul(ops.mul(coupon, ops.select(is_flat, held.count, series)), first_factor)
    redeemed = ops.mul(redemption, last_factor)
    coupon_time = ops.add(held.wait, _mean_place(ops, held.count, growth))
    value = ops.add(coupons, redeemed)
    weighted = ops.add(ops.mul(coupons, coupon_time), ops.mul(redeemed, last))
    return value, ops.div(weighted, ops.select(ops.eq(value, zero), one, value))


def _mean_place(ops: Operations[V], count: V, growth: V) -> V:
    """The mean of 0 to count - 1, each weighted by exp(-place * growth)."""
    one = ops.number(1.0)
    whole = ops.mul(count, growth)
    is_flat = ops.lt(ops.absolute(whole), ops.number(_FLAT_GROWTH))
    safe, safe_whole = ops.select(is_flat, one, growth), ops.select(is_flat, one, whole)
    exact = ops.sub(ops.div(one, expm1(ops, safe)), ops.div(count, expm1(ops, safe_whole)))
    # The first terms of both quotients by the growth; the next is below 1e-16 of their sum.
    square = ops.mul(count, count)
    linear = ops.div(ops.mul(ops.sub(square, one), growth), ops.number(12.0))
    cube = ops.mul(ops.mul(growth, growth), growth)
    third = ops.div(ops.mul(ops.sub(ops.mul(square, square), one), cube), ops.number(720.0))
    middle = ops.div(ops.sub(count, one), ops.number(2.0))
    return ops.select(is_flat, ops.add(ops.sub(middle, linear), third), exact)


_DAYS = (number("settlement"), number("maturity"))
_RATE, _YIELD, _REDEMPTION = number("rate"), number("yield"), number("redemption")
_TERMS = (number("frequency"), absent_if_empty(number("basis", 0.0)))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    of_calendar("PRICE", (*_DAYS, _RATE, _YIELD, _REDEMPTION, *_TERMS), price),
    of_calendar("YIELD", (*_DAYS, _RATE, number("price"), _REDEMPTION, *_TERMS), bond_yield),
    of_calendar("DURATION", (*_DAYS, _RATE, _YIELD, *_TERMS), duration),
    of_calendar("MDURATION", (*_DAYS, _RATE, _YIELD, *_TERMS), modified_duration),
)
