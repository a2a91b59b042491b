"""How estimates settle."""

import numpy as np
import pytest

from mcdesk.engine.statistics import convergence as subject
from mcdesk.engine.statistics.convergence import convergence
from mcdesk.foundation.cancellation import Cancelled, CancelToken

VALUES = np.random.default_rng(7).lognormal(3.0, 0.5, 40_000)


def test_that_each_estimate_is_that_of_the_trials_before() -> None:
    found = convergence(VALUES, moments=12)

    assert found is not None
    mean, *percentiles = found.lines
    for place, count in enumerate(found.trials.astype(int)):
        first = VALUES[:count]
        assert mean.values[place] == pytest.approx(first.mean(), rel=1e-12)
        half = 1.959963984540054 * first.std(ddof=1) / np.sqrt(count)
        assert mean.high[place] - mean.values[place] == pytest.approx(half, rel=1e-9)
        for line in percentiles:
            assert line.percent is not None
            assert line.values[place] == pytest.approx(np.percentile(first, line.percent), rel=1e-12)
            assert line.low[place] < line.values[place] < line.high[place]
    assert found.trials[-1] == 40_000


def test_that_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    truths = {None: np.exp(3.0 + 0.125), 10: np.exp(3.0 - 0.5 * 1.2815515655446004), 50: np.exp(3.0)}
    held = {percent: 0 for percent in truths}
    for seed in range(200):
        values = np.random.default_rng(seed).lognormal(3.0, 0.5, 400)
        found = convergence(values, moments=2)
        assert found is not None
        for line in found.lines:
            if line.percent in truths:
                held[line.percent] += bool(line.low[-1] <= truths[line.percent] <= line.high[-1])

    # of 200, 95 % are 190, with a standard deviation of three
    assert all(178 <= count <= 200 for count in held.values())


def test_that_failed_trials_are_left_out_and_all_failed_is_nothing() -> None:
    values = VALUES[:1000].copy()
    values[::3] = np.nan

    found = convergence(values, moments=5)

    assert found is not None
    assert found.lines[0].values[-1] == pytest.approx(np.nanmean(values), rel=1e-12)
    assert convergence(np.full(10, np.nan)) is None
    assert convergence(np.empty(0)) is None


def test_that_large_values_keep_their_digits() -> None:
    found = convergence(VALUES[:5000] + 1e12, moments=3)

    assert found is not None
    spread = found.lines[0].high[-1] - found.lines[0].low[-1]
    assert spread == pytest.approx(2 * 1.96 * VALUES[:5000].std() / np.sqrt(5000), rel=0.01)


def test_that_very_many_trials_are_sorted_in_part_and_spread_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_MOST_SORTED", 1000)

    found = convergence(VALUES, moments=3)

    assert found is not None
    median = found.lines[2]
    assert median.values[-1] == pytest.approx(np.percentile(VALUES[::41], 50), rel=1e-12)
    assert found.lines[0].values[-1] == pytest.approx(VALUES.mean(), rel=1e-12)


def test_that_it_is_ended_between_two_moments() -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        convergence(VALUES, pause=token.raise_if_cancelled)
