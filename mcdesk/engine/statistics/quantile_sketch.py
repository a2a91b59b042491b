"""Order statistics of a stream that is too long to keep: a sketch whose error is known.

No bit depends on how the stream is cut into pieces.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class OrderedValues:
    """Values in ascending order, each standing for as many ranks as its weight.

    Args:
        ascending: (m,) float64, sorted.
        weights: (m,) int64; None where each is 1.
        rank_error: by how many ranks a value may stand wrong at most.
    """

    def __init__(self, ascending: Floats, weights: Counts | None = None, rank_error: int = 0) -> None:
        self.ascending = ascending
        self.rank_error = rank_error
        self._ends = None if weights is None else np.cumsum(weights)

    @property
    def weights(self) -> Counts:
        """For how many ranks each value stands, (m,) int64."""
        if self._ends is None:
            return np.ones(len(self.ascending), dtype=np.int64)
        return np.diff(self._ends, prepend=0)

    def __len__(self) -> int:
        """How many values the stream had."""
        if self._ends is None:
            return len(self.ascending)
        return int(self._ends[-1]) if len(self._ends) else 0

    def value(self, rank: int) -> float:
        """The value of a rank, from 0."""
        place = rank if self._ends is None else int(np.searchsorted(self._ends, rank, side="right"))
        return float(self.ascending[place])

    def below(self, limit: float) -> int:
        """How many values are below a limit."""
        place = int(np.searchsorted(self.ascending, limit, side="left"))
        if self._ends is None or place == 0:
            return place
        return int(self._ends[place - 1])


class QuantileSketch:
    """Keeps buffers of `size` values; a buffer of level l stands for 2**l times as many.

    Two full buffers of a level become one of the next by leaving out every other value, the odd and the
    even ones in turn. That moves a rank of the level by its weight at most, and the sum of all these moves
    bounds the error: about log2(n / size) / (2 size) of n values.
    Source: Manku, Rajagopalan and Lindsay 1998, Approximate medians and other quantiles in one pass.
    """

    _size: int
    _started: list[Floats]
    _started_count: int
    _levels: list[Floats | None]
    _takes_odd: list[bool]
    _rank_error: int

    def __init__(self, size: int) -> None:
        self._size = size
        self._started = []
        self._started_count = 0
        self._levels = []
        self._takes_odd = []
        self._rank_error = 0

    def add(self, values: Floats) -> None:
        """Take the next values: (n,) float64 without NaN."""
        start = 0
        while start < len(values):
            taken = values[start : start + self._size - self._started_count]
            self._started.append(taken + 0.0)  # a copy, in which minus zero is zero
            self._started_count += len(taken)
            start += len(taken)
            if self._started_count == self._size:
                self._carry(np.sort(np.concatenate(self._started)))
                self._started, self._started_count = [], 0

    def result(self) -> OrderedValues:
        """The values so far; more may be added afterwards."""
        return merged([self])

    def parts(self) -> list[tuple[Floats, int]]:
        """The buffers and what each of their values stands for."""
        found = [(buffer, 1 << level) for level, buffer in enumerate(self._levels) if buffer is not None]
        return [*found, *((piece, 1) for piece in self._started)]

    @property
    def rank_error(self) -> int:
        """By how many ranks a value may stand wrong at most."""
        return self._rank_error

    def _carry(self, full: Floats) -> None:
        for level in range(len(self._levels) + 1):
            if level == len(self._levels):
                self._levels.append(None)
                self._takes_odd.append(False)
            other = self._levels[level]
            if other is None:
                self._levels[level] = full
                return
            self._levels[level] = None
            # a stable sort finds the two runs and merges them
            both = np.sort(np.concatenate((other, full)), kind="stable")
            full = both[int(self._takes_odd[level]) :: 2].copy()
            self._takes_odd[level] = not self._takes_odd[level]
            self._rank_error += 1 << level


def merged(sketches: Sequence[QuantileSketch]) -> OrderedValues:
    """The values of several streams together."""
    parts = [part for sketch in sketches for part in sketch.parts()]
    if not parts:
        return OrderedValues(np.empty(0))
    values = np.concatenate([values for values, _ in parts])
    weights = np.concatenate([np.full(len(values), weight, dtype=np.int64) for values, weight in parts])
    order = np.argsort(values, kind="stable")
    return OrderedValues(values[order], weights[order], sum(sketch.rank_error for sketch in sketches))
