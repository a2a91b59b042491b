"""Values are counted by cell, by NumPy too while that is compiled."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mcdesk.engine.backends.cell_counting import count_by_cell
from mcdesk.engine.statistics import cell_counts

_RNG = np.random.default_rng(11)
_FAR = [math.inf, -math.inf, 1e308, -1e308, 5e-324, -5e-324, 0.0, -0.0, math.nan]


def _by_hand(
    values: Sequence[float], low: float, per_width: float, cells: int
) -> tuple[list[int], list[float]]:
    counts, outside = [0] * cells, []
    for value in values:
        raised = (value - low) * per_width + 1.0
        if 1.0 <= raised < cells + 1:
            counts[int(raised) - 1] += 1
        else:
            outside.append(value)
    return counts, outside


@pytest.mark.parametrize("count", [count_by_cell, cell_counts.count_by_cell], ids=["compiled", "NumPy"])
@pytest.mark.parametrize("cells", [1, 7, 65_536])
@pytest.mark.parametrize(("low", "width"), [(-3.0, 6.0), (0.0, 1.0), (-1e308, 1e305), (1e-300, 1e-300)])
def test_that_cells_and_what_is_outside_are_as_counted_one_by_one(
    count: Callable[..., np.ndarray], cells: int, low: float, width: float
) -> None:
    edges = low + width / cells * np.arange(-2, min(cells, 50) + 3)
    values = np.concatenate([
        _FAR, edges, np.nextafter(edges, math.inf), np.nextafter(edges, -math.inf),
        low + width * _RNG.uniform(-0.5, 1.5, 5_000),
    ])  # fmt: skip
    counts = np.full(cells, 3, dtype=np.int64)

    outside = count(values, low, cells / width, counts)

    expected_counts, expected_outside = _by_hand(values.tolist(), low, cells / width, cells)
    np.testing.assert_array_equal(counts - 3, expected_counts)
    np.testing.assert_array_equal(outside, expected_outside)


def test_that_values_that_lie_apart_and_no_values_are_counted() -> None:
    counts = np.zeros(4, dtype=np.int64)

    assert count_by_cell(np.empty(0), 0.0, 1.0, counts).size == 0
    assert count_by_cell(np.array([[0.5, 9.0], [2.5, 9.0]])[:, 0], 0.0, 1.0, counts).size == 0

    assert counts.tolist() == [1, 0, 1, 0]
