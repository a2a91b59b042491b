"""Percentiles of sorted trials, and the ranks between which they lie."""

import math

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.statistics.quantile_sketch import OrderedValues

Floats = NDArray[np.float64]

PERCENTS = (1, 5, 10, 25, 50, 75, 90, 95, 99)
_REACH = 10.0  # standard deviations of the binomial beyond which no double notices


def percentile(ordered: OrderedValues, percent: float) -> float:
    """Linear interpolation between order statistics, NumPy's default.

    Args:
        ordered: at least one value.
        percent: 0 to 100.

    Returns:
        In the unit of the values.
    """
    place = percent / 100 * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 1)
    share = place - below
    low = ordered.value(below)
    if share == 0.0:
        return low
    high = ordered.value(below + 1)
    if not math.isfinite(high - low):
        return low * (1.0 - share) + high * share
    # from the nearer end, so that the result stays between the two
    return low + (high - low) * share if share < 0.5 else high - (high - low) * (1.0 - share)


def interval_ranks(count: int, percent: float, confidence: float) -> tuple[int, int] | None:
    """Ranks, from 1, of the order statistics between which a percentile of `count` trials lies.

    Those whose ranks leave at most half of 1 - confidence of the binomial distribution of the number
    of trials below the percentile on either side; exact for continuous outputs. None where there are
    too few trials.
    Source: David and Nagaraja 2003, Order Statistics, section 7.1.
    """
    first, below = _binomial_below(count, percent / 100)
    tail = (1.0 - confidence) / 2.0
    # lower: the largest l with P(B <= l - 1) <= tail; upper: the smallest u with P(B >= u) <= tail
    lower = first + int(np.searchsorted(below, tail, side="right"))
    upper = first + int(np.searchsorted(below, 1.0 - tail, side="left")) + 1
    return (lower, upper) if lower >= 1 and upper <= count else None


def _binomial_below(count: int, chance: float) -> tuple[int, Floats]:
    """First k of a window around the mode, and P(B <= k) for each k of it.

    Weights relative to the mode's by their ratios, which need neither factorials nor logarithms.
    """
    mode = int((count + 1) * chance)
    reach = int(_REACH * math.sqrt(count * chance * (1.0 - chance))) + 20
    first, last = max(mode - reach, 0), min(mode + reach, count)
    up = np.arange(mode + 1, last + 1, dtype=np.float64)
    down = np.arange(mode, first, -1, dtype=np.float64)
    odds = chance / (1.0 - chance)
    rising = np.cumprod((count - up + 1.0) / up * odds)
    falling = np.cumprod(down / (count - down + 1.0) / odds)
    below = np.cumsum(np.concatenate((falling[::-1], (1.0,), rising)))
    return first, below / below[-1]
