"""Where a program keeps each uncertain cell, found when it is asked for."""

from collections.abc import Iterator, Mapping

from typing_extensions import override

from mcdesk.engine.simulation_types import Quantity
from mcdesk.formulas.blocks import Block, CellMap
from mcdesk.formulas.rectangles import cells_of
from mcdesk.model.addresses import CellAddress


class CellSlots(Mapping[CellAddress, Quantity]):
    """Slots by cell; cells that only the evaluator knows have none."""

    def __init__(self, cells: CellMap) -> None:
        self._cells = cells

    @override
    def __getitem__(self, cell: CellAddress) -> Quantity:
        block = self._cells.block_at(cell.sheet, cell.row, cell.column)
        if block is None or block.type is None:
            raise KeyError(cell)
        place = block.place(cell.row, cell.column)
        return Quantity("", "", block.value_array, place, block.error_array)

    @override
    def __iter__(self) -> Iterator[CellAddress]:
        for block in self._kept():
            for row, column in cells_of(block.rectangle):
                yield CellAddress(block.rectangle.sheet, row, column)

    @override
    def __len__(self) -> int:
        return sum(block.rectangle.size for block in self._kept())

    def _kept(self) -> list[Block]:
        return [block for block in self._cells.blocks if block.type is not None]
