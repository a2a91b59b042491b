"""The operators of formulas: arithmetic and comparison of numbers written once against `Operations`.

Mixed types and text are compared in evaluation only, by `comparison`. The direct Python forms
give the bits of the bodies; a test compares them.
"""

from collections.abc import Callable
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.comparison import EQUAL_FRACTION
from mcdesk.formulas.functions.definition import Body, Outcome
from mcdesk.formulas.functions.mathematics.powers import power, power_numbers
from mcdesk.formulas.syntax import BinaryOperator
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

# docs/decisions/0002-snapping-and-comparison.md has the evidence.
# Such a part of a sum is lost in its first operand: at most 2**-49 to 2**-48 of it, by its mantissa.
SNAP_PART = 2.0**-5
_INFINITY = float("inf")


def add(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a + b."""
    return Outcome(ops.add(a, b))


def subtract(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a - b."""
    return Outcome(ops.sub(a, b))


def add_last(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a + b as the last operation of a formula: 0 where the sum is negligible beside the operands."""
    return Outcome(_snapped(ops, ops.add(a, b), a))


def subtract_last(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a - b as the last operation of a formula, snapped as `add_last`."""
    return Outcome(_snapped(ops, ops.sub(a, b), a))


def multiply(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a * b."""
    return Outcome(ops.mul(a, b))


def divide(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a / b; #DIV/0! for b = 0."""
    is_bad = ops.eq(b, ops.number(0.0))
    value = ops.div(a, ops.select(is_bad, ops.number(1.0), b))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def negate(ops: Operations[V], a: V) -> Outcome[V]:
    """-a."""
    return Outcome(ops.neg(a))


def percent(ops: Operations[V], a: V) -> Outcome[V]:
    """a / 100."""
    return Outcome(ops.div(a, ops.number(100.0)))


def equal(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """Whether a and b agree in what Excel compares, about 15 significant digits."""
    return Outcome(_is_equal(ops, a, b))


def not_equal(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """The contrary of `equal`."""
    return Outcome(ops.not_(_is_equal(ops, a, b)))


def less(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a < b and not `equal`."""
    return Outcome(ops.lt(_negligible(ops, a, b), ops.sub(b, a)))


def less_or_equal(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """a < b or `equal`."""
    return Outcome(ops.le(ops.sub(a, b), _negligible(ops, a, b)))


def greater(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """b < a and not `equal`."""
    return less(ops, b, a)


def greater_or_equal(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    """b < a or `equal`."""
    return less_or_equal(ops, b, a)


BODY_BY_OPERATOR: dict[BinaryOperator, Body] = {
    BinaryOperator.ADD: add,
    BinaryOperator.SUBTRACT: subtract,
    BinaryOperator.MULTIPLY: multiply,
    BinaryOperator.DIVIDE: divide,
    BinaryOperator.POWER: power,
    BinaryOperator.EQUAL: equal,
    BinaryOperator.NOT_EQUAL: not_equal,
    BinaryOperator.LESS: less,
    BinaryOperator.LESS_OR_EQUAL: less_or_equal,
    BinaryOperator.GREATER: greater,
    BinaryOperator.GREATER_OR_EQUAL: greater_or_equal,
}
# Instead of the above where the operator is the root of the formula's tree.
LAST_BODY_BY_OPERATOR: dict[BinaryOperator, Body] = {
    BinaryOperator.ADD: add_last,
    BinaryOperator.SUBTRACT: subtract_last,
}

Arithmetic = Callable[[float, float], float | ErrorCode]


def _add_numbers(a: float, b: float) -> float | ErrorCode:
    total = a + b
    return total if -_INFINITY < total < _INFINITY else ErrorCode.NUM


def _subtract_numbers(a: float, b: float) -> float | ErrorCode:
    total = a - b
    return total if -_INFINITY < total < _INFINITY else ErrorCode.NUM


def _multiply_numbers(a: float, b: float) -> float | ErrorCode:
    product = a * b
    return product if -_INFINITY < product < _INFINITY else ErrorCode.NUM


def _divide_numbers(a: float, b: float) -> float | ErrorCode:
    if b == 0.0:
        return ErrorCode.DIV0
    quotient = a / b
    return quotient if -_INFINITY < quotient < _INFINITY else ErrorCode.NUM


def snap(total: float | ErrorCode, a: float) -> float | ErrorCode:
    """Return the sum or difference of a and something as a formula's last operation leaves it."""
    return 0.0 if isinstance(total, float) and a + total * SNAP_PART == a else total


ARITHMETIC_BY_OPERATOR: dict[BinaryOperator, Arithmetic] = {
    BinaryOperator.ADD: _add_numbers,
    BinaryOperator.SUBTRACT: _subtract_numbers,
    BinaryOperator.MULTIPLY: _multiply_numbers,
    BinaryOperator.DIVIDE: _divide_numbers,
    BinaryOperator.POWER: power_numbers,
}

# What a comparison makes of the order of its operands: -1, 0 or 1.
TEST_BY_OPERATOR: dict[BinaryOperator, Callable[[int], bool]] = {
    BinaryOperator.EQUAL: lambda order: order == 0,
    BinaryOperator.NOT_EQUAL: lambda order: order != 0,
    BinaryOperator.LESS: lambda order: order < 0,
    BinaryOperator.LESS_OR_EQUAL: lambda order: order <= 0,
    BinaryOperator.GREATER: lambda order: order > 0,
    BinaryOperator.GREATER_OR_EQUAL: lambda order: order >= 0,
}


def concatenate(a: Scalar, b: Scalar) -> str | ErrorCode:
    """Return the joined texts of two scalars, the first error, or #VALUE! beyond a cell's length."""
    left = to_text(a)
    if isinstance(left, ErrorCode):
        return left
    right = to_text(b)
    if isinstance(right, ErrorCode):
        return right
    return left + right if len(left) + len(right) <= 32_767 else ErrorCode.VALUE


def _snapped(ops: Operations[V], total: V, a: V) -> V:
    is_lost = ops.eq(ops.add(a, ops.mul(total, ops.number(SNAP_PART))), a)
    return ops.select(is_lost, ops.number(0.0), total)


def _is_equal(ops: Operations[V], a: V, b: V) -> V:
    return ops.le(ops.absolute(ops.sub(a, b)), _negligible(ops, a, b))


def _negligible(ops: Operations[V], a: V, b: V) -> V:
    """How far a and b are apart at most where they are equal; both are finite."""
    larger = ops.maximum(ops.absolute(a), ops.absolute(b))
    return ops.mul(larger, ops.number(EQUAL_FRACTION))


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))
