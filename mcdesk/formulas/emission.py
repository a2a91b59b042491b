"""Reads cells while a part is emitted: from slots, tables or constants, as its loops go over it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import DTYPE_BY_TYPE, Affine, SlotAccess, Table, Type
from mcdesk.formulas.binding import walk
from mcdesk.formulas.blocks import Block, CellMap
from mcdesk.formulas.dialects import is_declaration, is_draw
from mcdesk.formulas.lowered import KIND_BY_TYPE, Lowered, LoweredKind, NotLowerable, lowered_constant
from mcdesk.formulas.reads import Read, reads_of, reference_reads
from mcdesk.formulas.rectangles import cells_of
from mcdesk.formulas.same_everywhere import is_same_everywhere
from mcdesk.formulas.shared_work import SharedWork
from mcdesk.formulas.syntax import (
    Call,
    CellReference,
    Node,
    RangeReference,
)
from mcdesk.formulas.values import Blank, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle

_ORIGIN = Affine(0)
_MOST_WINDOW = 64


@dataclass(frozen=True, slots=True)
class Position:
    """The cell that a body stands for: the first one, and the loops that move it.

    `rows` and `columns` are (index value, step) of the loop over rows or columns, or None.
    """

    sheet: int
    row: int
    column: int
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None

    @property
    def is_moving(self) -> bool:
        """Whether one body serves several cells."""
        return self.rows is not None or self.columns is not None

    def cells_of(self, area: Rectangle) -> Sequence[tuple[int, int]]:
        """The cells of an area that the body stands for, in the order of `index_in`."""
        return cells_of(area)

    def narrowed(self, area: Rectangle, by_row: bool, by_column: bool) -> "tuple[Position, Rectangle]":
        """Position and area cut to one row where rows make no difference, and so for columns."""
        row, bottom, rows = (self.row, area.bottom, self.rows) if by_row else (area.top, area.top, None)
        column, right = (self.column, area.right) if by_column else (area.left, area.left)
        here = Position(self.sheet, row, column, rows, self.columns if by_column else None)
        return here, Rectangle(area.sheet, area.top, area.left, bottom, right)

    def index_in(self, ops: StageBuilder, area: Rectangle) -> Value:
        """Where the cell stands in an area, as a value."""
        return ops.affine(self.place_in(area))

    def place_in(self, area: Rectangle) -> Affine:
        """Where the cell stands in an area, row-major, as the loops move on."""
        base = (self.row - area.top) * area.column_count + self.column - area.left
        terms: list[tuple[int, int]] = []
        if self.rows is not None:
            terms.append((self.rows[0], self.rows[1] * area.column_count))
        if self.columns is not None:
            terms.append(self.columns)
        return Affine(base, tuple(terms))


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive elements of a range: a grid of slots, certain scalars, or elements of lanes."""

    block: Block | None = None
    start: Affine = _ORIGIN
    counts: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (0, 0)
    scalars: tuple[Scalar, ...] = ()
    elements: tuple[Lowered, ...] = ()

    @property
    def size(self) -> int:
        """Number of elements."""
        if self.block is not None:
            return self.counts[0] * self.counts[1]
        return len(self.scalars) + len(self.elements)


class PartReader:
    """The cells that a part's formula reads; `shared` where it reads none that its own loops write."""

    def __init__(
        self,
        ops: StageBuilder,
        cells: CellMap,
        part: Rectangle,
        position: Position,
        shared: SharedWork | None = None,
    ) -> None:
        self.ops = ops
        self.shared = shared
        self.cells = cells
        self.position = position
        self._part = part

    @property
    def part(self) -> Rectangle:
        """The cells that the body stands for."""
        return self._part

    def cell(self, node: CellReference) -> Lowered:
        """The value of one cell."""
        reads = reference_reads(self.cells.workbook, node, self.position.sheet)
        if len(reads) != 1:
            raise NotLowerable("a reference to another file or several sheets")
        read = reads[0]
        area = read.at(self.position.row, self.position.column)
        block = self.cells.block_at(area.sheet, area.top, area.left)
        if block is None:
            return self._certain(read)
        return self.slot(block, self.place(block, read))

    def known(self, node: Node) -> Lowered | None:
        """What a node that reads certain cells only is in each cell; None if it is not such a node."""
        return self.one_of_each_cell(self.known_scalars(node))

    def one_of_each_cell(self, scalars: Sequence[Scalar] | None) -> Lowered | None:
        """The one of known values that belongs to the cell at hand; None if they differ in kind."""
        if scalars is None:
            return None
        if len(scalars) == 1:
            return lowered_constant(self.ops, scalars[0])
        try:
            return self.table_element(scalars, self.position.index_in(self.ops, self._part))
        except NotLowerable:
            return None

    def known_scalars(self, node: Node) -> list[Scalar] | None:
        """The value of such a node in each cell that the body stands for, one if it stands for one."""
        part = self._part
        if any(isinstance(each, Call) and _is_random(each.name) for each in walk(node)):
            return None
        reads = reads_of(self.cells.workbook, node, part.sheet)
        if reads.is_dynamic or not all(self.cells.is_certain(read.swept(part)) for read in reads.reads):
            return None
        return self.scalars_of(node)

    def scalars_of(self, node: Node) -> list[Scalar] | None:
        """The value in each of those cells of a node that does not depend on uncertain values."""
        here, part = self.position, self._part
        scalars: list[Scalar] = []
        cells = here.cells_of(part) if here.is_moving else [(here.row, here.column)]
        if is_same_everywhere(node):
            scalar = self.cells.evaluate(node, CellAddress(part.sheet, *cells[0]))
            return None if scalar is None else [scalar] * len(cells)
        for row, column in cells:
            scalar = self.cells.evaluate(node, CellAddress(part.sheet, row, column))
            if scalar is None:
                return None
            scalars.append(scalar)
        return scalars

    def may_be_blank(self, node: Node) -> bool:
        """Whether a node is a reference of which some cell is surely blank."""
        if isinstance(node, CellReference):
            known = self.known_scalars(node)
            return known is not None and any(isinstance(scalar, Blank) for scalar in known)
        if not isinstance(node, RangeReference):
            return False
        area = self.area(node)
        return len(self.cells.cells_in(area)) < area.size

    def slot(self, block: Block, at: Affine, shift: Value | None = None) -> Lowered:
        """One element of a block."""
        if block.type is None:
            raise NotLowerable("a value that only the evaluator knows")
        value = self.ops.read_slot(SlotAccess(block.value_array, at), shift)
        error: Value | None = None
        if block.error_array is not None:
            error = self.ops.read_slot(SlotAccess(block.error_array, at), shift)
        return Lowered(KIND_BY_TYPE[block.type], value, error)

    def place(self, block: Block, read: Read) -> Affine:
        """Where the first cell of a read stands in a block, as the loops move on."""
        here = self.position
        area = read.at(here.row, here.column)
        terms: list[tuple[int, int]] = []
        if here.rows is not None and read.top is not None and not read.top.is_absolute:
            terms.append((here.rows[0], here.rows[1] * block.rectangle.column_count))
        if here.columns is not None and read.left is not None and not read.left.is_absolute:
            terms.append(here.columns)
        return Affine(block.place(area.top, area.left), tuple(terms))

    def area(self, node: RangeReference | CellReference) -> Rectangle:
        """The rectangle that a reference means at the first cell."""
        reads = reference_reads(self.cells.workbook, node, self.position.sheet)
        if len(reads) != 1:
            raise NotLowerable("a reference to another file or several sheets")
        return reads[0].at(self.position.row, self.position.column)

    def runs(self, node: RangeReference | CellReference, moves: bool = False) -> list[Run]:
        """All elements of a range in row-major order; cells that hold nothing are left out.

        With `moves`, a window over certain cells may move.
        """
        runs: list[Run] = []
        for read in reference_reads(self.cells.workbook, node, self.position.sheet):
            area = read.at(self.position.row, self.position.column)
            block = self.cells.covering_block(area)
            if block is not None:
                strides = (block.rectangle.column_count, 1)
                counts = (area.row_count, area.column_count)
                runs.append(Run(block, self.place(block, read), counts, strides))
                continue
            if not self.position.is_moving or read.is_fixed_over(self._part):
                runs.extend(self._mixed(area))
            elif moves:
                runs.append(self._window(read, area))
            else:
                raise NotLowerable("a window that moves over unlike cells")
        return runs

    def _window(self, read: Read, area: Rectangle) -> Run:
        """A window over certain cells that moves: each of its places a table."""
        tops, bottoms, lefts, rights = read.over(self._part)
        heights, widths = bottoms - tops + 1, rights - lefts + 1
        is_rigid = bool((heights == area.row_count).all() and (widths == area.column_count).all())
        is_certain = self.cells.is_certain(read.swept(self._part))
        if not is_certain or area.size > _MOST_WINDOW or not is_rigid:
            raise NotLowerable("a window that moves over unlike cells")
        return Run(
            elements=tuple(
                self._moving_element(read, row, column)
                for row in range(area.row_count)
                for column in range(area.column_count)
            )
        )

    def _mixed(self, area: Rectangle) -> list[Run]:
        runs: list[Run] = []
        scalars: list[Scalar] = []
        for row, column in self.cells.cells_in(area):
            block = self.cells.block_at(area.sheet, row, column)
            if block is None:
                scalars.append(self.cells.certain(area.sheet, row, column))
                continue
            if scalars:
                runs.append(Run(scalars=tuple(scalars)))
                scalars = []
            _append_slot(runs, block, block.place(row, column))
        return [*runs, Run(scalars=tuple(scalars))] if scalars else runs

    def _certain(self, read: Read) -> Lowered:
        here = self.position
        if not here.is_moving or read.is_fixed_over(self._part):
            area = read.at(here.row, here.column)
            return lowered_constant(self.ops, self.cells.certain(area.sheet, area.top, area.left))
        return self._moving_element(read, 0, 0)

    def _moving_element(self, read: Read, down: int, right: int) -> Lowered:
        tops, _, lefts, _ = read.over(self._part)
        here, part = self.position.narrowed(self._part, tops[0] != tops[-1], lefts[0] != lefts[-1])
        cells, offset = here.cells_of(part), (down, right)
        numbers = self.cells.numbers_seen(read, part, cells, offset)
        if numbers is not None and (numbers != numbers[0]).any():
            table = number_table(numbers)
            return Lowered(LoweredKind.NUMBER, self.ops.read_table(table, here.index_in(self.ops, part)))
        scalars = self.cells.certain_seen(read, part, cells, offset)
        return self.table_element(scalars, here.index_in(self.ops, part))

    def table_element(self, scalars: Sequence[Scalar], index: Value) -> Lowered:
        """One of several certain scalars of one kind."""
        first = scalars[0]
        if all(scalar == first and type(scalar) is type(first) for scalar in scalars):
            return lowered_constant(self.ops, first)
        if len(set(map(type, scalars))) > 1 or isinstance(first, Blank):
            raise NotLowerable("certain cells of several kinds")
        if isinstance(first, str):
            codes = [self.ops.draft.text(scalar) for scalar in scalars if isinstance(scalar, str)]
            return Lowered(LoweredKind.TEXT, self.ops.read_table(code_table(codes), index))
        if isinstance(first, ErrorCode):
            return Lowered(LoweredKind.ERROR, None, self.ops.read_table(_table(Type.ERROR, scalars), index))
        kind = Type.LOGICAL if isinstance(first, bool) else Type.NUMBER
        return Lowered(KIND_BY_TYPE[kind], self.ops.read_table(_table(kind, scalars), index))


def _is_random(name: str) -> bool:
    return is_draw(name) or is_declaration(name)


def number_table(values: Sequence[float] | NDArray[np.float64]) -> Table:
    """A table of numbers."""
    return _table(Type.NUMBER, values)


def code_table(codes: Sequence[int]) -> Table:
    """A table of texts, by their codes."""
    values = np.array(codes, dtype=DTYPE_BY_TYPE[Type.TEXT])
    values.flags.writeable = False
    return Table(Type.TEXT, values)


def fold_run(
    reader: PartReader,
    run: Run,
    state: Sequence[Value],
    step: Callable[[Sequence[Value], Lowered], Sequence[Value]],
) -> Sequence[Value]:
    """Feed the elements of a run to a step, in order; long runs as loops."""
    ops = reader.ops
    if run.block is None:
        for element in (*(lowered_constant(ops, scalar) for scalar in run.scalars), *run.elements):
            state = step(state, element)
        return state
    block = run.block
    return _fold_grid(ops, run, state, lambda inside, at: step(inside, reader.slot(block, at)))


def _fold_grid(
    ops: StageBuilder,
    run: Run,
    state: Sequence[Value],
    step: Callable[[Sequence[Value], Affine], Sequence[Value]],
) -> Sequence[Value]:
    rows, columns = run.counts

    def along(outer: Affine, inside: Sequence[Value]) -> Sequence[Value]:
        if columns == 1:
            return step(inside, outer)
        return ops.loop(
            columns,
            inside,
            lambda index, carried: step(carried, _moved(outer, index, run.strides[1])),
        )

    if rows == 1:
        return along(run.start, state)
    return ops.loop(
        rows, state, lambda index, carried: along(_moved(run.start, index, run.strides[0]), carried)
    )


def _moved(at: Affine, index: int, stride: int) -> Affine:
    return Affine(at.base, (*at.terms, (index, stride)))


def _append_slot(runs: list[Run], block: Block, place: int) -> None:
    last = runs[-1] if runs else None
    if last is not None and last.block is block:
        count, stride = last.counts[1], last.strides[1]
        gap = place - (last.start.base + stride * (count - 1))
        if count == 1 or gap == stride:
            runs[-1] = Run(block, last.start, (1, count + 1), (0, gap))
            return
    runs.append(Run(block, Affine(place)))


def _table(kind: Type, scalars: Sequence[Scalar] | NDArray[np.float64]) -> Table:
    values = np.array(scalars, dtype=DTYPE_BY_TYPE[kind])
    values.flags.writeable = False
    return Table(kind, values)
