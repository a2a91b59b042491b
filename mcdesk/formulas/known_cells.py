"""Calculated cells as the lowering reads them."""

from collections.abc import Iterable, Sequence

from typing_extensions import override

from mcdesk.formulas.blocks import Block, CellMap
from mcdesk.formulas.cell_store import ROW_SHIFT, SHEET_SHIFT, Stop, key_of, keys_in
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.lowered import NotLowerable
from mcdesk.formulas.node_evaluation import node_scalar
from mcdesk.formulas.reads import Read
from mcdesk.formulas.same_everywhere import is_same_everywhere
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.model.addresses import CellAddress, Rectangle


class KnownCells(CellMap):
    """Cells with values, and blocks of those that get theirs now."""

    def __init__(self, calculation: Calculation, blocks: Iterable[Block] = ()) -> None:
        super().__init__(calculation.workbook, blocks, self._known, self._same, calculation.dates)
        self._calculation, self._cells = calculation, calculation.cells
        self._areas: dict[Rectangle, list[Scalar]] = {}

    @override
    def certain(self, sheet: int, row: int, column: int) -> Scalar:
        """The value of a cell; one without a value keeps the region from being filled."""
        value = self._cells.get(key_of(sheet, row, column), BLANK)
        if isinstance(value, Stop):
            raise NotLowerable("a cell without a value")
        return value

    @override
    def certain_each(self, sheet: int, cells: Iterable[tuple[int, int]]) -> list[Scalar]:
        """The values of many cells, as `certain`."""
        return self._values([key_of(sheet, row, column) for row, column in cells])

    @override
    def certain_in(self, area: Rectangle) -> list[Scalar]:
        """The values of all cells of an area, row-major."""
        if area not in self._areas:
            self._areas[area] = self._values(keys_in(area))
        return self._areas[area]

    @override
    def certain_seen(
        self, read: Read, part: Rectangle, cells: Sequence[tuple[int, int]], offset: tuple[int, int]
    ) -> list[Scalar]:
        """What a reference shows from each of these cells of a part, so far down and right of its corner."""
        if len(cells) < part.size:
            return super().certain_seen(read, part, cells, offset)
        tops, _, lefts, _ = read.over(part)
        rows, columns = (tops + offset[0])[:, None], (lefts + offset[1])[None, :]
        return self._values((columns | (rows << ROW_SHIFT) | (read.sheet << SHEET_SHIFT)).ravel().tolist())

    def _values(self, keys: list[int]) -> list[Scalar]:
        values = list(map(self._cells.get, keys))
        kinds = set(map(type, values))
        if Stop in kinds:
            raise NotLowerable("a cell without a value")
        if type(None) in kinds:
            values = [BLANK if value is None else value for value in values]
        return values  # type: ignore[return-value]  # no Stop among them

    def _same(self, node: Node, cell: CellAddress) -> Scalar | None:
        # what differs from cell to cell is left to the program
        return node_scalar(self._calculation, node, cell) if is_same_everywhere(node) else None

    def _known(self, cell: CellAddress) -> Scalar:
        return self.certain(cell.sheet, cell.row, cell.column)
