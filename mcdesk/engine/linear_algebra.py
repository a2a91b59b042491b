"""Symmetric systems by elimination in a fixed order; no BLAS or LAPACK, whose bits differ by machine."""

from collections.abc import Sequence

Matrix = Sequence[Sequence[float]]
Vector = Sequence[float]

_DEPENDENT = 1e-10  # share of a unit pivot below which a row adds nothing to those before it
_INVOLVED = 1e-6


def solve_correlation(matrix: Matrix, right: Vector) -> list[float | None]:
    """Solve `matrix @ x = right` for a correlation matrix (unit diagonal, positive semidefinite).

    Args:
        matrix: (n, n), symmetric; right: (n,).

    Returns:
        (n,); None for each unknown that is part of a linear dependency, so has no single value.
    Source: Cholesky's method, Golub and Van Loan 2013, Matrix Computations, 4.2; dependent rows left out.
    """
    rows: list[int] = []  # independent so far
    factor: list[list[float]] = []
    undetermined: set[int] = set()
    for j in range(len(right)):
        column = _forward(factor, [matrix[k][j] for k in rows])
        pivot = matrix[j][j] - _dot(column, column)
        if pivot > _DEPENDENT:
            factor.append([*column, pivot**0.5])
            rows.append(j)
        else:
            shares = _backward(factor, column)
            undetermined |= {j, *(k for k, share in zip(rows, shares, strict=True) if abs(share) > _INVOLVED)}
    found = _backward(factor, _forward(factor, [right[k] for k in rows]))
    value_by_row = dict(zip(rows, found, strict=True))
    return [None if j in undetermined else value_by_row[j] for j in range(len(right))]


def _forward(factor: Matrix, right: Vector) -> list[float]:
    """Solve L y = right for the lower triangle L."""
    solved: list[float] = []
    for row, value in zip(factor, right, strict=True):
        solved.append((value - _dot(row[:-1], solved)) / row[-1])
    return solved


def _backward(factor: Matrix, right: Vector) -> list[float]:
    """Solve L' x = right."""
    solved = list(right)
    for i in range(len(factor) - 1, -1, -1):
        solved[i] /= factor[i][i]
        for k in range(i):
            solved[k] -= factor[i][k] * solved[i]
    return solved


def _dot(a: Vector, b: Vector) -> float:
    total = 0.0
    for x, y in zip(a, b, strict=True):
        total += x * y
    return total
