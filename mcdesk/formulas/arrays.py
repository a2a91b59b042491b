"""Functions of scalars mapped over arrays, with Excel's rule for unequal shapes."""

from collections.abc import Callable, Iterable, Sequence

from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, LambdaValue, Missing, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

Operand = Scalar | Missing | ArrayValue | LambdaValue
MOST_ELEMENTS = 4_000_000


def map_scalars(function: Callable[..., Scalar], values: Sequence[Value]) -> Scalar | ArrayValue:
    """Apply a function of scalars to values of which some may be arrays.

    A single row or column repeats; an element that another array lacks is #N/A.
    """
    arrays = [value for value in values if isinstance(value, ArrayValue)]
    if not arrays:
        return function(*(as_scalar(value) for value in values))
    row_count = max(array.row_count for array in arrays)
    column_count = max(array.column_count for array in arrays)
    if row_count * column_count > MOST_ELEMENTS:
        return ErrorCode.NUM
    grids = [stretch(value, row_count, column_count) for value in values]
    return ArrayValue(
        tuple(tuple(map(function, *columns)) for columns in zip(*grids, strict=True)),
    )


def stretch(value: Value, row_count: int, column_count: int) -> tuple[tuple[Scalar, ...], ...]:
    """Return the rows of a value grown to a shape; what it lacks is #N/A."""
    if not isinstance(value, ArrayValue):
        row: tuple[Scalar, ...] = (as_scalar(value),) * column_count
        return (row,) * row_count
    rows = value.rows
    if value.column_count == 1:
        rows = tuple(row * column_count for row in rows)
    elif value.column_count < column_count:
        missing: tuple[Scalar, ...] = (ErrorCode.NA,) * (column_count - value.column_count)
        rows = tuple(row + missing for row in rows)
    if value.row_count == 1:
        return rows * row_count
    absent: tuple[Scalar, ...] = (ErrorCode.NA,) * column_count
    return rows + (absent,) * (row_count - value.row_count)


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
    """Return the elements row by row."""
    return [element for row in array.rows for element in row]


def transposed(array: ArrayValue) -> ArrayValue:
    """Return the array with rows and columns exchanged."""
    return ArrayValue(tuple(zip(*array.rows, strict=True)))
