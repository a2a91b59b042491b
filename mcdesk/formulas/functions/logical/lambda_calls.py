"""Functions that call a LAMBDA for elements, rows or columns."""

from collections.abc import Callable, Sequence
from itertools import repeat

from mcdesk.formulas.arrays import array_of, as_scalar, common_shape, runs_of, stretch, transposed
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
    arrays = [context.folded(source) for source in sources]
    if any(array.series for array in arrays):
        arrays = [context.array(array) for array in arrays]
    shape = common_shape(arrays)
    context.spend(shape.kept_size * len(arrays))
    grids = [stretch(array, shape) for array in arrays]
    rows = tuple(
        tuple(applied(context, last, elements) for elements in zip(*rows, strict=True))
        for rows in zip(*grids, strict=True)
    )
    return ArrayValue(rows, shape.last_row_count, shape.last_column_count)


def reduce(context: Context, initial: Value, source: Value, step: Value) -> Value:
    """REDUCE: the last of the accumulated values."""
    if not isinstance(step, LambdaValue):
        return ErrorCode.VALUE
    state: Value = initial
    if isinstance(state, Reference):
        state = context.operand(state)
    if state is MISSING:
        state = 0.0
    singles, repeated = runs_of(context.folded(source))
    for element in singles:
        state = context.call(step, [state, element])
    for run in repeated:
        elements = repeat(*run) if isinstance(run, tuple) else run.tolist()
        for element in elements:
            before, state = state, context.call(step, [state, element])
            if isinstance(run, tuple) and type(state) is type(before) and state == before:
                # The rest, all alike, would change nothing either.
                break
    return state


def scan(context: Context, initial: Value, source: Value, step: Value) -> Value:
    """SCAN: all accumulated values, in the shape of the array."""
    if not isinstance(step, LambdaValue):
        return ErrorCode.VALUE
    array = context.folded(source)
    if array.column_count > 1 or array.series:
        array = context.array(source)
    state: Scalar = 0.0 if initial is MISSING else context.scalar(initial)
    rows: list[list[Scalar]] = []
    for row in array.rows:
        rows.append([])
        for element in row:
            state = applied(context, step, [state, element])
            rows[-1].append(state)
    last = array.rows[-1][0]
    for place in range(1, array.last_row_count):
        before, state = state, applied(context, step, [state, last])
        if type(state) is type(before) and state == before:
            # The rest, all alike, would change nothing either.
            return ArrayValue(tuple(map(tuple, rows)), array.last_row_count - place + 1)
        rows.append([state])
    return array_of(rows)


def make_array(context: Context, rows: float, columns: float, function_of_place: Value) -> Value:
    """MAKEARRAY: a function of row and column, from 1."""
    if not isinstance(function_of_place, LambdaValue):
        return ErrorCode.VALUE
    if rows < 1 or columns < 1 or rows * columns > _MOST_CALLS:
        return ErrorCode.VALUE
    return array_of(
        [
            applied(context, function_of_place, [float(row + 1), float(column + 1)])
            for column in range(int(columns))
        ]
        for row in range(int(rows))
    )


def _by(is_row: bool) -> Callable[..., Value]:
    def evaluate(context: Context, source: Value, each: Value) -> Value:
        if not isinstance(each, LambdaValue):
            return ErrorCode.VALUE
        array = context.folded(source)
        if array.series:
            array = context.array(array)
        lines = array if is_row else transposed(array)
        found = ArrayValue(
            tuple((applied(context, each, [_line(lines, row, is_row)]),) for row in range(len(lines.rows))),
            lines.last_row_count,
        )
        return found if is_row else transposed(found)

    return evaluate


def applied(context: Context, each: LambdaValue, arguments: Sequence[Value]) -> Scalar:
    """Call a function that gives one scalar; #CALC! where it gives an array."""
    result = context.call(each, arguments)
    if isinstance(result, Reference):
        result = context.array(result)
    if isinstance(result, ArrayValue) and result.row_count * result.column_count > 1:
        return ErrorCode.CALC
    return as_scalar(result)


def _line(lines: ArrayValue, place: int, is_row: bool) -> ArrayValue:
    line = ArrayValue(lines.rows[place : place + 1], 1, lines.last_column_count)
    return line if is_row else transposed(line)


_ARRAY, _LAMBDA = cells("array"), value("lambda")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("MAP", map_, _ARRAY, value("lambda_or_array"), repeating=1),
    function("REDUCE", reduce, value("initial"), _ARRAY, _LAMBDA),
    function("SCAN", scan, value("initial"), _ARRAY, _LAMBDA),
    function("MAKEARRAY", make_array, number("rows"), number("columns"), _LAMBDA),
    function("BYROW", _by(True), _ARRAY, _LAMBDA),
    function("BYCOL", _by(False), _ARRAY, _LAMBDA),
)
