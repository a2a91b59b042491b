"""Arrays of scalars: made, read, and brought to one shape with Excel's rule for unequal ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mcdesk.formulas.values import (
    BLANK,
    MISSING,
    ArrayValue,
    LambdaValue,
    Missing,
    Reference,
    Scalar,
    Series,
    Value,
)
from mcdesk.foundation.error_codes import ErrorCode

Operand = Scalar | Missing | ArrayValue | LambdaValue
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """How many rows and columns arrays side by side have, and how many of each are kept of all of them."""

    row_count: int
    column_count: int
    kept_rows: int
    kept_columns: int

    @property
    def last_row_count(self) -> int:
        """How many rows the last one stands for."""
        return self.row_count - self.kept_rows + 1

    @property
    def last_column_count(self) -> int:
        """How many columns the last one stands for."""
        return self.column_count - self.kept_columns + 1

    @property
    def kept_size(self) -> int:
        """Number of elements that are kept."""
        return self.kept_rows * self.kept_columns


def common_shape(values: Sequence[Value]) -> Shape:
    """Return the shape to which values are stretched beside each other."""
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    row_count = max((array.row_count for array in arrays), default=1)
    column_count = max((array.column_count for array in arrays), default=1)
    rows = max((_kept(array.row_count, len(array.rows), row_count) for array in arrays), default=1)
    columns = max(
        (_kept(array.column_count, len(array.rows[0]), column_count) for array in arrays), default=1
    )
    return Shape(row_count, column_count, min(rows, row_count), min(columns, column_count))


def _kept(own_count: int, own_kept: int, count: int) -> int:
    if own_count == count:
        return own_kept
    # What a shorter array lacks is alike too; a single row or column repeats.
    return 1 if own_count == 1 else own_count + 1


def stretch(value: Value, shape: Shape) -> tuple[tuple[Scalar, ...], ...]:
    """Return the kept rows of a value grown to a shape; what it lacks is #N/A."""
    if not isinstance(value, ArrayValue):
        return ((as_scalar(value),) * shape.kept_columns,) * shape.kept_rows
    if value.series:
        value = lengthened(value, min(shape.kept_rows, value.row_count))
    rows = value.rows
    if value.column_count != shape.column_count or len(rows[0]) != shape.kept_columns:
        own, count, kept = value.column_count, shape.column_count, shape.kept_columns
        rows = tuple(_grown(row, own, count, kept, ErrorCode.NA) for row in rows)
    absent: tuple[Scalar, ...] = (ErrorCode.NA,) * shape.kept_columns
    return _grown(rows, value.row_count, shape.row_count, shape.kept_rows, absent)


def stretched_series(value: Value, shape: Shape) -> tuple[Series | None, ...]:
    """Return what stands in the last row that `stretch` keeps, where that is not the same in all."""
    if not isinstance(value, ArrayValue) or value.row_count != shape.row_count:
        return (None,) * shape.kept_columns
    series = lengthened(value, shape.kept_rows).series or (None,) * len(value.rows[0])
    return _grown(series, value.column_count, shape.column_count, shape.kept_columns, None)


def _grown(items: tuple[T, ...], own_count: int, count: int, kept: int, absent: T) -> tuple[T, ...]:
    if own_count == 1:
        return items * kept
    if own_count == count:
        return items + (items[-1],) * (kept - len(items))
    complete = items + (items[-1],) * (own_count - len(items))
    return complete + (absent,) * (kept - own_count)


def lengthened(array: ArrayValue, kept_rows: int) -> ArrayValue:
    """Return the same array with so many rows kept, where it keeps fewer."""
    more = kept_rows - len(array.rows)
    if more <= 0:
        return array
    left = array.last_row_count - more
    if not array.series:
        rows = array.rows + (array.rows[-1],) * more
        return ArrayValue(rows, left, array.last_column_count)
    columns = [
        [element] * (more + 1) if series is None else series[: more + 1].tolist()
        for element, series in zip(array.rows[-1], array.series, strict=True)
    ]
    rows = array.rows[:-1] + tuple(zip(*columns, strict=True))
    rest = tuple(None if series is None else series[more:] for series in array.series)
    return ArrayValue(rows, left, array.last_column_count, rest if left > 1 else ())


def unfolded(array: ArrayValue) -> ArrayValue:
    """Return the same array with all rows and columns kept; to be counted as work by the caller."""
    if not array.is_folded:
        return array
    rows, columns = array.row_count, array.column_count
    return ArrayValue(stretch(array, Shape(rows, columns, rows, columns)))


def cut_rows(array: ArrayValue, start: int, stop: int) -> ArrayValue:
    """Return the rows from one place up to another, which must be inside."""
    before_last = len(array.rows) - 1
    head = array.rows[start : min(stop, before_last)]
    skipped = max(start - before_last, 0)
    count = stop - max(start, before_last)
    if count <= 0:
        return ArrayValue(head, 1, array.last_column_count)
    series = tuple(None if each is None else each[skipped : skipped + count] for each in array.series)
    last = array.rows[-1]
    if series and skipped:
        firsts = zip(series, last, strict=True)
        last = tuple(element if each is None else each[0].item() for each, element in firsts)
    return ArrayValue((*head, last), count, array.last_column_count, series if count > 1 else ())


def column_of(array: ArrayValue, place: int) -> ArrayValue:
    """Return one column, by its place from 0."""
    kept = min(place, len(array.rows[0]) - 1)
    series = tuple(each for each in array.series[kept : kept + 1] if each is not None)
    return ArrayValue(tuple((row[kept],) for row in array.rows), array.last_row_count, 1, series)


def as_scalar(value: Value) -> Scalar:
    """Return a value that stands where a scalar is needed; a function or unread cells are #VALUE!."""
    if isinstance(value, ArrayValue):
        return value.rows[0][0]
    if value is MISSING:
        return BLANK
    if isinstance(value, LambdaValue | Reference | Missing):
        return ErrorCode.VALUE
    return value


def as_array(value: Value) -> ArrayValue:
    """Return an array as it is, a scalar as an array of one element."""
    return value if isinstance(value, ArrayValue) else ArrayValue(((as_scalar(value),),))


def array_of(rows: Iterable[Iterable[Scalar]]) -> ArrayValue | ErrorCode:
    """Return an array of rows of equal length, #CALC! where there is no element."""
    made = tuple(tuple(row) for row in rows)
    return ArrayValue(made) if made and made[0] else ErrorCode.CALC


def flatten(array: ArrayValue) -> list[Scalar]:
    """Return the kept elements row by row."""
    return [element for row in array.rows for element in row]


def runs_of(array: ArrayValue) -> tuple[list[Scalar], list[tuple[Scalar, int] | Series]]:
    """Return the elements that stand once, row by row, and those that stand more often or in series."""
    is_long, is_wide = array.last_row_count > 1, array.last_column_count > 1
    rows = array.rows[:-1] if is_long else array.rows
    repeated: list[tuple[Scalar, int] | Series] = []
    if is_wide:
        repeated += [(row[-1], array.last_column_count) for row in rows]
        rows = tuple(row[:-1] for row in rows)
    if is_long:
        counts = [1] * (len(array.rows[0]) - 1) + [array.last_column_count]
        all_series = array.series or (None,) * len(counts)
        for element, series, count in zip(array.rows[-1], all_series, counts, strict=True):
            one: tuple[Scalar, int] | Series = (element, array.last_row_count * count)
            repeated += [one] if series is None else [series] * count
    return [element for row in rows for element in row], repeated


def transposed(array: ArrayValue) -> ArrayValue:
    """Return an array without series with rows and columns exchanged."""
    assert not array.series
    rows = tuple(zip(*array.rows, strict=True))
    return ArrayValue(rows, array.last_column_count, array.last_row_count)
