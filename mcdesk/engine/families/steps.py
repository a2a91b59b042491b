"""Distributions of single values: a table of cumulative probabilities that is searched.

A bound is the probability of at most this value where that is at most 1/2, else minus the
probability of more: both tails keep their relative accuracy, and the order stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.families.family import Chance, Moments, from_central
from mcdesk.engine.ir import Table
from mcdesk.engine.operations import Operations

V = TypeVar("V")
Floats = NDArray[np.float64]

MOST_STEPS = 1 << 20
_LEAST = 5e-324
_NEGLIGIBLE = 1e-36
_FIRST_REACH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Values with signed bounds, as the module says.

    Attributes:
        bounds: (n,) float64, read-only.
        values: (n,) float64, read-only; None for the whole numbers from `first` on.
        masses: (n,) float64, read-only: probability of each value.
    """

    bounds: Floats
    masses: Floats
    first: float = 0.0
    values: Floats | None = None

    def all_values(self) -> Floats:
        """The values, (n,) float64."""
        if self.values is not None:
            return self.values
        return np.arange(len(self.bounds), dtype=np.float64) + self.first


def listed_steps(values: Sequence[float], weights: Sequence[float]) -> Steps:
    """Steps of values with weights, which are summed exactly; equal values are joined, in order."""
    weight_by_value: dict[float, Fraction] = {}
    for value, weight in zip(values, weights, strict=True):
        if weight > 0.0:
            weight_by_value[value] = weight_by_value.get(value, Fraction(0)) + Fraction(weight)
    ascending = sorted(weight_by_value)
    sums = list(accumulate(weight_by_value[value] for value in ascending))
    total = sums[-1]
    bounds = [signed_bound(each / total) for each in sums]
    masses = [float(weight_by_value[value] / total) for value in ascending]
    return Steps(_frozen(bounds), _frozen(masses), 0.0, _frozen(ascending))


def signed_bound(below: Fraction) -> float:
    """The bound of an exact probability."""
    return float(below) if 2 * below <= 1 else min(-float(1 - below), -_LEAST)


def counted_steps(mode: float, low: float, high: float, ratio: Callable[[Floats], Floats]) -> Steps | None:
    """Steps of whole numbers in [low, high]; None if more than 2**20 of them matter.

    Args:
        mode: about where the largest probability is.
        ratio: probability of k over that of k - 1, for an array of k.
    """
    start = min(max(mode, low), high)
    up = _relative(ratio, start, high, 1.0)
    down = _relative(ratio, start, low, -1.0)
    if up is None or down is None:
        return None
    masses = np.concatenate((down[::-1], np.ones(1), up))
    below = np.cumsum(masses)
    above = np.concatenate((np.cumsum(masses[::-1])[::-1][1:], np.zeros(1)))
    middle = int(np.searchsorted(below, 0.5 * below[-1]))
    total = below[middle] + above[middle]
    bounds = np.where(below <= above, below / total, np.minimum(-above / total, -_LEAST))
    return Steps(_frozen(bounds), _frozen(masses / total), start - len(down))


def found_step(ops: Operations[V], bounds: Table, chance: Chance[V], ends: tuple[V, V], rounds: int) -> V:
    """The first place within `ends` whose bound is not below the chance, by halving.

    Args:
        ends: INTEGER, the first and the last place.
        rounds: bits of the distance between the ends.
    """
    last = len(bounds.values) - 1
    low, high = ends
    zero, from_above = ops.number(0.0), ops.neg(chance.above)
    for _ in range(rounds):
        middle = ops.iclamp(ops.ilshr(ops.iadd(low, high), 1), 0, last)
        bound = ops.read_table(bounds, middle)
        wanted = ops.select(ops.le(zero, bound), chance.below, from_above)
        is_below = ops.lt(bound, wanted)
        low = ops.select(is_below, ops.iadd(middle, ops.integer(1)), low)
        high = ops.select(is_below, high, middle)
    return ops.iclamp(high, 0, last)


def steps_moments(steps: Steps) -> Moments:
    """Moments of the values by their probabilities."""
    values, masses = steps.all_values(), steps.masses
    mean = float(np.sum(values * masses))
    away = values - mean
    variance = float(np.sum(away**2 * masses))
    return from_central(mean, variance, float(np.sum(away**3 * masses)), float(np.sum(away**4 * masses)))


def _relative(ratio: Callable[[Floats], Floats], start: float, end: float, step: float) -> Floats | None:
    """Probabilities over that of `start`, from its neighbour on, until they no longer matter."""
    reach = _FIRST_REACH
    while reach <= 2 * MOST_STEPS:
        count = int(min(reach, abs(end - start)))
        k = np.arange(1, count + 1, dtype=np.float64) * step + start
        factors = ratio(k) if step > 0.0 else 1.0 / ratio(k + 1.0)
        found = np.asarray(np.cumprod(factors), dtype=np.float64)
        if count < reach or found[-1] < _NEGLIGIBLE:
            found = found[found >= _NEGLIGIBLE * 1e-4]
            return found if len(found) <= MOST_STEPS else None
        reach *= 4
    return None


def _frozen(values: Sequence[float] | Floats) -> Floats:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
