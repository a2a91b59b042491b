"""Functions over the numbers of ranges, or over pairs of them, written once for evaluation and lowering."""

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.arrays import common_shape, flatten, stretch
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.collected_numbers import CollectedNumbers, CollectedPairs, Run, numbers_in_array
from mcdesk.formulas.functions.definition import (
    Body,
    Context,
    FunctionDefinition,
    Kind,
    Pairing,
    Parameter,
    Result,
    run_body,
    scalar_result,
)
from mcdesk.formulas.values import BLANK, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()


def over_samples(name: str, body: Body, *parameters: Parameter) -> FunctionDefinition:
    """A function whose RANGE parameters come to its body as `Numbers`."""

    def evaluate(context: Context, *arguments: Value) -> Scalar:
        prepared: list[object] = []
        for parameter, argument in zip(parameters, arguments, strict=True):
            if parameter.kind is not Kind.RANGE:
                prepared.append(argument)
                continue
            numbers = _collected(context, argument)
            if isinstance(numbers, ErrorCode):
                return numbers
            prepared.append(numbers)
        return scalar_result(run_body(body, _OPERATIONS, *prepared))

    return FunctionDefinition(name, parameters, evaluate, Result.NUMBER, over_samples=body)


def over_pairs(
    name: str, body: Body, *parameters: Parameter, pairing: Pairing = Pairing.MATCHED
) -> FunctionDefinition:
    """A function whose two RANGE parameters come to its body as one `Pairs`, where the second one stands."""
    places = [i for i, parameter in enumerate(parameters) if parameter.kind is Kind.RANGE]
    collect = pairs_of if pairing is Pairing.MATCHED else _dated_pairs

    def evaluate(context: Context, *arguments: Value) -> Scalar:
        first, second = places
        pairs = collect(context, arguments[first], arguments[second])
        if isinstance(pairs, ErrorCode):
            return pairs
        prepared = (*arguments[:first], CollectedPairs(pairs), *arguments[second + 1 :])
        return scalar_result(run_body(body, _OPERATIONS, *prepared))

    return FunctionDefinition(name, parameters, evaluate, Result.NUMBER, over_samples=body, pairing=pairing)


def numbers_of(context: Context, value: Value) -> list[float] | ErrorCode:
    """Return the numbers of a range, array or scalar; text and logical values are left out."""
    found = _collected(context, value)
    return found if isinstance(found, ErrorCode) else found.all()


def _collected(context: Context, value: Value) -> CollectedNumbers | ErrorCode:
    found: list[float] = []
    if isinstance(value, ArrayValue) and value.is_folded:
        runs: list[Run] = []
        error = numbers_in_array(value, found, runs)
        return CollectedNumbers(found, runs, context.spend) if error is None else error
    if not isinstance(value, Reference | ArrayValue):
        direct = to_number(context.scalar(value), context.dates)
        return direct if isinstance(direct, ErrorCode) else CollectedNumbers([direct])
    for element in context.elements(value):
        if isinstance(element, ErrorCode):
            return element
        if type(element) is float:
            found.append(element)
    return CollectedNumbers(found)


def pairs_of(context: Context, xs: Value, ys: Value) -> list[tuple[float, float]] | ErrorCode:
    """Return the pairs in which both are numbers; #N/A for unequal counts."""
    left, right = context.elements(xs), context.elements(ys)
    if len(left) != len(right):
        evened = _evened(context, xs, ys)
        if evened is None:
            return ErrorCode.NA
        left, right = evened
    pairs: list[tuple[float, float]] = []
    for x, y in zip(left, right, strict=True):
        for element in (x, y):
            if isinstance(element, ErrorCode):
                return element
        if type(x) is float and type(y) is float:
            pairs.append((x, y))
    return pairs


def _evened(context: Context, xs: Value, ys: Value) -> tuple[list[Scalar], list[Scalar]] | None:
    """The elements of values of one size of which one is large and read only as far as it is used."""
    left, right = context.folded(xs), context.folded(ys)
    if (left.row_count, left.column_count) != (right.row_count, right.column_count):
        return None
    shape = common_shape([left, right])
    first, second = stretch(left, shape), stretch(right, shape)
    ends = [*zip(first[-1], second[-1], strict=True)]
    ends += [(x[-1], y[-1]) for x, y in zip(first, second, strict=True)]
    if any(type(x) is float and type(y) is float for x, y in ends):
        return context.elements(context.array(xs)), context.elements(context.array(ys))
    return flatten(ArrayValue(first)), flatten(ArrayValue(second))


def _dated_pairs(context: Context, values: Value, dates: Value) -> list[tuple[float, float]] | ErrorCode:
    """Return payments with their dates: what is not blank in each, as numbers."""
    columns: list[list[float]] = []
    for source in (values, dates):
        numbers = [
            to_number(element, context.dates) for element in context.elements(source) if element is not BLANK
        ]
        for found in numbers:
            if isinstance(found, ErrorCode):
                return found
        columns.append([x for x in numbers if isinstance(x, float)])
    payments, days = columns
    if len(payments) != len(days) or not payments:
        return ErrorCode.NUM
    return list(zip(payments, days, strict=True))
