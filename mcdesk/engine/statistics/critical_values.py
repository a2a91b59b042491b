"""How far an interval of a given confidence reaches to either side of an estimate."""

import math
from collections.abc import Sequence
from functools import cache

from mcdesk.engine.mathematics.normal import normal_quantile
from mcdesk.engine.mathematics.trigonometry import atan
from mcdesk.engine.scalar_operations import ScalarOperations

_SCALARS = ScalarOperations()
_HALVINGS = 80
# Sixteen estimates show about a third of a strong skewness (of 4.1: 1.3, of 1.7: 0.9; docs/accuracy.md).
_SKEWNESS_SHOWN = 0.25


def normal_reach(confidence: float) -> float:
    """Standard errors of a normal estimate: quantile of the standard normal at (1 + confidence) / 2."""
    return float(normal_quantile(_SCALARS, 0.5 + confidence / 2.0))


def spread_interval(
    centre: float, estimates: Sequence[float], confidence: float
) -> tuple[float, float] | None:
    """Interval around an estimate from how far independent estimates of the same lie apart.

    Student's, reaching further on the side to which the estimates are skewed; None where they are too
    far apart for a double.
    Source: Johnson 1978, Modified t tests and confidence intervals for asymmetrical populations.
    """
    count = len(estimates)
    differences = [estimate - estimates[0] for estimate in estimates]
    unit = max(abs(difference) for difference in differences)
    if not math.isfinite(unit):
        return None
    if unit == 0.0:
        return (centre, centre)
    scaled = [difference / unit for difference in differences]
    mean = math.fsum(scaled) / count
    variance = math.fsum((each - mean) ** 2 for each in scaled) / (count - 1)
    reach = student_reach(count - 1, confidence)
    half = reach * unit * math.sqrt(variance / count)
    skewness = _skewness_beyond_chance(scaled, mean, variance)
    shift = half * skewness / math.sqrt(count) * (1.0 + 2.0 * reach * reach) / (6.0 * reach)
    return (centre - half + min(shift, 0.0), centre + half + max(shift, 0.0))


def _skewness_beyond_chance(values: Sequence[float], mean: float, variance: float) -> float:
    """Skewness of what the values are a sample of, less half of what symmetrical ones show by chance.

    Source: Joanes and Gill 1998, Comparing measures of sample skewness and kurtosis (G1, its variance).
    """
    count = len(values)
    if count < 3:
        return 0.0
    cubes = math.fsum((each - mean) ** 3 for each in values)
    shown = cubes * count / ((count - 1) * (count - 2)) / (variance * math.sqrt(variance))
    by_chance = math.sqrt(6.0 * count * (count - 1) / ((count - 2) * (count + 1) * (count + 3)))
    return math.copysign(max(abs(shown) - by_chance / 2.0, 0.0) / _SKEWNESS_SHOWN, shown)


@cache
def student_reach(degrees: int, confidence: float) -> float:
    """Quantile of Student's t with whole `degrees` of freedom at (1 + confidence) / 2, to 1e-12."""
    low, high = 0.0, 1.0
    while _student_within(degrees, high) < confidence:
        low, high = high, high * 2.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if _student_within(degrees, middle) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _student_within(degrees: int, t: float) -> float:
    """P(|T| < t). Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4."""
    ratio = t / math.sqrt(degrees)
    square = 1.0 / (1.0 + ratio * ratio)  # cos(theta) ** 2, where tan(theta) = t / sqrt(degrees)
    sine = ratio * math.sqrt(square)
    is_odd = degrees % 2 == 1
    term, total = (math.sqrt(square), math.sqrt(square)) if is_odd else (1.0, 1.0)
    for k in range(2 if is_odd else 1, degrees - 2 + (0 if is_odd else 1), 2):
        term *= square * k / (k + 1)
        total += term
    if not is_odd:
        return sine * total
    angle = float(atan(_SCALARS, ratio))
    return (angle + (sine * total if degrees > 1 else 0.0)) * 2.0 / math.pi
