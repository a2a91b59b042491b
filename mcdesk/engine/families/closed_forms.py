"""Continuous families whose quantile and cumulative function are closed forms.

Error bounds: 4e-15 relative to the value for moderate parameters; `weibull`, `pareto` and the
lognormal ones 2e-16 times the size of the logarithm more.
"""

import math
from typing import TypeVar

from mcdesk.engine.families.closed_moments import (
    exponential_moments,
    logistic_moments,
    lognormal2_moments,
    lognormal_moments,
    normal_moments,
    pareto_moments,
    triangular_moments,
    uniform_moments,
    weibull_moments,
)
from mcdesk.engine.families.family import (
    Chance,
    Family,
    Numbers,
    both,
    bounded,
    is_positive,
    order_refusal,
    positive_refusal,
    split_chance,
    whole_line,
)
from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p, power
from mcdesk.engine.mathematics.normal import normal_cdf, quantile_of_tails
from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations

V = TypeVar("V")

_HUGE = 1e300
_TINY = 1e-300
_WIDE = 1e150


def log_parameters(mean: float, deviation: float) -> tuple[float, float]:
    """Parameters of the logarithm of a `lognormal`."""
    mu, sigma = _logs(ScalarOperations(), mean, deviation)
    return float(mu), float(sigma)


def _logs(ops: Operations[V], mean: V, deviation: V) -> tuple[V, V]:
    safe = ops.maximum(mean, ops.number(_TINY))
    ratio = ops.div(deviation, safe)
    variance = log1p(ops, ops.mul(ratio, ratio))
    mu = ops.sub(log(ops, safe), ops.mul(ops.number(0.5), variance))
    return mu, ops.sqrt(variance)


# quantiles -------------------------------------------------------------------------------------


def _normal(ops: Operations[V], chance: Chance[V], mean: V, deviation: V) -> V:
    return ops.add(mean, ops.mul(deviation, quantile_of_tails(ops, chance.below, chance.above)))


def _lognormal2(ops: Operations[V], chance: Chance[V], mu: V, sigma: V) -> V:
    return exp(ops, _normal(ops, chance, mu, sigma))


def _lognormal(ops: Operations[V], chance: Chance[V], mean: V, deviation: V) -> V:
    return _lognormal2(ops, chance, *_logs(ops, mean, deviation))


def _uniform(ops: Operations[V], chance: Chance[V], low: V, high: V) -> V:
    return ops.add(low, ops.mul(ops.sub(high, low), chance.below))


def _triangular(ops: Operations[V], chance: Chance[V], low: V, mode: V, high: V) -> V:
    width, rise, fall = ops.sub(high, low), ops.sub(mode, low), ops.sub(high, mode)
    u, v = chance.below, chance.above
    # products of wide ranges would overflow: there their roots are taken of 2**-1200 times as much
    is_wide = ops.lt(ops.number(_WIDE), width)
    down = ops.select(is_wide, ops.number(2.0**-600), ops.number(1.0))
    up = ops.select(is_wide, ops.number(2.0**600), ops.number(1.0))

    def root(share: V, side: V) -> V:
        product = ops.mul(ops.mul(ops.mul(share, width), down), ops.mul(side, down))
        return ops.mul(ops.sqrt(ops.maximum(product, ops.number(0.0))), up)

    is_rising = ops.lt(ops.mul(u, width), rise)
    value = ops.select(is_rising, ops.add(low, root(u, rise)), ops.sub(high, root(v, fall)))
    return bounded(ops, value, low, high)


def minus_log_above(ops: Operations[V], chance: Chance[V]) -> V:
    """-log(above), accurate where either part is small: the quantile of a standard exponential."""
    is_low = ops.lt(chance.below, ops.number(0.5))
    near = log1p(ops, ops.neg(ops.select(is_low, chance.below, ops.number(0.25))))
    far = log(ops, ops.maximum(chance.above, ops.number(5e-324)))
    value = ops.neg(ops.select(is_low, near, far))
    return ops.within(ops.maximum(value, ops.number(0.0)), 0.0, 745.2)


def _exponential(ops: Operations[V], chance: Chance[V], mean: V) -> V:
    return ops.mul(mean, minus_log_above(ops, chance))


def _weibull(ops: Operations[V], chance: Chance[V], shape: V, scale: V) -> V:
    size = ops.maximum(minus_log_above(ops, chance), ops.number(5e-324))
    return ops.mul(scale, power(ops, size, ops.div(ops.number(1.0), shape)))


def _logistic(ops: Operations[V], chance: Chance[V], mean: V, scale: V) -> V:
    least = ops.number(5e-324)
    # the two parts are close to each other in the centre, where their quotient's logarithm is small
    ratio = ops.div(ops.sub(chance.below, chance.above), ops.maximum(chance.above, least))
    is_central = ops.le(ops.absolute(ratio), ops.number(0.5))
    centre = log1p(ops, ops.select(is_central, ratio, ops.number(0.0)))
    outer = ops.sub(log(ops, ops.maximum(chance.below, least)), log(ops, ops.maximum(chance.above, least)))
    return ops.add(mean, ops.mul(scale, ops.select(is_central, centre, outer)))


def _pareto(ops: Operations[V], chance: Chance[V], shape: V, low: V) -> V:
    return ops.mul(low, exp(ops, ops.div(minus_log_above(ops, chance), shape)))


# cumulative functions --------------------------------------------------------------------------


def _normal_tails(ops: Operations[V], x: V, mean: V, deviation: V) -> Chance[V]:
    zero = ops.number(0.0)
    is_flat = ops.le(deviation, zero)
    z = ops.div(ops.sub(x, mean), ops.select(is_flat, ops.number(1.0), deviation))
    step = ops.select(ops.lt(z, zero), ops.number(-40.0), ops.number(40.0))
    z = bounded(ops, ops.select(is_flat, step, z), ops.number(-40.0), ops.number(40.0))
    return Chance(normal_cdf(ops, z), normal_cdf(ops, ops.neg(z)))


def _lognormal2_tails(ops: Operations[V], x: V, mu: V, sigma: V) -> Chance[V]:
    return _normal_tails(ops, log(ops, bounded(ops, x, ops.number(5e-324), ops.number(_HUGE))), mu, sigma)


def _lognormal_tails(ops: Operations[V], x: V, mean: V, deviation: V) -> Chance[V]:
    return _lognormal2_tails(ops, x, *_logs(ops, mean, deviation))


def _share(ops: Operations[V], part: V, whole: V) -> V:
    # part / whole in [0, 1]; where the whole is 0 the part decides between 0 and 1
    zero, one = ops.number(0.0), ops.number(1.0)
    is_flat = ops.le(whole, zero)
    step = ops.select(ops.lt(part, zero), zero, one)
    share = ops.div(part, ops.select(is_flat, one, whole))
    return bounded(ops, ops.select(is_flat, step, share), zero, one)


def _uniform_tails(ops: Operations[V], x: V, low: V, high: V) -> Chance[V]:
    width = ops.sub(high, low)
    below = _share(ops, ops.sub(x, low), width)
    return Chance(below, ops.sub(ops.number(1.0), below))


def _triangular_tails(ops: Operations[V], x: V, low: V, mode: V, high: V) -> Chance[V]:
    width = ops.sub(high, low)
    left, right = ops.sub(x, low), ops.sub(high, x)
    rise = ops.mul(_share(ops, left, ops.sub(mode, low)), _share(ops, left, width))
    fall = ops.mul(_share(ops, right, ops.sub(high, mode)), _share(ops, right, width))
    return split_chance(ops, ops.le(mode, x), ops.select(ops.le(mode, x), fall, rise))


def _decay_tails(ops: Operations[V], size: V) -> Chance[V]:
    # of a standard exponential at `size` >= 0
    least = ops.neg(ops.minimum(size, ops.number(745.0)))
    return Chance(ops.neg(expm1(ops, least)), exp(ops, least))


def _exponential_tails(ops: Operations[V], x: V, mean: V) -> Chance[V]:
    return _decay_tails(ops, ops.div(ops.maximum(x, ops.number(0.0)), mean))


def _weibull_tails(ops: Operations[V], x: V, shape: V, scale: V) -> Chance[V]:
    ratio = bounded(ops, ops.div(x, scale), ops.number(_TINY), ops.number(_HUGE))
    return _decay_tails(ops, power(ops, ratio, shape))


def _logistic_tails(ops: Operations[V], x: V, mean: V, scale: V) -> Chance[V]:
    t = bounded(ops, ops.div(ops.sub(x, mean), scale), ops.number(-700.0), ops.number(700.0))
    one = ops.number(1.0)
    return Chance(ops.div(one, ops.add(one, exp(ops, ops.neg(t)))), ops.div(one, ops.add(one, exp(ops, t))))


def _pareto_tails(ops: Operations[V], x: V, shape: V, low: V) -> Chance[V]:
    ratio = bounded(ops, ops.div(x, low), ops.number(1.0), ops.number(_HUGE))
    return _decay_tails(ops, ops.mul(shape, log(ops, ratio)))


# validity --------------------------------------------------------------------------------------


def _deviation_refusal(numbers: Numbers) -> str | None:
    return "the standard deviation is negative" if numbers[1] < 0.0 else None


def _lognormal_refusal(numbers: Numbers) -> str | None:
    mean, deviation = numbers
    if mean <= 0.0:
        return "the mean is not positive"
    # its square is needed
    if deviation > _WIDE * mean:
        return "the standard deviation is more than 1e150 times the mean"
    return _deviation_refusal(numbers)


def _sigma_refusal(numbers: Numbers) -> str | None:
    return "sigma is negative" if numbers[1] < 0.0 else None


def _triple_refusal(numbers: Numbers) -> str | None:
    low, mode, high = numbers
    if low <= high and not low <= mode <= high:
        return "the mode is outside of min and max: the parameters are not in ascending order"
    return order_refusal(("min", "mode", "max"))(numbers)


def _valid_deviation(ops: Operations[V], _mean: V, deviation: V) -> V:
    return ops.le(ops.number(0.0), deviation)


def _valid_lognormal(ops: Operations[V], mean: V, deviation: V) -> V:
    return ops.and_(is_positive(ops, mean), ops.le(ops.number(0.0), deviation))


def _valid_pair(ops: Operations[V], low: V, high: V) -> V:
    return ops.le(low, high)


def valid_triple(ops: Operations[V], low: V, mode: V, high: V) -> V:
    """Whether a triangular or PERT distribution has its mode inside."""
    fits = ops.le(ops.sub(high, low), ops.number(1.7976931348623157e308))
    return both(ops, ops.le(low, mode), ops.le(mode, high), fits)


def _valid_scale(ops: Operations[V], _mean: V, scale: V) -> V:
    return is_positive(ops, scale)


def triple_refusal(numbers: Numbers) -> str | None:
    """What is wrong with min, mode and max."""
    return _triple_refusal(numbers)


def _from_zero(_numbers: Numbers) -> tuple[float, float]:
    return 0.0, math.inf


def _everywhere(_numbers: Numbers) -> tuple[float, float]:
    return whole_line()


def _ends(numbers: Numbers) -> tuple[float, float]:
    return numbers[0], numbers[-1]


def _from_low(numbers: Numbers) -> tuple[float, float]:
    return numbers[1], math.inf


FAMILIES = (
    Family(
        "normal", ("mean", "sd"), _deviation_refusal, _normal, _normal_tails, _valid_deviation,
        _everywhere, normal_moments,
    ),
    Family(
        "lognormal", ("mean", "sd"), _lognormal_refusal, _lognormal, _lognormal_tails, _valid_lognormal,
        _from_zero, lognormal_moments,
    ),
    Family(
        "lognormal2", ("mu", "sigma"), _sigma_refusal, _lognormal2, _lognormal2_tails, _valid_deviation,
        _from_zero, lognormal2_moments,
    ),
    Family(
        "triangular", ("min", "mode", "max"), _triple_refusal, _triangular, _triangular_tails, valid_triple,
        _ends, triangular_moments,
    ),
    Family(
        "uniform", ("min", "max"), order_refusal(("min", "max")), _uniform, _uniform_tails, _valid_pair,
        _ends, uniform_moments,
    ),
    Family(
        "exponential", ("mean",), positive_refusal("mean"), _exponential, _exponential_tails, is_positive,
        _from_zero, exponential_moments,
    ),
    Family(
        "weibull", ("shape", "scale"), positive_refusal("shape", "scale"), _weibull, _weibull_tails,
        is_positive, _from_zero, weibull_moments,
    ),
    Family(
        "logistic", ("mean", "scale"), positive_refusal("", "scale"), _logistic, _logistic_tails,
        _valid_scale, _everywhere, logistic_moments,
    ),
    Family(
        "pareto", ("shape", "min"), positive_refusal("shape", "min"), _pareto, _pareto_tails, is_positive,
        _from_low, pareto_moments,
    ),
)  # fmt: skip
