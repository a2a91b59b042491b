"""Order statistics of a long stream of smooth values: how many fall into each of many narrow cells.

It costs a tenth of a sketch. Counts do not depend on how the stream is cut into pieces.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.statistics.quantile_sketch import Counts, Floats, OrderedValues, QuantileSketch, merged

_CELLS = 1 << 16
# a cell is shown as so many values, evenly apart
_SHOWN = 4
# Values beyond the cells are put in order, which is dear; but the fewer, the wider are the cells.
_TAIL_SHARE = 1.0 / 1024.0
_MOST_SHARE = 1.0 / 4096.0
_FEWEST_PILOTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Cells:
    """65,536 cells of the same width, the first from `low` on; in the unit of the values."""

    low: float
    width: float


def cells_for(pilots: Floats) -> Cells | None:
    """Cells for values like the pilots, (n,) float64.

    None where a cell would hold too large a share: few pilots, single values that come often, long tails.
    """
    if len(pilots) < _FEWEST_PILOTS:
        return None
    tail = int(len(pilots) * _TAIL_SHARE)
    ascending = np.sort(pilots)
    low, high = float(ascending[tail]), float(ascending[-1 - tail])
    width = (high - low) / _CELLS
    if not (0.0 < width < math.inf and 1.0 / width < math.inf):
        return None
    cells = Cells(low, width)
    sketch = CellSketch(cells, 1)
    sketch.count_inside(pilots)
    return cells if sketch.counts.max() <= _MOST_SHARE * len(pilots) else None


class CellSketch:
    """Counts by cell, and a sketch of the values on either side of all cells.

    `counts` are (65536,) int64; `size` is that of the sketches' buffers.
    """

    def __init__(self, cells: Cells, size: int) -> None:
        self.cells = cells
        self.counts: Counts = np.zeros(_CELLS, dtype=np.int64)
        self.below, self.above = QuantileSketch(size), QuantileSketch(size)

    def __getstate__(self) -> tuple[Cells, int, bytes, QuantileSketch, QuantileSketch]:
        """With counts of as few bytes as they need: of sixteen replicates they would be megabytes."""
        narrow = self.counts.astype(np.min_scalar_type(int(self.counts.max())))
        packed = zlib.compress(narrow.tobytes(), level=1)
        return self.cells, narrow.itemsize, packed, self.below, self.above

    def __setstate__(self, state: tuple[Cells, int, bytes, QuantileSketch, QuantileSketch]) -> None:
        self.cells, item_bytes, packed, self.below, self.above = state
        if item_bytes not in (1, 2, 4, 8):
            raise ValueError("no counts are so wide")
        try:
            # no more than that, whatever the bytes would unpack to
            data = zlib.decompressobj().decompress(packed, _CELLS * item_bytes)
        except zlib.error as error:
            raise ValueError("the counts are damaged") from error
        if len(data) != _CELLS * item_bytes:
            raise ValueError("the counts are of other cells")
        self.counts = np.frombuffer(data, dtype=f"u{item_bytes}").astype(np.int64)

    def add(self, values: Floats) -> None:
        """Take the next values: (n,) float64 without NaN."""
        outside = self.count_inside(values)
        is_below = outside < self.cells.low
        self.below.add(outside[is_below])
        self.above.add(outside[~is_below])

    def count_inside(self, values: Floats) -> Floats:
        """Count the values in cells, and give the others as they came."""
        # compiled when it is first needed: a run has to be long for that
        from mcdesk.engine.backends import cell_counting

        count = cell_counting.count_by_cell if cell_counting.is_at_hand() else count_by_cell
        return count(values, self.cells.low, 1.0 / self.cells.width, self.counts)

    def result(self) -> OrderedValues:
        """The values so far; more may be added afterwards."""
        return merged_cells([self])


def count_by_cell(values: Floats, low: float, per_width: float, counts: Counts) -> Floats:
    """What the compiled function of this name does, while that is not at hand."""
    with np.errstate(over="ignore", invalid="ignore"):
        raised = (values - low) * per_width + 1.0
    places = np.clip(np.nan_to_num(raised, nan=0.0), 0.0, len(counts) + 1.0).astype(np.int64)
    counts += np.bincount(places, minlength=len(counts) + 2)[1:-1]
    outside: Floats = values[(places == 0) | (places > len(counts))]
    return outside


def merged_cells(sketches: Sequence[CellSketch]) -> OrderedValues:
    """The values of several streams over the same cells together.

    A value of a cell stands wrong by as many ranks as the cell has, at most; in smooth outputs by far less.
    """
    cells = sketches[0].cells
    counts: Counts = np.sum([each.counts for each in sketches], axis=0)
    # shares of a cell's count that differ by one at most and add up to it
    steps = np.arange(_SHOWN + 1)
    ends = counts[:, None] * steps // _SHOWN
    weights = np.diff(ends, axis=1).ravel()
    places = (np.arange(_CELLS * _SHOWN) + 0.5) / _SHOWN
    below, above = (merged([each.below for each in sketches]), merged([each.above for each in sketches]))
    is_met = weights > 0
    return OrderedValues(
        np.concatenate((below.ascending, (cells.low + places * cells.width)[is_met], above.ascending)),
        np.concatenate((below.weights, weights[is_met], above.weights)),
        int(counts.max()) + below.rank_error + above.rank_error,
    )
