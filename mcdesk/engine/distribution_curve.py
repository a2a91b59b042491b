"""A distribution as a picture: density or masses, and the cumulative curve, from its quantiles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.block_operations import UnfusedOperations
from mcdesk.engine.distribution_choice import constant_quantile, drawn_steps
from mcdesk.engine.distribution_moments import moments
from mcdesk.engine.distribution_text import distribution_text
from mcdesk.engine.distributions import Distribution, support
from mcdesk.foundation.errors import SetupInvalid

Floats = NDArray[np.float64]

_BLOCK = UnfusedOperations()
_TAIL = 0.0005
# Of a side that ends near by: beyond it the curve goes straight to the end.
_END_TAIL = 1e-9
_NEAR_SHARE = 0.5
_POINTS, _BINS = 2049, 256
_MOST_BARS = 400
PERCENTS = (10, 50, 90)
# What a picture can hold: the difference of two such values is a number, and so is one by a width.
LARGEST, _NARROWEST = 4e307, 1e-300


@dataclass(frozen=True, slots=True)
class DistributionCurve:
    """What there is to draw; all of it finite.

    Attributes:
        values: ascending; the middles of bins from the 0.05 % to the 99.95 % quantile, or to the lowest
            and the highest value where these are near. All beyond 4e307 is taken for 4e307.
        heights: density at the values, per unit of the value; masses where `is_discrete`.
        chances: the probability of at most each value, 0 to 1.
        percentiles: P10, P50 and P90.
    """

    values: Floats
    heights: Floats
    chances: Floats
    is_discrete: bool
    percentiles: tuple[float, float, float]
    mean: float | None
    deviation: float | None


def distribution_curve(distribution: Distribution) -> DistributionCurve:
    """The curve of a distribution without refusal; 256 points, or up to 400 bars."""
    low, middle, high = _drawable(quantiles(distribution, np.asarray(PERCENTS) / 100.0)).tolist()
    found = moments(distribution)
    values, chances = _line(distribution)
    is_discrete = (
        drawn_steps(distribution) is not None
        or len(np.unique(values)) <= _POINTS // 16
        or _is_too_narrow(values)
    )
    values, heights, chances = _masses(distribution) if is_discrete else _density(values, chances)
    return DistributionCurve(
        values, heights, chances, is_discrete, (low, middle, high), found.mean, found.deviation
    )


def _line(distribution: Distribution) -> tuple[Floats, Floats]:
    """Quantiles, ascending, and their chances: closer together towards the tails, where they are steep."""
    turns = (1.0 - np.cos(np.linspace(0.0, np.pi, _POINTS))) / 2.0
    ends = support(distribution)
    from_least, to_most = _near_ends(distribution, ends)
    below, above = (_END_TAIL if is_near else _TAIL for is_near in (from_least, to_most))
    chances = below + (1.0 - below - above) * turns
    values = _drawable(quantiles(distribution, chances))
    if np.isnan(values).any():
        text = distribution_text(distribution)
        raise SetupInvalid(f"Distribution {text!r} cannot be used: it has values that are no numbers")
    least, most = _drawable(np.array(ends)).tolist()
    if from_least:
        values[0], chances[0] = least, 0.0
    if to_most:
        values[-1], chances[-1] = most, 1.0
    # a quantile that is solved for may be a bit too low
    return np.maximum.accumulate(values), chances


def _near_ends(distribution: Distribution, ends: tuple[float, float]) -> tuple[bool, bool]:
    """Whether the lowest and the highest value are near enough for the curve to go there."""
    low, high = _drawable(quantiles(distribution, np.array([_TAIL, 1.0 - _TAIL]))).tolist()
    least, most = ends
    near = _NEAR_SHARE * (high - low)
    return low - least <= near, most - high <= near


def _drawable(values: Floats) -> Floats:
    return np.clip(values, -LARGEST, LARGEST)


def _is_too_narrow(values: Floats) -> bool:
    """Whether there are no numbers, or too few, between the edges of bins."""
    width = (values[-1] - values[0]) / _BINS
    return bool(width <= max(4.0 * np.spacing(np.abs(values[[0, -1]]).max()), _NARROWEST))


def quantiles(distribution: Distribution, chances: Floats) -> Floats:
    """The values that are not exceeded with these chances, each above 0 and below 1."""
    with np.errstate(all="ignore"):
        found = constant_quantile(_BLOCK, distribution, np.asarray(chances, dtype=np.float64))
    return np.array(np.broadcast_to(found, np.shape(chances)), dtype=np.float64)


def _density(values: Floats, chances: Floats) -> tuple[Floats, Floats, Floats]:
    """By differences of the quantiles over bins of equal width, so that steep parts stay even."""
    edges = np.linspace(values[0], values[-1], _BINS + 1)
    below = np.interp(edges, values, chances)
    # what stands at the ends belongs to the outermost bins
    below[0], below[-1] = chances[0], chances[-1]
    heights = np.diff(below) / np.diff(edges)
    centres = edges[:-1] + np.diff(edges) / 2.0
    return centres, heights, np.interp(centres, values, chances)


def _masses(distribution: Distribution) -> tuple[Floats, Floats, Floats]:
    fine = (np.arange(1 << 14) + 0.5) / (1 << 14)
    found = np.maximum.accumulate(_drawable(quantiles(distribution, fine)))
    values, counts = np.unique(found, return_counts=True)
    if len(values) > _MOST_BARS:
        step = -(-len(values) // _MOST_BARS)
        starts = np.arange(0, len(values), step)
        values, counts = values[starts], np.add.reduceat(counts, starts)
    masses = counts / counts.sum()
    return values, masses, np.cumsum(masses)
