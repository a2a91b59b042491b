"""Smooth functions of a normal score z, tabulated as polynomials on a uniform grid.

A table carries the bound of its own error; tests hold it against SciPy and mpmath.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Table
from mcdesk.engine.operations import Operations

V = TypeVar("V")
Floats = NDArray[np.float64]

DEGREE = 5
LEAST_CELLS = 264
MOST_CELLS = 16 * LEAST_CELLS
REACH = 8.25  # the score of a probability below 2**-53
_TOLERANCE = 3e-13
# (k + 1/2) pi / 6 for k = 0..5: Chebyshev points on [0, 1], written out because a cosine of the
# platform must not reach a trial's bits
_NODES = (
    0.9829629131445341,
    0.8535533905932737,
    0.6294095225512604,
    0.3705904774487396,
    0.1464466094067262,
    0.01703708685546585,
)


@dataclass(frozen=True, slots=True, eq=False)
class QuantileTable:
    """A function on [low, high].

    Attributes:
        values: (cells * 6,) float64, read-only: coefficients of each cell, lowest power first.
        error: bound of the error over the larger of 1 and the function's size, from how far
            neighbours differ where they meet.
    """

    values: Floats
    low: float
    high: float
    cells: int
    error: float

    @property
    def is_good(self) -> bool:
        """Whether the error is as small as that of the solver."""
        return self.error <= _TOLERANCE


def build_table(function: Callable[[Floats], Floats], low: float, high: float) -> QuantileTable:
    """Tabulate a function of an array of scores, on as few cells as its error allows."""
    cells = LEAST_CELLS
    table = _table(function, low, high, cells)
    while not table.is_good and cells < MOST_CELLS:
        cells *= 4
        finer = _table(function, low, high, cells)
        if finer.error > 0.25 * table.error:
            break  # what is left is the solver's own error
        table = finer
    return table


def polynomial_at(ops: Operations[V], table: Table, first: V, x: V) -> V:
    """The polynomial whose six coefficients begin at a place of a table."""
    total = ops.read_table(table, _offset(ops, first, DEGREE))
    for power in range(DEGREE - 1, -1, -1):
        total = ops.fma(total, x, ops.read_table(table, _offset(ops, first, power)))
    return total


def _table(function: Callable[[Floats], Floats], low: float, high: float, cells: int) -> QuantileTable:
    width = (high - low) / cells
    edges = np.arange(cells, dtype=np.float64) * width + low
    nodes = np.array(_NODES)
    with np.errstate(all="ignore"):
        at_nodes = function((edges[:, None] + width * nodes[None, :]).ravel())
    coefficients = _monomials(at_nodes.reshape(cells, DEGREE + 1))
    ends = coefficients[:, DEGREE]
    for power in range(DEGREE - 1, -1, -1):
        ends = ends + coefficients[:, power]
    gaps = np.abs(ends[:-1] - coefficients[1:, 0]) / np.maximum(np.abs(ends[:-1]), 1.0)
    values = coefficients.ravel()
    values.flags.writeable = False
    worst = float(gaps.max())
    # one cell may be wrong where its neighbour is right, and both at once by the solver's own error
    return QuantileTable(values, low, high, cells, 2.0 * worst + 1e-14 if worst >= 0.0 else np.inf)


def _offset(ops: Operations[V], first: V, power: int) -> V:
    return ops.iadd(first, ops.integer(power)) if power else first


def _monomials(at_nodes: Floats) -> Floats:
    # Newton's divided differences, then nested multiplication; no linear algebra library
    count = DEGREE + 1
    difference = [at_nodes[:, i].copy() for i in range(count)]
    for level in range(1, count):
        for i in range(count - 1, level - 1, -1):
            difference[i] = (difference[i] - difference[i - 1]) / (_NODES[i] - _NODES[i - level])
    powers = [np.zeros(len(at_nodes)) for _ in range(count)]
    for i in range(count - 1, -1, -1):
        shifted = [np.zeros(len(at_nodes)), *powers[:-1]]
        powers = [up - _NODES[i] * same for up, same in zip(shifted, powers, strict=True)]
        powers[0] = powers[0] + difference[i]
    return np.stack(powers, axis=1)
