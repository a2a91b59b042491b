"""Functions that draw random numbers."""

import math

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, logical
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_MOST_ELEMENTS = 1_000_000
_UNITS_PER_DRAW = 32


def uniform(context: Context) -> Scalar:
    """RAND."""
    return context.random(context.next_draw())


def whole_between(context: Context, low: float, high: float) -> Scalar:
    """RANDBETWEEN: a whole number, both limits included."""
    first, last = math.ceil(low), math.floor(high)
    if first > last:
        return ErrorCode.NUM
    return float(first + math.floor(context.random(context.next_draw()) * (last - first + 1.0)))


def uniform_array(
    context: Context, rows: float, columns: float, low: float, high: float, is_whole: bool
) -> Value:
    """RANDARRAY."""
    count, width = int(rows), int(columns)
    if count < 1 or width < 1 or count * width > _MOST_ELEMENTS or low > high:
        return ErrorCode.VALUE
    context.spend(count * width * _UNITS_PER_DRAW)

    def draw() -> Scalar:
        if is_whole:
            return whole_between(context, low, high)
        return low + context.random(context.next_draw()) * (high - low)

    return array_of([draw() for _ in range(width)] for _ in range(count))


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    FunctionDefinition("RAND", (), uniform, is_volatile=True),
    FunctionDefinition("RANDBETWEEN", (number("low"), number("high")), whole_between, is_volatile=True),
    FunctionDefinition(
        "RANDARRAY",
        (
            absent_if_empty(number("rows", 1.0)),
            absent_if_empty(number("columns", 1.0)),
            absent_if_empty(number("low", 0.0)),
            absent_if_empty(number("high", 1.0)),
            absent_if_empty(logical("whole", False)),
        ),
        uniform_array,
        is_volatile=True,
    ),
)
