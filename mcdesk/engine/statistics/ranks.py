"""Ranks of trials, and correlations of them that no order of adding changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.statistics.tree_sums import Floats

# Products of centred ranks of n values sum up to n**3 / 3 at most: below 2**53, so that a double is exact.
MOST_RANKED = 262_144
_FEW = 8192
_KEYS = 2.0**32 - 1.0
_HALF = 16

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of the pairs of two columns: how many, sums, sums of squares, sum of products; all exact."""

    count: int
    one: int
    other: int
    one_square: int
    other_square: int
    product: int

    @property
    def correlation(self) -> float | None:
        """Nothing is rounded before the root; None where a column does not vary."""
        n = self.count
        variance, other_variance = n * self.one_square - self.one**2, n * self.other_square - self.other**2
        if variance == 0 or other_variance == 0:
            return None
        covariance = n * self.product - self.one * self.other
        return max(-1.0, min(1.0, covariance / math.sqrt(variance * other_variance)))


class RankSums:
    """Centred ranks of some columns, and their sums over parts of the trials.

    Args:
        ranks: (columns, n) float64.
        parts: slices of the trials that together are all of them.
    """

    def __init__(self, ranks: Floats, parts: Sequence[slice]) -> None:
        self._ranks = ranks
        self._parts = parts
        self._totals = [ranks[:, part].sum(axis=1) for part in parts]
        self._squares = [np.einsum("ik,ik->i", ranks[:, part], ranks[:, part]) for part in parts]

    def correlations(self, ranks: Floats) -> list[list[float | None]]:
        """Correlation of each column with other ranks, (n,): over all trials, then over each part.

        None where one of the two does not vary.
        """
        rows = [
            self._sums(ranks[part], self._ranks[:, part], totals, squares)
            for part, totals, squares in zip(self._parts, self._totals, self._squares, strict=True)
        ]
        whole = [_added(each) for each in zip(*rows, strict=True)]
        return [[sums.correlation for sums in row] for row in (whole, *rows)]

    def _sums(self, other: Floats, ranks: Floats, totals: Floats, squares: Floats) -> list[_Sums]:
        products = np.einsum("ik,k->i", ranks, other)
        total, square = int(other.sum()), int(np.einsum("k,k->", other, other))
        columns = (each.astype(np.int64).tolist() for each in (totals, squares, products))
        return [
            _Sums(len(other), own, total, own_square, square, product)
            for own, own_square, product in zip(*columns, strict=True)
        ]


def centred_ranks(values: Floats) -> Floats:
    """Twice the average rank less n + 1: whole numbers, whose sums of products are exact.

    Args:
        values: (n,) float64 without NaN; at most MOST_RANKED.

    Returns:
        (n,) float64.
    """
    count = len(values)
    order = _ascending_order(values)
    ascending = values[order]
    is_first = np.ones(count, dtype=np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_first[1:])
    ranks = np.empty(count)
    if is_first.all():
        ranks[order] = np.arange(1.0 - count, count, 2.0)
        return ranks
    starts = np.flatnonzero(is_first)
    ends = np.append(starts[1:], count)
    # ranks start + 1 to end average to (start + 1 + end) / 2
    ranks[order] = np.repeat(starts + ends - count, ends - starts)
    return ranks


def _ascending_order(values: Floats) -> Places:
    """An order in which the values ascend; equal ones stand in any order.

    NumPy sorts 16-bit numbers by counting. Two such sorts of a 32-bit key, and a last one that finds
    little left to do, take half the time of one of the values themselves.
    """
    least = values.min(initial=math.inf)
    span = float(values.max(initial=-math.inf)) - float(least)
    if len(values) < _FEW or not 0.0 < span < math.inf or _KEYS / span == math.inf:
        return np.argsort(values)
    keys = ((values - least) * (_KEYS / span)).astype(np.uint32)
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    order = order[np.argsort((keys >> _HALF).astype(np.uint16)[order], kind="stable")]
    nearly = values[order]
    if (nearly[1:] < nearly[:-1]).any():
        order = order[np.argsort(nearly, kind="stable")]
    return order


def _added(parts: Sequence[_Sums]) -> _Sums:
    return _Sums(
        count=sum(each.count for each in parts),
        one=sum(each.one for each in parts),
        other=sum(each.other for each in parts),
        one_square=sum(each.one_square for each in parts),
        other_square=sum(each.other_square for each in parts),
        product=sum(each.product for each in parts),
    )
