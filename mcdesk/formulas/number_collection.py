"""The numbers that functions such as SUM see: those in cells, and of direct arguments what reads as one."""

from collections.abc import Callable, Sequence

from mcdesk.formulas import syntax
from mcdesk.formulas.closures import Compiler
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, LambdaValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

# Adds the numbers of one argument to a list; the first error among them is returned instead.
Collector = Callable[[Frame, list[float]], ErrorCode | None]


def collector(compiler: Compiler, node: syntax.Node) -> Collector:
    """The collector of one argument."""
    raw = compiler.raw(node)

    def collect(frame: Frame, numbers: list[float]) -> ErrorCode | None:
        value = raw(frame)
        if type(value) is float:
            numbers.append(value)
            return None
        return collect_numbers(frame, value, numbers)

    return collect


def collect_numbers(frame: Frame, value: Value, numbers: list[float]) -> ErrorCode | None:
    """Add the numbers of a value to a list; return the first error instead."""
    if isinstance(value, Reference):
        for area in value.areas:
            elements = frame.calculation.read_flat(area)
            frame.budget.spend_reading(len(elements))
            error = _take(elements, numbers)
            if error is not None:
                return error
        return None
    if isinstance(value, ArrayValue):
        return _take([element for row in value.rows for element in row], numbers)
    number = _direct(value, frame.date_1904)
    if isinstance(number, ErrorCode):
        return number
    numbers.append(number)
    return None


def _direct(value: Value, date_1904: bool) -> float | ErrorCode:
    if value is MISSING or value is BLANK:
        return 0.0
    if isinstance(value, LambdaValue | ArrayValue | Reference):
        return ErrorCode.VALUE
    return to_number(value, date_1904)


def _take(elements: Sequence[Scalar], numbers: list[float]) -> ErrorCode | None:
    for element in elements:
        if type(element) is float:
            numbers.append(element)
        elif type(element) is ErrorCode:
            return element
    return None
