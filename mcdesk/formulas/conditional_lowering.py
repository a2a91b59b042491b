"""Lowerings of COUNTIF, SUMIFS and relatives."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import (
    Cursor,
    RangeCells,
    Segment,
    State,
    evened,
    fold_segments,
    segments_of,
    table_value,
)
from mcdesk.formulas.criteria_lowering import ChosenNumbers, LoweredCriterion
from mcdesk.formulas.functions.definition import Body, Outcome, run_body
from mcdesk.formulas.functions.statistics.conditional import SEVERAL_BODY_BY_NAME, SINGLE_BODY_BY_NAME
from mcdesk.formulas.gathered_cells import Walk, gathered_walk
from mcdesk.formulas.known_choices import ChosenTotals, Condition, KnownChoices
from mcdesk.formulas.lane_windows import fold_ends, lane_line
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, finished, lowered_constant
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle

_Pair = tuple[RangeCells, LoweredCriterion]


def conditional_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    single = {name: _single(body) for name, body in SINGLE_BODY_BY_NAME.items()}
    several = {name: _several(body) for name, body in SEVERAL_BODY_BY_NAME.items()}
    return {"COUNTIF": _count_if, "COUNTIFS": _count_ifs, **single, **several}


def _count_if(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if len(arguments) != 2:
        raise NotLowerable("a wrong number of arguments")
    return _count_ifs(lowering, arguments)


def _count_ifs(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    windowed = _windowed(lowering, arguments)
    if windowed is not None:
        return Lowered(LoweredKind.NUMBER, _of_each(lowering, windowed[0], windowed[0].counts))
    pairs = _pairs(lowering, arguments)
    if len({cells.shape for cells, _ in pairs}) > 1:
        return lowered_constant(lowering.ops, ErrorCode.VALUE)
    return _count(lowering, pairs)


def _count(lowering: FormulaLowering, pairs: Sequence[_Pair]) -> Lowered:
    ops = lowering.ops

    def step(state: State, chosen: Value, _cursor: Cursor) -> State:
        return [ops.select(chosen, ops.add(state[0], ops.number(1.0)), state[0])]

    pairs, cells = _evened(pairs, pairs[0][0])
    choices = _known_choices(pairs, cells)
    if choices is not None:
        beyond = np.where(choices.holds_for_blank(), float(cells.count_beyond), 0.0)
        return Lowered(LoweredKind.NUMBER, _of_each(lowering, choices, choices.counts + beyond))
    total = _walk(lowering, pairs, cells)([ops.number(0.0)], step)[0]
    found = ops.within(total, 0.0, float(cells.count))
    if cells.count_beyond:
        are_met = ops.logical(True)
        for _, criterion in pairs:
            are_met = ops.and_(are_met, criterion.holds_for_blank())
        found = ops.add(found, ops.select(are_met, ops.number(float(cells.count_beyond)), ops.number(0.0)))
    return Lowered(LoweredKind.NUMBER, found)


def _single(body: Body) -> SpecialLowering:
    """SUMIF, AVERAGEIF: the sum range has the shape of the criteria range."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        if not 2 <= len(arguments) <= 3:
            raise NotLowerable("a wrong number of arguments")
        windowed = _windowed(lowering, arguments[:2], arguments[2] if len(arguments) == 3 else arguments[0])
        if windowed is not None:
            return _reduced_to(lowering, body, _known_numbers(lowering, *windowed))
        pairs = _pairs(lowering, arguments[:2])
        tested = pairs[0][0]
        values = tested
        if len(arguments) == 3:
            values = _reshaped(lowering, RangeCells(lowering.reader, arguments[2]), tested)
        return _reduced(lowering, body, pairs, values)

    return lower


def _several(body: Body) -> SpecialLowering:
    """SUMIFS, AVERAGEIFS, MAXIFS, MINIFS."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        windowed = _windowed(lowering, arguments[1:], arguments[0])
        if windowed is not None:
            return _reduced_to(lowering, body, _known_numbers(lowering, *windowed))
        values = RangeCells(lowering.reader, arguments[0])
        pairs = _pairs(lowering, arguments[1:])
        if len({values.shape, *(cells.shape for cells, _ in pairs)}) > 1:
            return lowered_constant(lowering.ops, ErrorCode.VALUE)
        return _reduced(lowering, body, pairs, values)

    return lower


def _pairs(lowering: FormulaLowering, arguments: Sequence[Node]) -> list[_Pair]:
    if not arguments or len(arguments) % 2:
        raise NotLowerable("a wrong number of arguments")
    return [
        (RangeCells(lowering.reader, area), LoweredCriterion(lowering, condition))
        for area, condition in zip(arguments[::2], arguments[1::2], strict=True)
    ]


def _windowed(
    lowering: FormulaLowering, arguments: Sequence[Node], values: Node | None = None
) -> tuple[KnownChoices, Sequence[Scalar]] | None:
    """What each lane chooses from ranges that differ from lane to lane, and the values; None for others."""
    areas = [*arguments[::2], *(() if values is None else (values,))]
    lines = [line for area in areas if (line := lane_line(lowering.reader, area, True)) is not None]
    if len(lines) < len(areas) or not lines or len(arguments) % 2:
        return None
    first = lines[0]
    is_one = all(
        np.array_equal(line.firsts, first.firsts) and np.array_equal(line.lasts, first.lasts)
        for line in lines
    )
    if not is_one or len({len(line.scalars) for line in lines}) > 1:
        return None
    criteria = [LoweredCriterion(lowering, condition).known_tests for condition in arguments[1::2]]
    conditions = [
        Condition(line.scalars, tests)
        for line, tests in zip(lines, criteria, strict=False)
        if tests is not None
    ]
    if len(conditions) < len(criteria):
        return None
    windows = first.firsts, first.lasts + 1
    return KnownChoices(len(first.scalars), conditions, windows), lines[-1].scalars


def _reshaped(lowering: FormulaLowering, values: RangeCells, tested: RangeCells) -> RangeCells:
    area, shape = values.whole, tested.whole
    if values.shape == tested.shape:
        return values
    if values.is_moving:
        raise NotLowerable("a sum range that moves and has another shape")
    bottom = min(area.top + shape.row_count, MAX_ROWS) - 1
    right = min(area.left + shape.column_count, MAX_COLUMNS) - 1
    whole = Rectangle(area.sheet, area.top, area.left, bottom, right)
    return values.part(lowering.reader.cells.workbook.used_part(whole), whole)


def _evened(pairs: Sequence[_Pair], values: RangeCells) -> tuple[list[_Pair], RangeCells]:
    """Criteria and values, all read as far as the most used of them is."""
    *tested, values = evened([*(cells for cells, _ in pairs), values])
    return [(cells, criterion) for cells, (_, criterion) in zip(tested, pairs, strict=True)], values


def _reduced(lowering: FormulaLowering, body: Body, pairs: Sequence[_Pair], values: RangeCells) -> Lowered:
    pairs, values = _evened(pairs, values)
    scalars = None if values.is_moving else values.certain_scalars()
    choices = None if scalars is None else _known_choices(pairs, values)
    if scalars is not None and choices is not None:
        return _reduced_to(lowering, body, _known_numbers(lowering, choices, scalars))
    return _reduced_to(lowering, body, ChosenNumbers(lowering.ops, _walk(lowering, pairs, values)))


def _reduced_to(lowering: FormulaLowering, body: Body, chosen: "KnownNumbers | ChosenNumbers") -> Lowered:
    outcome: Outcome[Value] = run_body(body, lowering.ops, chosen)
    return finished(lowering.ops, outcome, chosen.error(), LoweredKind.NUMBER)


def _known_choices(pairs: Sequence[_Pair], values: RangeCells) -> KnownChoices | None:
    """What is chosen in each cell of the part, where that is known."""
    if len({each.area.column_count for each in (values, *(cells for cells, _ in pairs))}) > 1:
        return None
    conditions: list[Condition] = []
    for cells, criterion in pairs:
        scalars, tests = cells.certain_scalars(), criterion.known_tests
        if cells.is_moving or scalars is None or tests is None:
            return None
        conditions.append(Condition(scalars, tests))
    count = min([values.count, *(len(each.scalars) for each in conditions)])
    return KnownChoices(count, conditions)


def _known_numbers(
    lowering: FormulaLowering, choices: KnownChoices, scalars: Sequence[Scalar]
) -> "KnownNumbers":
    totals = ChosenTotals(choices, scalars)
    if not np.isfinite(totals.totals).all():
        raise NotLowerable("a sum beyond all numbers")
    return KnownNumbers(lowering, choices, totals)


def _of_each(
    lowering: FormulaLowering, choices: KnownChoices, by_set: NDArray[np.generic], kind: Type = Type.NUMBER
) -> Value:
    """What belongs to the cell at hand."""
    reader = lowering.reader
    index = lowering.ops.integer(0)
    if len(choices.set_by_asker) > 1:
        index = reader.position.index_in(lowering.ops, reader.part)
    return table_value(lowering.ops, kind, by_set[choices.set_by_asker].tolist(), index)


class KnownNumbers:
    """`Numbers` that are chosen among known ones, for each cell of the part."""

    def __init__(self, lowering: FormulaLowering, choices: KnownChoices, totals: ChosenTotals) -> None:
        self._lowering, self._choices, self._totals = lowering, choices, totals

    def count(self) -> Value:
        """How many numbers are chosen."""
        return _of_each(self._lowering, self._choices, self._totals.counts)

    def total(self) -> Value:
        """Their sum in order."""
        return _of_each(self._lowering, self._choices, self._totals.totals)

    def extremes(self) -> "KnownNumbers":
        """The least and the greatest are all that its `fold` feeds."""
        return self

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed the least and the greatest to the step, where there is any."""
        ops = self._lowering.ops
        has_any = ops.lt(ops.number(0.0), self.count())
        ends = [_of_each(self._lowering, self._choices, each) for each in self._totals.extremes()]
        return fold_ends(ops, has_any, ends, initial, step)

    def error(self) -> Value | None:
        """The first error among what is chosen."""
        codes = self._totals.codes
        if not codes.any():
            return None
        return _of_each(self._lowering, self._choices, codes, Type.ERROR)


def _walk(lowering: FormulaLowering, pairs: Sequence[_Pair], values: RangeCells) -> Walk:
    """What feeds (chosen, cursor of the values) of each element to a step.

    Elements that criteria of certain cells leave out in every trial are not gone through.
    """
    ops, reader = lowering.ops, lowering.reader
    if len({cells.area.column_count for cells in (values, *(cells for cells, _ in pairs))}) > 1:
        raise NotLowerable("ranges of different width")
    known = [(cells.certain_scalars(), criterion.known_tests) for cells, criterion in pairs]
    if reader.position.is_moving and not values.is_moving:
        gathered = gathered_walk(reader, values, known)
        if gathered is not None:
            return gathered
    open_pairs, segments = _served(pairs, values)

    def walk(state: State, step: Callable[[State, Value, Cursor], State]) -> tuple[Value, ...]:
        def tested(inside: State, cursors: Sequence[Cursor], _place: object) -> State:
            chosen = ops.logical(True)
            for (_, criterion), cursor in zip(open_pairs, cursors[1:], strict=True):
                chosen = ops.and_(chosen, criterion.holds(cursor))
            return step(inside, chosen, cursors[0])

        return fold_segments(reader, segments, state, tested)

    return walk


def _served(pairs: Sequence[_Pair], values: RangeCells) -> tuple[Sequence[_Pair], list[Segment]]:
    """The pairs that are tested in each trial, and the elements that are gone through."""
    count = min([values.count, *(cells.count for cells, _ in pairs)])
    places, open_pairs = list(range(count)), []
    for cells, criterion in pairs:
        holds = criterion.certain
        scalars = None if holds is None else cells.certain_scalars()
        if holds is None or scalars is None:
            open_pairs.append((cells, criterion))
        else:
            places = [place for place in places if holds(scalars[place])]
    chosen = None if len(open_pairs) == len(pairs) else places
    try:
        return open_pairs, segments_of([values, *(cells for cells, _ in open_pairs)], chosen)
    except NotLowerable:
        return pairs, segments_of([values, *(cells for cells, _ in pairs)])
