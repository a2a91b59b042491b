"""COUNTIF, SUMIFS and relatives: cells chosen by criteria."""

from collections.abc import Callable, Iterator, Sequence

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.criteria import Criterion, criterion
from mcdesk.formulas.functions.definition import Body, Context, FunctionDefinition, run_body, scalar_result
from mcdesk.formulas.functions.mathematics import sums
from mcdesk.formulas.functions.parameters import anything, cells, function
from mcdesk.formulas.functions.statistics import moments
from mcdesk.formulas.values import BLANK, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle

Reduction = Callable[[list[Scalar]], Scalar]

_OPERATIONS = ScalarOperations()
# What each does with the numbers that it chooses; the criteria range of the first two may be theirs too.
SINGLE_BODY_BY_NAME: dict[str, Body] = {"SUMIF": sums.total, "AVERAGEIF": moments.mean}
SEVERAL_BODY_BY_NAME: dict[str, Body] = {
    "SUMIFS": sums.total,
    "AVERAGEIFS": moments.mean,
    "MAXIFS": sums.highest,
    "MINIFS": sums.lowest,
}


def count_if(context: Context, area: Value, condition: Scalar) -> Scalar:
    """COUNTIF."""
    holds = criterion(condition, context.date_1904)
    if not isinstance(area, Reference):
        return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
    count = sum(map(holds, context.elements(area)))
    beyond = sum(part.size for part in area.areas) - len(context.elements(area))
    return float(count + (beyond if beyond and holds(BLANK) else 0))


def count_ifs(context: Context, *pairs: Value) -> Scalar:
    """COUNTIFS."""
    chosen = _chosen(context, pairs)
    return chosen if isinstance(chosen, ErrorCode) else float(sum(1 for _ in chosen))


def _single(reduce: Reduction) -> Callable[..., Scalar]:
    """SUMIF, AVERAGEIF: the sum range has the shape of the criteria range."""

    def evaluate(context: Context, area: Value, condition: Scalar, values: Value) -> Scalar:
        if not isinstance(area, Reference):
            return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
        if values is not None and not isinstance(values, Reference):
            return values if isinstance(values, ErrorCode) else ErrorCode.VALUE
        source = area if values is None else _reshaped(values.areas[0], area.areas[0])
        tested, found = _aligned(context, area, source)
        holds = criterion(condition, context.date_1904)
        return reduce([x for cell, x in zip(tested, found, strict=True) if holds(cell)])

    return evaluate


def _several(reduce: Reduction) -> Callable[..., Scalar]:
    """SUMIFS, AVERAGEIFS, MAXIFS, MINIFS."""

    def evaluate(context: Context, values: Value, *pairs: Value) -> Scalar:
        if not isinstance(values, Reference):
            return values if isinstance(values, ErrorCode) else ErrorCode.VALUE
        chosen = _chosen(context, pairs)
        if isinstance(chosen, ErrorCode):
            return chosen
        first = pairs[0]
        assert isinstance(first, Reference)
        if _shape(first) != _shape(values):
            return ErrorCode.VALUE
        found = context.elements(values)
        return reduce([found[place] for place in chosen if place < len(found)])

    return evaluate


def _chosen(context: Context, pairs: Sequence[Value]) -> Iterator[int] | ErrorCode:
    """Places of the elements that meet all criteria."""
    if len(pairs) % 2 or not pairs:
        return ErrorCode.VALUE
    kept: list[int] | None = None
    shape = None
    for area, condition in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(area, Reference):
            return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
        shape = shape or _shape(area)
        if _shape(area) != shape:
            return ErrorCode.VALUE
        holds = criterion(context.scalar(condition), context.date_1904)
        kept = _still_kept(context.elements(area), holds, kept)
    return iter(kept or ())


def _still_kept(elements: list[Scalar], holds: Criterion, kept: list[int] | None) -> list[int]:
    if kept is None:
        return [place for place, element in enumerate(elements) if holds(element)]
    return [place for place in kept if place < len(elements) and holds(elements[place])]


def _shape(reference: Reference) -> tuple[int, int]:
    area = reference.areas[0]
    return area.row_count, area.column_count


def _reshaped(values: Rectangle, shape: Rectangle) -> Reference:
    bottom = min(values.top + shape.row_count, MAX_ROWS) - 1
    right = min(values.left + shape.column_count, MAX_COLUMNS) - 1
    return Reference((Rectangle(values.sheet, values.top, values.left, bottom, right),))


def _aligned(context: Context, area: Reference, source: Reference) -> tuple[list[Scalar], list[Scalar]]:
    """The elements of two ranges of the same shape, both cut to what the shorter one has."""
    tested, found = context.elements(area), context.elements(source)
    length = min(len(tested), len(found))
    return tested[:length], found[:length]


def _reduced(body: Body) -> Reduction:
    def reduce(values: list[Scalar]) -> Scalar:
        numbers: list[float] = []
        for value in values:
            if isinstance(value, ErrorCode):
                return value
            if type(value) is float:
                numbers.append(value)
        return scalar_result(run_body(body, _OPERATIONS, CollectedNumbers(numbers)))

    return reduce


_AREA, _CONDITION = cells("range"), anything("criteria")
_PAIR = (_AREA, _CONDITION)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("COUNTIF", count_if, *_PAIR),
    function("COUNTIFS", count_ifs, *_PAIR, repeating=2),
    *(
        function(name, _single(_reduced(body)), *_PAIR, cells("values", True))
        for name, body in SINGLE_BODY_BY_NAME.items()
    ),
    *(
        function(name, _several(_reduced(body)), cells("values"), *_PAIR, repeating=2)
        for name, body in SEVERAL_BODY_BY_NAME.items()
    ),
)
