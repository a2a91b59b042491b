"""Latin hypercube and Sobol samples: strata, scrambling, variance, and the same bits however they are run."""

import math
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import chi2, kurtosis, qmc

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.latin_hypercube import LatinHypercube
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import Sampler, Sampling, replicate_count
from mcdesk.engine.sampling.sobol import Sobol, directions_of
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.foundation.errors import OptionInvalid

_BLOCK, _SCALAR = BlockOperations(), ScalarOperations()
_KEYS = [StreamKey("S", row, 0) for row in range(40)]
_DIMENSIONS = {key: place for place, key in enumerate(_KEYS)}


def _numbers(
    sampler: Sampler, trials: NDArray[np.int64], seed: int | NDArray[np.int64] = 1, draw: int = 0
) -> NDArray[np.float64]:
    seeds = np.asarray(seed, dtype=np.int64)
    with np.errstate(all="ignore"):
        found = sampler.uniform(_BLOCK, seeds, trials, [_KEYS[draw]], _BLOCK.integer(0))
    return np.asarray(found, dtype=np.float64)


def _by_seed(sampler: Sampler, count: int, seeds: int, draw: int = 0) -> NDArray[np.float64]:
    """(seeds, count)."""
    flat = _numbers(sampler, np.tile(_all(count), seeds), np.repeat(_all(seeds), count), draw)
    return flat.reshape(seeds, count)


def _all(count: int) -> NDArray[np.int64]:
    return np.arange(count, dtype=np.int64)


def _samplers(trials: int) -> list[Sampler]:
    return [Plain(), LatinHypercube(trials), Sobol(trials, _DIMENSIONS)]


@pytest.mark.parametrize(
    "trials", [1, 2, 3, 7, 64, 100, 1599, 1600, 1601, 10_000, 12_345, 16_383, 16_384, 16_385, 65_551, 100_003]
)
def test_that_each_replicate_has_one_number_in_each_stratum(trials: int) -> None:
    replicates = replicate_count(Sampling.LATIN_HYPERCUBE, trials)
    assert replicates == (16 if trials >= 1600 else 1)
    for draw in (0, 1):
        numbers = _numbers(LatinHypercube(trials), _all(trials), draw=draw)
        for part in np.array_split(numbers, replicates):
            strata = np.minimum(np.floor(part * len(part)), len(part) - 1)
            assert len(np.unique(strata)) == len(part)


@pytest.mark.parametrize("strata", [2, 3, 4, 5, 6])
def test_that_all_orders_of_few_strata_are_equally_likely(strata: int) -> None:
    count, each = math.factorial(strata), 100
    numbers = _by_seed(LatinHypercube(strata), strata, count * each)
    orders = Counter(map(tuple, (numbers * strata).astype(int).tolist()))

    statistic = sum((found - each) ** 2 / each for found in orders.values())

    assert len(orders) == count
    assert statistic < chi2.ppf(0.9999, count - 1)


@pytest.mark.parametrize("count", [25, 101])
def test_that_a_place_goes_to_every_stratum_and_draws_are_unrelated(count: int) -> None:
    sampler = LatinHypercube(count)
    seen = np.zeros((count, count))
    first, second = (_by_seed(sampler, count, 1_000, draw) for draw in (0, 1))
    np.add.at(seen, (np.tile(_all(count), 1_000), (first * count).astype(int).ravel()), 1)
    correlations = [np.corrcoef(pair)[0, 1] for pair in zip(first, second, strict=True)]

    expected = 1_000 / count
    assert ((seen - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, (count - 1) ** 2)
    assert abs(np.mean(correlations)) < 4 * np.std(correlations) / np.sqrt(1_000)
    assert np.std(correlations) == pytest.approx(1 / np.sqrt(count - 1), rel=0.1)


@pytest.mark.parametrize("size", [1_000, 1_024, 4_999])
def test_that_pairs_of_strata_are_those_of_independent_orders(size: int) -> None:
    """Between draws, between replicates, and between places near and a row apart in one order."""
    cells, row = 8, 1 << size.bit_length() // 2
    sampler = LatinHypercube(16 * size)
    statistics: dict[str, list[float]] = {"draws": [], "replicates": [], "neighbours": [], "rows": []}
    for seed in range(25):
        one, other = (
            (_numbers(sampler, _all(16 * size), seed, draw) * cells).astype(int).reshape(16, size)
            for draw in (0, 1)
        )
        pairs = {
            "draws": (one, other),
            "replicates": (one, np.roll(one, 1, axis=0)),
            "neighbours": (one[:, 1:], one[:, :-1]),
            "rows": (one[:, row:], one[:, :-row]),
        }
        for name, (left, right) in pairs.items():
            statistics[name] += _pair_statistics(left * cells + right, cells**2)

    for found in statistics.values():
        expected = (cells - 1) ** 2
        # a pair of replicates is met twice
        assert abs(np.mean(found) - expected) < 4 * math.sqrt(4 * expected / len(found))
        assert np.var(found) == pytest.approx(2 * expected, rel=0.35)


def _pair_statistics(pairs: NDArray[np.int64], kinds: int) -> list[float]:
    """The chi-square of each row's numbers of each kind, equally many expected."""
    expected = pairs.shape[1] / kinds
    counts = [np.bincount(row, minlength=kinds) for row in pairs]
    return [float(((count - expected) ** 2 / expected).sum()) for count in counts]


def test_that_places_in_strata_are_uniform_and_unrelated_to_anything() -> None:
    sampler, trials = LatinHypercube(16 * 1_000), 16 * 1_000
    numbers = np.array([_numbers(sampler, _all(trials), seed) for seed in range(20)])
    others = np.array([_numbers(sampler, _all(trials), seed, 1) for seed in range(20)])
    place, other = ((each * 1_000 % 1 * 16).astype(int) for each in (numbers, others))
    stratum = (numbers * 16).astype(int)

    for pairs in (
        place[:, ::2] * 16 + place[:, 1::2],
        place[:, 2:] * 16 + place[:, :-2],
        place * 16 + other,
        place * 16 + stratum,
    ):
        statistic = _pair_statistics(pairs.reshape(1, -1), 256)[0]
        assert chi2.ppf(1e-4, 255) < statistic < chi2.ppf(0.9999, 255)


def test_that_the_sequence_is_that_of_joe_and_kuo() -> None:
    bits = [np.array(directions_of(dimension)[:10]) for dimension in range(40)]
    number = _all(1024)
    points = np.zeros((1024, 40), dtype=np.int64)
    for dimension, directions in enumerate(bits):
        for bit in range(10):
            points[:, dimension] ^= np.where(number >> bit & 1, directions[bit], 0)
    values = np.array([[int(f"{x:032b}"[::-1], 2) / 2**32 for x in row] for row in points])

    expected = qmc.Sobol(40, scramble=False).random(1024)

    # SciPy goes through the same points in the order of the Gray code
    assert sorted(map(tuple, values)) == sorted(map(tuple, expected))


def test_that_a_thousand_dimensions_are_there_and_differ() -> None:
    assert len({directions_of(dimension) for dimension in range(2_048)}) == 2_048


@pytest.mark.parametrize("draw", [0, 1, 17])
def test_that_a_scrambled_replicate_keeps_the_net(draw: int) -> None:
    numbers = _numbers(Sobol(16 * 256, _DIMENSIONS), _all(16 * 256), draw=draw)
    for replicate in range(16):
        part = numbers[replicate::16]
        for power in (16, 64, 256):
            assert len(np.unique(np.floor(part[:power] * power))) == power


def test_that_two_dimensions_of_a_replicate_are_spread_as_a_net() -> None:
    sampler = Sobol(16 * 256, _DIMENSIONS)
    first, second = (_numbers(sampler, _all(16 * 256), draw=draw)[::16] for draw in (0, 1))
    for rows, columns in ((1, 256), (16, 16), (64, 4), (256, 1)):
        boxes = np.floor(first * rows) * columns + np.floor(second * columns)
        assert len(np.unique(boxes)) == 256


@pytest.mark.parametrize("points", [1, 2, 8])
def test_that_the_means_of_replicates_are_unrelated(points: int) -> None:
    sampler = Sobol(16 * points, _DIMENSIONS)
    one, other = (_by_seed(sampler, 16 * points, 3_000, draw).reshape(3_000, points, 16) for draw in (0, 1))

    for numbers in (one, one * one, (one - 0.5) * (other - 0.5)):
        means = numbers.mean(axis=1)
        correlations = np.corrcoef(means.T)[np.triu_indices(16, 1)]
        assert np.abs(correlations).max() < 4.5 / np.sqrt(3_000)


@pytest.mark.parametrize("points", [8, 64, 512])
def test_that_errors_are_those_of_scrambling_as_owen_does(points: int) -> None:
    sampler = Sobol(16 * points, _DIMENSIONS)
    seeds = 8_192 // points
    means = _by_seed(sampler, 16 * points, seeds).reshape(seeds, points, 16).mean(axis=1)

    # one number in each stratum, anywhere in it, unrelated to the others
    expected = 1 / (12 * points**3)
    assert np.var(means) == pytest.approx(expected, rel=4 * math.sqrt(2 / means.size))
    assert np.mean(means) == pytest.approx(0.5, abs=4 * math.sqrt(expected / means.size))
    assert kurtosis(means, axis=None) == pytest.approx(-1.2 / points, abs=4 * math.sqrt(24 / means.size))


def test_that_digits_beyond_the_sequence_are_filled() -> None:
    numbers = _by_seed(Sobol(16 * 64, _DIMENSIONS), 16 * 64, 20).ravel()

    digits = (numbers * 2.0**32 % 1 * 256).astype(int)

    assert _pair_statistics(digits.reshape(1, -1), 256)[0] < chi2.ppf(0.9999, 255)


def test_that_a_number_of_either_sampler_is_uniform_over_seeds() -> None:
    for sampler in (LatinHypercube(7), LatinHypercube(16 * 1_000), Sobol(16 * 64, _DIMENSIONS)):
        for trial in (0, 3, 6):
            numbers = _numbers(sampler, np.full(20_000, trial), _all(20_000))
            cells = (numbers * 200).astype(int).reshape(1, -1)
            assert _pair_statistics(cells, 200)[0] < chi2.ppf(0.9999, 199)


@pytest.mark.parametrize("trials", [4_096, 30_000])
def test_that_smooth_means_have_a_tenth_and_a_hundredth_of_the_variance(trials: int) -> None:
    variances = []
    for name in range(3):
        means = []
        sampler = _samplers(trials)[name]
        for seed in range(30):
            scores = sum(ndtri(_numbers(sampler, _all(trials), seed, draw)) for draw in range(3))
            means.append(np.exp(0.15 * scores).mean())
        variances.append(np.var(means))

    assert variances[1] < variances[0] / 10
    assert variances[2] < variances[0] / 100


def test_that_any_piece_and_any_execution_gives_the_same_bits() -> None:
    trials = 12_345
    for sampler in _samplers(trials):
        whole = _numbers(sampler, _all(trials))
        assert np.array_equal(_numbers(sampler, _all(trials)[5_000:5_007]), whole[5_000:5_007])
        for trial in (0, 1, 771, 772, 6_947, 12_344):
            single = sampler.uniform(_SCALAR, _SCALAR.integer(1), trial, [_KEYS[0]], 0)
            assert single == whole[trial]
        assert whole.min() >= 2.0**-53
        assert whole.max() <= 1.0 - 2.0**-53


def test_that_the_draws_of_a_region_are_those_of_its_cells() -> None:
    which = np.array([3, 0, 2, 1] * 8, dtype=np.int64)
    trials = _all(32) * 50
    for sampler in [*_samplers(1_600), Sobol(1_600, {_KEYS[1]: 0, _KEYS[3]: 1})]:
        with np.errstate(all="ignore"):
            together = sampler.uniform(_BLOCK, _BLOCK.integer(1), trials, _KEYS[:4], which)
        for lane, draw in enumerate(which):
            assert together[lane] == _numbers(sampler, trials[lane : lane + 1], draw=draw)[0]


def test_that_a_draw_without_a_dimension_is_plain() -> None:
    sampler = Sobol(1_000, {_KEYS[0]: 0})

    assert np.array_equal(_numbers(sampler, _all(100), draw=1), _numbers(Plain(), _all(100), draw=1))


def test_that_more_trials_than_points_are_refused() -> None:
    with pytest.raises(OptionInvalid, match="points"):
        Sobol(16 * 2**32 + 1, {})
