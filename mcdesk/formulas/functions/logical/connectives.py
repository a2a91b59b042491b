"""AND, OR, XOR, NOT and the two constants."""

from collections.abc import Callable

from mcdesk.formulas.coercion import to_logical
from mcdesk.formulas.functions.definition import (
    Context,
    FunctionDefinition,
    Outcome,
    Result,
    elementwise,
)
from mcdesk.formulas.functions.parameters import cells, function, logical
from mcdesk.formulas.values import BLANK, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


def logicals_of(context: Context, values: tuple[Value, ...]) -> list[bool] | ErrorCode:
    """Return the logical values of arguments; text and blanks in ranges are left out.

    #VALUE! where there is none at all; the first error wins.
    """
    found: list[bool] = []
    for value in values:
        is_range = isinstance(value, Reference | ArrayValue)
        for element in context.elements(value):
            if is_range and (element is BLANK or isinstance(element, str)):
                continue
            holds = to_logical(element)
            if isinstance(holds, ErrorCode):
                return holds
            found.append(holds)
    return found or ErrorCode.VALUE


def _connective(compute: Callable[[list[bool]], bool]) -> Callable[..., Scalar]:
    def evaluate(context: Context, *values: Value) -> Scalar:
        found = logicals_of(context, values)
        return found if isinstance(found, ErrorCode) else compute(found)

    return evaluate


_VALUE = cells("logical")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("AND", _connective(all), _VALUE, repeating=1),
    function("OR", _connective(any), _VALUE, repeating=1),
    function("XOR", _connective(lambda found: sum(found) % 2 == 1), _VALUE, repeating=1),
    elementwise("NOT", (logical("logical"),), lambda ops, a: Outcome(ops.not_(a)), Result.LOGICAL),
    elementwise("TRUE", (), lambda ops: Outcome(ops.logical(True)), Result.LOGICAL),
    elementwise("FALSE", (), lambda ops: Outcome(ops.logical(False)), Result.LOGICAL),
)
