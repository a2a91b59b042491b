"""The normal distribution and the error functions, for all back ends.

Error bounds: cumulative and error functions 4e-15 relative down to 1e-300; quantile 1e-15 relative for u in
[2**-53, 1 - 2**-53].
"""

import math
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp_of_sum, log
from mcdesk.engine.mathematics.polynomial import horner, two_product
from mcdesk.engine.operations import Operations

V = TypeVar("V")

# The far polynomials begin where the root of -log of the tail is above this: at 1.4e-11.
FAR_ROOT = 5.0
_INVERSE_ROOT_TWO = 0.7071067811865476
_INVERSE_ROOT_TWO_PI = 0.3989422804014327
_INVERSE_ROOT_PI = 0.5641895835477563
# Wichura 1988, Applied Statistics 37(3), algorithm AS 241 (PPND16): numerators, denominators
_CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_MIDDLE = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)
# Cody 1969, Mathematics of Computation 23(107), rational approximations of erf and erfc
_ERF = (
    (
        1.85777706184603153e-1,
        3.16112374387056560e0,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_ERFC = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
_ERFC_FAR = (
    (
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242e0,
        1.87295284992346725e0,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)


def normal_quantile(ops: Operations[V], u: V) -> V:
    """The z whose cumulative probability is u, for 0 < u < 1."""
    return quantile_of_tails(ops, u, ops.sub(ops.number(1.0), u))


def quantile_of_tails(ops: Operations[V], below: V, above: V) -> V:
    """The z with the probability `below` under it and `above` over it, each from 1e-300 on."""
    half = ops.number(0.5)
    q = ops.sub(below, half)
    r = ops.fma(ops.neg(q), q, ops.number(0.180625))
    tail = ops.sqrt(ops.neg(log(ops, ops.minimum(below, above))))
    middle, far = ops.sub(tail, ops.number(1.6)), ops.sub(tail, ops.number(FAR_ROOT))
    is_far = ops.lt(ops.number(FAR_ROOT), tail)
    is_central = ops.le(ops.absolute(q), ops.number(0.425))
    sides = [
        ops.select(is_far, horner(ops, outer, far), horner(ops, inner, middle))
        for inner, outer in zip(_MIDDLE, _FAR, strict=True)
    ]
    signed = ops.select(ops.lt(q, ops.number(0.0)), ops.neg(sides[0]), sides[0])
    above = ops.select(is_central, ops.mul(q, horner(ops, _CENTRE[0], r)), signed)
    below = ops.select(is_central, horner(ops, _CENTRE[1], r), sides[1])
    return ops.within(ops.div(above, below), -38.5, 38.5)


def normal_density(ops: Operations[V], x: V) -> V:
    """exp(-x*x/2) / sqrt(2 pi)."""
    bounded = ops.minimum(ops.absolute(x), ops.number(1e3))
    square, error = two_product(ops, bounded, bounded)
    minus_half = ops.number(-0.5)
    value = exp_of_sum(ops, ops.mul(square, minus_half), ops.mul(error, minus_half))
    return ops.within(ops.mul(value, ops.number(_INVERSE_ROOT_TWO_PI)), 0.0, 0.4)


def normal_cdf(ops: Operations[V], x: V) -> V:
    """Probability that a standard normal value is at most x."""
    tail = ops.mul(ops.number(0.5), _erfc_of_root_half(ops, ops.absolute(x)))
    upper = ops.sub(ops.number(1.0), tail)
    central = ops.add(ops.number(0.5), ops.mul(ops.number(0.5), _erf_small(ops, x)))
    outer = ops.select(ops.lt(x, ops.number(0.0)), tail, upper)
    value = ops.select(ops.le(ops.absolute(x), ops.number(0.66)), central, outer)
    return ops.within(value, 0.0, 1.0)


def erf(ops: Operations[V], x: V) -> V:
    """Error function."""
    scaled = ops.mul(x, ops.number(math.sqrt(2.0)))
    size = ops.sub(ops.number(1.0), _erfc_of_root_half(ops, ops.absolute(scaled)))
    signed = ops.select(ops.lt(x, ops.number(0.0)), ops.neg(size), size)
    is_small = ops.le(ops.absolute(x), ops.number(0.46))
    return ops.within(ops.select(is_small, _erf_small(ops, scaled), signed), -1.0, 1.0)


def erfc(ops: Operations[V], x: V) -> V:
    """Complement of the error function, 1 - erf(x), with the digits of a small one."""
    one = ops.number(1.0)
    y = ops.minimum(ops.absolute(x), ops.number(30.0))
    square, error = two_product(ops, y, y)
    tail = ops.mul(exp_of_sum(ops, ops.neg(square), ops.neg(error)), _scaled_erfc(ops, y))
    sides = ops.select(ops.lt(x, ops.number(0.0)), ops.sub(ops.number(2.0), tail), tail)
    central = ops.sub(one, _erf_small(ops, ops.mul(x, ops.number(math.sqrt(2.0)))))
    return ops.within(ops.select(ops.le(ops.absolute(x), ops.number(0.46)), central, sides), 0.0, 2.0)


def _erf_small(ops: Operations[V], x: V) -> V:
    # erf(x / sqrt 2) for |x| <= 0.66; elsewhere any finite value, so the argument is bounded
    y = ops.mul(ops.minimum(ops.maximum(x, ops.number(-1.0)), ops.number(1.0)), ops.number(_INVERSE_ROOT_TWO))
    z = ops.mul(y, y)
    return ops.div(ops.mul(y, horner(ops, _ERF[0], z)), horner(ops, _ERF[1], z))


def _erfc_of_root_half(ops: Operations[V], size: V) -> V:
    # erfc(size / sqrt 2) for size > 0.66; exp(-size^2 / 2) with the square's rounding error
    bounded = ops.minimum(size, ops.number(60.0))
    y = ops.mul(bounded, ops.number(_INVERSE_ROOT_TWO))
    square, error = two_product(ops, bounded, bounded)
    minus_half = ops.number(-0.5)
    decay = exp_of_sum(ops, ops.mul(square, minus_half), ops.mul(error, minus_half))
    return ops.mul(decay, _scaled_erfc(ops, y))


def _scaled_erfc(ops: Operations[V], y: V) -> V:
    # erfc(y) * exp(y^2) for y > 0.46
    near = ops.div(horner(ops, _ERFC[0], y), horner(ops, _ERFC[1], y))
    safe = ops.maximum(y, ops.number(1.0))
    inverse = ops.div(ops.number(1.0), ops.mul(safe, safe))
    series = ops.mul(inverse, ops.div(horner(ops, _ERFC_FAR[0], inverse), horner(ops, _ERFC_FAR[1], inverse)))
    far = ops.div(ops.sub(ops.number(_INVERSE_ROOT_PI), series), safe)
    return ops.select(ops.le(y, ops.number(4.0)), near, far)
