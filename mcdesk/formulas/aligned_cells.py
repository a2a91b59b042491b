"""Cells of ranges of one shape, side by side, as functions over pairs and criteria go through them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import DTYPE_BY_TYPE, Affine, Table, Type
from mcdesk.formulas.blocks import Block, CellItem
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, lowered_constant
from mcdesk.formulas.reads import reference_reads
from mcdesk.formulas.syntax import CellReference, Node, RangeReference
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

_MOST_CELLS = 200_000
_MOST_STEPS = 6_000
_LEAST_LOOP = 6

_ORIGIN = Affine(0)

State = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Strip:
    """Elements of one range at equal steps: slots of a block, or certain scalars."""

    block: Block | None = None
    start: Affine = _ORIGIN
    stride: int = 0
    scalars: tuple[Scalar, ...] = ()

    def number_flags(self, count: int) -> list[bool]:
        """Which of its elements are numbers, errors apart."""
        if self.block is None:
            return [type(scalar) is float for scalar in self.scalars]
        if self.block.type is None:
            raise NotLowerable("a value that only the evaluator knows")
        return [self.block.type is Type.NUMBER] * count


@dataclass(frozen=True, slots=True)
class Segment:
    """`count` places that are served alike, with one strip for each range."""

    first: int
    count: int
    strips: tuple[Strip, ...]


class RangeCells:
    """The cells of one range in row-major order, cut as evaluation cuts it."""

    def __init__(self, reader: PartReader, node: Node) -> None:
        if not isinstance(node, CellReference | RangeReference):
            raise NotLowerable("something else than a range")
        reads = reference_reads(reader.cells.workbook, node, reader.position.sheet)
        if len(reads) != 1:
            raise NotLowerable("a reference to another file or several sheets")
        read = reads[0]
        here = reader.position
        self._cells, self._reader = reader.cells, reader
        self.whole = read.at(here.row, here.column)
        self.area = reader.cells.workbook.used_part(self.whole)
        self._terms: tuple[tuple[int, int], ...] = ()
        if here.is_moving and not read.is_fixed_over(reader.part):
            block = self._cells.covering_block(self.area)
            if block is None:
                raise NotLowerable("a window that moves over unlike cells")
            self._terms = reader.place(block, read).terms
        if self.area.size > _MOST_CELLS:
            raise NotLowerable("a range of very many cells")

    @property
    def count(self) -> int:
        """Number of cells that are read."""
        return self.area.size

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns as the formula has them."""
        return self.whole.row_count, self.whole.column_count

    @property
    def count_beyond(self) -> int:
        """Number of blank cells beyond those that are read."""
        return self.whole.size - self.area.size

    @property
    def is_moving(self) -> bool:
        """Whether other cells of the part read other cells."""
        return bool(self._terms)

    @property
    def items(self) -> list[CellItem]:
        """Where the value of each cell comes from."""
        copy = self._gathered()
        if copy is None:
            return self._cells.items(self.area)
        return [(copy, place, BLANK) for place in range(self.area.size)]

    def single_strip(self) -> Strip | None:
        """All cells, where they stand at equal steps in one block."""
        area = self.area
        block = self._gathered() or self._cells.covering_block(area)
        if block is None:
            return None
        width = block.rectangle.column_count
        stride = 1 if area.row_count == 1 or area.column_count == width else width
        if area.row_count > 1 and 1 < area.column_count < width:
            return None
        return Strip(block, Affine(block.place(area.top, area.left), self._terms), stride)

    def _gathered(self) -> Block | None:
        reader = self._reader
        if self._terms or reader.shared is None:
            return None
        return reader.shared.gathered(reader.ops, self.area)

    def certain_scalars(self) -> list[Scalar] | None:
        """All values where no cell is uncertain."""
        if not self._cells.is_certain(self.area):
            return None
        return self._cells.certain_in(self.area)

    def part(self, area: Rectangle, whole: Rectangle | None = None) -> "RangeCells":
        """Some of the cells, in the same motion; `whole` has only blank ones beside them."""
        other = object.__new__(RangeCells)
        other._cells, other._terms, other._reader = self._cells, self._terms, self._reader
        other.area, other.whole = area, whole or area
        return other

    def strip(self, items: Sequence[CellItem]) -> Strip:
        """Neighbouring cells that stand at equal steps."""
        block, place, _ = items[0]
        if block is None:
            return Strip(scalars=tuple(item[2] for item in items))
        stride = items[1][1] - place if len(items) > 1 else 0
        return Strip(block, Affine(place, self._terms), stride)


def evened(ranges: Sequence[RangeCells]) -> list[RangeCells]:
    """Ranges of one shape, each read as far as the most used of them is.

    Raises:
        NotLowerable: if one that moves would have to be read further.
    """
    rows = max(each.area.row_count for each in ranges)
    columns = max(each.area.column_count for each in ranges)
    if all((each.area.row_count, each.area.column_count) == (rows, columns) for each in ranges):
        return list(ranges)
    if any(each.is_moving for each in ranges):
        raise NotLowerable("large ranges that move and are not used alike")
    return [each.part(_sized(each.area, rows, columns), each.whole) for each in ranges]


def _sized(area: Rectangle, rows: int, columns: int) -> Rectangle:
    return Rectangle(area.sheet, area.top, area.left, area.top + rows - 1, area.left + columns - 1)


def segments_of(
    ranges: Sequence[RangeCells], places: Sequence[int] | None = None, by_kind: bool = False
) -> list[Segment]:
    """The cells of several ranges as few segments; `by_kind`: certain ones of a segment are of one type.

    Raises:
        NotLowerable: if they are too many, or too unlike.
    """
    if places is None:
        strips = [strip for each in ranges if (strip := _even_strip(each, by_kind)) is not None]
        if len(strips) == len(ranges):
            return [Segment(0, min(each.count for each in ranges), tuple(strips))]
    segments: list[Segment] = []
    group: list[list[CellItem]] = []
    first = 0

    def close() -> None:
        if group:
            grouped = zip(*group, strict=True)
            strips = tuple(each.strip(column) for each, column in zip(ranges, grouped, strict=True))
            segments.append(Segment(first, len(group), strips))

    columns = [each.items for each in ranges]
    wanted = range(min(map(len, columns))) if places is None else places
    for place in wanted:
        items = [column[place] for column in columns]
        is_next = bool(group) and place == first + len(group)
        if not is_next or not all(_follows(group, i, items[i], by_kind) for i in range(len(items))):
            close()
            group, first = [], place
        group.append(items)
    close()
    if sum(each.count if each.count < _LEAST_LOOP else 4 for each in segments) > _MOST_STEPS:
        raise NotLowerable("ranges of too many unlike cells")
    return segments


def _even_strip(cells: RangeCells, by_kind: bool) -> Strip | None:
    """All cells of a range where they are served alike."""
    scalars = cells.certain_scalars()
    if scalars is None:
        return cells.single_strip()
    return None if by_kind and len(set(map(type, scalars))) > 1 else Strip(scalars=tuple(scalars))


def _follows(
    group: list[list[CellItem]],
    position: int,
    item: CellItem,
    by_kind: bool,
) -> bool:
    last = group[-1][position]
    if item[0] is not last[0]:
        return False
    if item[0] is None:
        return not by_kind or type(item[2]) is type(last[2])
    return len(group) == 1 or item[1] - last[1] == last[1] - group[-2][position][1]


@dataclass(frozen=True, slots=True)
class LoopIndex:
    """The round of a loop, from 0: its value number and its value."""

    number: int
    value: Value


@dataclass(frozen=True, slots=True)
class Cursor:
    """One element of a strip: at a fixed place, or where a loop is."""

    reader: PartReader
    strip: Strip
    index: int | LoopIndex

    @property
    def scalar(self) -> Scalar | None:
        """The value of a certain cell at a fixed place; None elsewhere."""
        if self.strip.block is None and isinstance(self.index, int):
            return self.strip.scalars[self.index]
        return None

    @property
    def is_certain(self) -> bool:
        """Whether it is a certain cell."""
        return self.strip.block is None

    def lowered(self) -> Lowered:
        """The element; certain cells in a loop must be of one kind."""
        strip, ops = self.strip, self.reader.ops
        if strip.block is not None:
            start = strip.start
            if isinstance(self.index, int):
                return self.reader.slot(
                    strip.block, Affine(start.base + self.index * strip.stride, start.terms)
                )
            moving = Affine(start.base, (*start.terms, (self.index.number, strip.stride)))
            return self.reader.slot(strip.block, moving)
        if isinstance(self.index, int):
            return lowered_constant(ops, strip.scalars[self.index])
        return self.reader.table_element(strip.scalars, self.index.value)

    def number(self) -> tuple[Value, Value, Value | None]:
        """Whether the element is a number, the number, and the error there may be."""
        ops = self.reader.ops
        if self.is_certain:
            is_number = self.of_certain(Type.LOGICAL, lambda scalar: type(scalar) is float)
            value = self.of_certain(
                Type.NUMBER, lambda scalar: scalar if isinstance(scalar, float) and scalar == scalar else 0.0
            )
            has_error = any(isinstance(scalar, ErrorCode) for scalar in self._seen())
            return is_number, value, self.error_codes() if has_error else None
        element = self.lowered()
        if element.kind is not LoweredKind.NUMBER or element.value is None:
            return ops.logical(False), ops.number(0.0), element.error
        return ops.logical(True), element.value, element.error

    def error_codes(self) -> Value:
        """The error of a certain cell, NONE where there is none."""
        return self.of_certain(
            Type.ERROR, lambda scalar: int(scalar) if isinstance(scalar, ErrorCode) else int(ErrorCode.NONE)
        )

    def of_certain(self, kind: Type, choose: Callable[[Scalar], float | bool | int]) -> Value:
        """Something known of each certain cell, as a value."""
        ops = self.reader.ops
        if isinstance(self.index, int):
            return constant(ops, kind, choose(self.strip.scalars[self.index]))
        return table_value(ops, kind, [choose(scalar) for scalar in self.strip.scalars], self.index.value)

    def _seen(self) -> Sequence[Scalar]:
        if isinstance(self.index, int):
            return (self.strip.scalars[self.index],)
        return self.strip.scalars


def fold_segments(
    reader: PartReader,
    segments: Sequence[Segment],
    state: State,
    step: Callable[[State, Sequence[Cursor], int | Value], State],
) -> tuple[Value, ...]:
    """Feed the elements side by side to `step(state, cursors, place)`, in order; long segments as loops."""
    ops = reader.ops
    current = tuple(state)
    for segment in segments:
        if segment.count < _LEAST_LOOP:
            for index in range(segment.count):
                current = tuple(step(current, list(_cursors(reader, segment, index)), segment.first + index))
            continue
        current = _looped(ops, reader, segment, current, step)
    return current


def _looped(
    ops: StageBuilder,
    reader: PartReader,
    segment: Segment,
    state: tuple[Value, ...],
    step: Callable[[State, Sequence[Cursor], int | Value], State],
) -> tuple[Value, ...]:
    def body(number: int, inside: State) -> State:
        index = LoopIndex(number, ops.affine(Affine(0, ((number, 1),))))
        place = ops.affine(Affine(segment.first, ((number, 1),)))
        return step(inside, list(_cursors(reader, segment, index)), place)

    return ops.loop(segment.count, state, body)


def _cursors(reader: PartReader, segment: Segment, index: int | LoopIndex) -> Iterator[Cursor]:
    return (Cursor(reader, strip, index) for strip in segment.strips)


def constant(ops: StageBuilder, kind: Type, value: float | bool | int) -> Value:
    """A constant of a type."""
    if kind is Type.LOGICAL:
        return ops.logical(bool(value))
    if kind is Type.ERROR:
        return ops.error(ErrorCode(int(value)))
    return ops.integer(int(value)) if kind is Type.INTEGER else ops.number(float(value))


def table_value(ops: StageBuilder, kind: Type, values: Sequence[float | bool | int], index: Value) -> Value:
    """One of several known values, by an INTEGER that is clamped to them.

    Raises:
        NotLowerable: if there is none, as of texts before the first is known.
    """
    if not values:
        raise NotLowerable("one of no values")
    first = values[0]
    if all(value == first for value in values):
        return constant(ops, kind, first)
    array = np.array(values, dtype=DTYPE_BY_TYPE[kind])
    array.flags.writeable = False
    return ops.read_table(Table(kind, array), ops.iclamp(index, 0, len(values) - 1))
