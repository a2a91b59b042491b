"""COUNTIF, SUMIFS and relatives: cells chosen by criteria."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.criteria import criterion
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
    holds = criterion(condition, context.dates)
    if not isinstance(area, Reference):
        return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
    count = sum(map(holds, context.elements(area)))
    beyond = sum(part.size for part in area.areas) - len(context.elements(area))
    return float(count + (beyond if beyond and holds(BLANK) else 0))


def count_ifs(context: Context, *pairs: Value) -> Scalar:
    """COUNTIFS."""
    chosen = _chosen(context, pairs)
    return chosen if isinstance(chosen, ErrorCode) else float(len(chosen.places) + chosen.beyond)


def _single(reduce: Reduction) -> Callable[..., Scalar]:
    """SUMIF, AVERAGEIF: the sum range has the shape of the criteria range."""

    def evaluate(context: Context, area: Value, condition: Scalar, values: Value) -> Scalar:
        if not isinstance(area, Reference):
            return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
        if values is not None and not isinstance(values, Reference):
            return values if isinstance(values, ErrorCode) else ErrorCode.VALUE
        source = area if values is None else _reshaped(values.areas[0], area.areas[0])
        tested, found = _side_by_side(context, [area, source])
        holds = criterion(condition, context.dates)
        return reduce([x for cell, x in zip(tested, found, strict=False) if holds(cell)])

    return evaluate


def _several(reduce: Reduction) -> Callable[..., Scalar]:
    """SUMIFS, AVERAGEIFS, MAXIFS, MINIFS."""

    def evaluate(context: Context, values: Value, *pairs: Value) -> Scalar:
        if not isinstance(values, Reference):
            return values if isinstance(values, ErrorCode) else ErrorCode.VALUE
        chosen = _chosen(context, pairs, values)
        if isinstance(chosen, ErrorCode):
            return chosen
        return reduce([chosen.values[place] for place in chosen.places])

    return evaluate


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Places of the elements that meet all criteria, how many blank ones beyond do, and the values."""

    places: list[int]
    beyond: int
    values: list[Scalar]


def _chosen(context: Context, pairs: Sequence[Value], values: Reference | None = None) -> _Chosen | ErrorCode:
    if len(pairs) % 2 or not pairs:
        return ErrorCode.VALUE
    areas: list[Reference] = []
    for area in pairs[::2]:
        if not isinstance(area, Reference):
            return area if isinstance(area, ErrorCode) else ErrorCode.VALUE
        areas.append(area)
    areas += [] if values is None else [values]
    if len({_shape(area) for area in areas}) > 1:
        return ErrorCode.VALUE
    columns = _side_by_side(context, areas)
    tests = [criterion(context.scalar(condition), context.dates) for condition in pairs[1::2]]
    kept: list[int] | range = range(len(columns[0]))
    for elements, holds in zip(columns, tests, strict=False):
        kept = [place for place in kept if holds(elements[place])]
    beyond = areas[0].areas[0].size - len(columns[0])
    are_met = beyond > 0 and all(holds(BLANK) for holds in tests)
    return _Chosen(list(kept), beyond if are_met else 0, columns[-1])


def _shape(reference: Reference) -> tuple[int, int]:
    area = reference.areas[0]
    return area.row_count, area.column_count


def _reshaped(values: Rectangle, shape: Rectangle) -> Reference:
    bottom = min(values.top + shape.row_count, MAX_ROWS) - 1
    right = min(values.left + shape.column_count, MAX_COLUMNS) - 1
    return Reference((Rectangle(values.sheet, values.top, values.left, bottom, right),))


def _side_by_side(context: Context, areas: Sequence[Reference]) -> list[list[Scalar]]:
    """The elements of ranges of one shape, each read as far as the most used of them is."""
    cut = [context.workbook.used_part(area.areas[0]) for area in areas]
    rows, columns = max(each.row_count for each in cut), max(each.column_count for each in cut)
    return [
        _widened(context.elements(area), each, rows, columns) for area, each in zip(areas, cut, strict=True)
    ]


def _widened(elements: list[Scalar], cut: Rectangle, rows: int, columns: int) -> list[Scalar]:
    width = cut.column_count
    blanks: list[Scalar] = [BLANK]
    if width < columns:
        beside = blanks * (columns - width)
        starts = range(0, len(elements), width)
        elements = [x for start in starts for x in (*elements[start : start + width], *beside)]
    missing = (rows - cut.row_count) * columns
    return elements + blanks * missing if missing else elements


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
