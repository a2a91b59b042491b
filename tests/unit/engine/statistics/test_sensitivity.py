"""Influence of inputs against SciPy and NumPy's least squares."""

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.linear_algebra import solve_correlation
from mcdesk.engine.simulation_types import Influence, TrialValues
from mcdesk.engine.statistics import sensitivity
from mcdesk.engine.statistics.bin_means import BinMeans
from mcdesk.engine.statistics.sensitivity import SENSITIVITY_TRIALS, SensitivityAnalysis, sensitivity_trials

_RNG = np.random.default_rng(11)
_COUNT = 3000
_A, _B, _C = _RNG.normal(size=_COUNT), _RNG.exponential(size=_COUNT), _RNG.integers(0, 4, _COUNT) * 1.0
_Y = 2.0 * _A - 3.0 * _B + _A * _B + 0.5 * _C


def _column(cell: str, values: np.ndarray, failed: np.ndarray | None = None) -> TrialValues:
    return TrialValues(cell, values, None if failed is None else failed.astype(np.uint8))


_INPUTS = [_column("S!A1", _A), _column("S!A2", _B), _column("S!A3", _C)]


def _by_cell(inputs: list[TrialValues], output: TrialValues) -> dict[str, Influence]:
    return {each.cell: each for each in SensitivityAnalysis(inputs).influences(output)}


def test_that_rank_correlation_shares_ranks_among_ties_as_scipy_does() -> None:
    found = _by_cell(_INPUTS, _column("S!B1", _Y))

    for cell, values in (("S!A1", _A), ("S!A2", _B), ("S!A3", _C)):
        assert found[cell].rank_correlation == pytest.approx(stats.spearmanr(values, _Y).statistic, rel=1e-12)


def test_that_regression_is_the_least_squares_of_standardised_inputs() -> None:
    found = _by_cell(_INPUTS, _column("S!B1", _Y))

    matrix = np.stack([stats.zscore(each) for each in (_A, _B, _C)], axis=1)
    expected = np.linalg.lstsq(matrix, stats.zscore(_Y), rcond=None)[0]
    np.testing.assert_allclose([each.regression for each in found.values()], expected, rtol=1e-11)


def test_that_shares_of_variance_are_squared_rank_correlations_that_sum_to_one() -> None:
    found = list(_by_cell(_INPUTS, _column("S!B1", _Y)).values())

    squares = np.array([(each.rank_correlation or 0.0) ** 2 for each in found])
    np.testing.assert_allclose([each.variance_share for each in found], squares / squares.sum(), rtol=1e-14)


def test_that_a_monotone_output_is_correlated_fully() -> None:
    assert _by_cell(_INPUTS[:1], _column("S!B1", np.exp(_A)))["S!A1"].rank_correlation == 1.0
    assert _by_cell(_INPUTS[:1], _column("S!B1", -_A))["S!A1"].rank_correlation == -1.0


def test_that_the_order_of_inputs_changes_nothing() -> None:
    output = _column("S!B1", _Y)

    assert _by_cell(_INPUTS[::-1], output) == _by_cell(_INPUTS, output)


def test_that_collinear_inputs_have_no_regression_but_others_do() -> None:
    inputs = [*_INPUTS, _column("S!A4", 3.0 * _A - 1.0)]

    found = _by_cell(inputs, _column("S!B1", _Y))

    assert found["S!A1"].regression is found["S!A4"].regression is None
    alone = _by_cell(_INPUTS, _column("S!B1", _Y))
    assert found["S!A2"].regression == pytest.approx(alone["S!A2"].regression, rel=1e-9)
    assert found["S!A4"].rank_correlation == alone["S!A1"].rank_correlation


def test_that_what_does_not_vary_has_no_influence() -> None:
    inputs = [*_INPUTS, _column("S!A4", np.full(_COUNT, 2.0))]

    constant_input = _by_cell(inputs, _column("S!B1", _Y))["S!A4"]
    constant_output = _by_cell(_INPUTS, _column("S!B1", np.ones(_COUNT)))["S!A1"]

    for found in (constant_input, constant_output):
        assert (found.rank_correlation, found.regression, found.variance_share) == (None, None, None)
        assert (found.rank_correlation_ci95, found.regression_ci95) == (None, None)
    assert constant_output.bin_means == pytest.approx((1.0,) * 10)
    # all trials are in the middle: no bin has them all but one
    assert sum(mean is not None for mean in constant_input.bin_means) == 1


def test_that_intervals_of_influence_hold_the_truth_and_follow_the_order_of_inputs() -> None:
    # y = a + 0.5 b for independent normals: what rank correlation, coefficient and share are is known
    hits = np.zeros(4)
    for seed in range(60):
        a, b, c = np.random.default_rng(seed).normal(size=(3, 2000))
        inputs = [_column("S!A1", a), _column("S!A2", b), _column("S!A3", c)]
        found = _by_cell(inputs, _column("S!B1", a + 0.5 * b))
        assert found == _by_cell(inputs[::-1], _column("S!B1", a + 0.5 * b))
        truth = 6 / np.pi * np.arcsin(1 / np.sqrt(1.25) / 2)
        other = 6 / np.pi * np.arcsin(0.5 / np.sqrt(1.25) / 2)
        for k, (interval, value) in enumerate([
            (found["S!A1"].rank_correlation_ci95, truth),
            (found["S!A1"].regression_ci95, 1 / np.sqrt(1.25)),
            (found["S!A2"].variance_share_ci95, other**2 / (truth**2 + other**2)),
            (found["S!A1"].bin_means_ci95[9], 1.7549833193248682),
        ]):  # fmt: skip
            assert interval is not None
            hits[k] += interval[0] <= value <= interval[1]

    # binomial: 0.95 * 60 = 57, standard deviation 1.7
    assert (hits >= 51).all()


def test_that_trials_with_an_error_are_left_out() -> None:
    failed = _B > 2.0
    broken = np.where(failed, 0.0, _Y)
    bad_input = np.abs(_A) > 2.0

    found = _by_cell(
        [_column("S!A1", np.where(bad_input, 0.0, _A), bad_input), *_INPUTS[1:]],
        _column("S!B1", broken, failed),
    )

    kept = ~failed & ~bad_input
    assert found["S!A2"].rank_correlation == pytest.approx(stats.spearmanr(_B[kept], _Y[kept]).statistic)


def test_that_values_of_any_size_can_be_regressed() -> None:
    output = _column("S!B1", _Y * 1e300)

    assert _by_cell(_INPUTS, output)["S!A2"].regression == pytest.approx(
        _by_cell(_INPUTS, _column("S!B1", _Y))["S!A2"].regression, rel=1e-12
    )


def test_that_a_cut_is_told() -> None:
    analysis = SensitivityAnalysis(_INPUTS)

    assert analysis.warnings(SENSITIVITY_TRIALS) == ()
    assert "first 262,144 trials" in analysis.warnings(SENSITIVITY_TRIALS + 1)[0]
    assert SensitivityAnalysis([]).warnings(10**9) == ()
    assert SensitivityAnalysis([]).influences(_column("S!B1", _Y)) == ()


def test_that_too_many_inputs_are_not_regressed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "MOST_REGRESSED_INPUTS", 2)
    analysis = SensitivityAnalysis(_INPUTS)

    found = analysis.influences(_column("S!B1", _Y))

    assert [each.regression for each in found] == [None] * 3
    assert all(each.rank_correlation is not None for each in found)
    assert "without regression" in analysis.warnings(10)[0]


def test_that_many_inputs_are_measured_in_few_trials_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []

    class _Counted(BinMeans):
        def means(self, values: np.ndarray) -> list[tuple[float | None, ...]]:
            counts.append(len(values))
            return super().means(values)

    monkeypatch.setattr(sensitivity, "BinMeans", _Counted)
    columns = _RNG.normal(size=(300, 60_000))
    inputs = [_column(f"S!A{row}", column) for row, column in enumerate(columns, 1)]
    analysis = SensitivityAnalysis(inputs)

    found = analysis.influences(_column("S!B1", columns[:70].sum(axis=0)))

    assert len(counts) == sensitivity.MOST_BINNED_INPUTS
    assert set(counts) == {sensitivity_trials(300)} == {55_924}
    assert all(each.rank_correlation_ci95 is None for each in found)
    assert {each.cell for each in found if each.bin_means[0] is not None} <= {f"S!A{i}" for i in range(1, 71)}
    assert "first 55,924 trials" in analysis.warnings(60_000)[0]


def test_that_up_to_256_inputs_are_measured_in_all_trials() -> None:
    assert sensitivity_trials(256) == SENSITIVITY_TRIALS
    assert sensitivity_trials(5_000) == 4_096


def test_that_a_dependency_of_three_leaves_the_fourth_determined() -> None:
    basis = np.linalg.qr(_RNG.normal(size=(50, 3)))[0].T
    vectors = [basis[0], basis[1], (basis[0] + basis[1]) / np.sqrt(2.0), basis[2]]
    matrix = [[float(np.dot(a, b)) for b in vectors] for a in vectors]

    found = solve_correlation(matrix, [0.1, 0.2, 0.3, 0.4])

    assert found[:3] == [None] * 3
    assert found[3] == pytest.approx(0.4, rel=1e-12)
