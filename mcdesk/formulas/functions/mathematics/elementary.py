"""Elementary functions of one or two numbers, each a body over `Operations`."""

import math
from collections.abc import Callable
from typing import TypeVar

from mcdesk.engine.mathematics import exponential, trigonometry
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, elementwise, number
from mcdesk.formulas.functions.mathematics.powers import power
from mcdesk.formulas.functions.parameters import absent_if_empty
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
Plain = Callable[[Operations[V], V], V]

# Excel refuses larger angles; so does the reduction of the argument.
_LARGEST_ANGLE = 2.0**27 - 1.0


def absolute(ops: Operations[V], x: V) -> Outcome[V]:
    """ABS."""
    return Outcome(ops.absolute(x))


def sign(ops: Operations[V], x: V) -> Outcome[V]:
    """SIGN."""
    zero = ops.number(0.0)
    negative = ops.select(ops.lt(x, zero), ops.number(-1.0), zero)
    return Outcome(ops.select(ops.lt(zero, x), ops.number(1.0), negative))


def square_root(ops: Operations[V], x: V) -> Outcome[V]:
    """SQRT; #NUM! below zero."""
    zero = ops.number(0.0)
    is_bad = ops.lt(x, zero)
    return Outcome(ops.sqrt(ops.select(is_bad, zero, x)), _error_if(ops, is_bad, ErrorCode.NUM))


def square_root_of_pi(ops: Operations[V], x: V) -> Outcome[V]:
    """SQRTPI: the square root of x times pi."""
    return square_root(ops, ops.mul(x, ops.number(math.pi)))


def exponential_function(ops: Operations[V], x: V) -> Outcome[V]:
    """EXP."""
    return Outcome(exponential.exp(ops, x))


def natural_logarithm(ops: Operations[V], x: V) -> Outcome[V]:
    """LN; #NUM! for x <= 0."""
    return _of_positive(ops, x, exponential.log)


def common_logarithm(ops: Operations[V], x: V) -> Outcome[V]:
    """LOG10; #NUM! for x <= 0."""
    return _of_positive(ops, x, exponential.log10)


def logarithm(ops: Operations[V], x: V, base: V) -> Outcome[V]:
    """LOG; #NUM! for x or base <= 0, #DIV/0! for base 1."""
    zero, one, ten = ops.number(0.0), ops.number(1.0), ops.number(10.0)
    is_bad = ops.or_(ops.le(x, zero), ops.le(base, zero))
    is_one = ops.eq(base, one)
    safe_x = ops.select(is_bad, one, x)
    safe_base = ops.select(ops.or_(is_bad, is_one), ops.number(2.0), base)
    general = exponential.log_base(ops, safe_x, safe_base)
    value = ops.select(ops.eq(base, ten), exponential.log10(ops, safe_x), general)
    pole = _error_if(ops, is_one, ErrorCode.DIV0)
    return Outcome(value, ops.select(is_bad, ops.error(ErrorCode.NUM), pole))


def remainder(ops: Operations[V], x: V, divisor: V) -> Outcome[V]:
    """MOD: with the sign of the divisor; #DIV/0! for 0, #NUM! beyond 2**40 quotients or so."""
    is_bad = ops.eq(divisor, ops.number(0.0))
    safe = ops.select(is_bad, ops.number(1.0), divisor)
    quotient = ops.div(x, safe)
    whole = ops.floor(quotient)
    rest = ops.sub(x, ops.mul(safe, whole))
    # A rest beside a quotient that rounding carried to a whole number has the wrong sign.
    is_outside = ops.lt(ops.mul(rest, _unit(ops, safe)), ops.number(0.0))
    value = ops.select(is_outside, ops.number(0.0), rest)
    limit = ops.le(ops.number(1.125e12 * 134_217_728.0), ops.absolute(quotient))
    too_large = _error_if(ops, limit, ErrorCode.NUM)
    return Outcome(value, ops.select(is_bad, ops.error(ErrorCode.DIV0), too_large))


def quotient(ops: Operations[V], x: V, divisor: V) -> Outcome[V]:
    """QUOTIENT: the whole part of a division, toward zero."""
    is_bad = ops.eq(divisor, ops.number(0.0))
    ratio = ops.div(x, ops.select(is_bad, ops.number(1.0), divisor))
    size = ops.floor(ops.absolute(ratio))
    value = ops.select(ops.lt(ratio, ops.number(0.0)), ops.neg(size), size)
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def circle_constant(ops: Operations[V]) -> Outcome[V]:
    """PI."""
    return Outcome(ops.number(math.pi))


def degrees(ops: Operations[V], x: V) -> Outcome[V]:
    """DEGREES."""
    return Outcome(ops.mul(x, ops.number(180.0 / math.pi)))


def radians(ops: Operations[V], x: V) -> Outcome[V]:
    """RADIANS."""
    return Outcome(ops.mul(x, ops.number(math.pi / 180.0)))


def angle_of_point(ops: Operations[V], x: V, y: V) -> Outcome[V]:
    """ATAN2, Excel's order of arguments; #DIV/0! at the origin."""
    zero = ops.number(0.0)
    is_bad = ops.and_(ops.eq(x, zero), ops.eq(y, zero))
    value = trigonometry.atan2(ops, y, ops.select(is_bad, ops.number(1.0), x))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def arc_cotangent(ops: Operations[V], x: V) -> Outcome[V]:
    """ACOT, in (0, pi)."""
    return Outcome(ops.sub(ops.number(math.pi / 2.0), trigonometry.atan(ops, x)))


def inverse_hyperbolic_cosine(ops: Operations[V], x: V) -> Outcome[V]:
    """ACOSH; #NUM! below 1."""
    one = ops.number(1.0)
    is_bad = ops.lt(x, one)
    return Outcome(trigonometry.acosh(ops, ops.select(is_bad, one, x)), _error_if(ops, is_bad, ErrorCode.NUM))


def inverse_hyperbolic_tangent(ops: Operations[V], x: V) -> Outcome[V]:
    """ATANH; #NUM! outside of (-1, 1)."""
    is_bad = ops.le(ops.number(1.0), ops.absolute(x))
    value = trigonometry.atanh(ops, ops.select(is_bad, ops.number(0.0), x))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def inverse_hyperbolic_cotangent(ops: Operations[V], x: V) -> Outcome[V]:
    """ACOTH; #NUM! within [-1, 1]."""
    one = ops.number(1.0)
    is_bad = ops.le(ops.absolute(x), one)
    inverse = ops.div(one, ops.select(is_bad, ops.number(2.0), x))
    return Outcome(trigonometry.atanh(ops, inverse), _error_if(ops, is_bad, ErrorCode.NUM))


def is_same(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """DELTA: 1 for equal numbers, else 0."""
    return Outcome(ops.select(ops.eq(a, b), ops.number(1.0), ops.number(0.0)))


def is_at_least(ops: Operations[V], x: V, step: V) -> Outcome[V]:
    """GESTEP: 1 for x >= step, else 0."""
    return Outcome(ops.select(ops.le(step, x), ops.number(1.0), ops.number(0.0)))


def _everywhere(plain: Plain[V]) -> Callable[[Operations[V], V], Outcome[V]]:
    def body(ops: Operations[V], x: V) -> Outcome[V]:
        return Outcome(plain(ops, x))

    return body


def _of_angle(plain: Plain[V]) -> Callable[[Operations[V], V], Outcome[V]]:
    def body(ops: Operations[V], x: V) -> Outcome[V]:
        is_bad = ops.lt(ops.number(_LARGEST_ANGLE), ops.absolute(x))
        value = plain(ops, ops.select(is_bad, ops.number(0.0), x))
        return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))

    return body


def _of_unit(plain: Plain[V]) -> Callable[[Operations[V], V], Outcome[V]]:
    def body(ops: Operations[V], x: V) -> Outcome[V]:
        is_bad = ops.lt(ops.number(1.0), ops.absolute(x))
        value = plain(ops, ops.select(is_bad, ops.number(0.0), x))
        return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))

    return body


def _inverse(plain: Plain[V], is_angle: bool) -> Callable[[Operations[V], V], Outcome[V]]:
    def body(ops: Operations[V], x: V) -> Outcome[V]:
        outcome = _of_angle(plain)(ops, x) if is_angle else Outcome(plain(ops, x), None)
        is_zero = ops.eq(outcome.value, ops.number(0.0))
        value = ops.div(ops.number(1.0), ops.select(is_zero, ops.number(1.0), outcome.value))
        pole = _error_if(ops, is_zero, ErrorCode.DIV0)
        if outcome.error is None:
            return Outcome(value, pole)
        is_good = ops.eq(ops.to_number(ops.error_code(outcome.error)), ops.number(0.0))
        return Outcome(value, ops.select(is_good, pole, outcome.error))

    return body


def _of_positive(ops: Operations[V], x: V, plain: Plain[V]) -> Outcome[V]:
    is_bad = ops.le(x, ops.number(0.0))
    value = plain(ops, ops.select(is_bad, ops.number(1.0), x))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def _unit(ops: Operations[V], x: V) -> V:
    return ops.select(ops.lt(x, ops.number(0.0)), ops.number(-1.0), ops.number(1.0))


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


_X = number("number")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("ABS", (_X,), absolute),
    elementwise("SIGN", (_X,), sign),
    elementwise("SQRT", (_X,), square_root),
    elementwise("SQRTPI", (_X,), square_root_of_pi),
    elementwise("EXP", (_X,), exponential_function),
    elementwise("LN", (_X,), natural_logarithm),
    elementwise("LOG10", (_X,), common_logarithm),
    elementwise("LOG", (_X, number("base", 10.0)), logarithm),
    elementwise("POWER", (_X, number("power")), power),
    elementwise("MOD", (_X, number("divisor")), remainder),
    elementwise("QUOTIENT", (_X, number("divisor")), quotient),
    elementwise("PI", (), circle_constant),
    elementwise("DEGREES", (_X,), degrees),
    elementwise("RADIANS", (_X,), radians),
    elementwise("SIN", (_X,), _of_angle(trigonometry.sin)),
    elementwise("COS", (_X,), _of_angle(trigonometry.cos)),
    elementwise("TAN", (_X,), _of_angle(trigonometry.tan)),
    elementwise("SEC", (_X,), _inverse(trigonometry.cos, is_angle=True)),
    elementwise("CSC", (_X,), _inverse(trigonometry.sin, is_angle=True)),
    elementwise("COT", (_X,), _inverse(trigonometry.tan, is_angle=True)),
    elementwise("ASIN", (_X,), _of_unit(trigonometry.asin)),
    elementwise("ACOS", (_X,), _of_unit(trigonometry.acos)),
    elementwise("ATAN", (_X,), _everywhere(trigonometry.atan)),
    elementwise("ACOT", (_X,), arc_cotangent),
    elementwise("ATAN2", (number("x"), number("y")), angle_of_point),
    elementwise("SINH", (_X,), _everywhere(trigonometry.sinh)),
    elementwise("COSH", (_X,), _everywhere(trigonometry.cosh)),
    elementwise("TANH", (_X,), _everywhere(trigonometry.tanh)),
    elementwise("SECH", (_X,), _inverse(trigonometry.cosh, is_angle=False)),
    elementwise("CSCH", (_X,), _inverse(trigonometry.sinh, is_angle=False)),
    elementwise("COTH", (_X,), _inverse(trigonometry.tanh, is_angle=False)),
    elementwise("ASINH", (_X,), _everywhere(trigonometry.asinh)),
    elementwise("ACOSH", (_X,), inverse_hyperbolic_cosine),
    elementwise("ATANH", (_X,), inverse_hyperbolic_tangent),
    elementwise("ACOTH", (_X,), inverse_hyperbolic_cotangent),
    elementwise("DELTA", (_X, absent_if_empty(number("other", 0.0))), is_same),
    elementwise("GESTEP", (_X, absent_if_empty(number("step", 0.0))), is_at_least),
)
