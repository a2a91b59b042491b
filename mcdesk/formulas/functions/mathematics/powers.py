"""Powers as `^`, POWER and the financial functions take them."""

from typing import TypeVar

from mcdesk.engine.mathematics.exponential import power as general_power
from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.values import as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

_OPERATIONS = ScalarOperations()
# How far beside 1 / n an exponent may be, as LibreOffice has it for Excel's sake.
_ROOT_FRACTION = 2.0**-48


def power(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a ^ b; #NUM! for 0^0, #DIV/0! for 0 to a negative power.

    Of a negative number there are the roots of odd degree, as Excel has them: (-8)^(1/3) is -2. Other
    exponents that are not whole are #NUM!. The exponents 1, 2, -1 and 0.5 give a, a * a, 1 / a and the
    square root, each rounded once.
    """
    zero, one = ops.number(0.0), ops.number(1.0)
    is_zero, is_negative = ops.eq(a, zero), ops.lt(a, zero)
    is_whole = ops.eq(ops.floor(b), b)
    base = ops.select(is_zero, one, ops.absolute(a))
    half = ops.mul(b, ops.number(0.5))
    is_odd = ops.not_(ops.eq(ops.floor(half), half))
    size = _simple_power(ops, base, b)
    is_root = _is_odd_root(ops, b)
    is_mirrored = ops.and_(is_negative, ops.select(is_whole, is_odd, is_root))
    signed = ops.select(is_mirrored, ops.neg(size), size)
    value = ops.select(is_zero, zero, signed)
    nothing = ops.and_(is_zero, ops.eq(b, zero))
    no_root = ops.and_(is_negative, ops.not_(ops.or_(is_whole, is_root)))
    pole = ops.and_(is_zero, ops.lt(b, zero))
    error = ops.select(
        ops.or_(nothing, no_root),
        ops.error(ErrorCode.NUM),
        ops.select(pole, ops.error(ErrorCode.DIV0), ops.error(ErrorCode.NONE)),
    )
    return Outcome(value, error)


def power_numbers(a: float, b: float) -> float | ErrorCode:
    """Return a ^ b for numbers, or its error."""
    if b == 2.0:
        return as_number_or_error(a * a)
    outcome: Outcome[float] = power(_OPERATIONS, a, b)
    if outcome.error:
        return ErrorCode(int(outcome.error))
    return as_number_or_error(outcome.value)


def _is_odd_root(ops: Operations[V], exponent: V) -> V:
    """Whether an exponent is 1 / n for an odd n, but for its last bits."""
    zero, one = ops.number(0.0), ops.number(1.0)
    known = ops.select(ops.eq(exponent, zero), one, exponent)
    degree = ops.floor(ops.add(ops.div(one, known), ops.number(0.5)))
    known_degree = ops.select(ops.eq(degree, zero), one, degree)
    half = ops.mul(degree, ops.number(0.5))
    distance = ops.absolute(ops.sub(ops.div(one, known_degree), exponent))
    is_near = ops.le(distance, ops.mul(ops.absolute(exponent), ops.number(_ROOT_FRACTION)))
    return ops.and_(is_near, ops.not_(ops.eq(ops.floor(half), half)))


def _simple_power(ops: Operations[V], base: V, exponent: V) -> V:
    result = general_power(ops, base, exponent)
    exact = (
        (0.5, ops.sqrt(base)),
        (-1.0, ops.div(ops.number(1.0), base)),
        (2.0, ops.mul(base, base)),
        (1.0, base),
        (0.0, ops.number(1.0)),
    )
    for value, simple in exact:
        result = ops.select(ops.eq(exponent, ops.number(value)), simple, result)
    return result
