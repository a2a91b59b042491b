"""Intervals that hold a statistic of the model with a given confidence, for the sampling that was used.

Independent trials: the central limit theorem for mean and standard deviation, order statistics for
percentiles, Wilson's interval for probabilities. Replicates (LHS, Sobol): the spread of their estimates.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from mcdesk.engine.statistics.critical_values import normal_reach, spread_interval
from mcdesk.engine.statistics.moments import Moments
from mcdesk.engine.statistics.percentiles import interval_ranks, percentile
from mcdesk.engine.statistics.quantile_sketch import Floats, OrderedValues

Interval = tuple[float, float]

FEWEST_REPLICATES = 4


class Sample:
    """Trials without error: their moments, and their values put in order when first asked for.

    Args:
        values: gives them as they came, (n,) float64, where they are only counted: for a few limits that
            costs less than to put them in order.
    """

    def __init__(
        self,
        moments: Moments,
        order: Callable[[], OrderedValues],
        values: Callable[[], Floats] | None = None,
    ) -> None:
        self.moments = moments
        self._order = order
        self._give_values = values

    @cached_property
    def ordered(self) -> OrderedValues:
        """The values in ascending order."""
        return self._order()

    def below(self, limit: float) -> int:
        """How many values are below a limit."""
        if self._give_values is None:
            return self.ordered.below(limit)
        return int(np.count_nonzero(self._values < limit))

    @cached_property
    def _values(self) -> Floats:
        return np.empty(0) if self._give_values is None else self._give_values()


class IntervalEstimator:
    """Intervals of one output.

    Args:
        whole: all trials.
        replicates: independent samples that make up the trials, or none if the trials are independent.
    """

    def __init__(self, whole: Sample, replicates: Sequence[Sample] = (), confidence: float = 0.95) -> None:
        self.whole = whole
        self._replicates = replicates if len(replicates) >= FEWEST_REPLICATES else ()
        self._confidence = confidence

    def mean(self) -> Interval | None:
        """Interval of the mean; None where there are too few trials or they overflow."""
        moments = self.whole.moments
        if self._replicates:
            return _finite(self._spread(moments.mean, lambda sample: sample.moments.mean))
        deviation = moments.deviation
        if deviation is None:
            return None
        half = normal_reach(self._confidence) * deviation / math.sqrt(moments.count)
        return _finite(_around(moments.mean, half))

    def deviation(self) -> Interval | None:
        """Interval of the standard deviation.

        Plain trials: by the delta method on its logarithm, whose variance is (kurtosis - 1) / 4n.
        Source: Rao 1973, Linear Statistical Inference, 6g.
        """
        moments = self.whole.moments
        deviation, kurtosis = moments.deviation, moments.kurtosis
        if deviation is None:
            return None
        if self._replicates:
            return _finite(self._replicated_deviation(moments, deviation))
        if kurtosis is None:
            return (deviation, deviation)
        error = math.sqrt(max(kurtosis - 1.0, 0.0) / (4.0 * moments.count))
        return _finite(_by_factor(deviation, normal_reach(self._confidence) * error))

    def percentile(self, percent: float) -> Interval | None:
        """Interval of a percentile (0 to 100)."""
        ordered = self.whole.ordered
        if not len(ordered):
            return None
        if self._replicates:
            return self._replicated_percentile(percent)
        ranks = interval_ranks(len(ordered), percent, self._confidence)
        return None if ranks is None else (ordered.value(ranks[0] - 1), ordered.value(ranks[1] - 1))

    def probability(self, limit: float) -> Interval | None:
        """Interval of the probability that the output is below a limit.

        Source: Wilson 1927, Journal of the American Statistical Association 22, for plain trials.
        """
        ordered = self.whole.ordered
        count = len(ordered)
        if not count:
            return None
        share = ordered.below(limit) / count
        if self._replicates:
            bounds = self._spread(
                share, lambda sample: sample.below(limit) / sample.moments.count, 0.5 / count
            )
            return None if bounds is None else (max(bounds[0], 0.0), min(bounds[1], 1.0))
        z = normal_reach(self._confidence)
        centre = (share + z * z / (2.0 * count)) / (1.0 + z * z / count)
        spread = math.sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count))
        low, high = _around(centre, z * spread / (1.0 + z * z / count))
        return (max(low, 0.0), min(high, 1.0))

    def _replicated_deviation(self, moments: Moments, deviation: float) -> Interval | None:
        """From the variances of the replicates around the mean of all, on the logarithm."""

        def square(sample: Sample) -> float | None:
            own = sample.moments
            shift = own.mean - moments.mean
            return own.m2 / own.count + shift * shift if own.count else None

        variance = moments.m2 / moments.count
        bounds = self._spread(variance, square)
        if bounds is None or variance <= 0.0:
            return None if bounds is None else (deviation, deviation)
        # around the root of m2 / n: strata need no n - 1, which makes it too large by one part in 2n
        centre = math.sqrt(variance)
        down, up = ((abs(bound - variance) / (2.0 * variance)) for bound in bounds)
        return (_by_factor(centre, down)[0], max(_by_factor(centre, up)[1], deviation))

    def _replicated_percentile(self, percent: float) -> Interval | None:
        """The percentiles between which the share below the estimate lies.

        Source: Woodruff 1952, Confidence intervals for medians and other position measures.
        """
        ordered = self.whole.ordered
        value = percentile(ordered, percent)
        share = percent / 100.0
        # strata leave a place open by about a value, whatever the replicates agree on
        least = 1.0 / len(ordered)
        bounds = self._spread(share, lambda sample: _share_up_to(sample, value), least)
        if bounds is None:
            return None
        low, high = (percentile(ordered, min(max(100.0 * bound, 0.0), 100.0)) for bound in bounds)
        return (low, high)

    def _spread(
        self, centre: float, estimate: Callable[[Sample], float | None], least: float = 0.0
    ) -> Interval | None:
        """From the replicates' estimates, but at least so far to either side."""
        if any(not sample.moments.count for sample in self._replicates):
            return None
        found = [estimate(sample) for sample in self._replicates]
        known = [value for value in found if value is not None]
        bounds = spread_interval(centre, known, self._confidence) if len(known) == len(found) else None
        return None if bounds is None else (min(bounds[0], centre - least), max(bounds[1], centre + least))


def _share_up_to(sample: Sample, value: float) -> float:
    """Share of values below a value, those equal to it counted half."""
    below, up_to = sample.below(value), sample.below(math.nextafter(value, math.inf))
    return (below + up_to) / 2.0 / sample.moments.count


def _finite(interval: Interval | None) -> Interval | None:
    return interval if interval is not None and all(map(math.isfinite, interval)) else None


def _by_factor(value: float, error: float) -> Interval:
    """Between the value divided and multiplied by about the exponential of the error."""
    # its first terms: exp itself differs by machine, and the error is small
    factor = 1.0 + error * (1.0 + error / 2.0)
    return (value / factor, value * factor)


def _around(centre: float, half: float) -> Interval:
    return (centre - half, centre + half)
