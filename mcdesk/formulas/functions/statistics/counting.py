"""COUNT, COUNTA and relatives, and the functions that treat text and logical values as numbers."""

from collections.abc import Callable, Sequence

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.functions.definition import Body, Context, FunctionDefinition, run_body, scalar_result
from mcdesk.formulas.functions.mathematics import sums
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.functions.statistics import moments
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
# Text in ranges is 0 to these, logical values are 0 or 1.
ALL_BODY_BY_NAME: dict[str, Body] = {
    "AVERAGEA": moments.mean,
    "MAXA": sums.highest,
    "MINA": sums.lowest,
    "VARA": moments.sample_variance,
    "VARPA": moments.population_variance,
    "STDEVA": moments.sample_deviation,
    "STDEVPA": moments.population_deviation,
}


def count_numbers(context: Context, *values: Value) -> Scalar:
    """COUNT: numbers in ranges, and direct arguments that read as numbers."""
    count = 0
    for value in values:
        if isinstance(value, Reference | ArrayValue):
            count += sum(type(element) is float for element in context.elements(value))
        elif value is MISSING or isinstance(value, bool | float):
            count += not isinstance(value, ErrorCode)
        elif isinstance(value, str):
            count += text_to_number(value, context.dates) is not None
    return float(count)


def count_filled(context: Context, *values: Value) -> Scalar:
    """COUNTA: everything but blank cells, errors and empty text included; all elements of an array."""
    count = 0
    for value in values:
        if isinstance(value, ArrayValue):
            # UNIQUE of a range with a blank cell counts one more
            count += value.row_count * value.column_count
        elif isinstance(value, Reference):
            count += sum(element is not BLANK for element in context.elements(value))
        else:
            count += 1
    return float(count)


def count_blank(context: Context, value: Value) -> Scalar:
    """COUNTBLANK: blank cells and empty text."""
    if not isinstance(value, Reference):
        return value if isinstance(value, ErrorCode) else ErrorCode.VALUE
    size = sum(area.size for area in value.areas)
    return float(size - sum(element is not BLANK and element != "" for element in context.elements(value)))


def all_as_numbers(context: Context, values: Sequence[Value]) -> list[float] | ErrorCode:
    """Return the numbers that AVERAGEA and its like see: text in ranges is 0, logical values 0 or 1."""
    found: list[float] = []
    for value in values:
        is_range = isinstance(value, Reference | ArrayValue)
        for element in context.elements(value):
            if is_range and (element is BLANK):
                continue
            number = 0.0 if is_range and isinstance(element, str) else to_number(element, context.dates)
            if isinstance(number, ErrorCode):
                return number
            found.append(number)
    return found


def _over_all(body: Body) -> Callable[..., Scalar]:
    def evaluate(context: Context, *values: Value) -> Scalar:
        numbers = all_as_numbers(context, values)
        if isinstance(numbers, ErrorCode):
            return numbers
        return scalar_result(run_body(body, _OPERATIONS, CollectedNumbers(numbers)))

    return evaluate


_VALUE = cells("value")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("COUNT", count_numbers, _VALUE, repeating=1),
    function("COUNTA", count_filled, _VALUE, repeating=1),
    function("COUNTBLANK", count_blank, _VALUE),
    *(function(name, _over_all(body), _VALUE, repeating=1) for name, body in ALL_BODY_BY_NAME.items()),
)
