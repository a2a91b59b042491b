"""Functions of two samples: correlation, covariance, straight lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.collected_numbers import CollectedPairs
from mcdesk.formulas.functions.definition import (
    Body,
    Context,
    FunctionDefinition,
    Outcome,
    Pairs,
    number,
)
from mcdesk.formulas.functions.mathematics.matrices import Matrix, eliminate
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.samples import over_pairs, pairs_of
from mcdesk.formulas.values import ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
_OPERATIONS = ScalarOperations()


@dataclass(frozen=True, slots=True)
class PairSums(Generic[V]):
    """Count, means and sums of squared deviations of pairs of numbers."""

    count: V
    mean_x: V
    mean_y: V
    xx: V
    yy: V
    xy: V


def pair_sums(ops: Operations[V], pairs: Pairs[V]) -> PairSums[V]:
    """Return the sums; the means of no pairs are 0."""
    count, zero = pairs.count(), ops.number(0.0)
    below = ops.maximum(count, ops.number(1.0))

    def add(state: Sequence[V], x: V, y: V) -> tuple[V, V]:
        return ops.add(state[0], x), ops.add(state[1], y)

    total_x, total_y = pairs.fold((zero, zero), add)
    mean_x, mean_y = ops.div(total_x, below), ops.div(total_y, below)

    def add_products(state: Sequence[V], x: V, y: V) -> tuple[V, V, V]:
        dx, dy = ops.sub(x, mean_x), ops.sub(y, mean_y)
        return (
            ops.add(state[0], ops.mul(dx, dx)),
            ops.add(state[1], ops.mul(dy, dy)),
            ops.add(state[2], ops.mul(dx, dy)),
        )

    xx, yy, xy = pairs.fold((zero, zero, zero), add_products)
    return PairSums(count, mean_x, mean_y, xx, yy, xy)


def correlation(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """CORREL, PEARSON; #DIV/0! without spread."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, ops.mul(ops.sqrt(sums.xx), ops.sqrt(sums.yy)))


def squared_correlation(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """RSQ."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, ops.mul(sums.xy, sums.xy), ops.mul(sums.xx, sums.yy))


def population_covariance(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """COVARIANCE.P; #DIV/0! over no pairs."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, sums.count)


def sample_covariance(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """COVARIANCE.S; #DIV/0! below two pairs."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, ops.maximum(ops.sub(sums.count, ops.number(1.0)), ops.number(0.0)))


# The known y values come first in these functions, so that x and y are exchanged.
def slope(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """SLOPE; #DIV/0! where all known x are the same."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, sums.yy)


def intercept(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """INTERCEPT."""
    return _on_line(ops, pairs, ops.number(0.0))


def forecast(ops: Operations[V], x: V, pairs: Pairs[V]) -> Outcome[V]:
    """FORECAST.LINEAR; #N/A over no pairs."""
    found = _on_line(ops, pairs, x)
    assert found.error is not None
    is_empty = ops.eq(pairs.count(), ops.number(0.0))
    return Outcome(found.value, ops.select(is_empty, ops.error(ErrorCode.NA), found.error))


def fitted_line(ops: Operations[V], pairs: Pairs[V]) -> tuple[Outcome[V], V]:
    """Slope (#NUM! where all known x are the same) and constant of the line that TREND and LINEST fit."""
    sums = pair_sums(ops, pairs)
    gradient = _quotient(ops, sums.xy, sums.yy)
    is_flat = ops.eq(sums.yy, ops.number(0.0))
    constant = ops.sub(sums.mean_x, ops.mul(gradient.value, sums.mean_y))
    return Outcome(gradient.value, _error_if(ops, is_flat, ErrorCode.NUM)), constant


def place_on_fit(ops: Operations[V], x: V, pairs: Pairs[V]) -> Outcome[V]:
    """The value of that line at a place."""
    gradient, constant = fitted_line(ops, pairs)
    return Outcome(ops.add(constant, ops.mul(gradient.value, x)), gradient.error)


def standard_error(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """STEYX; #DIV/0! below three pairs."""
    sums = pair_sums(ops, pairs)
    zero, one = ops.number(0.0), ops.number(1.0)
    freedom = ops.sub(sums.count, ops.number(2.0))
    is_bad = ops.or_(ops.eq(sums.yy, zero), ops.le(freedom, zero))
    explained = ops.div(ops.mul(sums.xy, sums.xy), ops.select(is_bad, one, sums.yy))
    residual = ops.maximum(zero, ops.sub(sums.xx, explained))
    value = ops.sqrt(ops.div(residual, ops.select(is_bad, one, freedom)))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def _on_line(ops: Operations[V], pairs: Pairs[V], x: V) -> Outcome[V]:
    sums = pair_sums(ops, pairs)
    gradient = _quotient(ops, sums.xy, sums.yy)
    value = ops.add(sums.mean_x, ops.mul(gradient.value, ops.sub(x, sums.mean_y)))
    return Outcome(value, gradient.error)


def _quotient(ops: Operations[V], above: V, below: V) -> Outcome[V]:
    is_bad = ops.eq(below, ops.number(0.0))
    value = ops.div(above, ops.select(is_bad, ops.number(1.0), below))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


def trend(context: Context, known_y: Value, known_x: Value, new_x: Value, has_constant: Value) -> Value:
    """TREND: the values of the least-squares fit at new places."""
    y = context.array(known_y)
    known = _independent(context, known_x, y)
    places = known if new_x is None else context.array(new_x)
    fitted = _fit(context, y, known, has_constant)
    if isinstance(fitted, ErrorCode):
        return fitted
    by_column = _is_by_column(y, known)
    rows = places.rows if by_column else tuple(zip(*places.rows, strict=True))
    found: list[Scalar] = []
    for row in rows:
        total = fitted[-1]
        for coefficient, element in zip(fitted, row, strict=False):
            x = to_number(element, context.dates)
            if isinstance(x, ErrorCode):
                return x
            total += coefficient * x
        found.append(total)
    return array_of((value,) for value in found) if by_column else array_of([found])


def line_estimate(
    context: Context, known_y: Value, known_x: Value, has_constant: Value, wants_statistics: Value
) -> Value:
    """LINEST: coefficients, the last variable first, and the constant; with statistics of one variable."""
    y = context.array(known_y)
    known = _independent(context, known_x, y)
    fitted = _fit(context, y, known, has_constant)
    if isinstance(fitted, ErrorCode):
        return fitted
    first = [*reversed(fitted[:-1]), fitted[-1]]
    if wants_statistics is None or not context.scalar(wants_statistics):
        return array_of([first])
    return _with_statistics(context, y, known, fitted)


def _with_statistics(context: Context, y: ArrayValue, known: ArrayValue, fitted: list[float]) -> Value:
    if len(fitted) != 2:
        return ErrorCode.VALUE
    pairs = pairs_of(context, known, y)
    if isinstance(pairs, ErrorCode) or len(pairs) < 3:
        return ErrorCode.NUM
    sums = pair_sums(_OPERATIONS, CollectedPairs(pairs))
    slope, constant = fitted
    freedom = sums.count - 2.0
    residual = 0.0
    for x, value in pairs:
        away = value - constant - slope * x
        residual += away * away
    error = math.sqrt(residual / freedom)
    explained = sums.yy - residual
    raw = sums.xx + sums.count * sums.mean_x * sums.mean_x
    return array_of(
        [
            [slope, constant],
            [error / math.sqrt(sums.xx), error * math.sqrt(raw / sums.count / sums.xx)],
            [explained / sums.yy if sums.yy else 1.0, error],
            [explained / (residual / freedom) if residual else ErrorCode.NUM, freedom],
            [explained, residual],
        ]
    )


def _independent(context: Context, known_x: Value | None, y: ArrayValue) -> ArrayValue:
    if known_x is not None:
        return context.array(known_x)
    if y.column_count == 1:
        return ArrayValue(tuple((float(place + 1),) for place in range(y.row_count)))
    return ArrayValue((tuple(float(place + 1) for place in range(y.column_count)),))


def _is_by_column(y: ArrayValue, known: ArrayValue) -> bool:
    return y.column_count == 1 and known.row_count == y.row_count


def _fit(context: Context, y: ArrayValue, known: ArrayValue, has_constant: Value) -> list[float] | ErrorCode:
    """Coefficients of the variables in order, then the constant."""
    rows = known.rows if _is_by_column(y, known) else tuple(zip(*known.rows, strict=True))
    values = context.elements(y)
    if len(rows) != len(values):
        return ErrorCode.REF
    free = has_constant is None or bool(context.scalar(has_constant))
    design: Matrix = []
    right: list[float] = []
    for row, value in zip(rows, values, strict=True):
        numbers = [x for x in row if type(x) is float]
        if len(numbers) != len(row) or type(value) is not float:
            return ErrorCode.VALUE
        design.append(numbers)
        right.append(value)
    if free and len(design[0]) == 1:
        return _fitted_line([(value, row[0]) for row, value in zip(design, right, strict=True)])
    return _least_squares(design, right, free)


def _fitted_line(pairs: list[tuple[float, float]]) -> list[float] | ErrorCode:
    gradient, constant = fitted_line(_OPERATIONS, CollectedPairs(pairs))
    return ErrorCode(int(gradient.error)) if gradient.error else [float(gradient.value), float(constant)]


def _least_squares(design: Matrix, right: list[float], free: bool) -> list[float] | ErrorCode:
    # Centred first, which keeps the normal equations well conditioned.
    count, width = len(design), len(design[0])
    means = [math.fsum(row[at] for row in design) / count if free else 0.0 for at in range(width)]
    mean = math.fsum(right) / count if free else 0.0
    centred = [[x - middle for x, middle in zip(row, means, strict=True)] for row in design]
    away = [value - mean for value in right]
    normal = [[math.fsum(row[i] * row[j] for row in centred) for j in range(width)] for i in range(width)]
    side = [[math.fsum(row[i] * v for row, v in zip(centred, away, strict=True))] for i in range(width)]
    solved = eliminate(normal, side)
    if solved is None:
        return ErrorCode.NUM
    slopes = [row[0] for row in solved[0]]
    constant = mean - math.fsum(slope * middle for slope, middle in zip(slopes, means, strict=True))
    return [*slopes, constant if free else 0.0]


_FIRST, _SECOND = cells("first"), cells("second")
_OPTIONAL = (absent_if_empty(cells("new_x", True)), absent_if_empty(cells("constant", True)))
_BODY_BY_NAMES: tuple[tuple[str, Body], ...] = (
    ("CORREL PEARSON", correlation),
    ("RSQ", squared_correlation),
    ("COVAR COVARIANCE.P", population_covariance),
    ("COVARIANCE.S", sample_covariance),
    ("SLOPE", slope),
    ("INTERCEPT", intercept),
    ("STEYX", standard_error),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    *(over_pairs(name, body, _FIRST, _SECOND) for names, body in _BODY_BY_NAMES for name in names.split()),
    over_pairs("FORECAST", forecast, number("x"), _FIRST, _SECOND),
    over_pairs("FORECAST.LINEAR", forecast, number("x"), _FIRST, _SECOND),
    function("TREND", trend, cells("known_y"), absent_if_empty(cells("known_x", True)), *_OPTIONAL),
    function(
        "LINEST",
        line_estimate,
        cells("known_y"),
        absent_if_empty(cells("known_x", True)),
        absent_if_empty(cells("constant", True)),
        absent_if_empty(cells("statistics", True)),
    ),
)
