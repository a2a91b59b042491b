"""The normal, lognormal, exponential and Weibull distributions as bodies over `Operations`."""

import math
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log
from mcdesk.engine.mathematics.normal import erf, normal_cdf, normal_density, normal_quantile
from mcdesk.engine.mathematics.trigonometry import atanh, tanh
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import (
    FunctionDefinition,
    Outcome,
    Parameter,
    elementwise,
    number,
)
from mcdesk.formulas.functions.mathematics.powers import power
from mcdesk.formulas.functions.parameters import logical
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


def standard_normal(ops: Operations[V], z: V, is_cumulative: V) -> Outcome[V]:
    """NORM.S.DIST."""
    return Outcome(ops.select(is_cumulative, normal_cdf(ops, z), normal_density(ops, z)))


def standard_normal_cumulative(ops: Operations[V], z: V) -> Outcome[V]:
    """NORMSDIST."""
    return Outcome(normal_cdf(ops, z))


def standard_density(ops: Operations[V], z: V) -> Outcome[V]:
    """PHI."""
    return Outcome(normal_density(ops, z))


def above_half(ops: Operations[V], z: V) -> Outcome[V]:
    """GAUSS: the distribution function less one half."""
    scaled = ops.div(z, ops.number(math.sqrt(2.0)))
    return Outcome(ops.mul(ops.number(0.5), erf(ops, scaled)))


def normal(ops: Operations[V], x: V, mean: V, deviation: V, is_cumulative: V) -> Outcome[V]:
    """NORM.DIST; #NUM! for a deviation that is not positive."""
    is_bad, safe = _positive(ops, deviation)
    z = ops.div(ops.sub(x, mean), safe)
    density = ops.div(normal_density(ops, z), safe)
    return Outcome(ops.select(is_cumulative, normal_cdf(ops, z), density), _num_if(ops, is_bad))


def standard_normal_inverse(ops: Operations[V], p: V) -> Outcome[V]:
    """NORM.S.INV; #NUM! outside of (0, 1)."""
    is_bad, safe = _open_unit(ops, p)
    return Outcome(normal_quantile(ops, safe), _num_if(ops, is_bad))


def normal_inverse(ops: Operations[V], p: V, mean: V, deviation: V) -> Outcome[V]:
    """NORM.INV."""
    is_bad_p, safe_p = _open_unit(ops, p)
    is_bad_deviation, safe = _positive(ops, deviation)
    value = ops.add(mean, ops.mul(safe, normal_quantile(ops, safe_p)))
    return Outcome(value, _num_if(ops, ops.or_(is_bad_p, is_bad_deviation)))


def lognormal(ops: Operations[V], x: V, mean: V, deviation: V, is_cumulative: V) -> Outcome[V]:
    """LOGNORM.DIST."""
    is_bad_x, safe_x = _positive(ops, x)
    is_bad_deviation, safe = _positive(ops, deviation)
    z = ops.div(ops.sub(log(ops, safe_x), mean), safe)
    density = ops.div(normal_density(ops, z), ops.mul(safe, safe_x))
    value = ops.select(is_cumulative, normal_cdf(ops, z), density)
    return Outcome(value, _num_if(ops, ops.or_(is_bad_x, is_bad_deviation)))


def lognormal_cumulative(ops: Operations[V], x: V, mean: V, deviation: V) -> Outcome[V]:
    """LOGNORMDIST."""
    return lognormal(ops, x, mean, deviation, ops.logical(True))


def lognormal_inverse(ops: Operations[V], p: V, mean: V, deviation: V) -> Outcome[V]:
    """LOGNORM.INV."""
    inner = normal_inverse(ops, p, mean, deviation)
    return Outcome(exp(ops, inner.value), inner.error)


def standardized(ops: Operations[V], x: V, mean: V, deviation: V) -> Outcome[V]:
    """STANDARDIZE."""
    is_bad, safe = _positive(ops, deviation)
    return Outcome(ops.div(ops.sub(x, mean), safe), _num_if(ops, is_bad))


def exponential(ops: Operations[V], x: V, rate: V, is_cumulative: V) -> Outcome[V]:
    """EXPON.DIST; #NUM! for x < 0 or a rate that is not positive."""
    is_bad_rate, safe = _positive(ops, rate)
    is_bad = ops.or_(is_bad_rate, ops.lt(x, ops.number(0.0)))
    exponent = ops.neg(ops.mul(safe, ops.select(is_bad, ops.number(0.0), x)))
    density = ops.mul(safe, exp(ops, exponent))
    return Outcome(ops.select(is_cumulative, ops.neg(expm1(ops, exponent)), density), _num_if(ops, is_bad))


def weibull(ops: Operations[V], x: V, shape: V, scale: V, is_cumulative: V) -> Outcome[V]:
    """WEIBULL.DIST."""
    zero, one = ops.number(0.0), ops.number(1.0)
    is_bad_shape, safe_shape = _positive(ops, shape)
    is_bad_scale, safe_scale = _positive(ops, scale)
    is_bad = ops.or_(ops.or_(is_bad_shape, is_bad_scale), ops.lt(x, zero))
    is_start = ops.eq(x, zero)
    ratio = ops.div(ops.select(ops.or_(is_bad, is_start), one, x), safe_scale)
    raised = ops.neg(power(ops, ratio, safe_shape).value)
    below = power(ops, ratio, ops.sub(safe_shape, one)).value
    density = ops.mul(ops.mul(ops.div(safe_shape, safe_scale), below), exp(ops, raised))
    value = ops.select(is_cumulative, ops.neg(expm1(ops, raised)), density)
    at_start = ops.select(
        ops.and_(ops.not_(is_cumulative), ops.eq(shape, one)), ops.div(one, safe_scale), zero
    )
    return Outcome(ops.select(is_start, at_start, value), _num_if(ops, is_bad))


def fisher(ops: Operations[V], x: V) -> Outcome[V]:
    """FISHER; #NUM! outside of (-1, 1)."""
    is_bad = ops.le(ops.number(1.0), ops.absolute(x))
    return Outcome(atanh(ops, ops.select(is_bad, ops.number(0.0), x)), _num_if(ops, is_bad))


def fisher_inverse(ops: Operations[V], x: V) -> Outcome[V]:
    """FISHERINV."""
    return Outcome(tanh(ops, x))


def confidence(ops: Operations[V], alpha: V, deviation: V, size: V) -> Outcome[V]:
    """CONFIDENCE.NORM: half the width of the interval of the mean."""
    is_bad_alpha, safe_alpha = _open_unit(ops, alpha)
    is_bad_deviation, safe = _positive(ops, deviation)
    whole = ops.floor(size)
    is_bad_size = ops.lt(whole, ops.number(1.0))
    root = ops.sqrt(ops.select(is_bad_size, ops.number(1.0), whole))
    upper = ops.neg(normal_quantile(ops, ops.mul(safe_alpha, ops.number(0.5))))
    is_bad = ops.or_(ops.or_(is_bad_alpha, is_bad_deviation), is_bad_size)
    return Outcome(ops.div(ops.mul(upper, safe), root), _num_if(ops, is_bad))


def _positive(ops: Operations[V], x: V) -> tuple[V, V]:
    is_bad = ops.le(x, ops.number(0.0))
    return is_bad, ops.select(is_bad, ops.number(1.0), x)


def _open_unit(ops: Operations[V], p: V) -> tuple[V, V]:
    is_bad = ops.or_(ops.le(p, ops.number(0.0)), ops.le(ops.number(1.0), p))
    return is_bad, ops.select(is_bad, ops.number(0.5), p)


def _num_if(ops: Operations[V], condition: V) -> V:
    return ops.select(condition, ops.error(ErrorCode.NUM), ops.error(ErrorCode.NONE))


_X, _P, _Z = number("x"), number("probability"), number("z")
_MEAN, _DEVIATION = number("mean"), number("deviation")
_CUMULATIVE = logical("cumulative")
_MOMENTS: tuple[Parameter, ...] = (_MEAN, _DEVIATION)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("NORM.S.DIST", (_Z, _CUMULATIVE), standard_normal),
    elementwise("NORMSDIST", (_Z,), standard_normal_cumulative),
    elementwise("PHI", (_Z,), standard_density),
    elementwise("GAUSS", (_Z,), above_half),
    elementwise("NORM.DIST", (_X, *_MOMENTS, _CUMULATIVE), normal),
    elementwise("NORMDIST", (_X, *_MOMENTS, _CUMULATIVE), normal),
    elementwise("NORM.S.INV", (_P,), standard_normal_inverse),
    elementwise("NORMSINV", (_P,), standard_normal_inverse),
    elementwise("NORM.INV", (_P, *_MOMENTS), normal_inverse),
    elementwise("NORMINV", (_P, *_MOMENTS), normal_inverse),
    elementwise("LOGNORM.DIST", (_X, *_MOMENTS, _CUMULATIVE), lognormal),
    elementwise("LOGNORMDIST", (_X, *_MOMENTS), lognormal_cumulative),
    elementwise("LOGNORM.INV", (_P, *_MOMENTS), lognormal_inverse),
    elementwise("LOGINV", (_P, *_MOMENTS), lognormal_inverse),
    elementwise("STANDARDIZE", (_X, *_MOMENTS), standardized),
    elementwise("EXPON.DIST", (_X, number("rate"), _CUMULATIVE), exponential),
    elementwise("EXPONDIST", (_X, number("rate"), _CUMULATIVE), exponential),
    elementwise("WEIBULL.DIST", (_X, number("shape"), number("scale"), _CUMULATIVE), weibull),
    elementwise("WEIBULL", (_X, number("shape"), number("scale"), _CUMULATIVE), weibull),
    elementwise("FISHER", (_X,), fisher),
    elementwise("FISHERINV", (_X,), fisher_inverse),
    elementwise("CONFIDENCE", (number("alpha"), _DEVIATION, number("size")), confidence),
    elementwise("CONFIDENCE.NORM", (number("alpha"), _DEVIATION, number("size")), confidence),
)
