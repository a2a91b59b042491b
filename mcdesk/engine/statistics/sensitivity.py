"""How much each input moves each output: rank correlation, regression, share of variance."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.linear_algebra import solve_correlation
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Influence, TrialValues
from mcdesk.engine.statistics.critical_values import spread_interval
from mcdesk.engine.statistics.tree_sums import Floats, tree_sum

Ranks = NDArray[np.int64]
Flags = NDArray[np.bool_]

SENSITIVITY_TRIALS = 262_144
MOST_REGRESSED_INPUTS = 256
MOST_BINNED_INPUTS = 64  # where there are more than can be regressed
_MANY_INPUTS_VALUES = 1 << 24  # values of all inputs together that are then looked at
_FEWEST_TRIALS = 4096
_PRODUCTS = 1 << 28  # multiplications that the normal equations may cost
_FEWEST_ROWS = 4096
PARTS = 16
BINS = 10
_NO_BINS = (None,) * BINS
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
    replicates are interleaved, and pieces one after the other otherwise. More than 256 inputs get no
    regression and no intervals, and only the 64 that move an output most get means by bins.
    """

    def __init__(self, inputs: Sequence[TrialValues], sampling: Sampling = Sampling.PLAIN) -> None:
        most = sensitivity_trials(len(inputs))
        self._inputs = [_first_trials(each, most) for each in inputs]
        self._trial_count = min((len(each.values) for each in self._inputs), default=0)
        self._failed = np.zeros(self._trial_count, dtype=np.bool_)
        for each in self._inputs:
            if each.errors is not None:
                self._failed |= each.errors[: self._trial_count] != 0
        is_quick = len(inputs) <= MOST_REGRESSED_INPUTS
        self._parts = _parts(self._trial_count, sampling) if is_quick else []
        self._prepared: tuple[Flags, list[_Predictors]] | None = None

    def influences(self, output: TrialValues) -> tuple[Influence, ...]:
        """Influence of each input, in the order of the inputs."""
        if not self._inputs:
            return ()
        usable = ~self._failed
        if output.errors is not None:
            usable &= output.errors[: self._trial_count] == 0
        values = output.values[: self._trial_count]
        whole, *parts = (
            predictors.measures(values[piece][usable[piece]])
            for piece, predictors in zip(self._pieces(), self._predictors(usable), strict=True)
        )
        return tuple(
            _influence(each.cell, whole[i], [part[i] for part in parts])
            for i, each in enumerate(self._inputs)
        )

    def _pieces(self) -> list[slice]:
        return [slice(None), *self._parts]

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

    def _predictors(self, usable: Flags) -> "list[_Predictors]":
        if self._prepared is None or not np.array_equal(self._prepared[0], usable):
            cells = [each.cell for each in self._inputs]
            columns = [each.values[: self._trial_count] for each in self._inputs]
            found = [
                _Predictors(cells, [column[piece][usable[piece]] for column in columns])
                for piece in self._pieces()
            ]
            self._prepared = usable, found
        return self._prepared[1]


class _Predictors:
    """Ranks and normal equations of the inputs over one set of trials."""

    def __init__(self, cells: Sequence[str], columns: Sequence[Floats]) -> None:
        self._count = len(columns)
        self._ranks = [_centred_ranks(column) for column in columns]
        self._order = sorted(range(self._count), key=lambda i: cells[i])
        self._rows = _row_count(self._count)
        regressed = self._order if self._count <= MOST_REGRESSED_INPUTS else ()
        units = {i: _unit(columns[i][: self._rows]) for i in regressed}
        self._varying = [(i, unit) for i, unit in units.items() if unit is not None]
        self._matrix = _correlation_matrix([unit for _, unit in self._varying])

    def measures(self, values: Floats) -> list[_Measures]:
        """What the trials of an output say about each input."""
        correlations = self.rank_correlations(values)
        total = math.fsum(rho * rho for rho in correlations if rho is not None)
        shares = [None if rho is None or total == 0.0 else rho * rho / total for rho in correlations]
        binned = self._strongest(correlations)
        bins = [
            _bin_means(ranks, values) if i in binned else (None,) * BINS
            for i, ranks in enumerate(self._ranks)
        ]
        columns = (correlations, self.regressions(values), shares, bins)
        return [_Measures(*row) for row in zip(*columns, strict=True)]

    def _strongest(self, correlations: Sequence[float | None]) -> set[int]:
        """The inputs that get means by bins: all, or of many those with the largest correlations."""
        if self._count <= MOST_REGRESSED_INPUTS:
            return set(range(self._count))
        ascending = sorted(self._order, key=lambda i: abs(correlations[i] or 0.0))
        return set(ascending[-MOST_BINNED_INPUTS:])

    def rank_correlations(self, values: Floats) -> list[float | None]:
        """Spearman's rank correlation of each input with the values."""
        ranks = _centred_ranks(values)
        return [_rank_correlation(each, ranks) for each in self._ranks]

    def regressions(self, values: Floats) -> list[float | None]:
        """Standardised coefficient of each input in a linear regression of the values on all."""
        found: list[float | None] = [None] * self._count
        response = _unit(values[: self._rows])
        if response is None:
            return found
        right = [tree_sum(unit * response) for _, unit in self._varying]
        # fewer trials than unknowns leave dependencies, which come back as None
        for (i, _), beta in zip(self._varying, solve_correlation(self._matrix, right), strict=True):
            found[i] = beta
        return found


def rank_correlation(one: TrialValues, other: TrialValues) -> float | None:
    """Spearman's rank correlation over the trials in which neither failed; None where one does not vary."""
    count = min(len(one.values), len(other.values))
    usable = np.ones(count, dtype=np.bool_)
    for each in (one, other):
        if each.errors is not None:
            usable &= each.errors[:count] == 0
    ranks = [_centred_ranks(each.values[:count][usable]) for each in (one, other)]
    return _rank_correlation(*ranks)


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


def _bin_means(ranks: Ranks, values: Floats) -> tuple[float | None, ...]:
    """Mean of the values over each of ten bins of equal probability of the input; None for an empty one."""
    count = len(values)
    if count == 0:
        return _NO_BINS
    # a centred rank r is 2 * rank - (n + 1): (rank - 1/2) / n is (r + n) / 2n
    bins = np.minimum((ranks + count) * BINS // (2 * count), BINS - 1)
    found: list[float | None] = []
    for k in range(BINS):
        inside = values[bins == k]
        mean = tree_sum(inside / len(inside)) if len(inside) else math.nan
        found.append(mean if math.isfinite(mean) else None)
    return tuple(found)


def _first_trials(trials: TrialValues, count: int) -> TrialValues:
    errors = None if trials.errors is None else trials.errors[:count]
    return TrialValues(trials.cell, trials.values[:count], errors)


def _row_count(input_count: int) -> int:
    pairs = max(input_count * (input_count + 1) // 2, 1)
    return min(max(_PRODUCTS // pairs, _FEWEST_ROWS), SENSITIVITY_TRIALS)


def _correlation_matrix(units: Sequence[Floats]) -> list[list[float]]:
    matrix = [[1.0] * len(units) for _ in units]
    for i, one in enumerate(units):
        for j in range(i):
            matrix[i][j] = matrix[j][i] = tree_sum(one * units[j])
    return matrix


def _unit(values: Floats) -> Floats | None:
    """The values centred and scaled to a sum of squares of 1; None where they do not vary."""
    if len(values) < 2 or values.min() == values.max():
        return None
    # halves cannot overflow; the largest deviation as unit keeps the squares in range
    halves = values * 0.5
    centred = halves - tree_sum(halves / len(values))
    largest = np.abs(centred).max()
    if largest == 0.0:  # halves of the least numbers are zero
        return None
    scaled: Floats = centred / largest
    return scaled / math.sqrt(tree_sum(scaled * scaled))


def _centred_ranks(values: Floats) -> Ranks:
    """Twice the average rank less n + 1: whole numbers, whose sums of products are exact."""
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ascending[1:] != ascending[:-1]))[: len(values)])
    ends = np.append(starts[1:], len(values))
    ranks = np.empty(len(values), dtype=np.int64)
    # ranks start + 1 to end average to (start + 1 + end) / 2
    ranks[order] = np.repeat(starts + ends - len(values), ends - starts)
    return ranks


def _rank_correlation(a: Ranks, b: Ranks) -> float | None:
    # at most 2**54: no sum overflows
    a_square, b_square = int(np.sum(a * a)), int(np.sum(b * b))
    if a_square == 0 or b_square == 0:
        return None
    return max(-1.0, min(1.0, int(np.sum(a * b)) / math.sqrt(a_square * b_square)))
