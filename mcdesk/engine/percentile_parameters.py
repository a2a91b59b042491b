"""Parameters of a distribution from its percentiles, for families where two or three of them fix it.

`normal`, `lognormal`, `lognormal2`, `uniform`, `logistic`, `weibull` and `gamma` take two,
`exponential` one, `triangular` and `pert` three; the percents are free, as in `p5`, `p50`, `p97.5`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.families.family import Chance
from mcdesk.engine.families.standard_shapes import Shape, effort_for, solved
from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p
from mcdesk.engine.mathematics.normal import normal_quantile
from mcdesk.engine.scalar_operations import ScalarOperations

_OPS = ScalarOperations()
_BLOCK = BlockOperations()
_PARTS = 256
_NARROWING = 64.0
_ROUNDS = 4

Values = Sequence[float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PercentileRefusal:
    """Why percentiles give no parameters, in words."""

    reason: str


class _Impossible(Exception):
    """A reason, in words."""


def percentile_parameters(
    family: str, value_by_name: Mapping[str, float]
) -> tuple[float, ...] | PercentileRefusal:
    """The parameters of the family with these percentiles.

    Args:
        value_by_name: values by names such as `p10`.
    """
    entry = _FITS.get(family)
    if entry is None:
        return PercentileRefusal(f"{family} cannot be given by percentiles; {', '.join(_FITS)} can")
    count, fit = entry
    chances = [_chance(name) for name in value_by_name]
    if any(chance is None for chance in chances):
        return PercentileRefusal("a percentile is not named like p10, from above p0 to below p100")
    if len(chances) != count:
        many = "one percentile" if count == 1 else f"{count} percentiles"
        return PercentileRefusal(
            f"{family} takes {many}, like {', '.join(('p10=1', 'p50=2', 'p90=4')[-count:])}"
        )
    pairs = sorted(zip((c for c in chances if c is not None), value_by_name.values(), strict=True))
    values = [value for _, value in pairs]
    if any(a >= b for a, b in pairwise(values)):
        return PercentileRefusal("the percentiles are not in ascending order")
    try:
        return tuple(fit([chance for chance, _ in pairs], values))
    except _Impossible as impossible:
        return PercentileRefusal(str(impossible))


def _chance(name: str) -> float | None:
    try:
        percent = float(name[1:]) if name[:1] == "p" else math.nan
    except ValueError:
        return None
    return percent / 100.0 if 0.0 < percent < 100.0 else None


def _line(scores: Values, values: Values) -> tuple[float, float]:
    """Intercept and slope of a line through two points."""
    slope = (values[1] - values[0]) / (scores[1] - scores[0])
    return values[0] - slope * scores[0], slope


def _normal_score(chance: float) -> float:
    return float(normal_quantile(_OPS, chance))


def _log(value: float) -> float:
    if value <= 0.0:
        raise _Impossible("a percentile is not positive")
    return float(log(_OPS, value))


def _size(chance: float) -> float:
    # quantile of a standard exponential
    return -float(log1p(_OPS, -chance))


def _normal(chances: Values, values: Values) -> Values:
    return _line([_normal_score(chance) for chance in chances], values)


def _lognormal2(chances: Values, values: Values) -> Values:
    return _normal(chances, [_log(value) for value in values])


def _lognormal(chances: Values, values: Values) -> Values:
    mu, sigma = _lognormal2(chances, values)
    mean = float(exp(_OPS, mu + 0.5 * sigma * sigma))
    deviation = mean * math.sqrt(float(expm1(_OPS, sigma * sigma)))
    if not math.isfinite(deviation):
        raise _Impossible("its mean is too large")
    return mean, deviation


def _uniform(chances: Values, values: Values) -> Values:
    low, width = _line(chances, values)
    return low, low + width


def _logistic(chances: Values, values: Values) -> Values:
    return _line([_log(chance) - float(log1p(_OPS, -chance)) for chance in chances], values)


def _exponential(chances: Values, values: Values) -> Values:
    if values[0] <= 0.0:
        raise _Impossible("a percentile is not positive")
    return (values[0] / _size(chances[0]),)


def _weibull(chances: Values, values: Values) -> Values:
    log_scale, inverse = _line([_log(_size(chance)) for chance in chances], [_log(value) for value in values])
    return 1.0 / inverse, float(exp(_OPS, log_scale))


def _pareto(chances: Values, values: Values) -> Values:
    log_low, inverse = _line([_size(chance) for chance in chances], [_log(value) for value in values])
    return 1.0 / inverse, float(exp(_OPS, log_low))


def _gamma(chances: Values, values: Values) -> Values:
    wanted = _log(values[1]) - _log(values[0])

    def excess(log_shapes: Floats) -> Floats:
        shapes = np.asarray(exp(_BLOCK, log_shapes), dtype=np.float64)
        low, high = (_gamma_at(shapes, chance) for chance in chances)
        return (
            np.asarray(log(_BLOCK, high), dtype=np.float64)
            - np.asarray(log(_BLOCK, low), dtype=np.float64)
            - wanted
        )

    shape = float(exp(_OPS, _root(excess, math.log(0.02), math.log(9000.0), "gamma")))
    return shape, values[1] / float(_gamma_at(np.array([shape]), chances[1])[0])


def _gamma_at(shapes: Floats, chance: float) -> Floats:
    u = np.full(shapes.shape, chance)
    effort = effort_for(Shape.GAMMA, 0.02, 9000.0)
    return np.asarray(
        solved(_BLOCK, Shape.GAMMA, (shapes, shapes), Chance(u, 1.0 - u), effort), dtype=np.float64
    )


def _triangular(chances: Values, values: Values) -> Values:
    def at(leans: Floats, chance: float) -> Floats:
        rising = np.sqrt(chance * leans)
        falling = 1.0 - np.sqrt((1.0 - chance) * (1.0 - leans))
        return np.asarray(np.where(chance < leans, rising, falling), dtype=np.float64)

    return _three_points(at, chances, values, "triangular")


def _pert(chances: Values, values: Values) -> Values:
    effort = effort_for(Shape.BETA, 1.0, 5.0)

    def at(leans: Floats, chance: float) -> Floats:
        u = np.full(leans.shape, chance)
        shapes = (1.0 + 4.0 * leans, 1.0 + 4.0 * (1.0 - leans))
        return np.asarray(solved(_BLOCK, Shape.BETA, shapes, Chance(u, 1.0 - u), effort), dtype=np.float64)

    return _three_points(at, chances, values, "pert")


def _three_points(
    at: Callable[[Floats, float], Floats], chances: Values, values: Values, family: str
) -> Values:
    wanted = (values[1] - values[0]) / (values[2] - values[0])

    def excess(leans: Floats) -> Floats:
        first, second, third = (at(leans, chance) for chance in chances)
        return wanted - (second - first) / (third - first)

    lean = _root(excess, 0.0, 1.0, family)
    first, _, third = (float(at(np.array([lean]), chance)[0]) for chance in chances)
    low, width = _line([first, third], [values[0], values[2]])
    return low, low + lean * width, low + width


def _root(excess: Callable[[Floats], Floats], low: float, high: float, family: str) -> float:
    """Where a falling smooth function is 0: it is looked at in many places at once, as each look costs time.

    After the first look the places stand close around where a straight line through the two nearest ones
    crosses zero, and the two themselves are among them.
    """
    with np.errstate(all="ignore"):
        places = np.linspace(low, high, _PARTS + 1)
        for _ in range(_ROUNDS):
            values = excess(places)
            if not values[-1] <= 0.0 <= values[0]:
                raise _Impossible(f"no {family} distribution has these percentiles")
            after = max(int(np.argmax(values <= 0.0)), 1)
            low, high = float(places[after - 1]), float(places[after])
            if high - low <= 1e-15 * max(1.0, abs(low)):
                break
            above, below = float(values[after - 1]), float(values[after])
            middle = low + (high - low) * (above / (above - below) if math.isfinite(above - below) else 0.5)
            reach = (high - low) / _NARROWING
            near = np.linspace(max(middle - reach, low), min(middle + reach, high), _PARTS - 1)
            places = np.concatenate(([low], near, [high]))
    return 0.5 * (low + high)


_FITS: dict[str, tuple[int, Callable[[Values, Values], Values]]] = {
    "normal": (2, _normal),
    "lognormal": (2, _lognormal),
    "lognormal2": (2, _lognormal2),
    "triangular": (3, _triangular),
    "pert": (3, _pert),
    "uniform": (2, _uniform),
    "gamma": (2, _gamma),
    "exponential": (1, _exponential),
    "weibull": (2, _weibull),
    "logistic": (2, _logistic),
    "pareto": (2, _pareto),
}
