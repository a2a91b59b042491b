"""Operators applied to values of any kind: scalars of mixed type, arrays, references."""

from collections.abc import Callable, Sequence

import numpy as np

from mcdesk.formulas.arrays import Operand
from mcdesk.formulas.cell_store import CellsMissing, ObstacleMet
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.comparison import compare_numbers, compare_scalars
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.frame import Frame, mapped
from mcdesk.formulas.functions.definition import Body
from mcdesk.formulas.mapping import OverSeries, as_numbers
from mcdesk.formulas.operators import (
    ARITHMETIC_BY_OPERATOR,
    BODY_BY_OPERATOR,
    LAST_BODY_BY_OPERATOR,
    TEST_BY_OPERATOR,
    Arithmetic,
    concatenate,
    negate,
    percent,
    snap,
)
from mcdesk.formulas.reference_resolution import bounding
from mcdesk.formulas.series_bodies import run_over_series
from mcdesk.formulas.syntax import BinaryOperator, UnaryOperator
from mcdesk.formulas.values import BLANK, Reference, Scalar, Series, Value
from mcdesk.foundation.error_codes import ErrorCode

OperandClosure = Callable[[Frame], Operand]
RawClosure = Callable[[Frame], Value]
_LONG_CHAIN = 32
Operation = Callable[[Frame, Value, Value], Value]


def unary_operation(
    operator: UnaryOperator, operand: OperandClosure, dates: DateReading | None = None
) -> RawClosure:
    """The closure of a sign or a percent sign."""
    is_percent = operator is UnaryOperator.PERCENT

    def apply(frame: Frame) -> Value:
        value = operand(frame)
        if type(value) is float:
            return value / 100.0 if is_percent else -value
        return mapped(frame, one, (value,), over_series)

    over_series = _arithmetic_over_series(percent if is_percent else negate, dates)

    def one(value: Scalar) -> Scalar:
        number = to_number(value, dates)
        if isinstance(number, ErrorCode):
            return number
        return number / 100.0 if is_percent else -number

    return apply


def chain_closure(first: RawClosure, steps: Sequence[tuple[Operation, RawClosure]]) -> RawClosure:
    """The closure of a chain: its first operand, then each operation with its right operand."""
    if len(steps) == 1:
        operation, right = steps[0]
        return lambda frame: operation(frame, first(frame), right(frame))

    def apply(frame: Frame) -> Value:
        value = first(frame)
        for place, (each, operand) in enumerate(steps):
            try:
                right = operand(frame)
            except CellsMissing as missing:
                if len(steps) < _LONG_CHAIN:
                    raise
                raise CellsMissing(_all_missing(missing, steps[place + 1 :], frame)) from None
            value = each(frame, value, right)
        return value

    return apply


def _all_missing(
    first: CellsMissing, steps: Sequence[tuple[Operation, RawClosure]], frame: Frame
) -> tuple[int, ...]:
    """The cells that a chain misses: a long one is not begun again for each of them."""
    keys = dict.fromkeys(first.keys)
    for _, operand in steps:
        try:
            operand(frame)
        except CellsMissing as missing:
            keys.update(dict.fromkeys(missing.keys))
        except ObstacleMet:
            break
    return tuple(keys)


def binary_operation(
    operator: BinaryOperator, is_last: bool = False, dates: DateReading | None = None
) -> Operation:
    """Arithmetic, comparison or `&` of two operands; `is_last` where sums are snapped."""
    if operator in ARITHMETIC_BY_OPERATOR:
        arithmetic, body = ARITHMETIC_BY_OPERATOR[operator], BODY_BY_OPERATOR[operator]
        if is_last:
            arithmetic, body = _snapping(arithmetic), LAST_BODY_BY_OPERATOR.get(operator, body)
        return _arithmetic(arithmetic, body, dates)
    if operator in TEST_BY_OPERATOR:
        return _comparison(TEST_BY_OPERATOR[operator], BODY_BY_OPERATOR[operator])
    return _join


def reference_operation(operator: BinaryOperator) -> Operation:
    """What `:`, `,` or a space between references makes of them."""
    combine = {
        BinaryOperator.RANGE: _span,
        BinaryOperator.UNION: _union,
        BinaryOperator.INTERSECTION: _intersection,
    }[operator]

    def apply(frame: Frame, a: Value, b: Value) -> Value:
        if not isinstance(a, Reference):
            return a if isinstance(a, ErrorCode) else ErrorCode.VALUE
        if not isinstance(b, Reference):
            return b if isinstance(b, ErrorCode) else ErrorCode.VALUE
        frame.budget.spend(len(a.areas) + len(b.areas))
        return combine(frame, a, b)

    return apply


def _arithmetic(arithmetic: Arithmetic, body: Body, dates: DateReading | None) -> Operation:
    over_series = _arithmetic_over_series(body, dates)

    def apply(frame: Frame, a: Value, b: Value) -> Value:
        if type(a) is float and type(b) is float:
            return arithmetic(a, b)
        return mapped(frame, both, (a, b), over_series)

    def both(a: Scalar, b: Scalar) -> Scalar:
        first = to_number(a, dates)
        if isinstance(first, ErrorCode):
            return first
        second = to_number(b, dates)
        return second if isinstance(second, ErrorCode) else arithmetic(first, second)

    return apply


def _snapping(arithmetic: Arithmetic) -> Arithmetic:
    return lambda a, b: snap(arithmetic(a, b), a)


def _arithmetic_over_series(body: Body, dates: DateReading | None) -> OverSeries:
    def over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
        numbers: list[object] = []
        for value in values:
            number = as_numbers(value) if isinstance(value, np.ndarray) else to_number(value, dates)
            if isinstance(number, ErrorCode):
                return number
            numbers.append(number)
        return run_over_series(body, *numbers)

    return over_series


def _comparison(test: Callable[[int], bool], body: Body) -> Operation:
    def apply(frame: Frame, a: Value, b: Value) -> Value:
        if type(a) is float and type(b) is float:
            return test(compare_numbers(a, b))
        return mapped(frame, both, (a, b), over_series)

    def over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
        firsts = [value.flat[0].item() if isinstance(value, np.ndarray) else value for value in values]
        kinds = {float if value is BLANK else type(value) for value in firsts}
        if kinds == {float}:
            return run_over_series(body, *(0.0 if value is BLANK else value for value in values))
        # Things of different kind have one order, whatever the numbers are.
        return both(*firsts) if len(kinds) > 1 and BLANK not in firsts else None

    def both(a: Scalar, b: Scalar) -> Scalar:
        order = compare_scalars(a, b)
        return order if isinstance(order, ErrorCode) else test(order)

    return apply


def _join(frame: Frame, a: Value, b: Value) -> Value:
    def both(first: Scalar, second: Scalar) -> Scalar:
        text = concatenate(first, second)
        if type(text) is str:
            frame.budget.spend_text(len(text))
        return text

    return mapped(frame, both, (a, b))


def _span(_frame: Frame, a: Reference, b: Reference) -> Value:
    area = bounding(a.areas + b.areas)
    return ErrorCode.VALUE if area is None else Reference((area,))


def _union(_frame: Frame, a: Reference, b: Reference) -> Value:
    return Reference(a.areas + b.areas)


def _intersection(frame: Frame, a: Reference, b: Reference) -> Value:
    frame.budget.spend(len(a.areas) * len(b.areas))
    found = [first.intersect(second) for first in a.areas for second in b.areas]
    areas = tuple(area for area in found if area is not None)
    return Reference(areas) if areas else ErrorCode.NULL
