"""Intervals: what they are made of, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.statistics.critical_values import normal_reach, spread_interval, student_reach
from mcdesk.engine.statistics.histogram import histogram
from mcdesk.engine.statistics.interval_estimates import IntervalEstimator
from mcdesk.engine.statistics.output_trials import OutputTrials
from mcdesk.engine.statistics.quantile_sketch import OrderedValues


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_that_critical_values_are_those_of_scipy(confidence: float) -> None:
    assert normal_reach(confidence) == pytest.approx(stats.norm.ppf(0.5 + confidence / 2), rel=1e-14)
    for degrees in range(1, 40):
        expected = stats.t.ppf(0.5 + confidence / 2, degrees)
        assert student_reach(degrees, confidence) == pytest.approx(expected, rel=1e-11)


def test_that_a_spread_interval_is_that_of_student_where_nothing_is_skewed() -> None:
    estimates = [1.0, 2.0, 3.0, 4.0]
    expected = stats.t.interval(0.95, 3, np.mean(estimates), stats.sem(estimates))

    assert spread_interval(2.5, estimates, 0.95) == pytest.approx(expected, rel=1e-12)
    assert spread_interval(7.0, [7.0, 7.0], 0.95) == (7.0, 7.0)
    assert spread_interval(0.0, [-1.7e308, 1.7e308], 0.95) is None


def test_that_a_spread_interval_reaches_further_on_the_skewed_side() -> None:
    estimates = [1.0, 1.1, 1.2, 1.3, 4.0]
    low, high = stats.t.interval(0.95, 4, 0.0, stats.sem(estimates))

    found = spread_interval(0.0, estimates, 0.95)
    mirrored = spread_interval(0.0, [-each for each in estimates], 0.95)

    assert found is not None
    assert mirrored is not None
    assert found[0] == pytest.approx(low)
    assert found[1] > high * 1.1
    assert mirrored == pytest.approx((-found[1], -found[0]))


def _estimator(values: np.ndarray, sampling: Sampling = Sampling.PLAIN) -> IntervalEstimator:
    trials = OutputTrials("S!A1", Replicates(sampling, len(values)))
    trials.add(values, None)
    return IntervalEstimator(trials.whole(), trials.replicates())


def test_that_plain_intervals_hold_the_truth_in_95_of_100_cases() -> None:
    hits = np.zeros(4)
    for seed in range(600):
        estimator = _estimator(np.random.default_rng(seed).gamma(4.0, size=1_000))
        for k, (interval, truth) in enumerate([
            (estimator.mean(), 4.0),
            (estimator.deviation(), 2.0),
            (estimator.percentile(90), stats.gamma.ppf(0.9, 4.0)),
            (estimator.probability(2.0), stats.gamma.cdf(2.0, 4.0)),
        ]):  # fmt: skip
            assert interval is not None
            hits[k] += interval[0] <= truth <= interval[1]

    assert ((hits / 600 > 0.92) & (hits / 600 < 0.98)).all()


def test_that_replicates_give_the_intervals_where_there_are_any() -> None:
    values = np.random.default_rng(1).normal(size=3_200)
    parts = values.reshape(16, 200)
    expected = spread_interval(float(values.mean()), parts.mean(axis=1).tolist(), 0.95)

    assert _estimator(values, Sampling.LATIN_HYPERCUBE).mean() == pytest.approx(expected, rel=1e-9)
    assert _estimator(values.reshape(200, 16).T.ravel(), Sampling.LATIN_HYPERCUBE).mean() == pytest.approx(
        _estimator(values, Sampling.SOBOL).mean(), rel=1e-9
    )


def test_that_few_trials_have_wide_intervals_or_none() -> None:
    empty, single, pair = (_estimator(np.arange(float(count))) for count in (0, 1, 2))

    assert [empty.mean(), empty.deviation(), empty.percentile(50), empty.probability(0.0)] == [None] * 4
    assert [single.mean(), single.deviation(), single.percentile(50)] == [None] * 3
    low, high = single.probability(0.0) or (0.0, 0.0)
    assert low == 0.0
    assert high > 0.7
    assert pair.mean() is not None


@pytest.mark.parametrize("sampling", [Sampling.LATIN_HYPERCUBE, Sampling.SOBOL])
@pytest.mark.parametrize("trials", [1_600, 1_607, 20_000])
def test_that_each_trial_belongs_to_one_replicate_however_it_is_cut(sampling: Sampling, trials: int) -> None:
    replicates = Replicates(sampling, trials)
    owner = np.full(trials, -1)
    for replicate, piece in replicates.pieces(0, trials):
        assert (owner[piece] == -1).all()
        owner[piece] = replicate
    assert sorted(np.unique(owner).tolist()) == list(range(16))
    for start, count in ((0, 1), (3, 40), (99, 303), (trials - 5, 5)):
        again = np.full(count, -1)
        for replicate, piece in replicates.pieces(start, count):
            again[piece] = replicate
        assert np.array_equal(again, owner[start : start + count])
    assert replicates.finished(trials) == 16
    assert replicates.finished(trials - 1) == (16 if sampling is Sampling.SOBOL else 15)


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).normal(size=10_000),
        np.random.default_rng(2).lognormal(3.0, 2.0, size=10_000),
        np.random.default_rng(3).integers(0, 5, size=1_000).astype(float),
        np.concatenate((np.zeros(999), [1e9])),
        np.array([0.1, 0.1 + 1e-17, 0.1]),
        np.array([-1e300, 1e300]),
        1e15 + np.arange(50.0),
    ],
    ids=["normal", "heavy tail", "whole numbers", "one far away", "equal", "huge", "far from zero"],
)
def test_that_a_histogram_counts_every_value_once_in_ascending_bins(values: np.ndarray) -> None:
    found = histogram(OrderedValues(np.sort(values)))

    assert found is not None
    assert sum(found.counts) + found.below + found.above == len(values)
    assert 1 <= len(found.counts) == len(found.edges) - 1 <= 102
    edges = np.array(found.edges)
    if len(np.unique(values)) > 1:
        assert (np.diff(edges) > 0).all()
        inside = values[(values >= edges[0]) & (values <= edges[-1])]
        assert np.array_equal(np.histogram(inside, edges)[0], found.counts)


def test_that_bins_follow_the_bulk_and_not_one_extreme() -> None:
    values = np.random.default_rng(4).normal(size=10_000)
    values[0] = 1e6

    found = histogram(OrderedValues(np.sort(values)))

    assert found is not None
    assert found.edges[-1] < 10.0
    assert found.above >= 1
    assert len(found.counts) > 20


def test_that_no_values_have_no_histogram() -> None:
    assert histogram(OrderedValues(np.empty(0))) is None
