"""Lowerings of SUBTOTAL, AGGREGATE, FVSCHEDULE and of functions to which all values are numbers."""

from collections.abc import Callable, Iterable, Sequence

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import Cursor, RangeCells, Segment, State, fold_segments, segments_of
from mcdesk.formulas.criteria_lowering import ChosenNumbers
from mcdesk.formulas.emission import Run
from mcdesk.formulas.functions.definition import Body, Outcome, run_body
from mcdesk.formulas.functions.statistics import order
from mcdesk.formulas.functions.statistics.counting import ALL_BODY_BY_NAME
from mcdesk.formulas.functions.statistics.subtotals import BODIES, ORDERED_BODIES, nested_cells
from mcdesk.formulas.information_lowering import counts_filled, counts_number
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_number,
    finished,
    first_error,
    is_error,
    lowered_constant,
)
from mcdesk.formulas.lowered_numbers import LoweredNumbers
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

# A range, and the places in it that count.
_Source = tuple[RangeCells, list[int]]

_Test = Callable[[StageBuilder, Cursor], Value]
_Walk = Callable[[State, Callable[[State, Value, Cursor], State]], tuple[Value, ...]]

_FIRST_WITHOUT_HIDDEN = 101
_COUNTING: dict[int, _Test] = {2: counts_number, 3: counts_filled}
_ALL = 3
_MEDIAN = 12
_FIRST_WITH_K = 14


def subtotal_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    over_all = {name: _over_all(body) for name, body in ALL_BODY_BY_NAME.items()}
    return {"SUBTOTAL": _subtotal, "AGGREGATE": _aggregate, "FVSCHEDULE": _future_of_schedule, **over_all}


def _subtotal(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    kind = int(_known_number(lowering, arguments[0]))
    leaves_hidden = kind >= _FIRST_WITHOUT_HIDDEN
    place = kind - _FIRST_WITHOUT_HIDDEN if leaves_hidden else kind - 1
    if not 0 <= place < len(BODIES):
        return lowered_constant(lowering.ops, ErrorCode.VALUE)
    sources = [_visible(lowering, node, leaves_hidden, True, True) for node in arguments[1:]]
    body = BODIES[place]
    if body is None:
        return _counted(lowering, _COUNTING[place + 1], sources)
    numbers = _numbers(lowering, sources)
    return _finished(lowering, run_body(body, lowering.ops, numbers), numbers.error())


def _aggregate(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    kind, option = (int(_known_number(lowering, node)) for node in arguments[:2])
    if not (1 <= kind <= 19 and 0 <= option <= 7):
        return lowered_constant(ops, ErrorCode.VALUE)
    takes_k = kind >= _FIRST_WITH_K
    sources = [
        _visible(lowering, node, option in (1, 3, 5, 7), option < 4)
        for node in (arguments[2:3] if takes_k else arguments[2:])
    ]
    leaves_errors = option in (2, 3, 6, 7)
    if kind in _COUNTING:
        is_all = kind == _ALL and leaves_errors
        return _counted(lowering, _counts_plain if is_all else _COUNTING[kind], sources)
    numbers: LoweredNumbers | ChosenNumbers = _numbers(lowering, sources)
    if leaves_errors and numbers.error() is not None:
        groups = [segments_of([cells], places) for cells, places in sources]
        numbers = ChosenNumbers(ops, _walk_of(lowering, groups), _as_number_or_nothing)
    if not takes_k:
        body = order.median if kind == _MEDIAN else BODIES[kind - 1] if kind <= len(BODIES) else None
        if body is None:
            raise NotLowerable("AGGREGATE of modes")
        return _finished(lowering, run_body(body, ops, numbers), numbers.error())
    if len(arguments) != 4:
        raise NotLowerable("a wrong number of arguments")
    k = lowering.scalar(arguments[3])
    if k.kind is not LoweredKind.NUMBER:
        raise NotLowerable("AGGREGATE with something else than a number")
    outcome: Outcome[Value] = run_body(ORDERED_BODIES[kind - _FIRST_WITH_K], ops, numbers, k.value)
    return _finished(lowering, outcome, first_error(ops, numbers.error(), k.error))


def _counted(lowering: FormulaLowering, counts: _Test, sources: Sequence[_Source]) -> Lowered:
    ops, total = lowering.ops, lowering.ops.number(0.0)

    def step(state: State, cursors: Sequence[Cursor], _place: object) -> State:
        return [ops.select(counts(ops, cursors[0]), ops.add(state[0], ops.number(1.0)), state[0])]

    for cells, places in sources:
        total = fold_segments(lowering.reader, segments_of([cells], places), [total], step)[0]
    return Lowered(LoweredKind.NUMBER, total)


def _finished(lowering: FormulaLowering, outcome: Outcome[Value], error: Value | None) -> Lowered:
    return finished(lowering.ops, outcome, error, LoweredKind.NUMBER)


def _numbers(lowering: FormulaLowering, sources: Iterable[_Source]) -> LoweredNumbers:
    runs: list[Run] = []
    for cells, places in sources:
        for segment in segments_of([cells], places):
            strip = segment.strips[0]
            if strip.block is None:
                runs.append(Run(scalars=strip.scalars))
            else:
                runs.append(Run(strip.block, strip.start, (1, segment.count), (0, strip.stride)))
    return LoweredNumbers(lowering.reader, runs)


def _visible(
    lowering: FormulaLowering,
    node: Node,
    leaves_hidden: bool,
    leaves_nested: bool,
    leaves_filtered: bool = False,
) -> _Source:
    """A range, and the places of what is not left out of it."""
    cells, workbook = RangeCells(lowering.reader, node), lowering.reader.cells.workbook
    area = cells.area
    hidden: frozenset[int] = frozenset()
    if leaves_hidden:
        hidden = frozenset(workbook.sheets[area.sheet].hidden_rows.tolist())
    elif leaves_filtered:
        hidden = workbook.filtered_rows(area.sheet)
    width = area.column_count
    nested = nested_cells(workbook, area) if leaves_nested else frozenset()
    if cells.is_moving and (hidden or nested):
        raise NotLowerable("a window that moves over what is left out")
    places = [
        place
        for place in range(cells.count)
        if (row := area.top + place // width) not in hidden and (row, area.left + place % width) not in nested
    ]
    return cells, places


def _known_number(lowering: FormulaLowering, node: Node) -> float:
    number = lowering.number(node)
    known = None if number.value is None else lowering.ops.constant_of(number.value)
    if known is None or number.error is not None:
        raise NotLowerable("a kind that varies")
    return float(known)


def _over_all(body: Body) -> SpecialLowering:
    """AVERAGEA and its like over ranges."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        groups = [segments_of([RangeCells(lowering.reader, node)]) for node in arguments]
        numbers = ChosenNumbers(lowering.ops, _walk_of(lowering, groups), _as_any_number)
        return _finished(lowering, run_body(body, lowering.ops, numbers), numbers.error())

    return lower


def _walk_of(lowering: FormulaLowering, groups: Sequence[Sequence[Segment]]) -> _Walk:
    """What feeds all elements of several ranges to a step."""

    def walk(state: State, step: Callable[[State, Value, Cursor], State]) -> tuple[Value, ...]:
        def each(inside: State, cursors: Sequence[Cursor], _place: object) -> State:
            return step(inside, lowering.ops.logical(True), cursors[0])

        current = tuple(state)
        for segments in groups:
            current = fold_segments(lowering.reader, segments, current, each)
        return current

    return walk


def _counts_plain(ops: StageBuilder, cursor: Cursor) -> Value:
    """Whether a cell holds something that is no error."""
    if cursor.is_certain:
        return cursor.of_certain(
            Type.LOGICAL, lambda scalar: scalar is not BLANK and not isinstance(scalar, ErrorCode)
        )
    error = cursor.lowered().error
    return ops.logical(True) if error is None else ops.not_(is_error(ops, error))


def _as_number_or_nothing(cursor: Cursor) -> tuple[Value, Value, Value | None]:
    """A number that is no error."""
    return counts_number(cursor.reader.ops, cursor), cursor.number()[1], None


def _as_any_number(cursor: Cursor) -> tuple[Value, Value, Value | None]:
    """Whether an element counts, as which number, and the error that there may be."""
    ops = cursor.reader.ops
    if cursor.is_certain:
        counts = cursor.of_certain(Type.LOGICAL, lambda scalar: scalar is not BLANK)
        value = cursor.of_certain(Type.NUMBER, _number_of)
        error = cursor.error_codes()
        return counts, value, None if ops.constant_of(error) == 0 else error
    element = cursor.lowered()
    if element.kind is LoweredKind.TEXT:
        return ops.logical(True), ops.number(0.0), element.error
    number = as_number(ops, element)
    assert number.value is not None
    return ops.logical(True), number.value, number.error


def _number_of(scalar: Scalar) -> float:
    is_number = isinstance(scalar, float | bool) and not isinstance(scalar, ErrorCode)
    return float(scalar) if is_number and isinstance(scalar, float | bool) else 0.0


def _future_of_schedule(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    principal = lowering.number(arguments[0])
    cells = RangeCells(lowering.reader, arguments[1])
    filled = [place for place, item in enumerate(cells.items) if item[0] is not None or item[2] is not BLANK]
    numbers = _numbers(lowering, [(cells, filled)])
    if ops.constant_of(numbers.count()) != len(filled):
        raise NotLowerable("rates that are no numbers")

    def step(state: Sequence[Value], rate: Value) -> list[Value]:
        return [ops.mul(state[0], ops.add(ops.number(1.0), rate))]

    assert principal.value is not None
    value = numbers.fold([principal.value], step)[0]
    return _finished(lowering, Outcome(value), first_error(ops, principal.error, numbers.error()))
