"""IF and its relatives: only the branch that is taken is evaluated."""

from collections.abc import Sequence

from mcdesk.formulas.arrays import map_scalars, stretch
from mcdesk.formulas.coercion import to_logical, to_number
from mcdesk.formulas.comparison import compare_scalars
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Thunk
from mcdesk.formulas.functions.parameters import function, lazy, value
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


def if_(context: Context, condition: Value, then: Thunk, otherwise: Thunk | None) -> Value:
    """IF; without a third argument FALSE, an empty one is 0."""
    tested = context.operand(condition)
    if isinstance(tested, ArrayValue):
        return _if_array(context, tested, then, otherwise)
    holds = to_logical(_scalar(tested))
    if isinstance(holds, ErrorCode):
        return holds
    if holds:
        return _given(then())
    return False if otherwise is None else _given(otherwise())


def if_error(context: Context, tested: Thunk, otherwise: Thunk) -> Value:
    """IFERROR."""
    return _replace_errors(context, tested, otherwise, frozenset(ErrorCode))


def if_not_available(context: Context, tested: Thunk, otherwise: Thunk) -> Value:
    """IFNA."""
    return _replace_errors(context, tested, otherwise, frozenset((ErrorCode.NA,)))


def ifs(context: Context, *pairs: Thunk) -> Value:
    """IFS: the first value whose condition holds, else #N/A."""
    if len(pairs) % 2:
        return ErrorCode.NA
    for condition, result in zip(pairs[::2], pairs[1::2], strict=True):
        holds = to_logical(context.scalar(context.operand(condition())))
        if isinstance(holds, ErrorCode):
            return holds
        if holds:
            return _given(result())
    return ErrorCode.NA


def switch(context: Context, *arguments: Thunk) -> Value:
    """SWITCH: the result beside the first equal value, else the default, else #N/A."""
    wanted = context.scalar(context.operand(arguments[0]()))
    if isinstance(wanted, ErrorCode):
        return wanted
    rest = arguments[1:]
    for candidate, result in zip(rest[: len(rest) // 2 * 2 : 2], rest[1::2], strict=True):
        order = compare_scalars(wanted, context.scalar(context.operand(candidate())))
        if isinstance(order, ErrorCode):
            return order
        if order == 0:
            return _given(result())
    return _given(rest[-1]()) if len(rest) % 2 else ErrorCode.NA


def choose(context: Context, index: Value, *choices: Thunk) -> Value:
    """CHOOSE: the argument at an index from 1, unread if it is a range; #VALUE! beyond."""
    tested = context.operand(index)
    if isinstance(tested, ArrayValue):
        return _choose_array(context, tested, choices)
    place = to_number(_scalar(tested))
    if isinstance(place, ErrorCode):
        return place
    if not 1.0 <= place < len(choices) + 1.0:
        return ErrorCode.VALUE
    return _given(choices[int(place) - 1]())


def _given(result: Value) -> Value:
    return 0.0 if result is MISSING else result


def _scalar(operand: Value) -> Scalar:
    if operand is MISSING:
        return BLANK
    return operand if isinstance(operand, float | str | bool | ErrorCode | type(BLANK)) else ErrorCode.VALUE


def _if_array(context: Context, tested: ArrayValue, then: Thunk, otherwise: Thunk | None) -> Value:
    yes = _element_source(context, then())
    no = False if otherwise is None else _element_source(context, otherwise())

    def one(condition: Scalar, if_true: Scalar, if_false: Scalar) -> Scalar:
        holds = to_logical(condition)
        if isinstance(holds, ErrorCode):
            return holds
        return if_true if holds else if_false

    return map_scalars(one, (tested, yes, no))


def _element_source(context: Context, result: Value) -> Value:
    """The branch as an array or scalar: beside an array of conditions, ranges are read whole."""
    given = _given(result)
    return context.array(given) if isinstance(given, Reference) else given


def _replace_errors(
    context: Context, tested: Thunk, otherwise: Thunk, replaced: frozenset[ErrorCode]
) -> Value:
    found = context.operand(tested())
    if not isinstance(found, ArrayValue):
        if isinstance(found, ErrorCode) and found in replaced:
            return _given(otherwise())
        return BLANK if found is MISSING else found
    has_error = any(
        isinstance(element, ErrorCode) and element in replaced for row in found.rows for element in row
    )
    if not has_error:
        return found
    instead = _element_source(context, otherwise())

    def one(element: Scalar, alternative: Scalar) -> Scalar:
        is_replaced = isinstance(element, ErrorCode) and element in replaced
        return alternative if is_replaced else element

    return map_scalars(one, (found, instead))


def _choose_array(context: Context, tested: ArrayValue, choices: Sequence[Thunk]) -> Value:
    """Columns or elements of the choices that an array of indices names."""
    arrays = [_element_source(context, choice()) for choice in choices]
    row_count = max([tested.row_count, *(_rows(array) for array in arrays)])
    column_count = max([tested.column_count, *(_columns(array) for array in arrays)])
    context.spend(row_count * column_count * len(arrays))
    grids = [stretch(array, row_count, column_count) for array in arrays]

    def element(row: int, column: int, index: Scalar) -> Scalar:
        place = to_number(index)
        if isinstance(place, ErrorCode):
            return place
        inside = 1.0 <= place < len(grids) + 1.0
        return grids[int(place) - 1][row][column] if inside else ErrorCode.VALUE

    indices = stretch(tested, row_count, column_count)
    return ArrayValue(
        tuple(
            tuple(element(row, column, index) for column, index in enumerate(line))
            for row, line in enumerate(indices)
        )
    )


def _rows(array: Value) -> int:
    return array.row_count if isinstance(array, ArrayValue) else 1


def _columns(array: Value) -> int:
    return array.column_count if isinstance(array, ArrayValue) else 1


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("IF", if_, value("condition"), lazy("then"), lazy("otherwise", True)),
    function("IFERROR", if_error, lazy("value"), lazy("if_error")),
    function("IFNA", if_not_available, lazy("value"), lazy("if_na")),
    function("IFS", ifs, lazy("condition"), lazy("result"), repeating=2),
    function("SWITCH", switch, lazy("value"), lazy("candidate"), lazy("result"), repeating=1),
    function("CHOOSE", choose, value("index"), lazy("choice"), repeating=1),
)
