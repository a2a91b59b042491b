"""Statistics of one output over the trials without error, taken from a stream of chunks."""

import math
from collections.abc import Sequence

import numpy as np

from mcdesk.engine.simulation_types import (
    ErrorCount,
    Influence,
    InputStatistics,
    OutputStatistics,
    Probability,
    Quantity,
    TrialValues,
)
from mcdesk.engine.statistics.histogram import histogram
from mcdesk.engine.statistics.interval_estimates import IntervalEstimator, Sample
from mcdesk.engine.statistics.moments import MomentAccumulator, Moments
from mcdesk.engine.statistics.output_trials import OutputTrials
from mcdesk.engine.statistics.percentiles import PERCENTS, percentile
from mcdesk.engine.statistics.quantile_sketch import OrderedValues
from mcdesk.engine.statistics.trial_column import Errors, Floats, TrialColumn
from mcdesk.foundation.error_codes import ErrorCode

# Inputs are what the set-up says they are: their moments show that, and need no more trials for it.
MEASURED_TRIALS = 262_144
NORMAL_975 = 1.959963984540054  # quantile of the standard normal at 0.975


class OutputAccumulator:
    """Moments, error counts and trials of one output."""

    _quantity: Quantity
    _trials: OutputTrials
    _errors: "ErrorAccumulator"

    def __init__(self, quantity: Quantity, trials: OutputTrials | None = None) -> None:
        self._quantity = quantity
        self._trials = trials or OutputTrials(quantity.cell)
        self._errors = ErrorAccumulator(quantity.cell)

    @property
    def is_whole(self) -> bool:
        """Whether all trials are kept."""
        return self._trials.is_whole

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._errors.add(len(values), errors)
        self._trials.add(values, errors)

    def moments(self) -> Moments:
        """Moments so far."""
        return self._trials.moments()

    @property
    def column(self) -> TrialColumn:
        """Where trials are kept."""
        return self._trials.column

    def trials(self) -> TrialValues:
        """The kept trials so far."""
        return self._trials.trials()

    def estimator(self, confidence: float = 0.95) -> IntervalEstimator:
        """Intervals of what the trials so far say."""
        return IntervalEstimator(self._trials.whole(), self._trials.replicates(), confidence)

    def result(self, sensitivity: tuple[Influence, ...] = ()) -> OutputStatistics:
        """Statistics so far."""
        return self._statistics(self._trials.whole(), self._trials.replicates(), sensitivity)

    def glance(self, most_values: int) -> OutputStatistics:
        """Statistics to look at while trials are run: quick, because percentiles are of some values only.

        Moments are of all trials. Intervals are those of independent trials, and of so many values.
        """
        return self._statistics(self._trials.some(most_values), (), ())

    def _statistics(
        self, whole: Sample, replicates: Sequence[Sample], sensitivity: tuple[Influence, ...]
    ) -> OutputStatistics:
        moments, ordered, quantity = whole.moments, whole.ordered, self._quantity
        intervals = IntervalEstimator(whole, replicates)
        count = len(ordered)
        percentiles_ci95 = {
            each: bounds for each in PERCENTS if (bounds := intervals.percentile(each)) is not None
        }
        return OutputStatistics(
            cell=quantity.cell,
            name=quantity.name,
            base_value=quantity.base_value,
            trials=self._trials.count,
            errors=self._trials.count - moments.count,
            error_kinds=self._errors.result(),
            mean=known_mean(moments),
            mean_ci95=intervals.mean(),
            sd=moments.deviation,
            variance=moments.variance,
            skewness=moments.skewness,
            kurtosis=moments.kurtosis,
            minimum=moments.least if count else None,
            maximum=moments.most if count else None,
            percentiles={each: percentile(ordered, each) for each in PERCENTS} if count else {},
            percentiles_ci95={
                each: bounds for each, bounds in percentiles_ci95.items() if bounds is not None
            },
            sensitivity=sensitivity,
            sd_ci95=intervals.deviation(),
            probabilities=_probabilities(quantity, ordered, intervals),
            histogram=histogram(ordered),
            rank_error=ordered.rank_error,
        )


class InputAccumulator:
    """The first trials of one input, and the moments of those that are measured.

    Args:
        most_kept: so many trials are kept, all if None.
        room: (n,) float64, where the first n kept ones go.
    """

    _quantity: Quantity
    _column: TrialColumn
    _most_kept: int
    _count: int
    # Moments while trials are measured that are not kept; of kept ones they are taken at the end.
    _moments: MomentAccumulator | None

    def __init__(self, quantity: Quantity, most_kept: int | None, room: Floats | None = None) -> None:
        self._quantity = quantity
        self._column = TrialColumn(quantity.cell, most_kept, room)
        self._most_kept = MEASURED_TRIALS if most_kept is None else most_kept
        self._count = 0
        self._moments = None

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._column.add(values, errors)
        measured = min(len(values), MEASURED_TRIALS - self._count)
        if measured > 0 and self._most_kept < self._count + measured:
            self._measure(values[:measured], errors)
        self._count += len(values)

    @property
    def column(self) -> TrialColumn:
        """Where trials are kept."""
        return self._column

    def trials(self) -> TrialValues:
        """The kept trials so far."""
        return self._column.trials()

    def result(self) -> InputStatistics:
        """Mean and standard deviation over the measured trials so far."""
        moments, quantity = (self._moments or self._kept_moments()).result(), self._quantity
        mean = known_mean(moments)
        return InputStatistics(quantity.cell, quantity.name, quantity.distribution, mean, moments.deviation)

    def _measure(self, values: Floats, errors: Errors | None) -> None:
        """Take trials of which not all are kept."""
        if self._moments is None:
            known = min(self._count, self._most_kept)
            self._moments = self._kept_moments()
            values, errors = values[self._most_kept - known :], _from(errors, self._most_kept - known)
        if len(values):
            self._moments.add(values, None if errors is None else errors[: len(values)] != 0)

    def _kept_moments(self) -> MomentAccumulator:
        kept = self.trials()
        errors = None if kept.errors is None else kept.errors[:MEASURED_TRIALS] != 0
        moments = MomentAccumulator()
        moments.add(kept.values[:MEASURED_TRIALS], errors)
        return moments


class ErrorAccumulator:
    """Counts the errors of one output by kind, with the first trial of each."""

    _cell: str
    _seen: int
    _count_by_code: dict[int, int]
    _first_by_code: dict[int, int]

    def __init__(self, cell: str) -> None:
        self._cell = cell
        self._seen = 0
        self._count_by_code = {}
        self._first_by_code = {}

    def add(self, trial_count: int, errors: Errors | None) -> None:
        """Take the next trials: errors (n,) uint8 codes or None where none failed."""
        if errors is not None:
            codes, places, counts = np.unique(errors, return_index=True, return_counts=True)
            for code, place, count in zip(codes.tolist(), places.tolist(), counts.tolist(), strict=True):
                self._count_by_code[code] = self._count_by_code.get(code, 0) + count
                self._first_by_code.setdefault(code, self._seen + place)
        self._seen += trial_count

    def result(self) -> tuple[ErrorCount, ...]:
        """The kinds met so far, the most frequent first, then by code."""
        codes = sorted(
            self._count_by_code.keys() - {ErrorCode.NONE}, key=lambda c: (-self._count_by_code[c], c)
        )
        return tuple(
            ErrorCount(ErrorCode(code).text, self._count_by_code[code], self._first_by_code[code], self._cell)
            for code in codes
        )


def known_mean(moments: Moments) -> float | None:
    """The mean; None without trials or where its sum overflows."""
    return moments.mean if moments.count and math.isfinite(moments.mean) else None


def half_width_95(moments: Moments) -> float | None:
    """Half the 95 % interval of the mean, by the central limit theorem; None below two trials."""
    deviation = moments.deviation
    return None if deviation is None else NORMAL_975 * deviation / math.sqrt(moments.count)


def _probabilities(
    quantity: Quantity, ordered: OrderedValues, intervals: IntervalEstimator
) -> tuple[Probability, ...]:
    """Below the limits that were asked for; without any, below zero where the output has both signs."""
    if not len(ordered):
        return ()
    has_both_signs = ordered.value(0) < 0.0 < ordered.value(len(ordered) - 1)
    limits = quantity.limits or ((0.0,) if has_both_signs else ())
    return tuple(
        Probability(limit, ordered.below(limit) / len(ordered), intervals.probability(limit))
        for limit in limits
    )


def _from(errors: Errors | None, start: int) -> Errors | None:
    return None if errors is None else errors[start:]
