"""How much each input moves each output: rank correlation, regression, share of variance."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Influence, TrialValues
from mcdesk.engine.statistics.bin_means import BINS, BinMeans
from mcdesk.engine.statistics.critical_values import spread_interval
from mcdesk.engine.statistics.ranks import MOST_RANKED, RankSums, centred_ranks
from mcdesk.engine.statistics.regression import Coefficients, Regressions
from mcdesk.engine.statistics.tree_sums import Floats
from mcdesk.foundation.cancellation import CancelToken

Flags = NDArray[np.bool_]

SENSITIVITY_TRIALS = MOST_RANKED
MOST_REGRESSED_INPUTS = 256
MOST_BINNED_INPUTS = 64  # where there are more than can be regressed
_MANY_INPUTS_VALUES = 1 << 24  # values of all inputs together that are then looked at
_FEWEST_TRIALS = 4096
PARTS = 16
_FEWEST_IN_PART = 50


@dataclass(frozen=True, slots=True)
class _Measures:
    """What one set of trials says about one input."""

    rank_correlation: float | None
    regression: float | None
    variance_share: float | None
    bin_means: tuple[float | None, ...]


def sensitivity_trials(input_count: int) -> int:
    """How many trials sensitivity looks at: fewer where more than 256 inputs make each of them dear."""
    if input_count <= MOST_REGRESSED_INPUTS:
        return SENSITIVITY_TRIALS
    return max(_MANY_INPUTS_VALUES // input_count, _FEWEST_TRIALS)


class SensitivityAnalysis:
    """Prepared inputs; one call of `influences` for each output.

    It looks at the first `sensitivity_trials` of them at most, and among them at those in which neither
    the output nor any input failed. The order of the inputs changes nothing: elimination goes by cell.
    Intervals come from the spread over 16 parts of the trials: those in turn for Sobol points, whose
    replicates are interleaved, and pieces one after the other otherwise. Ranks and bins are those among
    all trials, in the parts as well. More than 256 inputs get no regression and no intervals, and only
    the 64 that move an output most get means by bins.

    Args:
        cancel: looked at between inputs and between outputs; ends `influences` by Cancelled.
    """

    def __init__(
        self,
        inputs: Sequence[TrialValues],
        sampling: Sampling = Sampling.PLAIN,
        cancel: CancelToken | None = None,
    ) -> None:
        self._inputs = inputs
        self._cancel = cancel or CancelToken()
        most = sensitivity_trials(len(inputs))
        self._trial_count = min((len(each.values) for each in inputs), default=0)
        self._trial_count = min(self._trial_count, most)
        self._failed = np.zeros(self._trial_count, dtype=np.bool_)
        for each in self._inputs:
            if each.errors is not None:
                self._failed |= each.errors[: self._trial_count] != 0
        self._parts = _parts(self._trial_count, sampling) if len(inputs) <= MOST_REGRESSED_INPUTS else []
        self._prepared: tuple[Flags, _Predictors] | None = None

    def influences(self, output: TrialValues) -> tuple[Influence, ...]:
        """Influence of each input, in the order of the inputs."""
        if not self._inputs:
            return ()
        self._cancel.raise_if_cancelled()
        usable = ~self._failed
        if output.errors is not None:
            usable &= output.errors[: self._trial_count] == 0
        predictors = self._predictors(usable)
        whole, *parts = predictors.measures(self._arranged(output.values, usable))
        return tuple(
            _influence(each.cell, whole[i], [part[i] for part in parts] if self._parts else [])
            for i, each in enumerate(self._inputs)
        )

    def warnings(self, trials_done: int) -> tuple[str, ...]:
        """What was left out, in words."""
        found = []
        most = sensitivity_trials(len(self._inputs))
        if self._inputs and trials_done > most:
            found.append(f"Sensitivity is taken from the first {most:,} trials.")
        if len(self._inputs) > MOST_REGRESSED_INPUTS:
            found.append(
                f"More than {MOST_REGRESSED_INPUTS} inputs: sensitivity is without regression coefficients"
                f" and intervals, and means by bins are those of the {MOST_BINNED_INPUTS} strongest inputs."
            )
        return tuple(found)

    def _predictors(self, usable: Flags) -> "_Predictors":
        if self._prepared is None or not np.array_equal(self._prepared[0], usable):
            columns = np.empty((len(self._inputs), int(np.count_nonzero(usable))))
            for column, each in zip(columns, self._inputs, strict=True):
                column[:] = self._arranged(each.values, usable)
            counts = [int(np.count_nonzero(usable[piece])) for piece in self._parts or [slice(None)]]
            ends = itertools.accumulate(counts, initial=0)
            parts = [slice(start, end) for start, end in itertools.pairwise(ends)]
            cells = [each.cell for each in self._inputs]
            self._prepared = usable, _Predictors(cells, columns, parts, self._cancel)
        return self._prepared[1]

    def _arranged(self, values: Floats, usable: Flags) -> Floats:
        """The usable trials, those of a part next to each other."""
        values = values[: self._trial_count]
        if not self._parts:
            return values[usable]
        return np.concatenate([values[piece][usable[piece]] for piece in self._parts])


class _Predictors:
    """Ranks, bins and normal equations of the inputs over the usable trials.

    `columns` are (inputs, n) and `parts` slices of the trials, one after the other.
    """

    def __init__(
        self, cells: Sequence[str], columns: Floats, parts: Sequence[slice], cancel: CancelToken
    ) -> None:
        self._cancel = cancel
        self._count = len(columns)
        self._parts = parts
        self._order = sorted(range(self._count), key=lambda i: cells[i])
        is_quick = self._count <= MOST_REGRESSED_INPUTS
        self._regressions = Regressions(columns, self._order, parts) if is_quick else None
        # the columns are of no more use: ranks take their place
        for column in columns:
            cancel.raise_if_cancelled()
            column[:] = centred_ranks(column)
        self._ranks = columns
        self._sums = RankSums(columns, parts)
        self._bins: dict[int, BinMeans] = {}

    def measures(self, values: Floats) -> "list[list[_Measures]]":
        """What an output says about each input: over all trials, then over each part."""
        ranks = centred_ranks(values)
        correlations = self._sums.correlations(ranks)
        binned = self._strongest(correlations[0])
        unknown = [(None,) * BINS] * len(correlations)
        bins = [self._binned(i).means(values) if i in binned else unknown for i in range(self._count)]
        regressions: list[Coefficients] = [[None] * self._count] * len(correlations)
        if self._regressions is not None:
            regressions = self._regressions.coefficients(values)
        return [
            [_Measures(*each) for each in zip(rhos, betas, _shares(rhos), means, strict=True)]
            for rhos, betas, means in zip(correlations, regressions, zip(*bins, strict=True), strict=True)
        ]

    def _strongest(self, correlations: Sequence[float | None]) -> set[int]:
        """The inputs that get means by bins: all, or of many those with the largest correlations."""
        if self._count <= MOST_REGRESSED_INPUTS:
            return set(range(self._count))
        ascending = sorted(self._order, key=lambda i: abs(correlations[i] or 0.0))
        return set(ascending[-MOST_BINNED_INPUTS:])

    def _binned(self, i: int) -> BinMeans:
        if i not in self._bins:
            self._cancel.raise_if_cancelled()
            self._bins[i] = BinMeans(self._ranks[i], self._parts)
        return self._bins[i]


def rank_correlation(one: TrialValues, other: TrialValues) -> float | None:
    """Spearman's rank correlation over the trials in which neither failed; None where one does not vary.

    It looks at the first SENSITIVITY_TRIALS at most.
    """
    count = min(len(one.values), len(other.values), SENSITIVITY_TRIALS)
    usable = np.ones(count, dtype=np.bool_)
    for each in (one, other):
        if each.errors is not None:
            usable &= each.errors[:count] == 0
    ranks = [centred_ranks(each.values[:count][usable]) for each in (one, other)]
    return RankSums(ranks[0][None], [slice(None)]).correlations(ranks[1])[0][0]


def _shares(correlations: Sequence[float | None]) -> list[float | None]:
    total = math.fsum(rho * rho for rho in correlations if rho is not None)
    return [None if rho is None or total == 0.0 else rho * rho / total for rho in correlations]


def _parts(trial_count: int, sampling: Sampling) -> list[slice]:
    if trial_count < PARTS * _FEWEST_IN_PART:
        return []
    if sampling is Sampling.SOBOL:
        return [slice(part, None, PARTS) for part in range(PARTS)]
    ends = [trial_count * part // PARTS for part in range(PARTS + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(ends)]


def _influence(cell: str, whole: _Measures, parts: Sequence[_Measures]) -> Influence:
    rho, beta, share = whole.rank_correlation, whole.regression, whole.variance_share
    return Influence(
        cell,
        rho,
        beta,
        share,
        rank_correlation_ci95=_clipped(_spread(rho, [part.rank_correlation for part in parts]), -1.0, 1.0),
        regression_ci95=_spread(beta, [part.regression for part in parts]),
        variance_share_ci95=_clipped(_spread(share, [part.variance_share for part in parts]), 0.0, 1.0),
        bin_means=whole.bin_means,
        bin_means_ci95=tuple(
            _spread(mean, [part.bin_means[k] for part in parts]) for k, mean in enumerate(whole.bin_means)
        ),
    )


def _spread(centre: float | None, estimates: Sequence[float | None]) -> tuple[float, float] | None:
    """95 % interval around the estimate from all trials, from those of the parts."""
    known = [each for each in estimates if each is not None]
    if centre is None or len(known) < max(len(estimates), PARTS):
        return None
    return spread_interval(centre, known, 0.95)


def _clipped(interval: tuple[float, float] | None, least: float, most: float) -> tuple[float, float] | None:
    return None if interval is None else (max(interval[0], least), min(interval[1], most))
