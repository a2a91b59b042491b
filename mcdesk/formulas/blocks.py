"""Blocks and parts: where the uncertain cells of regions keep their values, and what is emitted.

A block is a rectangle of uncertain cells of one region and owns slot arrays; a part is a rectangle
of a block whose cells read in the same way, so that one loop body serves it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Type
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.rectangle_index import RectangleIndex
from mcdesk.formulas.rectangles import Numbers, cells_of, labelled_rectangles
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Blank, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import Workbook


@dataclass(slots=True, eq=False)
class Block:
    """Uncertain cells with one formula; the arrays are known once the first part is emitted.

    `base` is the element of the first cell where several blocks share their arrays.
    """

    rectangle: Rectangle
    tree: Node | None
    is_slow: bool = False
    type: Type | None = None
    value_array: int = -1
    error_array: int | None = None
    base: int = 0

    def place(self, row: int, column: int) -> int:
        """Element of the slot arrays that holds a cell."""
        area = self.rectangle
        return self.base + (row - area.top) * area.column_count + column - area.left


# The block and slot of an uncertain cell; or None, and the certain value.
CellItem = tuple[Block | None, int, Scalar]
_LEAST_KEPT = 24
_KINDS = (float, bool, str, ErrorCode, Blank)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Cells of a block that one body serves."""

    block: Block
    rectangle: Rectangle


class CellMap:
    """Where each cell's value comes from: a block, or the certain part.

    `evaluate` gives the scalar that a part of a formula is in a cell, from certain cells alone; `dates`
    says how texts are read as dates.
    """

    def __init__(
        self,
        workbook: Workbook,
        blocks: Iterable[Block],
        certain: Callable[[CellAddress], Scalar],
        evaluate: Callable[[Node, CellAddress], Scalar | None] = lambda _node, _cell: None,
        dates: DateReading | None = None,
    ) -> None:
        self.workbook, self.dates = workbook, dates
        self.evaluate = evaluate
        self._certain = certain
        self.blocks = tuple(blocks)
        self._index = RectangleIndex([block.rectangle for block in self.blocks])
        areas = [block.rectangle for block in self.blocks]
        self._reaches = np.array([(a.bottom, a.right) for a in areas] or [(-1, -1)], dtype=np.int64)
        self._is_certain: dict[Rectangle, bool] = {}
        self._items: dict[Rectangle, list[CellItem]] = {}
        self._scalars: dict[tuple[int, int, int], Scalar] = {}

    @cached_property
    def block_by_cell(self) -> Mapping[tuple[int, int, int], Block]:
        """The block of each uncertain cell."""
        return {
            (block.rectangle.sheet, row, column): block
            for block in self.blocks
            for row, column in cells_of(block.rectangle)
        }

    def block_at(self, sheet: int, row: int, column: int) -> Block | None:
        """The block of an uncertain cell, None for a certain one."""
        number = self._index.at(sheet, row, column)
        return None if number < 0 else self.blocks[number]

    def numbers_at(self, sheet: int, rows: Numbers, columns: Numbers) -> Numbers:
        """The places in `blocks` of the blocks of many cells, -1 for certain ones."""
        return self._index.at_each(sheet, rows, columns)

    def covers(self, numbers: Numbers, bottoms: Numbers, rights: Numbers) -> NDArray[np.bool_]:
        """Whether the blocks with these numbers reach down and right to these cells; False for none."""
        reaches = self._reaches[np.maximum(numbers, 0)]
        return (numbers >= 0) & (reaches[..., 0] >= bottoms) & (reaches[..., 1] >= rights)

    def certain(self, sheet: int, row: int, column: int) -> Scalar:
        """The value of a certain cell."""
        key = (sheet, row, column)
        if key not in self._scalars:
            is_stored = self.workbook.sheets[sheet].position(row, column) >= 0
            self._scalars[key] = self._certain(CellAddress(*key)) if is_stored else BLANK
        return self._scalars[key]

    def certain_each(self, sheet: int, cells: Iterable[tuple[int, int]]) -> list[Scalar]:
        """The values of many certain cells of a sheet, given as (row, column)."""
        return [self.certain(sheet, row, column) for row, column in cells]

    def certain_in(self, area: Rectangle) -> list[Scalar]:
        """The values of all cells of an area without uncertain ones, row-major."""
        return self.certain_each(area.sheet, cells_of(area))

    def certain_seen(
        self, read: Read, part: Rectangle, cells: Sequence[tuple[int, int]], offset: tuple[int, int]
    ) -> list[Scalar]:
        """What a reference shows from each of these cells of a part, so far down and right of its corner."""
        tops, _, lefts, _ = read.over(part)
        rows, columns = (tops + offset[0]).tolist(), (lefts + offset[1]).tolist()
        top, left = part.top, part.left
        return self.certain_each(
            read.sheet, [(rows[row - top], columns[column - left]) for row, column in cells]
        )

    def numbers_seen(
        self, read: Read, part: Rectangle, cells: Sequence[tuple[int, int]], offset: tuple[int, int]
    ) -> NDArray[np.float64] | None:
        """The same where all of it is known to be numbers, (n,); None where that is not known."""
        return None

    def values_seen(
        self, node: Node, part: Rectangle, cells: Sequence[tuple[int, int]]
    ) -> list[Scalar] | None:
        """What a part of a formula is in each of these cells, where that is calculated; else None."""
        return None

    def is_certain(self, area: Rectangle) -> bool:
        """Whether no cell of an area is uncertain."""
        known = self._is_certain.get(area)
        if known is None:
            known = self._is_certain[area] = not self._index.touching(area)
        return known

    def items(self, area: Rectangle) -> list[CellItem]:
        """Where the values of all cells of an area come from, row-major."""
        known = self._items.get(area)
        if known is None:
            if self.is_certain(area):
                known = [(None, 0, scalar) for scalar in self.certain_in(area)]
            else:
                known = [self._item(area.sheet, row, column) for row, column in cells_of(area)]
            if len(known) >= _LEAST_KEPT:
                self._items[area] = known
        return known

    def _item(self, sheet: int, row: int, column: int) -> CellItem:
        block = self.block_at(sheet, row, column)
        if block is None:
            return None, 0, self.certain(sheet, row, column)
        return block, block.place(row, column), BLANK

    def cells_in(self, area: Rectangle) -> list[tuple[int, int]]:
        """Stored or uncertain cells of an area, row-major."""
        sheet = self.workbook.sheets[area.sheet]
        places = sheet.positions_in(area)
        found = set(zip(sheet.rows[places].tolist(), sheet.columns[places].tolist(), strict=True))
        for number in self._index.touching(area):
            inside = self.blocks[number].rectangle.intersect(area)
            found.update(() if inside is None else cells_of(inside))
        return sorted(found)

    def covering_block(self, area: Rectangle) -> Block | None:
        """The block that holds the whole area, if one does."""
        block = self.block_at(area.sheet, area.top, area.left)
        if block is None:
            return None
        inside = block.rectangle.intersect(area)
        return block if inside == area else None


def cut_into_parts(cells: CellMap, block: Block) -> list[Part]:
    """The parts of a block, in reading order."""
    area = block.rectangle
    if block.tree is None or block.is_slow or area.size == 1:
        return [Part(block, area)]
    reads = reads_of(cells.workbook, block.tree, area.sheet).reads
    moving = [read for read in reads if not read.is_fixed]
    labels = np.zeros((area.row_count, area.column_count), dtype=np.int64)
    for read in moving:
        labels = _joined(labels, _labels(cells, read, area))
    return [Part(block, rectangle) for rectangle in labelled_rectangles(area, labels)]


def _labels(cells: CellMap, read: Read, area: Rectangle) -> Numbers:
    """A number for each cell of an area; cells that read in the same way have the same."""
    tops, bottoms, lefts, rights = (each if each[0] != each[-1] else each[:1] for each in read.over(area))
    top, bottom, left, right = tops[:, None], bottoms[:, None], lefts[None, :], rights[None, :]
    numbers = cells.numbers_at(read.sheet, top, left)
    is_single = (top == bottom) & (left == right)
    for row, column in np.argwhere(is_single & (numbers < 0)).tolist():
        scalar = cells.certain(read.sheet, int(tops[row % len(tops)]), int(lefts[column % len(lefts)]))
        numbers[row, column] = -1 - _KINDS.index(type(scalar))
    if not is_single.all():
        shape = np.broadcast_shapes(numbers.shape, is_single.shape)
        numbers = np.broadcast_to(numbers, shape)
        # a window that no block covers is another one in each cell
        own = -1 - len(_KINDS) - np.arange(numbers.size, dtype=np.int64).reshape(shape)
        is_read_alike = is_single | cells.covers(numbers, bottom, right)
        shapes = _joined(np.broadcast_to(bottom - top, shape), np.broadcast_to(right - left, shape))
        numbers = _joined(np.where(is_read_alike, numbers, own), np.where(is_read_alike, shapes, 0))
    return np.broadcast_to(numbers, (area.row_count, area.column_count))


def _joined(one: Numbers, other: Numbers) -> Numbers:
    """A number for each pair of numbers that stand at the same place."""
    if other.min() == other.max():
        return one
    pairs = one * (other.max() - other.min() + 1) + other - other.min()
    return np.unique(pairs, return_inverse=True)[1].reshape(one.shape)
