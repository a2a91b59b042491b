"""IF and its relatives: only the branch that is taken is evaluated."""

from collections.abc import Sequence

import numpy as np

from mcdesk.formulas.coercion import to_logical, to_number
from mcdesk.formulas.comparison import compare_scalars
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Thunk
from mcdesk.formulas.functions.parameters import function, lazy, value
from mcdesk.formulas.mapping import joined_series, map_scalars
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, Blank, Reference, Scalar, Series, Value
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
    place = to_number(_scalar(tested), context.dates)
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

    return map_scalars(one, (tested, yes, no), context.spend, _if_over_series)


def _if_over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
    condition, yes, no = values
    if not isinstance(condition, np.ndarray):
        holds = to_logical(condition)
        if isinstance(holds, ErrorCode):
            return holds
        return yes if holds else no
    if any(isinstance(each, str | ErrorCode | Blank) for each in (yes, no)):
        return None
    first, second = np.asarray(yes), np.asarray(no)
    return joined_series(np.where(condition != 0, first, second)) if first.dtype == second.dtype else None


def _element_source(context: Context, result: Value) -> Value:
    """The branch as an array or scalar: beside an array of conditions, ranges are read whole."""
    given = _given(result)
    return context.folded(given) if isinstance(given, Reference) else given


def _replace_errors(
    context: Context, tested: Thunk, otherwise: Thunk, replaced: frozenset[ErrorCode]
) -> Value:
    found = context.operand(tested())
    if not isinstance(found, ArrayValue):
        if isinstance(found, ErrorCode) and found in replaced:
            return _given(otherwise())
        return BLANK if found is MISSING else found

    def is_replaced(element: Scalar) -> bool:
        return isinstance(element, ErrorCode) and element in replaced

    if not any(is_replaced(element) for row in found.rows for element in row):
        return found
    instead = _element_source(context, otherwise())

    def one(element: Scalar, alternative: Scalar) -> Scalar:
        return alternative if is_replaced(element) else element

    def over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
        # No element of a series is an error.
        return values[0] if isinstance(values[0], np.ndarray) or not is_replaced(values[0]) else values[1]

    return map_scalars(one, (found, instead), context.spend, over_series)


def _choose_array(context: Context, tested: ArrayValue, choices: Sequence[Thunk]) -> Value:
    """Columns or elements of the choices that an array of indices names."""

    def one(index: Scalar, *elements: Scalar) -> Scalar:
        place = to_number(index, context.dates)
        if isinstance(place, ErrorCode):
            return place
        return elements[int(place) - 1] if 1.0 <= place < len(elements) + 1.0 else ErrorCode.VALUE

    arrays = [_element_source(context, choice()) for choice in choices]
    return map_scalars(one, (tested, *arrays), context.spend)


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("IF", if_, value("condition"), lazy("then"), lazy("otherwise", True)),
    function("IFERROR", if_error, lazy("value"), lazy("if_error")),
    function("IFNA", if_not_available, lazy("value"), lazy("if_na")),
    function("IFS", ifs, lazy("condition"), lazy("result"), repeating=2),
    function("SWITCH", switch, lazy("value"), lazy("candidate"), lazy("result"), repeating=1),
    function("CHOOSE", choose, value("index"), lazy("choice"), repeating=1),
)
