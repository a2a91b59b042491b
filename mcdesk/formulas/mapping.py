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
# So small a part of the elements may be of another kind, as the head of a column is.
_LEAST_OF_OTHERS = 64

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
        whole = _over_whole(function, values, spend, over_series)
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
    function: Callable[..., Scalar], values: Sequence[Value], spend: Spend, over_series: OverSeries
) -> ArrayValue | None:
    """The same at once for arrays of one size, of numbers or logical values but for a few elements."""
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    form = arrays[0]
    if any(each.series or _form(each) != _form(form) for each in arrays):
        return None
    elements = [list(chain.from_iterable(each.rows)) for each in arrays]
    kinds = [type(each[len(each) // 2]) for each in elements]
    others = {
        place
        for each, kind in zip(elements, kinds, strict=True)
        if set(map(type, each)) != {kind}
        for place, element in enumerate(each)
        if type(element) is not kind
    }
    count = len(elements[0])
    if not set(kinds) <= {float, bool} or len(others) > count // _LEAST_OF_OTHERS:
        return None
    spend(count // _WHOLE_PER_UNIT + ELEMENT_UNITS * len(others))
    rest = iter([_without(each, others) for each in elements])
    inputs = [next(rest) if isinstance(value, ArrayValue) else as_scalar(value) for value in values]
    result = over_series(inputs)
    if result is None:
        return None
    found: list[Scalar] = (
        result.tolist() if isinstance(result, np.ndarray) else [result] * (count - len(others))
    )
    for place in sorted(others):
        own = iter([each[place] for each in elements])
        single = [next(own) if isinstance(value, ArrayValue) else as_scalar(value) for value in values]
        found.insert(place, function(*single))
    width = len(form.rows[0])
    rows = zip(*(found[start::width] for start in range(width)), strict=True)
    return ArrayValue(tuple(rows), form.last_row_count, form.last_column_count)


def _form(array: ArrayValue) -> tuple[int, int, int, int]:
    return len(array.rows), len(array.rows[0]), array.last_row_count, array.last_column_count


def _without(elements: list[Scalar], others: set[int]) -> Series:
    """The elements but those of another kind."""
    if not others:
        return np.array(elements)
    return np.array([element for place, element in enumerate(elements) if place not in others])


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
