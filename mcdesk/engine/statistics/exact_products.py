"""Products of columns as sums of whole numbers, which come out the same in whatever order a library adds."""

import numpy as np

from mcdesk.engine.statistics.tree_sums import Floats, tree_sum

# Products of so few numbers are not worth a second thread to the library, whose threads wait by spinning.
_TILE_ROWS = 45
_TILE_TRIALS = 128


class WholeParts:
    """Centred and scaled columns, each value as two whole numbers that stand for its first and last bits.

    With n values of up to b bits each, n * 2**(2 b) is at most 2**53, so that all sums are exact: 34 bits
    of 262,144 values, more of fewer.
    Source: Ozaki, Ogita, Oishi and Rump 2012, Numerical Algorithms 59.

    Args:
        columns: (columns, n) float64, each with values that differ; overwritten.
    """

    def __init__(self, columns: Floats) -> None:
        bits = (53 - max(columns.shape[1] - 1, 1).bit_length()) // 2
        self._unit = 2.0**-bits
        for column in columns:
            _centre(column)
            column /= self._unit
        self.high = np.rint(columns)
        columns -= self.high
        columns /= self._unit
        self.low = np.rint(columns, out=columns)

    def sums(self, part: slice) -> Floats:
        """Sum of each column over a part of the trials, (columns,)."""
        high, low = self.high[:, part], self.low[:, part]
        found: Floats = (high.sum(axis=1) + low.sum(axis=1) * self._unit) * self._unit
        return found

    def squares(self, part: slice) -> Floats:
        """Sums of the products of all pairs of columns over a part of the trials, (columns, columns)."""
        high, low = self.high[:, part], self.low[:, part]
        mixed = _pair_sums(high, low)
        return self._joined(_pair_sums(high, high), mixed + mixed.T, _pair_sums(low, low))

    def products(self, other: "WholeParts", part: slice) -> Floats:
        """Sums of the products of each column and the only one of another, (columns,)."""
        high, low = self.high[:, part], self.low[:, part]
        others = (other.high[0, part], other.low[0, part])
        (first, second), (third, fourth) = (
            tuple(np.einsum("ik,k->i", mine, each) for each in others) for mine in (high, low)
        )
        return self._joined(first, second + third, fourth)

    def _joined(self, high: Floats, mixed: Floats, low: Floats) -> Floats:
        unit = self._unit
        found: Floats = (high + (mixed + low * unit) * unit) * (unit * unit)
        return found


def _pair_sums(left: Floats, right: Floats) -> Floats:
    """Sums of the products of each row of one and each of another, in tiles."""
    found = np.empty((len(left), len(right)))
    for i in range(0, len(left), _TILE_ROWS):
        for j in range(0, len(right), _TILE_ROWS):
            rows, others = slice(i, i + _TILE_ROWS), slice(j, j + _TILE_ROWS)
            found[rows, others] = _tile_sums(left[rows], right[others])
    return found


def _tile_sums(left: Floats, right: Floats) -> Floats:
    whole = left.shape[1] // _TILE_TRIALS * _TILE_TRIALS
    found: Floats = left[:, whole:] @ right[:, whole:].T
    if whole:
        blocks, others = (each[:, :whole].reshape(len(each), -1, _TILE_TRIALS) for each in (left, right))
        found += np.add.reduce(blocks.transpose(1, 0, 2) @ others.transpose(1, 2, 0), axis=0)
    return found


def _centre(values: Floats) -> None:
    """Bring the values around zero and between -1 and 1."""
    # halves cannot overflow
    values *= 0.5
    values -= tree_sum(values / len(values))
    values /= max(abs(values.min()), abs(values.max()))
