"""The numbers that functions such as SUM see: those in cells, and of direct arguments what reads as one."""

from collections.abc import Callable

from mcdesk.formulas import syntax
from mcdesk.formulas.closures import Compiler
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.collected_numbers import Run, numbers_among, numbers_in_array
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, LambdaValue, Reference, Value
from mcdesk.foundation.error_codes import ErrorCode

# Adds the numbers of one argument to the lists; the first error among them is returned instead.
Collector = Callable[[Frame, list[float], list[Run]], ErrorCode | None]


def collector(compiler: Compiler, node: syntax.Node) -> Collector:
    """The collector of one argument."""
    raw = compiler.raw(node)

    def collect(frame: Frame, numbers: list[float], runs: list[Run]) -> ErrorCode | None:
        value = raw(frame)
        if type(value) is float:
            numbers.append(value)
            return None
        return _collect(frame, value, numbers, runs)

    return collect


def _collect(frame: Frame, value: Value, numbers: list[float], runs: list[Run]) -> ErrorCode | None:
    if isinstance(value, Reference):
        for area in value.areas:
            elements = frame.calculation.read_flat(area)
            frame.budget.spend_reading(len(elements))
            error = numbers_among(elements, numbers)
            if error is not None:
                return error
        return None
    if isinstance(value, ArrayValue):
        return numbers_in_array(value, numbers, runs)
    number = _direct(value, frame.dates)
    if isinstance(number, ErrorCode):
        return number
    numbers.append(number)
    return None


def _direct(value: Value, dates: DateReading) -> float | ErrorCode:
    if value is MISSING or value is BLANK:
        return 0.0
    if isinstance(value, LambdaValue | ArrayValue | Reference):
        return ErrorCode.VALUE
    return to_number(value, dates)
