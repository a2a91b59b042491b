"""Circular and hyperbolic functions and their inverses, written once for all back ends.

Error bounds: sin, cos, atan 1 ulp; tan, asin, acos, atan2 and the hyperbolic ones 3 ulp, relative
to the result; for |x| < 2**27, which is all that Excel accepts.
Source of the polynomials: fdlibm (k_sin.c, k_cos.c, s_atan.c).
"""

import math
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p
from mcdesk.engine.mathematics.polynomial import horner
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_ROUNDER = 6755399441055744.0
_HALF_PI = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33)
_SIN_TAIL = (
    1.58969099521155010221e-10,
    -2.50507602534068634195e-08,
    2.75573137070700676789e-06,
    -1.98412698298579493134e-04,
    8.33333333332248946124e-03,
)
_SIN_FIRST = -1.66666666666666324348e-01
_COS_TAIL = (
    -1.13596475577881948265e-11,
    2.08757232129817482790e-09,
    -2.75573143513906633035e-07,
    2.48015872894767294178e-05,
    -1.38888888888741095749e-03,
    4.16666666666666019037e-02,
)
_ATAN_EVEN = (
    1.62858201153657823623e-02,
    4.97687799461593236017e-02,
    6.66107313738753120669e-02,
    9.09088713343650656196e-02,
    1.42857142725034663711e-01,
    3.33333333333329318027e-01,
)
_ATAN_ODD = (
    -3.65315727442169155270e-02,
    -5.83357013379057348645e-02,
    -7.69187620504482999495e-02,
    -1.11111104054623557880e-01,
    -1.99999999998764832476e-01,
)
# (limit, value of atan there in two parts)
_ATAN_STEPS = (
    (0.4375, 4.63647609000806093515e-01, 2.26987774529616870924e-17),
    (0.6875, 7.85398163397448278999e-01, 3.06161699786838301793e-17),
    (1.1875, 9.82793723247329054082e-01, 1.39033110312309984516e-17),
    (2.4375, 1.57079632679489655800e00, 6.12323399573676603587e-17),
)
_SINH_TAIL = tuple(1.0 / math.factorial(i) for i in range(21, 2, -2))


def sin(ops: Operations[V], x: V) -> V:
    """Sine for |x| < 2**27."""
    return _circular(ops, x, 0)


def cos(ops: Operations[V], x: V) -> V:
    """Cosine for |x| < 2**27."""
    return _circular(ops, x, 1)


def tan(ops: Operations[V], x: V) -> V:
    """Tangent for |x| < 2**27."""
    return ops.div(sin(ops, x), cos(ops, x))


def atan(ops: Operations[V], x: V) -> V:
    """Arc tangent."""
    size = ops.absolute(x)
    reduced, high, low = _atan_reduction(ops, size)
    z = ops.mul(reduced, reduced)
    w = ops.mul(z, z)
    even = ops.mul(z, horner(ops, _ATAN_EVEN, w))
    odd = ops.mul(w, horner(ops, _ATAN_ODD, w))
    tail = ops.sub(ops.mul(reduced, ops.add(even, odd)), low)
    value = ops.sub(high, ops.sub(tail, reduced))
    return ops.within(_with_sign(ops, value, x), -1.5708, 1.5708)


def atan2(ops: Operations[V], y: V, x: V) -> V:
    """Angle of the point (x, y), which is not the origin, in (-pi, pi]."""
    zero = ops.number(0.0)
    rises = ops.lt(ops.absolute(x), ops.absolute(y))
    above = ops.select(rises, x, y)
    below = ops.select(rises, y, x)
    angle = atan(ops, ops.div(above, ops.select(ops.eq(below, zero), ops.number(1.0), below)))
    half = _with_sign(ops, ops.number(_HALF_PI[0]), y)
    turn = ops.select(ops.lt(y, zero), ops.number(-math.pi), ops.number(math.pi))
    flat = ops.select(ops.lt(x, zero), ops.add(angle, turn), angle)
    return ops.within(ops.select(rises, ops.sub(half, angle), flat), -3.1416, 3.1416)


def asin(ops: Operations[V], x: V) -> V:
    """Arc sine for |x| <= 1."""
    one = ops.number(1.0)
    across = ops.sqrt(ops.mul(ops.sub(one, x), ops.add(one, x)))
    return atan2(ops, x, across)


def acos(ops: Operations[V], x: V) -> V:
    """Arc cosine for |x| <= 1."""
    one = ops.number(1.0)
    half = atan2(ops, ops.sqrt(ops.sub(one, x)), ops.sqrt(ops.add(one, x)))
    return ops.mul(ops.number(2.0), half)


def sinh(ops: Operations[V], x: V) -> V:
    """Hyperbolic sine; infinite where it overflows."""
    size = ops.absolute(x)
    square = ops.mul(x, x)
    small = ops.fma(ops.mul(square, x), horner(ops, _SINH_TAIL, square), x)
    half = _half_exp(ops, size)
    large = ops.sub(half, ops.div(ops.number(0.25), ops.maximum(half, ops.number(0.5))))
    return ops.select(ops.lt(size, ops.number(1.0)), small, _with_sign(ops, large, x))


def cosh(ops: Operations[V], x: V) -> V:
    """Hyperbolic cosine; infinite where it overflows."""
    half = _half_exp(ops, ops.absolute(x))
    return ops.add(half, ops.div(ops.number(0.25), ops.maximum(half, ops.number(0.5))))


def tanh(ops: Operations[V], x: V) -> V:
    """Hyperbolic tangent."""
    doubled = ops.minimum(ops.mul(ops.number(2.0), ops.absolute(x)), ops.number(100.0))
    gain = expm1(ops, doubled)
    value = ops.div(gain, ops.add(gain, ops.number(2.0)))
    return ops.within(_with_sign(ops, value, x), -1.0, 1.0)


def asinh(ops: Operations[V], x: V) -> V:
    """Inverse hyperbolic sine."""
    size = ops.absolute(x)
    one = ops.number(1.0)
    small = ops.minimum(size, ops.number(1e150))
    square = ops.mul(small, small)
    root = ops.sqrt(ops.add(square, one))
    near = log1p(ops, ops.add(small, ops.div(square, ops.add(one, root))))
    far = ops.add(log(ops, ops.maximum(size, one)), ops.number(0.6931471805599453))
    return _with_sign(ops, ops.select(ops.lt(size, ops.number(1e150)), near, far), x)


def acosh(ops: Operations[V], x: V) -> V:
    """Inverse hyperbolic cosine for x >= 1."""
    one = ops.number(1.0)
    small = ops.minimum(x, ops.number(1e150))
    above = ops.sub(small, one)
    root = ops.sqrt(ops.mul(above, ops.add(small, one)))
    near = log1p(ops, ops.add(above, root))
    far = ops.add(log(ops, ops.maximum(x, one)), ops.number(0.6931471805599453))
    return ops.select(ops.lt(x, ops.number(1e150)), near, far)


def atanh(ops: Operations[V], x: V) -> V:
    """Inverse hyperbolic tangent for |x| < 1."""
    size = ops.absolute(x)
    doubled = ops.mul(ops.number(2.0), size)
    ratio = ops.div(doubled, ops.sub(ops.number(1.0), size))
    return _with_sign(ops, ops.mul(ops.number(0.5), log1p(ops, ratio)), x)


def _with_sign(ops: Operations[V], value: V, of: V) -> V:
    return ops.select(ops.lt(of, ops.number(0.0)), ops.neg(value), value)


def _half_exp(ops: Operations[V], size: V) -> V:
    # exp(size) / 2 for sizes up to 710.47, where exp itself overflows
    half = exp(ops, ops.sub(size, ops.number(1.0)))
    return ops.mul(half, ops.number(1.3591409142295225))


def _circular(ops: Operations[V], x: V, quarter_turns: int) -> V:
    scaled = ops.fma(x, ops.number(0.6366197723675814), ops.number(_ROUNDER))
    turns = ops.sub(scaled, ops.number(_ROUNDER))
    backward = ops.neg(turns)
    first = ops.fma(backward, ops.number(_HALF_PI[0]), x)
    reduced = ops.fma(backward, ops.number(_HALF_PI[1]), first)
    lost = ops.sub(first, reduced)
    rest = ops.fma(backward, ops.number(_HALF_PI[1]), lost)
    rest = ops.fma(backward, ops.number(_HALF_PI[2]), rest)
    quadrant = ops.iadd(ops.to_integer(turns), ops.integer(quarter_turns))
    odd = ops.ieq(ops.iand(quadrant, ops.integer(1)), ops.integer(1))
    negative = ops.ieq(ops.iand(quadrant, ops.integer(2)), ops.integer(2))
    value = ops.select(odd, _cos_kernel(ops, reduced, rest), _sin_kernel(ops, reduced, rest))
    return ops.within(ops.select(negative, ops.neg(value), value), -1.0, 1.0)


def _sin_kernel(ops: Operations[V], x: V, rest: V) -> V:
    z = ops.mul(x, x)
    cube = ops.mul(z, x)
    tail = horner(ops, _SIN_TAIL, z)
    inner = ops.sub(ops.mul(ops.number(0.5), rest), ops.mul(cube, tail))
    correction = ops.sub(ops.mul(z, inner), rest)
    return ops.sub(x, ops.sub(correction, ops.mul(cube, ops.number(_SIN_FIRST))))


def _cos_kernel(ops: Operations[V], x: V, rest: V) -> V:
    one = ops.number(1.0)
    z = ops.mul(x, x)
    tail = ops.mul(z, horner(ops, _COS_TAIL, z))
    half = ops.mul(ops.number(0.5), z)
    main = ops.sub(one, half)
    correction = ops.sub(ops.mul(z, tail), ops.mul(x, rest))
    return ops.add(main, ops.add(ops.sub(ops.sub(one, main), half), correction))


def _atan_reduction(ops: Operations[V], size: V) -> tuple[V, V, V]:
    one, two = ops.number(1.0), ops.number(2.0)
    top, bottom = size, one
    high, low = ops.number(0.0), ops.number(0.0)
    reductions = (
        (ops.sub(ops.mul(two, size), one), ops.add(two, size)),
        (ops.sub(size, one), ops.add(size, one)),
        (ops.sub(size, ops.number(1.5)), ops.fma(ops.number(1.5), size, one)),
        (ops.number(-1.0), size),
    )
    for (limit, at_high, at_low), (above, below) in zip(_ATAN_STEPS, reductions, strict=True):
        beyond = ops.le(ops.number(limit), size)
        top = ops.select(beyond, above, top)
        bottom = ops.select(beyond, below, bottom)
        high = ops.select(beyond, ops.number(at_high), high)
        low = ops.select(beyond, ops.number(at_low), low)
    return ops.div(top, bottom), high, low
