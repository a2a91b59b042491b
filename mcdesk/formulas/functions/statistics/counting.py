"""COUNT, COUNTA and relatives, and the functions that treat text and logical values as numbers."""

import math
from collections.abc import Callable, Sequence

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


def count_numbers(context: Context, *values: Value) -> Scalar:
    """COUNT: numbers in ranges, and direct arguments that read as numbers."""
    count = 0
    for value in values:
        if isinstance(value, Reference | ArrayValue):
            count += sum(type(element) is float for element in context.elements(value))
        elif value is MISSING or isinstance(value, bool | float):
            count += not isinstance(value, ErrorCode)
        elif isinstance(value, str):
            count += text_to_number(value, context.date_1904) is not None
    return float(count)


def count_filled(context: Context, *values: Value) -> Scalar:
    """COUNTA: everything but blank cells, errors and empty text included."""
    count = 0
    for value in values:
        if isinstance(value, Reference | ArrayValue):
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
            number = 0.0 if is_range and isinstance(element, str) else to_number(element)
            if isinstance(number, ErrorCode):
                return number
            found.append(number)
    return found


def _over_all(compute: Callable[[list[float]], Scalar]) -> Callable[..., Scalar]:
    def evaluate(context: Context, *values: Value) -> Scalar:
        numbers = all_as_numbers(context, values)
        return numbers if isinstance(numbers, ErrorCode) else compute(numbers)

    return evaluate


def _mean(numbers: list[float]) -> Scalar:
    total = 0.0
    for x in numbers:
        total += x
    return total / len(numbers) if numbers else ErrorCode.DIV0


def _variance(lost: int) -> Callable[[list[float]], Scalar]:
    def compute(numbers: list[float]) -> Scalar:
        mean = _mean(numbers)
        if isinstance(mean, ErrorCode) or len(numbers) <= lost:
            return ErrorCode.DIV0
        assert isinstance(mean, float)
        total = 0.0
        for x in numbers:
            total += (x - mean) * (x - mean)
        return total / (len(numbers) - lost)

    return compute


def _root(compute: Callable[[list[float]], Scalar]) -> Callable[[list[float]], Scalar]:
    def root(numbers: list[float]) -> Scalar:
        variance = compute(numbers)
        return math.sqrt(variance) if isinstance(variance, float) else variance

    return root


_VALUE = cells("value")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("COUNT", count_numbers, _VALUE, repeating=1),
    function("COUNTA", count_filled, _VALUE, repeating=1),
    function("COUNTBLANK", count_blank, _VALUE),
    function("AVERAGEA", _over_all(_mean), _VALUE, repeating=1),
    function("MAXA", _over_all(lambda numbers: max(numbers, default=0.0)), _VALUE, repeating=1),
    function("MINA", _over_all(lambda numbers: min(numbers, default=0.0)), _VALUE, repeating=1),
    function("VARA", _over_all(_variance(1)), _VALUE, repeating=1),
    function("VARPA", _over_all(_variance(0)), _VALUE, repeating=1),
    function("STDEVA", _over_all(_root(_variance(1))), _VALUE, repeating=1),
    function("STDEVPA", _over_all(_root(_variance(0))), _VALUE, repeating=1),
)
