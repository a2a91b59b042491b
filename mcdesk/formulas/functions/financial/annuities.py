"""Loans and annuities: PMT, PV, FV and relatives, as bodies over `Operations`."""

from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, elementwise, number
from mcdesk.formulas.functions.mathematics.powers import power
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


def payment(ops: Operations[V], rate: V, periods: V, present: V, future: V, at_start: V) -> Outcome[V]:
    """PMT; #NUM! for no periods."""
    zero, one = ops.number(0.0), ops.number(1.0)
    growth, gained, is_bad_growth = _growth(ops, rate, periods)
    is_free = ops.eq(rate, zero)
    is_bad = ops.or_(ops.eq(periods, zero), is_bad_growth)
    safe_rate = ops.select(is_free, one, rate)
    is_flat = ops.eq(gained, zero)
    due = _due(ops, rate, at_start)
    is_due_zero = ops.eq(due, zero)
    owed = ops.add(ops.mul(present, growth), future)
    below = ops.mul(ops.select(is_due_zero, one, due), ops.select(is_flat, one, gained))
    regular = ops.neg(ops.div(ops.mul(owed, safe_rate), below))
    plain = ops.neg(ops.div(ops.add(present, future), ops.select(ops.eq(periods, zero), one, periods)))
    value = ops.select(is_free, plain, regular)
    is_singular = ops.and_(ops.not_(is_free), ops.or_(is_flat, is_due_zero))
    return Outcome(value, _error_if(ops, ops.or_(is_bad, is_singular), ErrorCode.NUM))


def future_value(ops: Operations[V], rate: V, periods: V, paid: V, present: V, at_start: V) -> Outcome[V]:
    """FV."""
    zero, one = ops.number(0.0), ops.number(1.0)
    growth, gained, is_bad = _growth(ops, rate, periods)
    is_free = ops.eq(rate, zero)
    safe_rate = ops.select(is_free, one, rate)
    summed = ops.div(gained, safe_rate)
    regular = ops.add(ops.mul(present, growth), ops.mul(ops.mul(paid, _due(ops, rate, at_start)), summed))
    value = ops.neg(ops.select(is_free, ops.add(present, ops.mul(paid, periods)), regular))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def present_value(ops: Operations[V], rate: V, periods: V, paid: V, future: V, at_start: V) -> Outcome[V]:
    """PV."""
    zero, one = ops.number(0.0), ops.number(1.0)
    growth, gained, is_bad = _growth(ops, rate, periods)
    is_free = ops.eq(rate, zero)
    safe_rate = ops.select(is_free, one, rate)
    is_bad = ops.or_(is_bad, ops.eq(growth, zero))
    summed = ops.div(gained, safe_rate)
    owed = ops.add(future, ops.mul(ops.mul(paid, _due(ops, rate, at_start)), summed))
    regular = ops.div(owed, ops.select(ops.eq(growth, zero), one, growth))
    value = ops.neg(ops.select(is_free, ops.add(future, ops.mul(paid, periods)), regular))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def period_count(ops: Operations[V], rate: V, paid: V, present: V, future: V, at_start: V) -> Outcome[V]:
    """NPER; #NUM! where the payments never repay."""
    zero, one = ops.number(0.0), ops.number(1.0)
    is_free = ops.eq(rate, zero)
    nothing_paid = ops.eq(paid, zero)
    plain = ops.neg(ops.div(ops.add(present, future), ops.select(nothing_paid, one, paid)))
    safe_rate = ops.select(is_free, one, rate)
    annuity = ops.div(ops.mul(paid, _due(ops, rate, at_start)), safe_rate)
    above, below = ops.sub(annuity, future), ops.add(annuity, present)
    is_zero = ops.eq(below, zero)
    ratio = ops.div(above, ops.select(is_zero, one, below))
    base = ops.add(one, rate)
    is_undefined = ops.or_(is_zero, ops.or_(ops.le(ratio, zero), ops.le(base, zero)))
    safe_base = ops.select(ops.or_(is_undefined, is_free), ops.number(2.0), base)
    regular = ops.div(log(ops, ops.select(is_undefined, one, ratio)), log(ops, safe_base))
    is_bad = ops.select(is_free, nothing_paid, is_undefined)
    return Outcome(ops.select(is_free, plain, regular), _error_if(ops, is_bad, ErrorCode.NUM))


def interest_part(ops: Operations[V], *values: V) -> Outcome[V]:
    """IPMT: the interest in one payment; #NUM! for a period outside of the loan."""
    rate, period, periods, present, future, at_start = values
    zero, one = ops.number(0.0), ops.number(1.0)
    paid = payment(ops, rate, periods, present, future, at_start)
    before = ops.sub(period, one)
    owed = future_value(ops, rate, before, paid.value, present, at_start).value
    is_at_start = ops.not_(ops.eq(at_start, zero))
    interest = ops.mul(owed, rate)
    # Paid at the start of a period, interest is discounted by one; the first payment has none.
    early = ops.div(interest, ops.select(ops.eq(rate, ops.neg(one)), one, ops.add(one, rate)))
    is_first = ops.eq(period, one)
    value = ops.select(is_at_start, ops.select(is_first, zero, early), interest)
    return Outcome(value, _period_error(ops, period, periods, paid))


def principal_part(ops: Operations[V], *values: V) -> Outcome[V]:
    """PPMT: what one payment repays."""
    rate, period, periods, present, future, at_start = values
    paid = payment(ops, rate, periods, present, future, at_start)
    interest = interest_part(ops, rate, period, periods, present, future, at_start)
    return Outcome(ops.sub(paid.value, interest.value), interest.error)


def _period_error(ops: Operations[V], period: V, periods: V, paid: Outcome[V]) -> V:
    is_outside = ops.or_(ops.lt(period, ops.number(1.0)), ops.lt(ops.floor(periods), ops.floor(period)))
    assert paid.error is not None
    return ops.select(is_outside, ops.error(ErrorCode.NUM), paid.error)


def simple_interest_part(ops: Operations[V], rate: V, period: V, periods: V, present: V) -> Outcome[V]:
    """ISPMT."""
    is_bad = ops.eq(periods, ops.number(0.0))
    share = ops.div(period, ops.select(is_bad, ops.number(1.0), periods))
    value = ops.mul(ops.mul(present, rate), ops.sub(share, ops.number(1.0)))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def equivalent_growth(ops: Operations[V], periods: V, present: V, future: V) -> Outcome[V]:
    """RRI: the rate by which one value grows to another."""
    zero, one = ops.number(0.0), ops.number(1.0)
    is_bad = ops.or_(ops.le(periods, zero), ops.eq(present, zero))
    ratio = ops.div(future, ops.select(is_bad, one, present))
    grown = power(ops, ratio, ops.div(one, ops.select(is_bad, one, periods)))
    assert grown.error is not None
    error = ops.select(is_bad, ops.error(ErrorCode.NUM), grown.error)
    return Outcome(ops.sub(grown.value, one), error)


def growth_periods(ops: Operations[V], rate: V, present: V, future: V) -> Outcome[V]:
    """PDURATION."""
    zero, one = ops.number(0.0), ops.number(1.0)
    is_bad = ops.or_(ops.le(rate, zero), ops.or_(ops.le(present, zero), ops.le(future, zero)))
    ratio = ops.div(ops.select(is_bad, one, future), ops.select(is_bad, one, present))
    base = ops.select(is_bad, ops.number(2.0), ops.add(one, rate))
    return Outcome(ops.div(log(ops, ratio), log(ops, base)), _error_if(ops, is_bad, ErrorCode.NUM))


def effective_rate(ops: Operations[V], nominal: V, periods: V) -> Outcome[V]:
    """EFFECT."""
    one = ops.number(1.0)
    whole = ops.floor(periods)
    is_bad = ops.or_(ops.le(nominal, ops.number(0.0)), ops.lt(whole, one))
    safe = ops.select(is_bad, one, whole)
    base = ops.add(one, ops.div(ops.select(is_bad, one, nominal), safe))
    return Outcome(ops.sub(power(ops, base, safe).value, one), _error_if(ops, is_bad, ErrorCode.NUM))


def nominal_rate(ops: Operations[V], effective: V, periods: V) -> Outcome[V]:
    """NOMINAL."""
    one = ops.number(1.0)
    whole = ops.floor(periods)
    is_bad = ops.or_(ops.le(effective, ops.number(0.0)), ops.lt(whole, one))
    safe = ops.select(is_bad, one, whole)
    base = ops.add(one, ops.select(is_bad, one, effective))
    root = power(ops, base, ops.div(one, safe)).value
    return Outcome(ops.mul(ops.sub(root, one), safe), _error_if(ops, is_bad, ErrorCode.NUM))


def straight_line(ops: Operations[V], cost: V, salvage: V, life: V) -> Outcome[V]:
    """SLN."""
    is_bad = ops.eq(life, ops.number(0.0))
    value = ops.div(ops.sub(cost, salvage), ops.select(is_bad, ops.number(1.0), life))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def sum_of_years(ops: Operations[V], cost: V, salvage: V, life: V, period: V) -> Outcome[V]:
    """SYD."""
    one = ops.number(1.0)
    is_bad = ops.or_(ops.lt(life, one), ops.or_(ops.lt(period, one), ops.lt(life, period)))
    years = ops.mul(life, ops.add(life, one))
    above = ops.mul(ops.mul(ops.sub(cost, salvage), ops.add(ops.sub(life, period), one)), ops.number(2.0))
    return Outcome(ops.div(above, ops.select(is_bad, one, years)), _error_if(ops, is_bad, ErrorCode.NUM))


def _growth(ops: Operations[V], rate: V, periods: V) -> tuple[V, V, V]:
    """(1 + rate) ** periods, the same less 1, and whether they are undefined."""
    zero, one = ops.number(0.0), ops.number(1.0)
    base = ops.add(one, rate)
    is_positive = ops.lt(zero, base)
    is_empty = ops.eq(periods, zero)
    # Through log1p, because 1 + rate loses the digits that the payment needs.
    exponent = ops.mul(periods, log1p(ops, ops.select(is_positive, rate, zero)))
    grown = power(ops, ops.select(is_positive, one, base), ops.select(is_empty, one, periods))
    assert grown.error is not None
    is_bad = ops.not_(ops.eq(ops.to_number(ops.error_code(grown.error)), zero))
    other = ops.select(is_empty, one, grown.value)
    growth = ops.select(is_positive, exp(ops, exponent), other)
    gained = ops.select(is_positive, expm1(ops, exponent), ops.sub(other, one))
    return growth, gained, ops.and_(is_bad, ops.not_(is_empty))


def _due(ops: Operations[V], rate: V, at_start: V) -> V:
    one = ops.number(1.0)
    is_at_start = ops.not_(ops.eq(at_start, ops.number(0.0)))
    return ops.select(is_at_start, ops.add(one, rate), one)


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


_RATE, _PERIODS, _PERIOD = number("rate"), number("periods"), number("period")
_PAID, _PRESENT = number("payment"), number("present")
_FUTURE, _AT_START = number("future", 0.0), number("at_start", 0.0)
_COST, _SALVAGE, _LIFE = number("cost"), number("salvage"), number("life")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("PMT", (_RATE, _PERIODS, _PRESENT, _FUTURE, _AT_START), payment),
    elementwise("FV", (_RATE, _PERIODS, _PAID, number("present", 0.0), _AT_START), future_value),
    elementwise("PV", (_RATE, _PERIODS, _PAID, _FUTURE, _AT_START), present_value),
    elementwise("NPER", (_RATE, _PAID, _PRESENT, _FUTURE, _AT_START), period_count),
    elementwise("IPMT", (_RATE, _PERIOD, _PERIODS, _PRESENT, _FUTURE, _AT_START), interest_part),
    elementwise("PPMT", (_RATE, _PERIOD, _PERIODS, _PRESENT, _FUTURE, _AT_START), principal_part),
    elementwise("ISPMT", (_RATE, _PERIOD, _PERIODS, _PRESENT), simple_interest_part),
    elementwise("RRI", (_PERIODS, _PRESENT, number("future")), equivalent_growth),
    elementwise("PDURATION", (_RATE, _PRESENT, number("future")), growth_periods),
    elementwise("EFFECT", (_RATE, _PERIODS), effective_rate),
    elementwise("NOMINAL", (_RATE, _PERIODS), nominal_rate),
    elementwise("SLN", (_COST, _SALVAGE, _LIFE), straight_line),
    elementwise("SYD", (_COST, _SALVAGE, _LIFE, _PERIOD), sum_of_years),
)
