"""Blocks and parts: where the uncertain cells of regions keep their values, and what is emitted.

A block is a rectangle of uncertain cells of one region and owns slot arrays; a part is a rectangle
of a block whose cells read in the same way, so that one loop body serves it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mcdesk.engine.ir import Type
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.rectangles import equal_rectangles
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Scalar
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


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Cells of a block that one body serves."""

    block: Block
    rectangle: Rectangle


class CellMap:
    """Where each cell's value comes from: a block, or the certain part.

    `evaluate` gives the scalar that a part of a formula is in a cell, from certain cells alone.
    """

    def __init__(
        self,
        workbook: Workbook,
        blocks: Iterable[Block],
        certain: Callable[[CellAddress], Scalar],
        evaluate: Callable[[Node, CellAddress], Scalar | None] = lambda _node, _cell: None,
    ) -> None:
        self.workbook = workbook
        self.evaluate = evaluate
        self._certain = certain
        self._blocks = tuple(blocks)
        self._is_certain: dict[Rectangle, bool] = {}
        self._items: dict[Rectangle, list[CellItem]] = {}
        self.block_by_cell: dict[tuple[int, int, int], Block] = {}
        for block in self._blocks:
            area = block.rectangle
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    self.block_by_cell[area.sheet, row, column] = block

    def block_at(self, sheet: int, row: int, column: int) -> Block | None:
        """The block of an uncertain cell, None for a certain one."""
        return self.block_by_cell.get((sheet, row, column))

    def certain(self, sheet: int, row: int, column: int) -> Scalar:
        """The value of a certain cell."""
        if self.workbook.sheets[sheet].position(row, column) < 0:
            return BLANK
        return self._certain(CellAddress(sheet, row, column))

    def is_certain(self, area: Rectangle) -> bool:
        """Whether no cell of an area is uncertain."""
        known = self._is_certain.get(area)
        if known is None:
            inside = (block for block in self._blocks if block.rectangle.sheet == area.sheet)
            known = all(block.rectangle.intersect(area) is None for block in inside)
            self._is_certain[area] = known
        return known

    def items(self, area: Rectangle) -> list[CellItem]:
        """Where the values of all cells of an area come from, row-major."""
        known = self._items.get(area)
        if known is None:
            rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
            known = [self._item(area.sheet, row, column) for row in rows for column in columns]
            if len(known) >= _LEAST_KEPT:
                self._items[area] = known
        return known

    def _item(self, sheet: int, row: int, column: int) -> CellItem:
        block = self.block_by_cell.get((sheet, row, column))
        if block is None:
            return None, 0, self.certain(sheet, row, column)
        return block, block.place(row, column), BLANK

    def cells_in(self, area: Rectangle) -> list[tuple[int, int]]:
        """Stored or uncertain cells of an area, row-major."""
        sheet = self.workbook.sheets[area.sheet]
        found = {(int(sheet.rows[i]), int(sheet.columns[i])) for i in sheet.positions_in(area)}
        if len(self.block_by_cell) < area.size:
            found.update(
                (row, column)
                for (number, row, column) in self.block_by_cell
                if number == area.sheet and area.contains(row, column)
            )
        else:
            found.update(
                (row, column)
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
                if (area.sheet, row, column) in self.block_by_cell
            )
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
    labels: dict[tuple[int, int], tuple[object, ...]] = {}
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            labels[row, column] = tuple(_label(cells, read, row, column) for read in moving)
    return [Part(block, rectangle) for rectangle, _ in equal_rectangles(area.sheet, labels)]


def _label(cells: CellMap, read: Read, row: int, column: int) -> object:
    area = read.at(row, column)
    if area.size == 1:
        block = cells.block_at(area.sheet, area.top, area.left)
        if block is not None:
            return id(block)
        return type(cells.certain(area.sheet, area.top, area.left)).__name__
    block = cells.covering_block(area)
    # a window that grows from cell to cell is another one in each
    return (row, column) if block is None else (id(block), area.row_count, area.column_count)
