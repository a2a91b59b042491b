"""Order statistics of long streams: the stated error holds, and no bit depends on the pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.statistics.output_trials import OutputTrials
from mcdesk.engine.statistics.percentiles import percentile
from mcdesk.engine.statistics.quantile_sketch import OrderedValues, QuantileSketch, merged


def _sketch(values: np.ndarray, size: int, cuts: list[int]) -> QuantileSketch:
    sketch = QuantileSketch(size)
    for piece in np.split(values, cuts):
        sketch.add(piece)
    return sketch


@pytest.mark.parametrize("order", ["random", "ascending", "descending", "saw"])
@pytest.mark.parametrize("count", [1, 999, 64_000, 100_001])
def test_that_no_rank_is_wrong_by_more_than_is_stated(order: str, count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    if order != "random":
        values = np.sort(values)[:: -1 if order == "descending" else 1]
    if order == "saw":
        values = np.concatenate((values[::2], values[1::2][::-1]))

    found = _sketch(values, 512, []).result()

    exact = np.sort(values)
    assert len(found) == count
    assert found.rank_error <= count * np.log2(max(count / 512, 2)) / 1024 + 1
    for rank in np.linspace(0, count - 1, 301).astype(int):
        value = found.value(int(rank))
        low, high = np.searchsorted(exact, value, "left"), np.searchsorted(exact, value, "right") - 1
        assert low - found.rank_error - 1 <= rank <= high + found.rank_error + 1
        assert abs(found.below(exact[rank]) - rank) <= found.rank_error


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5_000), max_size=8))
def test_that_any_cut_gives_the_same_sketch(cuts: list[int]) -> None:
    values = np.random.default_rng(3).exponential(size=5_000)

    one, other = _sketch(values, 64, []).result(), _sketch(values, 64, sorted(cuts)).result()

    assert np.array_equal(one.ascending, other.ascending)
    assert [one.value(rank) for rank in range(0, 5_000, 97)] == [
        other.value(rank) for rank in range(0, 5_000, 97)
    ]


def test_that_few_values_are_exact_and_sketches_of_several_streams_add_up() -> None:
    values = np.random.default_rng(4).normal(size=3_000)
    parts = [_sketch(values[part::3], 2_000, []) for part in range(3)]

    found = merged(parts)

    assert found.rank_error == 0
    assert percentile(found, 37.5) == percentile(OrderedValues(np.sort(values)), 37.5)
    assert len(merged([])) == 0


@pytest.mark.parametrize("sampling", list(Sampling))
def test_that_an_output_beyond_its_memory_keeps_its_first_trials_and_close_percentiles(
    sampling: Sampling,
) -> None:
    count = 300_000
    values = np.random.default_rng(5).normal(size=count)
    errors = (np.arange(count) % 10 == 0).astype(np.uint8)
    exact, sketched = (
        OutputTrials("S!A1", Replicates(sampling, count), most_exact) for most_exact in (count, 100_000)
    )
    for trials in (exact, sketched):
        for start in range(0, count, 37_000):
            trials.add(values[start : start + 37_000], errors[start : start + 37_000])

    assert exact.is_whole
    assert not sketched.is_whole
    assert len(sketched.trials().values) == 262_144
    assert sketched.moments() == exact.moments()
    assert len(sketched.whole().ordered) == len(exact.whole().ordered) == count * 9 // 10
    assert percentile(sketched.whole().ordered, 95) == pytest.approx(
        percentile(exact.whole().ordered, 95), abs=1e-3
    )
    assert len(sketched.replicates()) == len(exact.replicates()) == (0 if sampling is Sampling.PLAIN else 16)
    for one, other in zip(sketched.replicates(), exact.replicates(), strict=True):
        assert one.moments == other.moments
        assert len(one.ordered) == len(other.ordered)


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize("chunk", [50_000, 262_144, 300_000, 700_001])
def test_that_a_long_output_does_not_depend_on_its_chunks(sampling: Sampling, chunk: int) -> None:
    values = np.random.default_rng(6).normal(size=700_001)
    errors = (np.arange(len(values)) % 9 == 0).astype(np.uint8)
    one, other = (OutputTrials("S!A1", Replicates(sampling, len(values)), 300_001) for _ in range(2))
    one.add(values, errors)

    for start in range(0, len(values), chunk):
        other.add(values[start : start + chunk], errors[start : start + chunk])

    assert one.moments() == other.moments()
    for left, right in zip(
        [one.whole(), *one.replicates()], [other.whole(), *other.replicates()], strict=True
    ):
        assert left.moments == right.moments
        assert np.array_equal(left.ordered.ascending, right.ordered.ascending)
        assert np.array_equal(left.ordered.weights, right.ordered.weights)


@pytest.mark.parametrize("sampling", list(Sampling))
def test_that_counting_from_early_on_gives_what_counting_at_the_end_gives(
    sampling: Sampling,
) -> None:
    values = np.random.default_rng(8).normal(size=600_000)
    errors = (np.arange(len(values)) % 9 == 0).astype(np.uint8)
    replicates = Replicates(sampling, len(values))
    early = OutputTrials("S!A1", replicates, most_exact=500_000, most_smooth=300_001)
    late = OutputTrials("S!A1", replicates, most_exact=300_001)
    for start in range(0, len(values), 70_000):
        for trials in (early, late):
            trials.add(values[start : start + 70_000], errors[start : start + 70_000])

    assert not early.is_whole
    for one, other in zip(
        [early.whole(), *early.replicates()], [late.whole(), *late.replicates()], strict=True
    ):
        assert one.moments == other.moments
        assert np.array_equal(one.ordered.ascending, other.ordered.ascending)
        assert np.array_equal(one.ordered.weights, other.ordered.weights)


def test_that_a_long_run_that_ends_early_is_still_exact() -> None:
    values = np.random.default_rng(9).normal(size=500_000)
    long, short = (
        OutputTrials("S!A1", Replicates(Sampling.PLAIN, planned), most_smooth=600_000)
        for planned in (700_000, len(values))
    )
    for trials in (long, short):
        trials.add(values, None)

    assert long.is_whole
    assert np.array_equal(long.whole().ordered.ascending, short.whole().ordered.ascending)


def test_that_an_output_that_cannot_be_counted_stays_exact_for_longer() -> None:
    values = np.random.default_rng(10).integers(0, 9, size=700_000).astype(np.float64)
    trials = OutputTrials("S!A1", Replicates(Sampling.PLAIN, 10**9), 700_000, most_smooth=300_000)

    trials.add(values, None)

    assert trials.is_whole
    assert trials.whole().ordered.rank_error == 0


def test_that_all_trials_are_kept_where_that_is_asked_for() -> None:
    values = np.random.default_rng(7).normal(size=400_000)
    trials = OutputTrials("S!A1", most_exact=300_000, keeps_all=True)

    trials.add(values, None)

    assert trials.is_whole
    assert np.array_equal(trials.trials().values, values)
    assert trials.whole().ordered.rank_error > 0
