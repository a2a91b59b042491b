"""Functions of scalars applied to the elements of arrays, folded ones by what is kept of them."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.arrays import Shape, as_scalar, common_shape, stretch, stretched_series, unfolded
from mcdesk.formulas.values import ArrayValue, Scalar, Series, Value
from mcdesk.formulas.work_budget import ELEMENT_UNITS

# Each takes as much memory as a million numbers.
_MOST_SERIES = 16
_SERIES_PER_UNIT = 64
_UNFOLDED_PER_UNIT = 8
# Below this the way to arrays and back costs more than it saves.
_LEAST_WHOLE = 256
_WHOLE_PER_UNIT = 4

Spend = Callable[[int], None]
# The function of whole series and of scalars beside them; None where it cannot be had so.
OverSeries = Callable[[Sequence[Scalar | Series]], Scalar | Series | None]


def map_scalars(
    function: Callable[..., Scalar],
    values: Sequence[Value],
    spend: Spend,
    over_series: OverSeries | None = None,
) -> Scalar | ArrayValue:
    """Apply a function of scalars to values of which some may be arrays, with the elements counted.

    A single row or column repeats; an element that another array lacks is #N/A.
    """
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    if not arrays:
        return function(*(as_scalar(value) for value in values))
    shape = common_shape(arrays)
    if over_series is not None and shape.kept_size >= _LEAST_WHOLE:
        whole = _over_whole(values, arrays, spend, over_series)
        if whole is not None:
            return whole
    spend(ELEMENT_UNITS * shape.kept_size)
    grids = [stretch(value, shape) for value in values]
    rows = tuple(tuple(map(function, *columns)) for columns in zip(*grids, strict=True))
    if not any(array.series for array in arrays):
        return ArrayValue(rows, shape.last_row_count, shape.last_column_count)
    last = None if over_series is None else _last_row(values, shape, rows[-1], spend, over_series)
    if last is not None:
        return _with_last(rows, shape, last)
    complete = [_without_series(value, spend) for value in values]
    return map_scalars(function, complete, spend)


def _over_whole(
    values: Sequence[Value], arrays: Sequence[ArrayValue], spend: Spend, over_series: OverSeries
) -> ArrayValue | None:
    """The same at once for arrays of one size that hold numbers or logical values alone, one kind each."""
    row_count, column_count = len(arrays[0].rows), len(arrays[0].rows[0])
    if any(each.is_folded or len(each.rows) != row_count for each in arrays):
        return None
    inputs: list[Scalar | Series] = []
    for value in values:
        if not isinstance(value, ArrayValue):
            inputs.append(as_scalar(value))
            continue
        elements = list(chain.from_iterable(value.rows))
        kinds = set(map(type, elements))
        if len(value.rows[0]) != column_count or (kinds != {float} and kinds != {bool}):
            return None
        inputs.append(np.array(elements))
    spend(row_count * column_count // _WHOLE_PER_UNIT)
    result = over_series(inputs)
    if result is None:
        return None
    if not isinstance(result, np.ndarray):
        return ArrayValue(((result,) * column_count,) * row_count)
    found = result.tolist()
    if column_count == 1:
        return ArrayValue(tuple(zip(found, strict=True)))
    return ArrayValue(
        tuple(tuple(found[start : start + column_count]) for start in range(0, len(found), column_count))
    )


def joined_series(values: Series) -> Scalar | Series:
    """Return a series read-only, or the one scalar that all of its elements are."""
    first = values.flat[0]
    if np.all(values == first):
        single: Scalar = first.item()
        return single
    values.flags.writeable = False
    return values


def as_numbers(values: Series) -> NDArray[np.float64]:
    """Return a series as arithmetic takes it: TRUE is 1."""
    return values.astype(np.float64, copy=False)


def _last_row(
    values: Sequence[Value], shape: Shape, mapped: Sequence[Scalar], spend: Spend, over_series: OverSeries
) -> list[Scalar | Series] | None:
    sources = [stretched_series(value, shape) for value in values]
    grids = [stretch(value, shape)[-1] for value in values]
    if (
        sum(any(source[place] is not None for source in sources) for place in range(len(mapped)))
        > _MOST_SERIES
    ):
        return None
    found: list[Scalar | Series] = []
    for place, scalar in enumerate(mapped):
        inputs = [
            grid[place] if source[place] is None else source[place]
            for source, grid in zip(sources, grids, strict=True)
        ]
        if not any(isinstance(each, np.ndarray) for each in inputs):
            found.append(scalar)
            continue
        spend(shape.last_row_count // _SERIES_PER_UNIT)
        result = over_series(inputs)  # type: ignore[arg-type]  # no None among them
        if result is None:
            return None
        found.append(result)
    return found


def _with_last(
    rows: tuple[tuple[Scalar, ...], ...], shape: Shape, last: Sequence[Scalar | Series]
) -> ArrayValue:
    firsts = tuple(each.flat[0].item() if isinstance(each, np.ndarray) else each for each in last)
    series = tuple(each if isinstance(each, np.ndarray) else None for each in last)
    has_series = shape.last_row_count > 1 and any(each is not None for each in series)
    return ArrayValue(
        (*rows[:-1], firsts),
        shape.last_row_count,
        shape.last_column_count,
        series if has_series else (),
    )


def _without_series(value: Value, spend: Spend) -> Value:
    if not isinstance(value, ArrayValue) or not value.series:
        return value
    spend(value.row_count * value.column_count // _UNFOLDED_PER_UNIT)
    return unfolded(value)
