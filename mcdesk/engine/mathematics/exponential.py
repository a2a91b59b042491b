"""exp, log and power, written once for all back ends; tests hold the bounds against mpmath.

Error bounds: exp, log, power 1 ulp; expm1, log1p 2 ulp; log10, log_base 0.51 ulp; exact
results (10**3, LOG10(1000)) come out exact.
"""

import math
from typing import TypeVar

from mcdesk.engine.mathematics.polynomial import fast_two_sum, horner, power_of_two, two_product, two_sum
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_ROUNDER = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01  # 33 bits, so that k * _LN2_HIGH is exact
_LN2_LOW = 1.90821492927058770002e-10
_LN2_LOWEST = -1.3103866137843822e-26  # ln 2 less the two above
_EXP_HIGHEST = 709.782712893384
_EXP_LOWEST = -745.14
_EXP_TAIL = tuple(1.0 / math.factorial(i) for i in range(14, 1, -1))
# fdlibm's e_log.c: minimax of (log(1+f) - 2s) / s on |s| < 0.1716
_LOG_TAIL = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)
_ATANH_TAIL = tuple(1.0 / i for i in range(25, 3, -2))
_THIRD = (1.0 / 3.0, 1.850371707708594e-17)
_INVERSE_LN10 = (0.4342944819032518, 1.098319650216765e-17)
_SMALLEST_NORMAL = 2.2250738585072014e-308


def exp(ops: Operations[V], x: V) -> V:
    """e**x; infinite above 709.78, 0 below -745.14."""
    return exp_of_sum(ops, x, ops.number(0.0))


def exp_of_sum(ops: Operations[V], high: V, low: V) -> V:
    """e**(high + low) for a small correction `low`."""
    x = ops.minimum(ops.maximum(high, ops.number(_EXP_LOWEST)), ops.number(_EXP_HIGHEST))
    k, reduced, error = _exp_reduction(ops, x, low)
    grown = ops.fma(error, reduced, error)  # error * exp(reduced), to first order
    tail = ops.fma(ops.mul(reduced, reduced), horner(ops, _EXP_TAIL, reduced), grown)
    mantissa = ops.add(ops.number(1.0), ops.add(reduced, tail))
    first = ops.iashr(k, 1)
    scaled = ops.mul(ops.mul(mantissa, power_of_two(ops, first)), power_of_two(ops, ops.isub(k, first)))
    scaled = ops.within(scaled, 0.0, 1.7976931348623157e308)
    overflows = ops.lt(ops.number(_EXP_HIGHEST), high)
    return ops.select(overflows, ops.number(math.inf), scaled)


def expm1(ops: Operations[V], x: V) -> V:
    """e**x - 1 without cancellation near 0. Source: Kahan's correction by the logarithm."""
    u = exp(ops, x)
    one = ops.number(1.0)
    difference = ops.sub(u, one)
    is_tiny = ops.eq(u, one)
    safe = ops.select(ops.or_(is_tiny, ops.lt(difference, ops.number(-0.9))), ops.number(2.0), u)
    corrected = ops.div(ops.mul(ops.sub(safe, one), x), log(ops, safe))
    is_far = ops.lt(ops.number(0.6), ops.absolute(x))
    return ops.select(is_tiny, x, ops.select(is_far, difference, corrected))


def log(ops: Operations[V], x: V) -> V:
    """Natural logarithm for 0 < x < infinity. Source: fdlibm's e_log.c, own arrangement."""
    exponent, f = _log_reduction(ops, x)
    s = ops.div(f, ops.add(f, ops.number(2.0)))
    z = ops.mul(s, s)
    series = ops.mul(horner(ops, _LOG_TAIL, z), z)
    half_square = ops.mul(ops.mul(f, f), ops.number(0.5))
    low = ops.fma(s, ops.add(half_square, series), ops.mul(exponent, ops.number(_LN2_LOW)))
    value = ops.fma(exponent, ops.number(_LN2_HIGH), ops.sub(f, ops.sub(half_square, low)))
    return ops.within(value, -745.2, 709.8)


def log1p(ops: Operations[V], x: V) -> V:
    """log(1 + x) for x > -1 without cancellation near 0."""
    one = ops.number(1.0)
    u, lost = two_sum(ops, one, x)
    return ops.add(log(ops, u), ops.div(lost, u))


def log10(ops: Operations[V], x: V) -> V:
    """Logarithm to base 10 for 0 < x < infinity."""
    high, low = log_pair(ops, x)
    product, error = two_product(ops, high, ops.number(_INVERSE_LN10[0]))
    rest = ops.fma(high, ops.number(_INVERSE_LN10[1]), ops.mul(low, ops.number(_INVERSE_LN10[0])))
    return ops.within(ops.add(product, ops.add(error, rest)), -324.0, 309.0)


def log_base(ops: Operations[V], x: V, base: V) -> V:
    """Logarithm of x to a base; both positive, base not 1."""
    x_high, x_low = log_pair(ops, x)
    b_high, b_low = log_pair(ops, base)
    quotient = ops.div(x_high, b_high)
    rest = ops.fma(ops.neg(quotient), b_high, x_high)
    rest = ops.sub(ops.add(rest, x_low), ops.mul(quotient, b_low))
    return ops.add(quotient, ops.div(rest, b_high))


def power(ops: Operations[V], x: V, y: V) -> V:
    """x**y for 0 < x < infinity; infinite where it overflows."""
    high, low = log_pair(ops, x)
    product, error = two_product(ops, high, y)
    # beyond the range of exp the error term may be anything: bound the product first
    bounded = ops.minimum(ops.maximum(product, ops.number(-800.0)), ops.number(800.0))
    inside = ops.eq(bounded, product)
    correction = ops.select(inside, ops.fma(low, y, error), ops.number(0.0))
    return exp_of_sum(ops, bounded, correction)


def log_pair(ops: Operations[V], x: V) -> tuple[V, V]:
    """Natural logarithm as an unevaluated sum, relative error below 2**-64.

    2 atanh(s) with s = f / (2 + f) carried in two doubles; the first two terms of the series too.
    """
    exponent, f = _log_reduction(ops, x)
    s = _quotient_pair(ops, f)
    square, square_error = two_product(ops, s[0], s[0])
    square_error = ops.fma(ops.mul(ops.number(2.0), s[0]), s[1], square_error)
    # 1 + z/3 + z*z*(1/5 + z/7 + ...): the sum behind 1 as a pair
    third, third_error = two_product(ops, square, ops.number(_THIRD[0]))
    third_error = ops.add(
        third_error, ops.fma(square, ops.number(_THIRD[1]), ops.mul(square_error, ops.number(_THIRD[0])))
    )
    rest = ops.mul(ops.mul(square, square), horner(ops, _ATANH_TAIL, square))
    sum_high, sum_low = fast_two_sum(ops, third, rest)
    sum_low = ops.add(sum_low, third_error)
    product, product_error = two_product(ops, s[0], sum_high)
    product_error = ops.add(product_error, ops.fma(s[0], sum_low, ops.mul(s[1], sum_high)))
    high, low = fast_two_sum(ops, s[0], product)
    low = ops.add(low, ops.add(s[1], product_error))
    two = ops.number(2.0)
    return _with_exponent(ops, exponent, ops.mul(two, high), ops.mul(two, low))


def _with_exponent(ops: Operations[V], exponent: V, high: V, low: V) -> tuple[V, V]:
    main = ops.mul(exponent, ops.number(_LN2_HIGH))
    total, error = two_sum(ops, main, high)
    small, small_error = two_product(ops, exponent, ops.number(_LN2_LOW))
    small_error = ops.fma(exponent, ops.number(_LN2_LOWEST), small_error)
    total, second = two_sum(ops, total, small)
    return fast_two_sum(ops, total, ops.add(ops.add(error, second), ops.add(low, small_error)))


def _quotient_pair(ops: Operations[V], f: V) -> tuple[V, V]:
    two = ops.number(2.0)
    below = ops.add(f, two)
    below_error = ops.sub(f, ops.sub(below, two))
    quotient = ops.div(f, below)
    rest = ops.fma(ops.neg(quotient), below, f)
    rest = ops.fma(ops.neg(quotient), below_error, rest)
    return quotient, ops.div(rest, below)


def _exp_reduction(ops: Operations[V], x: V, low: V) -> tuple[V, V, V]:
    rounded = ops.fma(x, ops.number(_LOG2_E), ops.number(_ROUNDER))
    whole = ops.sub(rounded, ops.number(_ROUNDER))
    high = ops.fma(ops.neg(whole), ops.number(_LN2_HIGH), x)
    second = ops.sub(ops.mul(whole, ops.number(_LN2_LOW)), low)
    reduced = ops.sub(high, second)
    error = ops.sub(ops.sub(high, reduced), second)
    return ops.to_integer(whole), reduced, error


def _log_reduction(ops: Operations[V], x: V) -> tuple[V, V]:
    is_subnormal = ops.lt(x, ops.number(_SMALLEST_NORMAL))
    scaled = ops.select(is_subnormal, ops.mul(x, ops.number(2.0**54)), x)
    bits = ops.bits(scaled)
    above = ops.isub(bits, ops.integer(0x3FE6A09E667F3BCD))  # sqrt(1/2): the mantissa's lower end
    exponent = ops.iashr(above, 52)
    mantissa = ops.from_bits(ops.isub(bits, ops.ishl(exponent, 52)))
    whole = ops.sub(ops.to_number(exponent), ops.select(is_subnormal, ops.number(54.0), ops.number(0.0)))
    return whole, ops.sub(mantissa, ops.number(1.0))
