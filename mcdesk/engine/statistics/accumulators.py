"""Statistics of one output over the trials without error, taken from a stream of chunks."""

import math

import numpy as np

from mcdesk.engine.simulation_types import (
    ErrorCount,
    Influence,
    InputStatistics,
    OutputStatistics,
    Quantity,
    TrialValues,
)
from mcdesk.engine.statistics.moments import Flags, MomentAccumulator, Moments
from mcdesk.engine.statistics.percentiles import PERCENTS, percentile, percentile_interval
from mcdesk.engine.statistics.trial_column import Errors, Floats, TrialColumn
from mcdesk.foundation.error_codes import ErrorCode

NORMAL_975 = 1.959963984540054  # quantile of the standard normal at 0.975


class OutputAccumulator:
    """Moments, error counts and all trials of one output."""

    def __init__(self, quantity: Quantity) -> None:
        self._quantity = quantity
        self._moments = MomentAccumulator()
        self._errors = ErrorAccumulator(quantity.cell)
        self._column = TrialColumn(quantity.cell)

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._moments.add(values, _failed(errors))
        self._errors.add(len(values), errors)
        self._column.add(values, errors)

    def moments(self) -> Moments:
        """Moments so far."""
        return self._moments.result()

    def trials(self) -> TrialValues:
        """All trials so far."""
        return self._column.trials()

    def result(self, sensitivity: tuple[Influence, ...] = ()) -> OutputStatistics:
        """Statistics so far."""
        trials = self.trials()
        failed = _failed(trials.errors)
        # + 0.0 makes one zero of the two, whose order a sort leaves open
        ascending = np.sort((trials.values if failed is None else trials.values[~failed]) + 0.0)
        moments = self.moments()
        quantity = self._quantity
        has_trials = len(ascending) > 0
        intervals = {percent: percentile_interval(ascending, percent) for percent in PERCENTS}
        return OutputStatistics(
            cell=quantity.cell,
            name=quantity.name,
            base_value=quantity.base_value,
            trials=len(trials.values),
            errors=len(trials.values) - len(ascending),
            error_kinds=self._errors.result(),
            mean=known_mean(moments),
            mean_ci95=mean_interval(moments),
            sd=moments.deviation,
            variance=moments.variance,
            skewness=moments.skewness,
            kurtosis=moments.kurtosis,
            minimum=float(ascending[0]) if has_trials else None,
            maximum=float(ascending[-1]) if has_trials else None,
            percentiles={each: percentile(ascending, each) for each in PERCENTS} if has_trials else {},
            percentiles_ci95={each: bounds for each, bounds in intervals.items() if bounds is not None},
            sensitivity=sensitivity,
        )


class InputAccumulator:
    """Moments of one input, and its first trials."""

    def __init__(self, quantity: Quantity, most_kept: int | None) -> None:
        self._quantity = quantity
        self._moments = MomentAccumulator()
        self._column = TrialColumn(quantity.cell, most_kept)

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._moments.add(values, _failed(errors))
        self._column.add(values, errors)

    def trials(self) -> TrialValues:
        """The kept trials so far."""
        return self._column.trials()

    def result(self) -> InputStatistics:
        """Mean and standard deviation so far."""
        moments, quantity = self._moments.result(), self._quantity
        mean = known_mean(moments)
        return InputStatistics(quantity.cell, quantity.name, quantity.distribution, mean, moments.deviation)


class ErrorAccumulator:
    """Counts the errors of one output by kind, with the first trial of each."""

    def __init__(self, cell: str) -> None:
        self._cell = cell
        self._seen = 0
        self._count_by_code: dict[int, int] = {}
        self._first_by_code: dict[int, int] = {}

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


def mean_interval(moments: Moments) -> tuple[float, float] | None:
    """95 % interval of the mean, by the central limit theorem; None below two trials."""
    half = half_width_95(moments)
    return None if half is None else (moments.mean - half, moments.mean + half)


def _failed(errors: Errors | None) -> Flags | None:
    return None if errors is None else errors != 0
