"""Counts by cell: the stated error holds, and what they do not suit is left to sketches."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.engine.statistics.cell_counts import Cells, CellSketch, cells_for, merged_cells
from mcdesk.engine.statistics.percentiles import PERCENTS, percentile
from mcdesk.engine.statistics.quantile_sketch import OrderedValues

_RNG = np.random.default_rng(41)
_COUNT = 262_144


def _sketch(cells: Cells, values: np.ndarray, cuts: list[int]) -> CellSketch:
    sketch = CellSketch(cells, 512)
    for start, end in itertools.pairwise([0, *cuts, len(values)]):
        sketch.add(values[start:end])
    return sketch


@pytest.mark.parametrize("shape", ["normal", "uniform", "exponential", "far"])
def test_that_no_rank_of_smooth_values_is_wrong_by_more_than_is_stated(shape: str) -> None:
    values = {
        "normal": _RNG.normal(size=1_000_000),
        "uniform": _RNG.random(1_000_000),
        "exponential": _RNG.exponential(size=1_000_000),
        "far": 1e9 + _RNG.normal(size=1_000_000),
    }[shape]
    cells = cells_for(values[:_COUNT])
    assert cells is not None

    found = _sketch(cells, values, []).result()

    exact = OrderedValues(np.sort(values))
    assert len(found) == len(values)
    assert found.rank_error < 4e-4 * len(values)
    for rank in np.linspace(0, len(values) - 1, 301).astype(int).tolist():
        value = found.value(rank)
        assert abs(exact.below(value) - rank) <= found.rank_error + 1
        assert abs(found.below(exact.value(rank)) - rank) <= found.rank_error
    assert (np.diff(found.ascending) >= 0.0).all()
    for percent in PERCENTS:
        assert percentile(found, percent) == pytest.approx(
            percentile(exact, percent), rel=1e-12, abs=2e-4 * values.std()
        )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 200_000), max_size=8))
def test_that_any_cut_gives_the_same_counts(cuts: list[int]) -> None:
    values = np.random.default_rng(3).normal(size=200_000)
    cells = Cells(-3.0, 6.0 / 65_536)

    one, other = _sketch(cells, values, []).result(), _sketch(cells, values, sorted(cuts)).result()

    assert np.array_equal(one.ascending, other.ascending)
    assert np.array_equal(one.weights, other.weights)


@pytest.mark.parametrize(
    "pilots",
    [
        np.maximum(_RNG.normal(size=_COUNT), 0.0),
        _RNG.integers(0, 50, _COUNT) * 1.0,
        _RNG.lognormal(0.0, 4.0, _COUNT),
        np.full(_COUNT, 0.1),
        _RNG.normal(size=1_000),
        _RNG.choice([-1.7e308, 1.7e308], _COUNT),
        np.empty(0),
    ],
    ids=["a value that comes often", "whole numbers", "a long tail", "equal", "few", "huge", "none"],
)
def test_that_what_crowds_in_a_cell_is_not_counted_by_cells(pilots: np.ndarray) -> None:
    assert cells_for(pilots) is None


def test_that_values_far_beyond_all_cells_are_kept_in_order() -> None:
    values = np.concatenate((_RNG.random(1_000), [-1.7e308, 1.7e308, -0.5, 1.0]))

    found = _sketch(Cells(0.0, 1.0 / 65_536), values, [300]).result()

    assert (found.value(0), found.value(len(values) - 1)) == (-1.7e308, 1.7e308)
    assert (found.value(1), found.value(len(values) - 2)) == (-0.5, 1.0)


def test_that_streams_over_the_same_cells_add_up() -> None:
    values = _RNG.normal(size=300_000)
    cells = Cells(-3.0, 6.0 / 65_536)
    parts = [_sketch(cells, values[part::3], []) for part in range(3)]

    found, whole = merged_cells(parts), _sketch(cells, values, []).result()

    assert len(found) == len(whole)
    assert found.value(150_000) == whole.value(150_000)
