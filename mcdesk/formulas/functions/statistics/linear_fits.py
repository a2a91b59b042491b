"""TREND and LINEST: least-squares fits of one or several variables, and what is known of their errors."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.collected_numbers import CollectedPairs
from mcdesk.formulas.functions.definition import Context, FunctionDefinition
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.statistics.regression import fitted_line
from mcdesk.formulas.values import ArrayValue, Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
# A variable of which less than this part is left beside the ones before it is a combination of them.
_LEAST_NEW_PART = 1e-10
_PRODUCTS_PER_UNIT = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """What is fitted: (places, variables) and (places,) float64, and whether the fit has a constant."""

    design: NDArray[np.float64]
    y: NDArray[np.float64]
    has_constant: bool

    @property
    def centre(self) -> tuple[NDArray[np.float64], float]:
        """The means of the variables and of y; 0 where the fit goes through there."""
        if self.has_constant:
            return self.design.mean(axis=0), float(self.y.mean())
        return np.zeros(self.design.shape[1]), 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A least-squares fit.

    Attributes:
        slopes: of the variables in order; 0 for one that is a combination of those before it.
        covariance: (variables, variables) of the slopes in units of the squared standard error.
        variable_count: without those combinations.
    """

    slopes: NDArray[np.float64]
    constant: float
    covariance: NDArray[np.float64]
    variable_count: int


def trend(context: Context, known_y: Value, known_x: Value, new_x: Value, has_constant: Value) -> Value:
    """TREND: the values of the least-squares fit at new places."""
    y = context.array(known_y)
    known = _independent(context, known_x, y)
    places = known if new_x is None else context.array(new_x)
    sample = _sample(context, y, known, has_constant)
    fit = sample if isinstance(sample, ErrorCode) else _fit(context, sample)
    if isinstance(fit, ErrorCode):
        return fit
    slopes = fit.slopes.tolist()
    if _is_by_shape(y, known):
        return array_of([_value_at(context, fit.constant, slopes, (x,)) for x in row] for row in places.rows)
    by_column = _is_by_column(y, known)
    rows = places.rows if by_column else tuple(zip(*places.rows, strict=True))
    found = [_value_at(context, fit.constant, slopes, row) for row in rows]
    error = next((each for each in found if isinstance(each, ErrorCode)), None)
    if error is not None:
        return error
    return array_of((value,) for value in found) if by_column else array_of([found])


def line_estimate(
    context: Context, known_y: Value, known_x: Value, has_constant: Value, wants_statistics: Value
) -> Value:
    """LINEST: coefficients, the last variable first, and the constant; with statistics if they are wanted."""
    y = context.array(known_y)
    sample = _sample(context, y, _independent(context, known_x, y), has_constant)
    if isinstance(sample, ErrorCode):
        return sample
    fit = _fit(context, sample)
    if isinstance(fit, ErrorCode):
        return fit
    first: list[Scalar] = [*reversed(fit.slopes.tolist()), fit.constant]
    if wants_statistics is None or not context.scalar(wants_statistics):
        return array_of([first])
    return _with_statistics(first, sample, fit)


def _with_statistics(first: list[Scalar], sample: Sample, fit: Fit) -> Value:
    count = len(sample.y)
    means, mean = sample.centre
    away = sample.y - fit.constant - sample.design @ fit.slopes
    residual, total = math.fsum(away * away), math.fsum((sample.y - mean) ** 2)
    explained = total - residual
    freedom = float(count - fit.variable_count - sample.has_constant)
    error = math.sqrt(residual / freedom) if freedom > 0.0 else 0.0
    errors = error * np.sqrt(np.diag(fit.covariance))
    of_constant = error * math.sqrt(1.0 / count + float(means @ fit.covariance @ means))
    ratio = ErrorCode.NUM if freedom <= 0.0 or residual == 0.0 else explained / fit.variable_count / error**2
    beyond = [ErrorCode.NA] * (len(first) - 2)
    return array_of(
        [
            first,
            [*reversed(errors.tolist()), of_constant if sample.has_constant else ErrorCode.NA],
            [explained / total if total else 1.0, error, *beyond],
            [ratio if isinstance(ratio, ErrorCode) else as_number_or_error(ratio), freedom, *beyond],
            [explained, residual, *beyond],
        ]
    )


def _value_at(
    context: Context, constant: float, slopes: list[float], place: tuple[Scalar, ...]
) -> float | ErrorCode:
    total = constant
    for slope, element in zip(slopes, place, strict=False):
        x = to_number(element, context.dates)
        if isinstance(x, ErrorCode):
            return x
        total += slope * x
    return total


def _independent(context: Context, known_x: Value | None, y: ArrayValue) -> ArrayValue:
    """The known x; without them 1, 2, 3 and so on in the shape of y."""
    if known_x is not None:
        return context.array(known_x)
    width = y.column_count
    return ArrayValue(
        tuple(tuple(float(row * width + column + 1) for column in range(width)) for row in range(y.row_count))
    )


def _is_by_column(y: ArrayValue, known: ArrayValue) -> bool:
    return y.column_count == 1 and known.row_count == y.row_count


def _is_by_shape(y: ArrayValue, known: ArrayValue) -> bool:
    """Whether y is a block, of which each element has its x at the same place."""
    is_block = y.row_count > 1 and y.column_count > 1
    return is_block and (y.row_count, y.column_count) == (known.row_count, known.column_count)


def _sample(context: Context, y: ArrayValue, known: ArrayValue, has_constant: Value) -> Sample | ErrorCode:
    if _is_by_shape(y, known):
        rows: tuple[tuple[Scalar, ...], ...] = tuple((x,) for x in context.elements(known))
    else:
        rows = known.rows if _is_by_column(y, known) else tuple(zip(*known.rows, strict=True))
    values = context.elements(y)
    if len(rows) != len(values):
        return ErrorCode.REF
    if any(type(x) is not float for row in rows for x in row) or any(type(x) is not float for x in values):
        return ErrorCode.VALUE
    is_free = has_constant is None or bool(context.scalar(has_constant))
    return Sample(np.array(rows, dtype=np.float64), np.array(values, dtype=np.float64), is_free)


def _fit(context: Context, sample: Sample) -> Fit | ErrorCode:
    count, width = sample.design.shape
    context.spend(count * width * width // _PRODUCTS_PER_UNIT)
    if width == 1 and sample.has_constant:
        return _straight_line(sample)
    means, mean = sample.centre
    centred = sample.design - means
    sizes = np.sqrt((centred * centred).sum(axis=0))
    kept = _independent_columns(centred, np.sqrt((sample.design**2).sum(axis=0)))
    slopes, covariance = np.zeros(width), np.zeros((width, width))
    if kept:
        scale = sizes[kept]
        q, r = np.linalg.qr(centred[:, kept] / scale)
        inverse = np.linalg.inv(r)
        slopes[kept] = inverse @ (q.T @ (sample.y - mean)) / scale
        covariance[np.ix_(kept, kept)] = inverse @ inverse.T / np.outer(scale, scale)
    constant = mean - math.fsum(slopes * means) if sample.has_constant else 0.0
    return Fit(slopes, constant, covariance, len(kept))


def _straight_line(sample: Sample) -> Fit | ErrorCode:
    """The line that the compiled TREND and FORECAST have too."""
    pairs = list(zip(sample.y.tolist(), sample.design[:, 0].tolist(), strict=True))
    gradient, constant = fitted_line(_OPERATIONS, CollectedPairs(pairs))
    if gradient.error:
        return ErrorCode(int(gradient.error))
    away = sample.design[:, 0] - sample.design[:, 0].mean()
    covariance = np.array([[1.0 / math.fsum(away * away)]])
    return Fit(np.array([float(gradient.value)]), float(constant), covariance, 1)


def _independent_columns(columns: NDArray[np.float64], sizes: NDArray[np.float64]) -> list[int]:
    """The columns that are no combinations of those before them.

    Source: support.microsoft.com, LINEST: redundant variables have coefficients and errors of 0.
    """
    basis: list[NDArray[np.float64]] = []
    kept: list[int] = []
    for place in range(columns.shape[1]):
        rest = columns[:, place].copy()
        for _ in range(2):
            # twice is enough: Giraud, Langou and Rozloznik 2005
            for direction in basis:
                rest -= (direction @ rest) * direction
        size = float(np.sqrt(rest @ rest))
        if size > _LEAST_NEW_PART * sizes[place]:
            basis.append(rest / size)
            kept.append(place)
    return kept


_KNOWN = (cells("known_y"), absent_if_empty(cells("known_x", True)))
_CONSTANT = absent_if_empty(cells("constant", True))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("TREND", trend, *_KNOWN, absent_if_empty(cells("new_x", True)), _CONSTANT),
    function("LINEST", line_estimate, *_KNOWN, _CONSTANT, absent_if_empty(cells("statistics", True))),
)
