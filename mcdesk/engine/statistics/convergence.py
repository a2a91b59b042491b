"""How estimates settle: mean and percentiles of the first trials, for ever more of them, with their bands."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.statistics.critical_values import normal_reach
from mcdesk.engine.statistics.percentiles import interval_ranks, percentile
from mcdesk.engine.statistics.quantile_sketch import Floats, OrderedValues

SHOWN_PERCENTS = (10, 50, 90)
_FIRST_TRIALS = 50
_MOST_SORTED = 1 << 18
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class ConvergenceLine:
    """One estimate after each number of trials; (moments,) float64 each, NaN where there is none.

    Attributes:
        percent: which percentile it is; None for the mean.
        low, high: ends of its 95 % interval, as independent trials have it.
    """

    percent: int | None
    values: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Convergence:
    """Lines over `trials`, (moments,) float64 ascending."""

    trials: Floats
    lines: tuple[ConvergenceLine, ...]


def convergence(
    values: Floats, moments: int = 80, pause: Callable[[], None] = lambda: None
) -> Convergence | None:
    """How the estimates of an output settle.

    Args:
        values: (trials,) float64 in the unit of the output, NaN where a trial failed; may be a map of a file.
        moments: after how many numbers of trials, each larger by the same factor.
        pause: called between them; may raise to end it.

    Returns:
        None where no trial is without error. Percentiles are of at most 262,144 of the trials before, evenly
        spread, and their intervals are those of so many.
    """
    counts = _counts(len(values), moments)
    found: list[list[tuple[float, float, float]]] = []
    total = square = 0.0
    good = done = 0
    centre = _first_good(values)
    if centre is None:
        return None
    for count in counts:
        pause()
        piece = np.asarray(values[done:count])
        # from a value of its own size, so that the squares keep their digits
        deviations = piece[~np.isnan(piece)] - centre
        total += float(deviations.sum())
        square += float(np.dot(deviations, deviations))
        good, done = good + len(deviations), count
        step = max(count // _MOST_SORTED, 1) | 1
        found.append([_mean(good, total, square, centre), *_percentiles(np.asarray(values[:count:step]))])
    return Convergence(np.array(counts, dtype=np.float64), _lines(found))


def _counts(trials: int, moments: int) -> list[int]:
    first = min(_FIRST_TRIALS, trials)
    spread = np.geomspace(max(first, 1), max(trials, 1), moments).round().astype(np.int64)
    return [int(count) for count in np.unique(spread)] if trials else []


def _first_good(values: Floats) -> float | None:
    for first in range(0, len(values), _MOST_SORTED):
        piece = np.asarray(values[first : first + _MOST_SORTED])
        good = piece[~np.isnan(piece)]
        if len(good):
            return float(good[0])
    return None


def _mean(good: int, total: float, square: float, centre: float) -> tuple[float, float, float]:
    if not good:
        return np.nan, np.nan, np.nan
    mean = centre + total / good
    if good < 2:
        return mean, np.nan, np.nan
    variance = max(square - total * total / good, 0.0) / (good - 1)
    half = normal_reach(_CONFIDENCE) * float(np.sqrt(variance / good))
    return mean, mean - half, mean + half


def _percentiles(values: Floats) -> list[tuple[float, float, float]]:
    ascending = np.sort(values[~np.isnan(values)])
    if not len(ascending):
        return [(np.nan, np.nan, np.nan)] * len(SHOWN_PERCENTS)
    ordered = OrderedValues(ascending)
    found = []
    for percent in SHOWN_PERCENTS:
        ranks = interval_ranks(len(ascending), percent, _CONFIDENCE)
        low, high = (np.nan, np.nan) if ranks is None else (ascending[rank - 1] for rank in ranks)
        found.append((percentile(ordered, percent), float(low), float(high)))
    return found


def _lines(found: list[list[tuple[float, float, float]]]) -> tuple[ConvergenceLine, ...]:
    table = np.array(found, dtype=np.float64)
    return tuple(
        ConvergenceLine(percent, *(np.ascontiguousarray(table[:, place, part]) for part in range(3)))
        for place, percent in enumerate((None, *SHOWN_PERCENTS))
    )
