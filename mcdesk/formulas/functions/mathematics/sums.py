"""Sums, products and extremes over the numbers of ranges, as aggregate bodies, and over pairs of arrays."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from mcdesk.engine.operations import Operations
from mcdesk.formulas.arrays import Shape, common_shape, stretch, stretched_series
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import (
    Body,
    Context,
    FunctionDefinition,
    Numbers,
    Outcome,
    Pairs,
    aggregate,
)
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.functions.samples import over_pairs
from mcdesk.formulas.values import ArrayValue, Scalar, Series, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


def total(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """SUM, in the order of the arguments."""
    del ops
    return Outcome(numbers.total())


def product(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """PRODUCT; 0 over no numbers."""
    value = numbers.fold((ops.number(1.0),), lambda state, x: (ops.mul(state[0], x),))[0]
    is_empty = ops.eq(numbers.count(), ops.number(0.0))
    return Outcome(ops.select(is_empty, ops.number(0.0), value))


def sum_of_squares(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """SUMSQ."""
    return Outcome(numbers.fold((ops.number(0.0),), lambda state, x: (ops.add(state[0], ops.mul(x, x)),))[0])


def highest(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """MAX; 0 over no numbers."""
    return Outcome(_extreme(ops, numbers, ops.maximum))


def lowest(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """MIN; 0 over no numbers."""
    return Outcome(_extreme(ops, numbers, ops.minimum))


def _extreme(ops: Operations[V], numbers: Numbers[V], better: Callable[[V, V], V]) -> V:
    # The first number replaces the start, so that no infinity is needed.
    def step(state: Sequence[V], x: V) -> tuple[V, V]:
        chosen = ops.select(state[1], better(state[0], x), x)
        return chosen, ops.logical(True)

    return numbers.extremes().fold((ops.number(0.0), ops.logical(False)), step)[0]


def sum_of_products(context: Context, *values: Value) -> Scalar:
    """SUMPRODUCT: text and logical values of ranges count as 0; shapes must agree."""
    arrays = [context.folded(value) for value in values]
    shapes = {(array.row_count, array.column_count) for array in arrays}
    if len(shapes) != 1:
        return ErrorCode.VALUE
    if shapes == {(1, 1)} and any(isinstance(array.rows[0][0], str) for array in arrays):
        # A single cell is a direct argument, of which text is no number.
        return ErrorCode.VALUE
    shape = common_shape(arrays)
    grids = [stretch(array, shape) for array in arrays]
    result = _head_products(grids, shape)
    if not isinstance(result, ErrorCode) and shape.last_row_count > 1:
        rest = _last_products(arrays, [grid[-1] for grid in grids], shape)
        result = rest if isinstance(rest, ErrorCode) else result + rest
    return result if isinstance(result, ErrorCode) else as_number_or_error(result)


def _head_products(grids: Sequence[Sequence[Sequence[Scalar]]], shape: Shape) -> float | ErrorCode:
    """The sum of products over the rows that stand for themselves."""
    count = shape.kept_rows - (shape.last_row_count > 1)
    columns = [[element for row in grid[:count] for element in row] for grid in grids]
    result = 0.0
    for place, elements in enumerate(zip(*columns, strict=True), 1):
        term = _product(elements)
        if isinstance(term, ErrorCode):
            return term
        result += term if place % shape.kept_columns else term * shape.last_column_count
    return result


def _product(elements: Sequence[Scalar]) -> float | ErrorCode:
    term = 1.0
    for element in elements:
        if isinstance(element, ErrorCode):
            return element
        term *= element if type(element) is float else 0.0
    return term


def _last_products(
    arrays: Sequence[ArrayValue], rows: Sequence[Sequence[Scalar]], shape: Shape
) -> float | ErrorCode:
    """The sum of products over the rows for which the last one stands."""
    series = [stretched_series(array, shape) for array in arrays]
    result = 0.0
    for place, elements in enumerate(zip(*rows, strict=True), 1):
        term = _product(elements)
        if isinstance(term, ErrorCode):
            return term
        term *= shape.last_row_count
        if any(each[place - 1] is not None for each in series):
            term = _product_of_series([each[place - 1] for each in series], elements)
        result += term if place < shape.kept_columns else term * shape.last_column_count
    return result


def _product_of_series(series: Sequence[Series | None], elements: Sequence[Scalar]) -> float:
    product = np.ones(1)
    for values, element in zip(series, elements, strict=True):
        if values is None:
            product = product * (element if type(element) is float else 0.0)
        else:
            product = product * (values if values.dtype == float else np.zeros(len(values)))
    return float(product.sum())


def _pair_total(term: Callable[[Operations[V], V, V], V]) -> Body:
    """SUMX2MY2 and its like; #DIV/0! over no pairs."""

    def body(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
        def step(state: Sequence[V], x: V, y: V) -> tuple[V]:
            return (ops.add(state[0], term(ops, x, y)),)

        value = pairs.fold((ops.number(0.0),), step)[0]
        is_empty = ops.eq(pairs.count(), ops.number(0.0))
        return Outcome(value, ops.select(is_empty, ops.error(ErrorCode.DIV0), ops.error(ErrorCode.NONE)))

    return body


def _difference_of_squares(ops: Operations[V], x: V, y: V) -> V:
    return ops.sub(ops.mul(x, x), ops.mul(y, y))


def _sum_of_two_squares(ops: Operations[V], x: V, y: V) -> V:
    return ops.add(ops.mul(x, x), ops.mul(y, y))


def _squared_difference(ops: Operations[V], x: V, y: V) -> V:
    away = ops.sub(x, y)
    return ops.mul(away, away)


def series_sum(context: Context, x: Value, first: Value, step: Value, coefficients: Value) -> Scalar:
    """SERIESSUM: the sum of coefficients times powers of x."""
    numbers = [to_number(context.scalar(value), context.dates) for value in (x, first, step)]
    for found in numbers:
        if isinstance(found, ErrorCode):
            return found
    base, power, growth = (number for number in numbers if isinstance(number, float))
    result = 0.0
    for coefficient in context.elements(coefficients):
        number = to_number(coefficient, context.dates)
        if isinstance(number, ErrorCode):
            return number
        result += number * _whole_power(base, power)
        power += growth
    return as_number_or_error(result)


def _whole_power(base: float, exponent: float) -> float:
    size = 1.0
    for _ in range(int(min(abs(exponent), 2000.0))):
        size *= base
    return size if exponent >= 0 else 1.0 / size if size else float("inf")


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    aggregate("SUM", total),
    aggregate("PRODUCT", product),
    aggregate("SUMSQ", sum_of_squares),
    aggregate("MAX", highest),
    aggregate("MIN", lowest),
    function("SUMPRODUCT", sum_of_products, cells("array"), repeating=1),
    over_pairs("SUMX2MY2", _pair_total(_difference_of_squares), cells("x"), cells("y")),
    over_pairs("SUMX2PY2", _pair_total(_sum_of_two_squares), cells("x"), cells("y")),
    over_pairs("SUMXMY2", _pair_total(_squared_difference), cells("x"), cells("y")),
    function("SERIESSUM", series_sum, cells("x"), cells("first"), cells("step"), cells("coefficients")),
)
