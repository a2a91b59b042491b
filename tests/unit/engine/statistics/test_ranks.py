"""Ranks against SciPy, for values that are easy and hard to put in order."""

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.statistics.ranks import MOST_RANKED, RankSums, centred_ranks

_RNG = np.random.default_rng(21)
_COUNT = 50_000


@pytest.mark.parametrize(
    "values",
    [
        _RNG.normal(size=_COUNT),
        _RNG.lognormal(0.0, 6.0, _COUNT),
        _RNG.integers(0, 9, _COUNT) * 1.0,
        1e15 + _RNG.integers(0, 40, _COUNT),
        np.maximum(_RNG.normal(size=_COUNT), 0.0),
        _RNG.choice([-0.0, 0.0, 5e-324, -5e-324], _COUNT),
        _RNG.choice([-1.7e308, 1.7e308, 1.0], _COUNT),
        np.full(_COUNT, 3.5),
        _RNG.normal(size=100),
        np.array([2.0]),
        np.empty(0),
    ],
    ids=[
        "normal",
        "heavy-tailed",
        "whole",
        "far-from-zero",
        "censored",
        "tiny",
        "huge",
        "equal",
        "few",
        "one",
        "none",
    ],
)
def test_that_ranks_are_those_of_scipy(values: np.ndarray) -> None:
    expected = 2.0 * stats.rankdata(values) - (len(values) + 1)

    assert np.array_equal(centred_ranks(values), expected)


def test_that_sums_over_parts_are_exact_for_the_most_trials() -> None:
    ranks = centred_ranks(_RNG.random(MOST_RANKED))
    ascending = np.sort(ranks)
    parts = [slice(0, 100_001), slice(100_001, MOST_RANKED)]

    found = RankSums(np.stack([ascending, -ascending]), parts).correlations(ascending)

    assert found == [[1.0, -1.0]] * 3


def test_that_a_part_is_correlated_by_the_ranks_among_all_trials() -> None:
    one, other = _RNG.normal(size=(2, 4_000))
    ranks = [centred_ranks(each) for each in (one, one + other)]

    _, first, second = RankSums(ranks[0][None], [slice(0, 1_000), slice(1_000, 4_000)]).correlations(ranks[1])

    for found, part in ((first, slice(0, 1_000)), (second, slice(1_000, None))):
        assert found[0] == pytest.approx(np.corrcoef(ranks[0][part], ranks[1][part])[0, 1], rel=1e-12)
