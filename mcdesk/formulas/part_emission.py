"""Emits parts: a body alone, in loops of its own, or in one loop with the parts it feeds."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TypeVar

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.distributions import Distribution
from mcdesk.engine.finite_quantile import bounded_quantile
from mcdesk.engine.ir import Affine, SlotAccess, Type
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.sampler import Sampler
from mcdesk.formulas.binding import walk
from mcdesk.formulas.blocks import Block, CellMap, Part
from mcdesk.formulas.dialects import is_declaration, is_distribution_call
from mcdesk.formulas.distribution_lowering import lower_distribution
from mcdesk.formulas.emission import PartReader, Position
from mcdesk.formulas.expected_type import expected_type
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.formulas.lowered import (
    TYPE_BY_KIND,
    Lowered,
    LoweredKind,
    NotLowerable,
    finished,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.rectangles import cells_of
from mcdesk.formulas.schedule import Sweep
from mcdesk.formulas.shared_work import SharedWork
from mcdesk.formulas.special_lowering import special_lowerings
from mcdesk.formulas.syntax import Call, Node, Text
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import Workbook

_A = TypeVar("_A")
# the first row or column, and (index, step) of the loop along it
_Along = tuple[int, tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class _Fixed:
    """The row and column that loops around stand at, and whether these serve other parts too."""

    row: _Along | None = None
    column: _Along | None = None
    is_in_sweep: bool = False

    def along(self, is_by_row: bool) -> _Along | None:
        return self.row if is_by_row else self.column

    def at(self, is_by_row: bool, along: _Along) -> "_Fixed":
        return replace(self, row=along) if is_by_row else replace(self, column=along)

    def position(self, sheet: int) -> Position:
        assert self.row is not None and self.column is not None
        return Position(sheet, self.row[0], self.column[0], self.row[1], self.column[1])


class PartEmitter:
    """Writes the instructions of parts into the stage at hand."""

    def __init__(self, ops: StageBuilder, cells: CellMap, workbook: Workbook, sampler: Sampler) -> None:
        self._ops = ops
        self._sampler = sampler
        self._cells = cells
        self._workbook = workbook
        self._shared = SharedWork(cells)

    def use(self, ops: StageBuilder) -> None:
        """Go on in another stage."""
        self._ops = ops

    def emit_uniforms(self, groups: Sequence[Sequence[Block]]) -> list[SlotAccess]:
        """The uniform numbers of all cells of groups of blocks, in one loop; where those of each group begin.

        The random stream is more code than most distributions: here it stands once for all of them.
        """
        ops = self._ops
        keys = [self._keys(blocks) for blocks in groups]
        together = [key for each in keys for key in each]
        array = ops.draft.slot_array(Type.NUMBER, len(together))

        def draw(place: Affine) -> None:
            u = self._sampler.uniform(ops, ops.seed(), ops.trial(), together, ops.affine(place))
            ops.draft.narrow_slot(array, ops.interval_of(u))
            ops.write_slot(SlotAccess(array, place), u)

        ops.loop(len(together), (), lambda index, _: _done(draw, Affine(0, ((index, 1),))))
        return [SlotAccess(array, Affine(first)) for first in accumulate(map(len, keys[:-1]), initial=0)]

    def emit_inputs(
        self, blocks: Sequence[Block], distributions: Sequence[Distribution], uniforms: SlotAccess | None
    ) -> None:
        """The draws of cells with distributions of their own, as many as the blocks have, in one loop.

        `uniforms` is where their uniform numbers begin if these are there already.
        """
        ops = self._ops
        keys = self._keys(blocks)
        array = ops.draft.slot_array(Type.NUMBER, len(keys))
        for block in blocks:
            block.type, block.value_array = Type.NUMBER, array

        def draw(place: Affine) -> None:
            which = ops.integer(place.base) if len(keys) == 1 else ops.affine(place)
            if uniforms is None:
                u = self._sampler.uniform(ops, ops.seed(), ops.trial(), keys, which)
            else:
                at = Affine(uniforms.at.base + place.base, place.terms)
                u = ops.read_slot(SlotAccess(uniforms.array, at))
            drawn = finished(
                ops, Outcome(bounded_quantile(ops, distributions, which, u)), None, LoweredKind.NUMBER
            )
            assert drawn.value is not None
            ops.draft.narrow_slot(array, ops.interval_of(drawn.value))
            ops.write_slot(SlotAccess(array, place), drawn.value)
            if drawn.error is not None:
                errors = ops.draft.slot_array(Type.ERROR, len(keys))
                ops.write_slot(SlotAccess(errors, place), drawn.error)
                for block in blocks:
                    block.error_array = errors

        if len(keys) == 1:
            draw(Affine(0))
        else:
            ops.loop(len(keys), (), lambda index, _: _done(draw, Affine(0, ((index, 1),))))

    def emit(self, step: Part | Sweep) -> list[Part]:
        """Emit a part or a sweep; the parts that have no instructions."""
        if isinstance(step, Sweep):
            return self._emit_sweep(step)
        try:
            self._emit_part(step, _Fixed(), step.block.rectangle == step.rectangle)
        except NotLowerable:
            return [step]
        return []

    def as_output(self, block: Block | None, cell: CellAddress, base: Scalar) -> tuple[int, int | None]:
        """Slot arrays that hold an output as a number: text is #VALUE!, logical 0 or 1."""
        ops = self._ops
        if block is None:
            lowered = lowered_constant(ops, base)
        else:
            here = Position(cell.sheet, cell.row, cell.column)
            reader = PartReader(ops, self._cells, block.rectangle, here)
            lowered = reader.slot(block, Affine(block.place(cell.row, cell.column)))
        value = _as_output_number(ops, lowered)
        array = ops.draft.slot_array(Type.NUMBER, 1)
        errors = ops.draft.slot_array(Type.ERROR, 1)
        assert value.value is not None
        ops.write_slot(SlotAccess(array, Affine(0)), value.value)
        ops.write_slot(SlotAccess(errors, Affine(0)), value.error or ops.error(ErrorCode.NONE))
        return array, errors

    def _keys(self, blocks: Sequence[Block]) -> list[StreamKey]:
        return [
            StreamKey(self._workbook.sheets[block.rectangle.sheet].name, row, column)
            for block in blocks
            for row, column in cells_of(block.rectangle)
        ]

    def _emit_part(self, part: Part, fixed: _Fixed, is_whole: bool) -> None:
        """One body for the cells of a part, in loops along what is not fixed."""
        for is_by_row in (True, False):
            if fixed.along(is_by_row) is None:
                self._each(
                    _edges(part.rectangle, is_by_row),
                    False,
                    lambda along: self._emit_part(part, fixed.at(is_by_row, along), is_whole),  # noqa: B023
                )
                return
        self._emit_cell(part, fixed, is_whole)

    def _each(self, edges: tuple[int, int], is_backward: bool, body: Callable[[_Along], None]) -> None:
        """The body for each row or column from the first edge to before the second."""
        first, after = edges
        start, step = (after - 1, -1) if is_backward else (first, 1)
        if after - first == 1:
            body((start, None))
        else:
            self._ops.loop(after - first, (), lambda index, _: _done(body, (start, (index, step))))

    def _emit_sweep(self, sweep: Sweep) -> list[Part]:
        text_count = self._kept_texts(sweep)
        try:
            self._emit_rounds(sweep, sweep.parts, _Fixed(is_in_sweep=True))
        except _PartFailed as failure:
            return [failure.part]
        # what is asked of a text that a round hands to the next is asked of the texts known at its start
        is_text = any(part.block.type is Type.TEXT for part in sweep.parts)
        if is_text and len(self._ops.draft.strings) > text_count:
            return list(sweep.parts)
        return []

    def _kept_texts(self, sweep: Sweep) -> int:
        """Give codes to the texts in the formulas of a sweep; how many texts there are then."""
        for part in sweep.parts:
            for node in walk(part.block.tree) if part.block.tree is not None else ():
                if isinstance(node, Text):
                    self._ops.draft.text(node.value)
        return len(self._ops.draft.strings)

    def _emit_rounds(self, sweep: Sweep, parts: Sequence[Part], fixed: _Fixed) -> None:
        """A loop for each stretch along which the same parts have cells."""
        stretches = _stretches(parts, sweep.is_by_row)
        for edges, active in reversed(stretches) if sweep.is_backward else stretches:
            self._each(
                edges,
                sweep.is_backward,
                lambda along: self._emit_round(sweep, active, fixed.at(sweep.is_by_row, along)),  # noqa: B023
            )

    def _emit_round(self, sweep: Sweep, active: Set[Part], fixed: _Fixed) -> None:
        for step in sweep.steps:
            if isinstance(step, Sweep):
                self._emit_rounds(step, [part for part in step.parts if part in active], fixed)
            elif step in active:
                try:
                    self._emit_part(step, fixed, is_whole=False)
                except NotLowerable as reason:
                    raise _PartFailed(step) from reason

    def _emit_cell(self, part: Part, fixed: _Fixed, is_whole: bool) -> None:
        position = fixed.position(part.rectangle.sheet)
        shared = None if fixed.is_in_sweep else self._shared
        reader = PartReader(self._ops, self._cells, part.rectangle, position, shared)
        self._prepare(part.block, is_whole)
        lowering = FormulaLowering(
            reader, lambda place: self._draw(part.rectangle, position, place), self._specials(part.block.tree)
        )
        assert part.block.tree is not None
        lowered = lowering.formula(part.block.tree)
        self._write(part.block, position.place_in(part.block.rectangle), lowered, is_whole)

    def _prepare(self, block: Block, is_whole: bool) -> None:
        # a block that reads itself must have its arrays before its first value is known
        if block.type is None and not is_whole:
            block.type = Type.NUMBER if block.tree is None else expected_type(block.tree)
            block.value_array = self._ops.draft.slot_array(block.type, block.rectangle.size)
            block.error_array = self._ops.draft.slot_array(Type.ERROR, block.rectangle.size)

    def _write(self, block: Block, at: Affine, lowered: Lowered, is_whole: bool) -> None:
        ops = self._ops
        is_error = lowered.kind is LoweredKind.ERROR
        kind = block.type or Type.NUMBER if is_error else TYPE_BY_KIND[lowered.kind]
        value = _nothing(ops, kind) if lowered.value is None else lowered.value
        if block.type is None:
            block.type = kind
            block.value_array = ops.draft.slot_array(kind, block.rectangle.size)
            if is_whole and lowered.error is not None:
                block.error_array = ops.draft.slot_array(Type.ERROR, block.rectangle.size)
            if is_whole and kind is Type.NUMBER and ops.interval_of(value).is_finite:
                ops.draft.narrow_slot(block.value_array, ops.interval_of(value))
        elif block.type is not kind:
            raise NotLowerable("the cells of a region differ in kind")
        ops.write_slot(SlotAccess(block.value_array, at), value)
        if block.error_array is not None:
            ops.write_slot(SlotAccess(block.error_array, at), lowered.error or ops.error(ErrorCode.NONE))

    def _draw(self, area: Rectangle, position: Position, place: int) -> Value:
        ops = self._ops
        sheet = self._workbook.sheets[area.sheet].name
        keys = [StreamKey(sheet, row, column, place) for row, column in cells_of(area)]
        which = ops.integer(0) if len(keys) == 1 else ops.affine(position.place_in(area))
        return self._sampler.uniform(ops, ops.seed(), ops.trial(), keys, which)

    def _specials(self, tree: Node | None) -> dict[str, SpecialLowering]:
        specials = special_lowerings()
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, Call) and is_distribution_call(node.name):
                specials[node.name] = _distribution_of(node.name)
            elif isinstance(node, Call) and is_declaration(node.name):
                specials[node.name] = lambda lowering, _: lowered_constant(lowering.ops, 0.0)
        return specials


class _PartFailed(Exception):
    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part


def _distribution_of(name: str) -> SpecialLowering:
    return lambda lowering, arguments: lower_distribution(lowering, name, arguments)


def _as_output_number(ops: StageBuilder, lowered: Lowered) -> Lowered:
    if lowered.kind is LoweredKind.TEXT:
        error = first_error(ops, lowered.error, ops.error(ErrorCode.VALUE))
        return Lowered(LoweredKind.NUMBER, ops.number(0.0), error)
    if lowered.kind is LoweredKind.LOGICAL:
        assert lowered.value is not None
        value = ops.select(lowered.value, ops.number(1.0), ops.number(0.0))
        return Lowered(LoweredKind.NUMBER, value, lowered.error)
    if lowered.value is None:
        return Lowered(LoweredKind.NUMBER, ops.number(0.0), lowered.error)
    return lowered


def _nothing(ops: StageBuilder, kind: Type) -> Value:
    """What stands beside an error."""
    if kind is Type.TEXT:
        return ops.text("")
    return ops.logical(False) if kind is Type.LOGICAL else ops.number(0.0)


def _done(body: Callable[[_A], None], argument: _A) -> tuple[Value, ...]:
    body(argument)
    return ()


def _edges(area: Rectangle, is_by_row: bool) -> tuple[int, int]:
    return (area.top, area.bottom + 1) if is_by_row else (area.left, area.right + 1)


def _stretches(parts: Sequence[Part], is_by_row: bool) -> list[tuple[tuple[int, int], Set[Part]]]:
    """From edge to edge the parts that have cells there."""
    starting: dict[int, list[Part]] = {}
    ending: dict[int, list[Part]] = {}
    for part in parts:
        first, after = _edges(part.rectangle, is_by_row)
        starting.setdefault(first, []).append(part)
        ending.setdefault(after, []).append(part)
    active: set[Part] = set()
    found: list[tuple[tuple[int, int], Set[Part]]] = []
    for first, after in pairwise(sorted(starting.keys() | ending.keys())):
        active.difference_update(ending.get(first, ()))
        active.update(starting.get(first, ()))
        if active:
            found.append(((first, after), frozenset(active)))
    return found
