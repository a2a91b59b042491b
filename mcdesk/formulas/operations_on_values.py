"""Operators applied to values of any kind: scalars of mixed type, arrays, references."""

from collections.abc import Callable, Sequence

from mcdesk.formulas.arrays import Operand, map_scalars
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.comparison import compare_numbers, compare_scalars
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.operators import ARITHMETIC_BY_OPERATOR, TEST_BY_OPERATOR, Arithmetic, concatenate, snap
from mcdesk.formulas.reference_resolution import bounding
from mcdesk.formulas.syntax import BinaryOperator, UnaryOperator
from mcdesk.formulas.values import Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

OperandClosure = Callable[[Frame], Operand]
RawClosure = Callable[[Frame], Value]
Operation = Callable[[Value, Value], Value]


def unary_operation(operator: UnaryOperator, operand: OperandClosure, date_1904: bool = False) -> RawClosure:
    """The closure of a sign or a percent sign."""
    is_percent = operator is UnaryOperator.PERCENT

    def apply(frame: Frame) -> Value:
        value = operand(frame)
        if type(value) is float:
            return value / 100.0 if is_percent else -value
        return map_scalars(one, (value,))

    def one(value: Scalar) -> Scalar:
        number = to_number(value, date_1904)
        if isinstance(number, ErrorCode):
            return number
        return number / 100.0 if is_percent else -number

    return apply


def chain_closure(first: RawClosure, steps: Sequence[tuple[Operation, RawClosure]]) -> RawClosure:
    """The closure of a chain: its first operand, then each operation with its right operand."""
    if len(steps) == 1:
        operation, right = steps[0]
        return lambda frame: operation(first(frame), right(frame))

    def apply(frame: Frame) -> Value:
        value = first(frame)
        for each, operand in steps:
            value = each(value, operand(frame))
        return value

    return apply


def binary_operation(operator: BinaryOperator, is_last: bool = False, date_1904: bool = False) -> Operation:
    """Arithmetic, comparison or `&` of two operands; `is_last` where sums are snapped."""
    if operator in ARITHMETIC_BY_OPERATOR:
        arithmetic = ARITHMETIC_BY_OPERATOR[operator]
        return _arithmetic(_snapping(arithmetic) if is_last else arithmetic, date_1904)
    if operator in TEST_BY_OPERATOR:
        return _comparison(TEST_BY_OPERATOR[operator])
    return lambda a, b: map_scalars(concatenate, (a, b))


def reference_operation(operator: BinaryOperator) -> Operation:
    """What `:`, `,` or a space between references makes of them."""
    combine = {
        BinaryOperator.RANGE: _span,
        BinaryOperator.UNION: _union,
        BinaryOperator.INTERSECTION: _intersection,
    }[operator]

    def apply(a: Value, b: Value) -> Value:
        if not isinstance(a, Reference):
            return a if isinstance(a, ErrorCode) else ErrorCode.VALUE
        if not isinstance(b, Reference):
            return b if isinstance(b, ErrorCode) else ErrorCode.VALUE
        return combine(a, b)

    return apply


def _arithmetic(arithmetic: Arithmetic, date_1904: bool) -> Operation:
    def apply(a: Value, b: Value) -> Value:
        if type(a) is float and type(b) is float:
            return arithmetic(a, b)
        return map_scalars(both, (a, b))

    def both(a: Scalar, b: Scalar) -> Scalar:
        first = to_number(a, date_1904)
        if isinstance(first, ErrorCode):
            return first
        second = to_number(b, date_1904)
        return second if isinstance(second, ErrorCode) else arithmetic(first, second)

    return apply


def _snapping(arithmetic: Arithmetic) -> Arithmetic:
    return lambda a, b: snap(arithmetic(a, b), a, b)


def _comparison(test: Callable[[int], bool]) -> Operation:
    def apply(a: Value, b: Value) -> Value:
        if type(a) is float and type(b) is float:
            return test(compare_numbers(a, b))
        return map_scalars(both, (a, b))

    def both(a: Scalar, b: Scalar) -> Scalar:
        order = compare_scalars(a, b)
        return order if isinstance(order, ErrorCode) else test(order)

    return apply


def _span(a: Reference, b: Reference) -> Value:
    area = bounding(a.areas + b.areas)
    return ErrorCode.VALUE if area is None else Reference((area,))


def _union(a: Reference, b: Reference) -> Value:
    return Reference(a.areas + b.areas)


def _intersection(a: Reference, b: Reference) -> Value:
    found = [first.intersect(second) for first in a.areas for second in b.areas]
    areas = tuple(area for area in found if area is not None)
    return Reference(areas) if areas else ErrorCode.NULL
