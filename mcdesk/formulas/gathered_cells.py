"""Cells that certain criteria choose, other ones for each cell of a loop: only those are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Affine, Type
from mcdesk.formulas.aligned_cells import Cursor, LoopIndex, RangeCells, State, Strip, table_value
from mcdesk.formulas.criteria import Criterion
from mcdesk.formulas.criteria_index import CriteriaIndex
from mcdesk.formulas.element_reading import element_at
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, LoweredKind
from mcdesk.formulas.values import Scalar

Walk = Callable[[State, Callable[[State, Value, Cursor], State]], tuple[Value, ...]]
# looked at one by one, and chosen, for all cells together
_MOST_TESTS = 4_000_000
_LEAST_GAIN = 3


@dataclass(frozen=True, slots=True)
class _GatheredCursor(Cursor):
    """An element at a place that a table gives."""

    element: Lowered

    @override
    def lowered(self) -> Lowered:
        """The element."""
        return self.element

    @override
    def number(self) -> tuple[Value, Value, Value | None]:
        """Whether the element is a number, the number, and the error there may be."""
        ops = self.reader.ops
        if self.element.kind is not LoweredKind.NUMBER or self.element.value is None:
            return ops.logical(False), ops.number(0.0), self.element.error
        return ops.logical(True), self.element.value, self.element.error

    @property
    @override
    def is_certain(self) -> bool:
        """It is taken for an uncertain one."""
        return False


def gathered_walk(
    reader: PartReader,
    values: RangeCells,
    known: Sequence[tuple[Sequence[Scalar] | None, Sequence[Criterion] | None]],
) -> Walk | None:
    """What feeds the chosen elements of the cell at hand to a step; None where that is not possible.

    Args:
        known: for each criterion the cells that it tests and its test for each cell of the part.
    """
    chosen = _chosen(reader, values.count, known)
    most = 0 if chosen is None else max(map(len, chosen))
    if chosen is None or not most or most * _LEAST_GAIN > values.count or most * len(chosen) > _MOST_TESTS:
        return None
    if not all(block is not None or type(scalar) is float for block, _, scalar in values.items):
        return None
    ops = reader.ops
    place_table = [place for places in chosen for place in (*places, *[0] * (most - len(places)))]
    counts = [len(places) for places in chosen]
    seen = frozenset(place_table)

    def walk(state: State, step: Callable[[State, Value, Cursor], State]) -> tuple[Value, ...]:
        own = reader.position.index_in(ops, reader.part)
        count = table_value(ops, Type.INTEGER, counts, own)
        start = ops.imul(own, ops.integer(most))

        def body(number: int, inside: State) -> State:
            round_ = ops.affine(Affine(0, ((number, 1),)))
            place = table_value(ops, Type.INTEGER, place_table, ops.iadd(start, round_))
            element = element_at(reader, values, place, seen)
            cursor = _GatheredCursor(reader, Strip(), LoopIndex(number, round_), element)
            return step(inside, ops.ilt(round_, count), cursor)

        return ops.loop(most, state, body)

    return walk


def _chosen(
    reader: PartReader,
    count: int,
    known: Sequence[tuple[Sequence[Scalar] | None, Sequence[Criterion] | None]],
) -> list[list[int]] | None:
    """The places that all criteria choose, for each cell of the part; None where trials differ.

    None too where that are more than is worth while.
    """
    cells = len(reader.position.cells_of(reader.part))
    common = [True] * count
    varying: list[tuple[Sequence[Scalar], Sequence[Criterion]]] = []
    for scalars, tests in known:
        if scalars is None or tests is None:
            return None
        if len(tests) > 1:
            varying.append((scalars, tests))
        else:
            for place in range(count):
                common[place] = common[place] and place < len(scalars) and tests[0](scalars[place])
    if not varying:
        return [[place for place in range(count) if common[place]]] * cells
    return _varying_places(cells, common, varying)


def _varying_places(
    cells: int, common: Sequence[bool], varying: Sequence[tuple[Sequence[Scalar], Sequence[Criterion]]]
) -> list[list[int]] | None:
    (scalars, tests), *others = varying
    index = CriteriaIndex(scalars[: len(common)])
    chosen: list[list[int]] = []
    looked = 0
    for cell in range(cells):
        places = index.places(tests[cell])
        looked += len(places)
        if looked + index.searched_count > _MOST_TESTS:
            return None
        places = [place for place in places if common[place]]
        for beside, other_tests in others:
            holds = other_tests[cell]
            places = [place for place in places if place < len(beside) and holds(beside[place])]
        chosen.append(places)
    return chosen
