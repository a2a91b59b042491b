"""Prices quoted in fractions of a unit, as 1.02 for 1 and 2/16."""

from collections.abc import Callable
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import Body, FunctionDefinition, Outcome, elementwise, number
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

_MOST_DIGITS = 22  # the powers of ten that are exact


def _quotation(convert: Callable[[Operations[V], V, V, V], V]) -> Body:
    def body(ops: Operations[V], quoted: V, fraction: V) -> Outcome[V]:
        zero, one = ops.number(0.0), ops.number(1.0)
        parts = ops.floor(fraction)
        is_none = ops.lt(fraction, one)
        parts = ops.select(is_none, one, parts)
        is_below = ops.lt(quoted, zero)
        size = ops.floor(ops.absolute(quoted))
        whole = ops.select(is_below, ops.neg(size), size)
        value = ops.add(whole, convert(ops, ops.sub(quoted, whole), parts, _power_above(ops, parts)))
        error = ops.select(is_none, ops.error(ErrorCode.DIV0), ops.error(ErrorCode.NONE))
        return Outcome(value, ops.select(ops.lt(fraction, zero), ops.error(ErrorCode.NUM), error))

    return body


def _power_above(ops: Operations[V], parts: V) -> V:
    """The least power of ten that is not below the parts."""
    power = ops.number(10.0**_MOST_DIGITS)
    for digits in reversed(range(_MOST_DIGITS)):
        lower = ops.number(10.0**digits)
        power = ops.select(ops.le(parts, lower), lower, power)
    return power


def _as_decimal(ops: Operations[V], rest: V, parts: V, power: V) -> V:
    """DOLLARDE."""
    return ops.div(ops.mul(rest, power), parts)


def _as_fraction(ops: Operations[V], rest: V, parts: V, power: V) -> V:
    """DOLLARFR."""
    return ops.div(ops.mul(rest, parts), power)


_PARAMETERS = (number("quoted"), number("fraction"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("DOLLARDE", _PARAMETERS, _quotation(_as_decimal)),
    elementwise("DOLLARFR", _PARAMETERS, _quotation(_as_fraction)),
)
