"""Rounding of numbers, on decimal digits as Excel sees them."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, elementwise, number
from mcdesk.formulas.functions.parameters import absent_if_empty
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
Rounding = Callable[[Operations[V], V], V]

# A product such as 1.005 * 100 falls short of 100.5 by an ulp or two; Excel rounds it as 100.5.
_NUDGE = 2.0**-50
_HIGHEST_POWER = 300


def _powers_of_ten() -> Table:
    # Decimal text is the exact way to the nearest double.
    values = np.array([float(f"1e{exponent}") for exponent in range(_HIGHEST_POWER + 1)])
    values.flags.writeable = False
    return Table(Type.NUMBER, values)


_POWERS = _powers_of_ten()


def round_half_away(ops: Operations[V], x: V, digits: V) -> Outcome[V]:
    """ROUND."""
    return Outcome(_at_digits(ops, x, digits, _nearest))


def round_up(ops: Operations[V], x: V, digits: V) -> Outcome[V]:
    """ROUNDUP: away from zero."""
    return Outcome(_at_digits(ops, x, digits, _ceiling))


def round_down(ops: Operations[V], x: V, digits: V) -> Outcome[V]:
    """ROUNDDOWN and TRUNC: toward zero."""
    return Outcome(_at_digits(ops, x, digits, _floor))


def whole_part(ops: Operations[V], x: V) -> Outcome[V]:
    """INT."""
    return Outcome(ops.floor(x))


def truncated(ops: Operations[V], x: V) -> V:
    """The number without its fraction, toward zero."""
    whole = ops.floor(ops.absolute(x))
    return ops.select(ops.lt(x, ops.number(0.0)), ops.neg(whole), whole)


def to_multiple(ops: Operations[V], x: V, multiple: V) -> Outcome[V]:
    """MROUND: #NUM! for operands of different sign.

    The quotient is rounded as it is, so that MROUND(6.05, 0.1) is 6 and MROUND(7.05, 0.1) 7.1.
    Source: support.microsoft.com, MROUND, known limitations.
    """
    zero = ops.number(0.0)
    is_zero = ops.eq(multiple, zero)
    quotient = ops.div(x, ops.select(is_zero, ops.number(1.0), multiple))
    value = ops.select(is_zero, zero, ops.mul(ops.floor(ops.add(quotient, ops.number(0.5))), multiple))
    return Outcome(value, _error_if(ops, ops.lt(ops.mul(x, _sign(ops, multiple)), zero), ErrorCode.NUM))


def ceiling(ops: Operations[V], x: V, step: V) -> Outcome[V]:
    """CEILING: away from zero for a step of the same sign; #NUM! for x > 0 and step < 0."""
    zero = ops.number(0.0)
    is_zero = ops.eq(step, zero)
    quotient = ops.div(x, ops.select(is_zero, ops.number(1.0), step))
    value = ops.select(is_zero, zero, ops.mul(_signed_ceiling(ops, quotient), step))
    is_bad = ops.and_(ops.lt(zero, x), ops.lt(step, zero))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def floor(ops: Operations[V], x: V, step: V) -> Outcome[V]:
    """FLOOR: #NUM! for x > 0 and step < 0, #DIV/0! for step = 0 unless x = 0."""
    zero = ops.number(0.0)
    is_zero = ops.eq(step, zero)
    quotient = ops.div(x, ops.select(is_zero, ops.number(1.0), step))
    value = ops.select(is_zero, zero, ops.mul(_signed_floor(ops, quotient), step))
    is_bad = ops.and_(ops.lt(zero, x), ops.lt(step, zero))
    is_undefined = ops.and_(is_zero, ops.not_(ops.eq(x, zero)))
    undefined = _error_if(ops, is_undefined, ErrorCode.DIV0)
    return Outcome(value, ops.select(is_bad, ops.error(ErrorCode.NUM), undefined))


def ceiling_math(ops: Operations[V], x: V, step: V, mode: V) -> Outcome[V]:
    """CEILING.MATH: up, or away from zero for a negative x where mode is not 0."""
    return Outcome(_mathematical(ops, x, step, ops.eq(mode, ops.number(0.0)), is_up=True))


def floor_math(ops: Operations[V], x: V, step: V, mode: V) -> Outcome[V]:
    """FLOOR.MATH: down, or toward zero for a negative x where mode is not 0."""
    return Outcome(_mathematical(ops, x, step, ops.eq(mode, ops.number(0.0)), is_up=False))


def ceiling_precise(ops: Operations[V], x: V, step: V) -> Outcome[V]:
    """CEILING.PRECISE, ISO.CEILING and ECMA.CEILING: up, whatever the signs."""
    return Outcome(_mathematical(ops, x, step, ops.logical(True), is_up=True))


def floor_precise(ops: Operations[V], x: V, step: V) -> Outcome[V]:
    """FLOOR.PRECISE: down, whatever the signs."""
    return Outcome(_mathematical(ops, x, step, ops.logical(True), is_up=False))


def even(ops: Operations[V], x: V) -> Outcome[V]:
    """EVEN: to the next even number away from zero."""
    size = ops.mul(ops.number(2.0), _ceiling(ops, ops.mul(ops.absolute(x), ops.number(0.5))))
    return Outcome(ops.select(ops.lt(x, ops.number(0.0)), ops.neg(size), size))


def odd(ops: Operations[V], x: V) -> Outcome[V]:
    """ODD: to the next odd number away from zero."""
    one = ops.number(1.0)
    half = ops.mul(ops.sub(ops.absolute(x), one), ops.number(0.5))
    size = ops.add(ops.mul(ops.number(2.0), ops.maximum(_ceiling(ops, half), ops.number(0.0))), one)
    return Outcome(ops.select(ops.lt(x, ops.number(0.0)), ops.neg(size), size))


def _at_digits(ops: Operations[V], x: V, digits: V, rounded: Rounding[V]) -> V:
    count = ops.iclamp(ops.to_integer(ops.minimum(ops.absolute(digits), ops.number(1e6))), 0, _HIGHEST_POWER)
    power = ops.read_table(_POWERS, count)
    has_places = ops.le(ops.number(0.0), digits)
    size = ops.absolute(x)
    scaled = ops.select(has_places, ops.mul(size, power), ops.div(size, power))
    whole = rounded(ops, scaled)
    back = ops.select(has_places, ops.div(whole, power), ops.mul(whole, power))
    # Beyond 2**52 there is no fraction left to round.
    value = ops.select(ops.le(ops.number(2.0**52), scaled), size, back)
    return ops.select(ops.lt(x, ops.number(0.0)), ops.neg(value), value)


def _nearest(ops: Operations[V], x: V) -> V:
    return ops.floor(ops.add(_nudged(ops, x), ops.number(0.5)))


def _floor(ops: Operations[V], x: V) -> V:
    return ops.floor(_nudged(ops, x))


def _ceiling(ops: Operations[V], x: V) -> V:
    return ops.neg(ops.floor(ops.neg(ops.sub(x, ops.mul(x, ops.number(_NUDGE))))))


def _nudged(ops: Operations[V], x: V) -> V:
    return ops.add(x, ops.mul(x, ops.number(_NUDGE)))


def _signed_ceiling(ops: Operations[V], x: V) -> V:
    slack = ops.mul(ops.absolute(x), ops.number(_NUDGE))
    return ops.neg(ops.floor(ops.neg(ops.sub(x, slack))))


def _signed_floor(ops: Operations[V], x: V) -> V:
    return ops.floor(ops.add(x, ops.mul(ops.absolute(x), ops.number(_NUDGE))))


def _mathematical(ops: Operations[V], x: V, step: V, is_upward: V, is_up: bool) -> V:
    zero = ops.number(0.0)
    size = ops.absolute(step)
    is_zero = ops.eq(size, zero)
    quotient = ops.div(x, ops.select(is_zero, ops.number(1.0), size))
    upper, lower = _signed_ceiling(ops, quotient), _signed_floor(ops, quotient)
    plain, other = (upper, lower) if is_up else (lower, upper)
    turned = ops.and_(ops.lt(x, zero), ops.not_(is_upward))
    return ops.select(is_zero, zero, ops.mul(ops.select(turned, other, plain), size))


def _sign(ops: Operations[V], x: V) -> V:
    zero = ops.number(0.0)
    negative = ops.select(ops.lt(x, zero), ops.number(-1.0), zero)
    return ops.select(ops.lt(zero, x), ops.number(1.0), negative)


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


_X, _STEP = number("number"), absent_if_empty(number("significance", 1.0))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("ROUND", (_X, number("digits")), round_half_away),
    elementwise("ROUNDUP", (_X, number("digits")), round_up),
    elementwise("ROUNDDOWN", (_X, number("digits")), round_down),
    elementwise("TRUNC", (_X, number("digits", 0.0)), round_down),
    elementwise("INT", (_X,), whole_part),
    elementwise("MROUND", (_X, number("multiple")), to_multiple),
    elementwise("CEILING", (_X, number("significance")), ceiling),
    elementwise("FLOOR", (_X, number("significance")), floor),
    elementwise("CEILING.MATH", (_X, _STEP, absent_if_empty(number("mode", 0.0))), ceiling_math),
    elementwise("FLOOR.MATH", (_X, _STEP, absent_if_empty(number("mode", 0.0))), floor_math),
    elementwise("CEILING.PRECISE", (_X, _STEP), ceiling_precise),
    elementwise("ISO.CEILING", (_X, _STEP), ceiling_precise),
    elementwise("ECMA.CEILING", (_X, number("significance")), ceiling_precise),
    elementwise("FLOOR.PRECISE", (_X, _STEP), floor_precise),
    elementwise("EVEN", (_X,), even),
    elementwise("ODD", (_X,), odd),
)
