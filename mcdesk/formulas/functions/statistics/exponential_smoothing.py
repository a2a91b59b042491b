"""Exponential smoothing with additive error, trend and season, fitted to a series: Holt and Winters' method.

Source: Hyndman, Koehler, Ord and Snyder 2008, Forecasting with Exponential Smoothing, chapters 2, 5 and 6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GRID = 7
_ROUNDS = 8
_SHRINKING = 0.4
# A season must explain so much of what a straight line leaves.
_LEAST_CORRELATION = 0.3
_LONGEST_SEASON = 8760


@dataclass(frozen=True, slots=True)
class SmoothedSeries:
    """A fitted series.

    Attributes:
        alpha, beta, gamma: how much of an error goes into the level, how much of that into the trend, and
            how much of the rest into the season; 0 to 1, gamma 0 where there is no season.
        level, trend: after the last value; trend for one step.
        season: (length,) float64, the season's part of the next values; one 0 where there is no season.
        errors: (count,) float64, value less forecast one step before.
    """

    alpha: float
    beta: float
    gamma: float
    level: float
    trend: float
    season: Floats
    errors: Floats

    def forecast(self, steps: float) -> float:
        """The forecast so many steps after the last value, from 0; in line between whole steps."""
        below = math.floor(steps)
        first = self._at(below)
        return first if steps == below else first + (steps - below) * (self._at(below + 1) - first)

    def deviation(self, steps: float) -> float:
        """The standard deviation of that forecast's error; for whole steps, rounded up.

        Source: chapter 6.3, class 1, model (A,A,A).
        """
        h, m = max(math.ceil(steps), 1), len(self.season)
        alpha, beta, gamma = self.alpha, self.alpha * self.beta, (1.0 - self.alpha) * self.gamma
        k = (h - 1) // m
        growth = (h - 1) * (alpha * alpha + alpha * beta * h + beta * beta * h * (2 * h - 1) / 6.0)
        seasons = gamma * k * (2.0 * alpha + gamma + beta * m * (k + 1))
        return math.sqrt(float(np.mean(self.errors**2)) * (1.0 + growth + seasons))

    def _at(self, steps: int) -> float:
        season = self.season[(steps - 1) % len(self.season)]
        return float(self.level + steps * self.trend + season)


def smooth(values: Floats, season_length: int) -> SmoothedSeries:
    """Fit the series, the squares of its errors as small as a search over a grid that closes in makes them.

    Args:
        values: (count,) float64, count from 2.
        season_length: 1 for no season; count from twice as many.
    """
    has_season = season_length > 1
    centre, width = np.array([0.5, 0.5, 0.5]), 0.5
    for _ in range(_ROUNDS):
        axes = [np.clip(np.linspace(at - width, at + width, _GRID), 0.0, 1.0) for at in centre]
        if not has_season:
            axes[2] = np.zeros(1)
        grid = np.stack([each.ravel() for each in np.meshgrid(*axes, indexing="ij")])
        losses = np.sum(_run(values, season_length, grid)[3] ** 2, axis=0)
        centre = grid[:, int(np.argmin(losses))]
        width *= _SHRINKING
    level, trend, season, errors = _run(values, season_length, centre[:, None])
    alpha, beta, gamma = centre.tolist()
    return SmoothedSeries(alpha, beta, gamma, float(level[0]), float(trend[0]), season[:, 0], errors[:, 0])


def smoothing_work(count: int) -> int:
    """How many updates of a state `smooth` makes for so many values."""
    return count * _ROUNDS * _GRID**3


def season_of(values: Floats) -> int:
    """Return the length of the season that a series shows, 1 for none.

    It is the first peak of the autocorrelation of what a straight line leaves that no other exceeds.
    """
    count = len(values)
    places = np.arange(count, dtype=np.float64)
    rest = values - np.polynomial.Polynomial.fit(places, values, 1)(places)
    power = float(rest @ rest)
    if count < 4 or power <= 1e-20 * float(values @ values):
        return 1
    longest = min(count // 2, _LONGEST_SEASON)
    # each lag has fewer pairs than the one before
    found = [float(rest[lag:] @ rest[:-lag]) / power * count / (count - lag) for lag in range(1, longest + 2)]
    peaks = [
        (value, lag)
        for lag, (before, value, after) in enumerate(zip(found, found[1:], found[2:], strict=False), 2)
        if value >= before and value >= after and value >= _LEAST_CORRELATION
    ]
    return _shortest(peaks) if peaks else 1


def _shortest(peaks: Sequence[tuple[float, int]]) -> int:
    highest = max(value for value, _ in peaks)
    # its multiples are about as high
    return min(lag for value, lag in peaks if value >= 0.9 * highest)


def _run(values: Floats, length: int, grid: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Level, trend, season and errors after one pass, each with a last axis of parameters."""
    alpha, beta, gamma = grid
    level, trend, season = _start(values, length, grid.shape[1])
    errors = np.empty((len(values), grid.shape[1]))
    for place, value in enumerate(values):
        at = place % length
        error = value - (level + trend + season[at])
        errors[place] = error
        level = level + trend + alpha * error
        trend = trend + alpha * beta * error
        if length > 1:
            season[at] += gamma * (1.0 - alpha) * error
    return level, trend, np.roll(season, -(len(values) % length), axis=0), errors


def _start(values: Floats, length: int, width: int) -> tuple[Floats, Floats, Floats]:
    """The states before the first value, from the first two seasons or a line through the first values."""
    if length == 1:
        first = values[: min(len(values), 10)]
        slope = _slope(first)
        start = float(np.mean(first)) - slope * (len(first) + 1) / 2.0
        return np.full(width, start), np.full(width, slope), np.zeros((1, width))
    first, second = values[:length], values[length : 2 * length]
    slope = float(np.mean(second) - np.mean(first)) / length
    steps = np.arange(1, length + 1, dtype=np.float64)
    start = float(np.mean(first)) - slope * (length + 1) / 2.0
    season = (first - (start + slope * steps) + second - (start + slope * (steps + length))) / 2.0
    return np.full(width, start), np.full(width, slope), np.repeat(season[:, None], width, axis=1)


def _slope(values: Floats) -> float:
    places = np.arange(len(values), dtype=np.float64) - (len(values) - 1) / 2.0
    return float(places @ values / (places @ places))
