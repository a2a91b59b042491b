"""Correlation matrices: of normal scores from rank correlations, repaired, factored.

All in a fixed order without BLAS or LAPACK, whose bits differ by machine.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.mathematics.trigonometry import sin
from mcdesk.engine.scalar_operations import ScalarOperations

Matrix = NDArray[np.float64]

_SCALARS = ScalarOperations()
_LEAST_EIGENVALUE = 1e-9
_MOST_ROUNDS = 200
_MOST_SWEEPS = 30
_SETTLED = 1e-10
_UNCHANGED = 1e-8
_DIAGONAL = 1e-13


def score_correlation(rank: float) -> float:
    """Correlation of normal scores at which a normal copula has this rank correlation (Spearman's).

    Source: Pearson 1907, On further methods of determining correlation: 2 sin(pi rho / 6).
    """
    if abs(rank) == 1.0:
        return rank
    return 2.0 * float(sin(_SCALARS, math.pi * rank / 6.0))


def cholesky_factor(matrix: Matrix) -> tuple[tuple[float, ...], ...] | None:
    """Rows of the lower triangle; None if the matrix (n, n) is not positive definite.

    A pivot that is zero but for rounding is one: perfectly correlated draws are the same draw.
    """
    rows: list[tuple[float, ...]] = []
    for i in range(len(matrix)):
        row: list[float] = []
        for j in range(i):
            inner = math.fsum(a * b for a, b in zip(row, rows[j], strict=False))
            difference = float(matrix[i, j]) - inner
            if rows[j][j] > 0.0:
                row.append(difference / rows[j][j])
            elif abs(difference) < _SETTLED:
                row.append(0.0)
            else:
                return None
        pivot = float(matrix[i, i]) - math.fsum(a * a for a in row)
        if pivot < -_SETTLED:
            return None
        row.append(math.sqrt(pivot) if pivot > _SETTLED else 0.0)
        rows.append(tuple(row))
    return tuple(rows)


def nearest_correlation(matrix: Matrix) -> Matrix:
    """The correlation matrix that is nearest to a symmetric one with unit diagonal, positive definite.

    Nearest by the sum of squares of the changes, then moved inward by 1e-9.
    Source: Higham 2002, Computing the nearest correlation matrix, with Dykstra's correction.
    """
    found, correction, basis = matrix.copy(), np.zeros_like(matrix), np.eye(len(matrix))
    for _ in range(_MOST_ROUNDS):
        shifted = found - correction
        positive, basis = _positive_part(shifted, 0.0, basis)
        correction = positive - shifted
        following = positive.copy()
        np.fill_diagonal(following, 1.0)
        change = float(np.abs(following - found).max())
        found = following
        if change < _UNCHANGED:
            break
    inner, _ = _positive_part(found, _LEAST_EIGENVALUE, basis)
    scale = np.sqrt(np.diagonal(inner))
    result: Matrix = inner / scale[:, None] / scale[None, :]
    np.fill_diagonal(result, 1.0)
    return (result + result.T) * 0.5


def _positive_part(matrix: Matrix, least: float, basis: Matrix) -> tuple[Matrix, Matrix]:
    """The matrix with its eigenvalues raised to at least `least`, and its eigenvectors as columns.

    `basis` is where the search begins: the eigenvectors of a matrix that is close to it.
    """
    values, vectors = _eigen(_product(_product(basis.T, matrix), basis), basis)
    return _product(vectors * np.maximum(values, least), vectors.T), vectors


def _product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product, summed in order."""
    total = np.zeros_like(right)
    for k in range(len(right)):
        total += left[:, k, None] * right[None, k, :]
    return total


def _eigen(matrix: Matrix, basis: Matrix) -> tuple[NDArray[np.float64], Matrix]:
    """Eigenvalues (n,) of a symmetric matrix, and its eigenvectors turned from `basis`, as columns.

    Source: Jacobi's cyclic method, Golub and Van Loan 2013, Matrix Computations, 8.5.
    """
    a, vectors = matrix.copy(), basis.copy()
    for _ in range(_MOST_SWEEPS):
        if float(np.abs(np.triu(a, 1)).max(initial=0.0)) < _DIAGONAL:
            break
        for p in range(len(a) - 1):
            for q in range(p + 1, len(a)):
                if abs(a[p, q]) >= _DIAGONAL:
                    _rotate(a, vectors, p, q)
    return np.diagonal(a).copy(), vectors


def _rotate(a: Matrix, vectors: Matrix, p: int, q: int) -> None:
    theta = (a[q, q] - a[p, p]) / (2.0 * a[p, q])
    t = math.copysign(1.0, theta) / (abs(theta) + math.sqrt(theta * theta + 1.0))
    c = 1.0 / math.sqrt(t * t + 1.0)
    s = t * c
    for rows in (a, a.T, vectors.T):
        first, second = rows[p].copy(), rows[q].copy()
        rows[p], rows[q] = c * first - s * second, s * first + c * second


def largest_change(before: Matrix, after: Matrix) -> tuple[int, int]:
    """Row and column, row before column, of the entry that changed most."""
    place = int(np.argmax(np.triu(np.abs(after - before), 1)))
    return divmod(place, len(before))


def as_matrix(count: int, entries: Sequence[tuple[int, int, float]]) -> Matrix:
    """A symmetric matrix of unit diagonal with these entries, 0 elsewhere."""
    matrix = np.eye(count)
    for row, column, value in entries:
        matrix[row, column] = matrix[column, row] = value
    return matrix
