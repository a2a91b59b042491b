"""Functions that call a LAMBDA for elements, rows or columns."""

from collections.abc import Callable, Sequence

from mcdesk.formulas.arrays import array_of, as_scalar, flatten, stretch, transposed
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import cells, function, value
from mcdesk.formulas.values import MISSING, ArrayValue, LambdaValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_MOST_CALLS = 1_000_000


def map_(context: Context, *arguments: Value) -> Value:
    """MAP: a function of the elements of one or more arrays."""
    *sources, last = arguments
    if not isinstance(last, LambdaValue):
        return ErrorCode.VALUE
    arrays = [context.array(source) for source in sources]
    row_count = max(array.row_count for array in arrays)
    column_count = max(array.column_count for array in arrays)
    context.spend(row_count * column_count * len(arrays))
    grids = [stretch(array, row_count, column_count) for array in arrays]
    return array_of(
        [_applied(context, last, [grid[row][column] for grid in grids]) for column in range(column_count)]
        for row in range(row_count)
    )


def reduce(context: Context, initial: Value, source: Value, step: Value) -> Value:
    """REDUCE: the last of the accumulated values."""
    if not isinstance(step, LambdaValue):
        return ErrorCode.VALUE
    state: Value = initial
    if isinstance(state, Reference):
        state = context.operand(state)
    if state is MISSING:
        state = 0.0
    for element in _elements(context, source):
        state = context.call(step, [state, element])
    return state


def scan(context: Context, initial: Value, source: Value, step: Value) -> Value:
    """SCAN: all accumulated values, in the shape of the array."""
    if not isinstance(step, LambdaValue):
        return ErrorCode.VALUE
    array = context.array(source)
    state: Scalar = 0.0 if initial is MISSING else context.scalar(initial)
    rows: list[list[Scalar]] = []
    for row in array.rows:
        rows.append([])
        for element in row:
            state = _applied(context, step, [state, element])
            rows[-1].append(state)
    return array_of(rows)


def make_array(context: Context, rows: float, columns: float, function_of_place: Value) -> Value:
    """MAKEARRAY: a function of row and column, from 1."""
    if not isinstance(function_of_place, LambdaValue):
        return ErrorCode.VALUE
    if rows < 1 or columns < 1 or rows * columns > _MOST_CALLS:
        return ErrorCode.VALUE
    return array_of(
        [
            _applied(context, function_of_place, [float(row + 1), float(column + 1)])
            for column in range(int(columns))
        ]
        for row in range(int(rows))
    )


def _by(is_row: bool) -> Callable[..., Value]:
    def evaluate(context: Context, source: Value, each: Value) -> Value:
        if not isinstance(each, LambdaValue):
            return ErrorCode.VALUE
        array = context.array(source)
        if is_row:
            return array_of((_applied(context, each, [ArrayValue((row,))]),) for row in array.rows)
        columns = transposed(array).rows
        return array_of(
            [[_applied(context, each, [transposed(ArrayValue((column,)))]) for column in columns]]
        )

    return evaluate


def _applied(context: Context, each: LambdaValue, arguments: Sequence[Value]) -> Scalar:
    result = context.call(each, arguments)
    if isinstance(result, Reference):
        result = context.array(result)
    if isinstance(result, ArrayValue) and result.row_count * result.column_count > 1:
        return ErrorCode.CALC
    return as_scalar(result)


def _elements(context: Context, source: Value) -> list[Scalar]:
    return flatten(context.array(source))


_ARRAY, _LAMBDA = cells("array"), value("lambda")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("MAP", map_, _ARRAY, value("lambda_or_array"), repeating=1),
    function("REDUCE", reduce, value("initial"), _ARRAY, _LAMBDA),
    function("SCAN", scan, value("initial"), _ARRAY, _LAMBDA),
    function("MAKEARRAY", make_array, number("rows"), number("columns"), _LAMBDA),
    function("BYROW", _by(True), _ARRAY, _LAMBDA),
    function("BYCOL", _by(False), _ARRAY, _LAMBDA),
)
