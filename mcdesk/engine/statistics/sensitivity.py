"""How much each input moves each output: rank correlation, regression, share of variance."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.linear_algebra import solve_correlation
from mcdesk.engine.simulation_types import Influence, TrialValues
from mcdesk.engine.statistics.tree_sums import Floats, tree_sum

Ranks = NDArray[np.int64]
Flags = NDArray[np.bool_]

SENSITIVITY_TRIALS = 262_144
MOST_REGRESSED_INPUTS = 256
_PRODUCTS = 1 << 28  # multiplications that the normal equations may cost
_FEWEST_ROWS = 4096


class SensitivityAnalysis:
    """Prepared inputs; one call of `influences` for each output.

    It looks at the first 262,144 trials at most, and among them at those in which neither the
    output nor any input failed. The order of the inputs changes nothing: elimination goes by cell.
    """

    def __init__(self, inputs: Sequence[TrialValues]) -> None:
        self._inputs = [_first_trials(each) for each in inputs]
        self._trial_count = min((len(each.values) for each in self._inputs), default=0)
        self._failed = np.zeros(self._trial_count, dtype=np.bool_)
        for each in self._inputs:
            if each.errors is not None:
                self._failed |= each.errors[: self._trial_count] != 0
        self._prepared: tuple[Flags, _Predictors] | None = None

    def influences(self, output: TrialValues) -> tuple[Influence, ...]:
        """Influence of each input, in the order of the inputs."""
        if not self._inputs:
            return ()
        usable = ~self._failed
        if output.errors is not None:
            usable &= output.errors[: self._trial_count] == 0
        predictors = self._predictors(usable)
        values = output.values[: self._trial_count][usable]
        correlations = predictors.rank_correlations(values)
        regressions = predictors.regressions(values)
        total = math.fsum(rho * rho for rho in correlations if rho is not None)
        return tuple(
            Influence(each.cell, rho, beta, None if rho is None or total == 0.0 else rho * rho / total)
            for each, rho, beta in zip(self._inputs, correlations, regressions, strict=True)
        )

    def warnings(self, trials_done: int) -> tuple[str, ...]:
        """What was left out, in words."""
        found = []
        if self._inputs and trials_done > SENSITIVITY_TRIALS:
            found.append(f"Sensitivity is taken from the first {SENSITIVITY_TRIALS:,} trials.")
        if len(self._inputs) > MOST_REGRESSED_INPUTS:
            found.append(f"More than {MOST_REGRESSED_INPUTS} inputs: no regression coefficients.")
        return tuple(found)

    def _predictors(self, usable: Flags) -> "_Predictors":
        if self._prepared is None or not np.array_equal(self._prepared[0], usable):
            cells = [each.cell for each in self._inputs]
            columns = [each.values[: self._trial_count][usable] for each in self._inputs]
            self._prepared = usable, _Predictors(cells, columns)
        return self._prepared[1]


class _Predictors:
    """Ranks and normal equations of the inputs over one set of trials."""

    def __init__(self, cells: Sequence[str], columns: Sequence[Floats]) -> None:
        self._count = len(columns)
        self._ranks = [_centred_ranks(column) for column in columns]
        self._order = sorted(range(self._count), key=lambda i: cells[i])
        self._rows = _row_count(self._count)
        units = [_unit(column[: self._rows]) for column in columns]
        self._varying = [(i, unit) for i in self._order if (unit := units[i]) is not None]
        if self._count > MOST_REGRESSED_INPUTS:
            self._varying = []
        self._matrix = _correlation_matrix([unit for _, unit in self._varying])

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


def _first_trials(trials: TrialValues) -> TrialValues:
    errors = None if trials.errors is None else trials.errors[:SENSITIVITY_TRIALS]
    return TrialValues(trials.cell, trials.values[:SENSITIVITY_TRIALS], errors)


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
    scaled: Floats = centred / np.abs(centred).max()
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
