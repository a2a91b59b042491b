"""Standardised coefficients of linear regressions over parts of the trials and over all of them."""

import functools
import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.linear_algebra import solve_correlation
from mcdesk.engine.statistics.exact_products import WholeParts
from mcdesk.engine.statistics.tree_sums import Floats

_PRODUCTS = 1 << 30  # multiplications that the normal equations may cost
_FEWEST_ROWS = 4096
# Share of the squares below which a variance is rounding.
_NOTHING = 1e-13

Places = NDArray[np.intp]
Coefficients = list[float | None]


class Regressions:
    """The normal equations of the inputs, for all trials and for each part of them.

    Where the inputs are so many that their pairs would cost too much, a part gives its first trials only.

    Args:
        columns: (inputs, n) float64.
        order: the order in which inputs are eliminated, by place.
        parts: slices of the trials that together are all of them, one after the other.
    """

    def __init__(self, columns: Floats, order: Sequence[int], parts: Sequence[slice]) -> None:
        self._count = len(columns)
        self._taken, self._parts = _first_rows(parts, self._count)
        used = columns[:, self._taken] if self._taken is not None else columns
        self._varying = [i for i in order if _varies(used[i])]
        self._inputs = WholeParts(used[self._varying])
        self._sums = [self._inputs.sums(part) for part in self._parts]
        self._squares = [self._inputs.squares(part) for part in self._parts]
        self._systems = [
            _System(squares, sums, part.stop - part.start)
            for part, sums, squares in zip(self._parts, self._sums, self._squares, strict=True)
        ]
        rows = self._parts[-1].stop
        self._whole = _System(_total(self._squares), _total(self._sums), rows)

    def coefficients(self, values: Floats) -> list[Coefficients]:
        """Of an output, (n,): over all trials, then over each part; None where there is none."""
        used = values[self._taken] if self._taken is not None else values
        if not _varies(used):
            return [[None] * self._count for _ in range(1 + len(self._parts))]
        response = WholeParts(used[None].copy())
        products = [self._inputs.products(response, part) for part in self._parts]
        sums = [response.sums(part) for part in self._parts]
        squares = [response.squares(part) for part in self._parts]
        found = [self._whole.solved(_total(products), float(_total(sums)[0]), float(_total(squares)[0, 0]))]
        for system, product, own, square in zip(self._systems, products, sums, squares, strict=True):
            found.append(system.solved(product, float(own[0]), float(square[0, 0])))
        return [self._placed(each) for each in found]

    def _placed(self, coefficients: Coefficients) -> Coefficients:
        placed: Coefficients = [None] * self._count
        for i, coefficient in zip(self._varying, coefficients, strict=True):
            placed[i] = coefficient
        return placed


class _System:
    """The normal equations over some of the trials."""

    def __init__(self, squares: Floats, sums: Floats, count: int) -> None:
        self._sums, self._count = sums, max(count, 1)
        covariance = squares - np.multiply.outer(sums, sums) / self._count
        variances = covariance.diagonal()
        self._places = np.flatnonzero(variances > _NOTHING * squares.diagonal())
        self._scales = np.sqrt(variances[self._places])
        kept = covariance[np.ix_(self._places, self._places)]
        kept /= np.multiply.outer(self._scales, self._scales)
        np.fill_diagonal(kept, 1.0)
        self._matrix = kept.tolist()

    def solved(self, products: Floats, total: float, square: float) -> Coefficients:
        """Coefficients for a response with these sums; None for inputs that do not vary or depend."""
        found: Coefficients = [None] * len(self._sums)
        variance = square - total * total / self._count
        if variance <= _NOTHING * square:
            return found
        shared = (products - self._sums * total / self._count)[self._places]
        right = (shared / (self._scales * math.sqrt(variance))).tolist()
        # fewer trials than unknowns leave dependencies, which come back as None
        for i, beta in zip(self._places.tolist(), solve_correlation(self._matrix, right), strict=True):
            found[i] = beta
        return found


def _first_rows(parts: Sequence[slice], input_count: int) -> tuple[Places | None, list[slice]]:
    """The trials to take, None for all, and where the parts of them lie."""
    pairs = max(input_count * (input_count + 1) // 2, 1)
    most = max(_PRODUCTS // pairs, _FEWEST_ROWS)
    if parts[-1].stop <= most:
        return None, list(parts)
    each = most // len(parts)
    taken = [np.arange(part.start, min(part.stop, part.start + each)) for part in parts]
    ends = np.cumsum([0, *map(len, taken)]).tolist()
    return np.concatenate(taken), [slice(start, end) for start, end in itertools.pairwise(ends)]


def _total(arrays: Sequence[Floats]) -> Floats:
    return functools.reduce(np.add, arrays)


def _varies(values: Floats) -> bool:
    return len(values) > 1 and bool(values.min() < values.max())
