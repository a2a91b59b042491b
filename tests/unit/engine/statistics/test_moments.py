"""Moments, percentiles and their intervals against NumPy and SciPy; no bit depends on the cuts."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mcdesk.engine.simulation_types import Quantity
from mcdesk.engine.statistics.accumulators import (
    MEASURED_TRIALS,
    ErrorAccumulator,
    InputAccumulator,
    OutputAccumulator,
    half_width_95,
)
from mcdesk.engine.statistics.moments import MOMENT_TRIALS, MomentAccumulator, Moments, merge_moments
from mcdesk.engine.statistics.percentiles import PERCENTS, interval_ranks, percentile
from mcdesk.engine.statistics.quantile_sketch import OrderedValues
from mcdesk.engine.statistics.tree_sums import lane_sums, tree_sum
from mcdesk.foundation.error_codes import ErrorCode

_RNG = np.random.default_rng(5)
# more than two blocks of moments
_COUNT = 40_000
_VALUES = _RNG.gamma(2.0, 3.0, _COUNT) + 1e6
_FAILED = _RNG.random(_COUNT) < 0.07
_OUTPUT = Quantity("S!A1", "a", 0, 0, 1)


def _moments(cuts: list[int], values: np.ndarray = _VALUES, failed: np.ndarray | None = _FAILED) -> Moments:
    accumulator = MomentAccumulator()
    for start, end in itertools.pairwise([0, *cuts, len(values)]):
        accumulator.add(values[start:end], None if failed is None else failed[start:end])
    return accumulator.result()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, _COUNT), max_size=30))
def test_that_no_bit_of_a_moment_depends_on_the_cuts(cuts: list[int]) -> None:
    assert _moments(sorted(cuts)) == _moments([])


def test_that_looking_at_moments_does_not_change_them() -> None:
    accumulator = MomentAccumulator()
    accumulator.add(_VALUES[:1500], _FAILED[:1500])
    accumulator.result()
    accumulator.add(_VALUES[1500:], _FAILED[1500:])

    assert accumulator.result() == _moments([])


def test_that_moments_far_from_zero_agree_with_scipy() -> None:
    kept = _VALUES[~_FAILED]

    moments = _moments([])

    assert moments.count == len(kept)
    assert moments.mean == pytest.approx(kept.mean(), rel=1e-14)
    assert moments.variance == pytest.approx((kept - 1e6).var(ddof=1), rel=1e-10)
    assert moments.skewness == pytest.approx(stats.skew(kept - 1e6), rel=1e-8)
    assert moments.kurtosis == pytest.approx(stats.kurtosis(kept - 1e6, fisher=False), rel=1e-8)


def test_that_a_failed_trial_has_no_weight_whatever_its_value() -> None:
    values = _VALUES.copy()
    values[_FAILED] = np.nan

    assert _moments([], values) == _moments([])


def test_that_merging_agrees_with_all_at_once() -> None:
    left, right = _moments([], _VALUES[:100], None), _moments([], _VALUES[100:400], None)

    merged, whole = merge_moments(left, right), _moments([], _VALUES[:400], None)

    for name in ("count", "mean", "m2", "m3", "m4"):
        assert getattr(merged, name) == pytest.approx(getattr(whole, name), rel=1e-9)
    assert merge_moments(Moments(), left) == merge_moments(left, Moments()) == left


def test_that_what_overflows_is_unknown() -> None:
    moments = _moments([], np.array([1e308, -1e308, 1e308]), None)

    assert moments.variance is None
    assert moments.skewness is None
    assert moments.kurtosis is None


def test_that_a_block_is_added_row_after_row_and_then_lane_by_lane() -> None:
    values = np.random.default_rng(9).normal(3.0, 1.0, 3 * MOMENT_TRIALS)
    expected = Moments()
    for block in values.reshape(3, 16, 1024):
        mean = _row_after_row(block) / MOMENT_TRIALS
        powers = [block - mean]
        powers.append(powers[0] * powers[0])
        powers += [powers[1] * powers[0], powers[1] * powers[1]]
        sums = [_row_after_row(power) for power in powers[1:]]
        expected = merge_moments(expected, Moments(MOMENT_TRIALS, mean, *sums))

    found = _moments([MOMENT_TRIALS // 2, 2 * MOMENT_TRIALS + 1], values, None)

    assert replace(found, least=np.inf, most=-np.inf) == expected


def _row_after_row(block: np.ndarray) -> float:
    lanes = block[0].copy()
    for row in block[1:]:
        lanes = lanes + row
    while len(lanes) > 1:
        lanes = lanes[: len(lanes) // 2] + lanes[len(lanes) // 2 :]
    return float(lanes[0])


def test_that_a_sum_is_a_fixed_tree() -> None:
    lanes = np.array([[1e16, 1.0, -1e16, 1.0]])

    assert lane_sums(lanes)[0] == (1e16 + -1e16) + (1.0 + 1.0)
    assert tree_sum(_VALUES) == pytest.approx(_VALUES.sum(), rel=1e-14)
    assert tree_sum(np.empty(0)) == 0.0


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60), st.sampled_from(PERCENTS))
def test_that_percentiles_are_those_of_numpy(values: list[float], percent: int) -> None:
    ascending = np.sort(values)

    assert percentile(OrderedValues(ascending), percent) == pytest.approx(
        np.percentile(ascending, percent), rel=1e-12, abs=1e-6
    )


def test_that_percentiles_between_huge_values_do_not_overflow() -> None:
    assert percentile(OrderedValues(np.array([-1.5e308, 1.5e308])), 50) == 0.0


@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("count", [1, 5, 30, 299, 10_000, 1_000_000])
def test_that_interval_ranks_are_those_of_the_binomial(count: int, percent: int) -> None:
    binomial = stats.binom(count, percent / 100)

    ranks = interval_ranks(count, percent, 0.95)

    if ranks is None:
        assert binomial.cdf(0) > 0.025 or binomial.sf(count - 1) > 0.025
        return
    lower, upper = ranks
    assert binomial.cdf(lower - 1) <= 0.025 < binomial.cdf(lower)
    assert binomial.sf(upper - 1) <= 0.025 < binomial.sf(upper - 2)


def test_that_percentile_intervals_hold_the_truth_as_often_as_they_say() -> None:
    samples = np.sort(np.random.default_rng(1).random((2000, 101)), axis=1)

    ranks = interval_ranks(101, 75, 0.95)

    assert ranks is not None
    hits = int(((samples[:, ranks[0] - 1] <= 0.75) & (samples[:, ranks[1] - 1] >= 0.75)).sum())
    assert 0.94 < hits / 2000 < 0.98


def test_that_a_constant_output_has_no_spread() -> None:
    accumulator = OutputAccumulator(_OUTPUT)
    accumulator.add(np.full(1001, 0.1), None)

    found = accumulator.result()

    assert (found.mean, found.sd, found.skewness, found.kurtosis) == (0.1, 0.0, None, None)


@pytest.mark.parametrize("value", [0.1, 0.07, -1 / 3, 1e308, -0.0])
@pytest.mark.parametrize("count", [2, 3, 100, 1001, 1025, 3000])
def test_that_equal_values_have_no_spread_at_all(count: int, value: float) -> None:
    values, failed = np.full(count + 2, value), np.zeros(count + 2, dtype=bool)
    values[count:], failed[count:] = 99.0, True

    for cuts in ([], [1], [1, count // 2, count]):
        moments = _moments(cuts, values, failed)

        assert moments == Moments(count, value, least=value, most=value)
        assert (moments.variance, moments.deviation) == (0.0, 0.0)
        assert (moments.skewness, moments.kurtosis) == (None, None)


def test_that_one_other_value_in_the_last_trial_is_a_spread() -> None:
    values = np.full(1500, 0.1)
    values[-1] = np.nextafter(0.1, 1.0)

    assert _moments([700], values, None).m2 > 0.0


def test_that_a_constant_input_has_no_spread_though_few_trials_are_kept() -> None:
    constant, late = InputAccumulator(_OUTPUT, 10), InputAccumulator(_OUTPUT, 10)
    for count in (333, 668):
        constant.add(np.full(count, 0.1), None)
        late.add(np.full(count, 0.1), None)
    late.add(np.array([0.2]), None)

    assert (constant.result().mean, constant.result().sd) == (0.1, 0.0)
    assert late.result().sd == pytest.approx(0.1 / np.sqrt(1002))


@pytest.mark.parametrize("most_kept", [None, 1_000, 300_000])
def test_that_moments_of_an_input_are_those_of_its_measured_trials(most_kept: int | None) -> None:
    values = np.random.default_rng(2).normal(size=400_000)
    errors = (np.arange(400_000) % 5 == 0).astype(np.uint8)
    found = InputAccumulator(_OUTPUT, most_kept)
    for start in range(0, 400_000, 37_000):
        found.add(values[start : start + 37_000], errors[start : start + 37_000])

    measured = values[:MEASURED_TRIALS][errors[:MEASURED_TRIALS] == 0]
    assert found.result().mean == pytest.approx(measured.mean(), abs=1e-13)
    assert found.result().sd == pytest.approx(measured.std(ddof=1), rel=1e-13)


def test_that_progress_of_a_constant_output_is_exact() -> None:
    accumulator = OutputAccumulator(_OUTPUT)
    accumulator.add(np.full(1001, 0.1), None)

    assert half_width_95(accumulator.moments()) == 0.0


def test_that_an_output_that_always_fails_has_no_statistics() -> None:
    accumulator = OutputAccumulator(_OUTPUT)
    accumulator.add(np.full(10, np.nan), np.full(10, ErrorCode.NA, dtype=np.uint8))

    found = accumulator.result()

    assert (found.mean, found.sd, found.minimum, found.maximum) == (None, None, None, None)
    assert (found.errors, found.percentiles, found.percentiles_ci95) == (10, {}, {})


def test_that_errors_are_counted_by_kind_over_all_chunks() -> None:
    accumulator = ErrorAccumulator("S!A1")
    for chunk in ([0, 6, 0], None, [2, 6, 2, 2]):
        accumulator.add(
            3 if chunk is None else len(chunk), None if chunk is None else np.array(chunk, np.uint8)
        )

    found = [(each.kind, each.trials, each.first_trial, each.first_cell) for each in accumulator.result()]

    assert found == [("#DIV/0!", 3, 6, "S!A1"), ("#NUM!", 2, 1, "S!A1")]
