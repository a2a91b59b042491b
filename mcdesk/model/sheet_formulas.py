"""The formulas of one sheet as the file stores them: plain, shared, array, data table, or without text."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mcdesk.model.addresses import MAX_COLUMNS, CellAddress, Rectangle
from mcdesk.model.cell_values import parse_cell_address, parse_extent
from mcdesk.model.package import PartRefused
from mcdesk.model.workbook import DataTable, Formula, FormulaKind
from mcdesk.model.xml_parts import Attributes, is_true


class SheetFormulas:
    """Adds the formulas of one sheet to those of the workbook, of which cells keep the index."""

    def __init__(self, sheet: int, all_formulas: list[Formula]) -> None:
        self.sheet = sheet
        self._all = all_formulas
        self._index_by_shared: dict[str, int] = {}
        self._owners: list[int] = []
        self._followers: list[int] = []

    def add(self, text: str, attributes: Attributes, cell: tuple[int, int], is_dynamic: bool) -> int:
        """Take the `f` element of a cell and return the index of its formula.

        Raises:
            ValueError: if a range or a cell that it names lies outside of a sheet.
        """
        text = text.strip().removeprefix("=")
        kind = attributes.get("t", "normal")
        if kind == "shared":
            return self._add_shared(text, attributes, cell)
        if kind == "dataTable":
            return self._add_data_table(text, attributes, cell)
        if not text:
            return self._add_follower(cell)
        if kind == "array":
            extent = self._extent(attributes, cell)
            formula = Formula(text, self.sheet, *cell, FormulaKind.ARRAY, extent, is_dynamic)
            return self._own(formula)
        return self._append(Formula(text, self.sheet, *cell))

    def absent_cells(self, keys: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
        """The cells that array formulas fill and of which the file stores nothing.

        Args:
            keys: (cells,) row * MAX_COLUMNS + column of the stored cells, in any order.
            most: how many cells the array formulas may fill, those of overlapping ones counted again.

        Raises:
            PartRefused: if they fill more.
        """
        found = [keys[:0]]
        for index in self._owners:
            extent = self._all[index].extent
            assert extent is not None
            if self._all[index].kind is not FormulaKind.ARRAY or extent.size == 1:
                continue
            most -= extent.size
            if most < 0:
                raise PartRefused("it has too many cells")
            rows = np.arange(extent.top, extent.bottom + 1, dtype=np.int64) * MAX_COLUMNS
            columns = np.arange(extent.left, extent.right + 1, dtype=np.int64)
            found.append((rows[:, np.newaxis] + columns).ravel())
        return np.setdiff1d(np.concatenate(found), keys) if len(found) > 1 else keys[:0]

    def finish(self, keys: npt.NDArray[np.int64], check: Callable[[], None]) -> npt.NDArray[np.int32]:
        """Settle which formula owns which cell, once the cells of the sheet are in order.

        Args:
            keys: (cells,) row * MAX_COLUMNS + column, sorted.
            check: called between formulas; raises when the time is up.

        Returns:
            (cells,) index of the array formula or data table that covers the cell, or -1.
        """
        owners = np.full(len(keys), -1, dtype=np.int32)
        for index in self._owners:
            check()
            extent = self._all[index].extent
            assert extent is not None
            owners[_positions(keys, extent)] = index
        for index in self._followers:
            follower = self._all[index]
            place = int(keys.searchsorted(follower.row * MAX_COLUMNS + follower.column))
            if place < len(keys) and owners[place] >= 0:
                owner = self._all[owners[place]]
                self._all[index] = replace(follower, row=owner.row, column=owner.column, extent=owner.extent)
        return owners

    def _add_shared(self, text: str, attributes: Attributes, cell: tuple[int, int]) -> int:
        number = attributes.get("si", "")
        is_master = bool(text) and ("ref" in attributes or number not in self._index_by_shared)
        if is_master:
            index = self._append(Formula(text, self.sheet, *cell))
            self._index_by_shared[number] = index
            return index
        known = self._index_by_shared.get(number)
        return self._add_follower(cell) if known is None else known

    def _add_data_table(self, text: str, attributes: Attributes, cell: tuple[int, int]) -> int:
        table = DataTable(
            r1=self._input_cell(attributes, "r1", "del1"),
            r2=self._input_cell(attributes, "r2", "del2"),
            is_two_dimensional=is_true(attributes.get("dt2D")),
            is_row=is_true(attributes.get("dtr")),
        )
        extent = self._extent(attributes, cell)
        kind = FormulaKind.DATA_TABLE
        return self._own(Formula(text, self.sheet, *cell, kind, extent, data_table=table))

    def _add_follower(self, cell: tuple[int, int]) -> int:
        index = self._append(Formula("", self.sheet, *cell, FormulaKind.SPILL_FOLLOWER))
        self._followers.append(index)
        return index

    def _own(self, formula: Formula) -> int:
        index = self._append(formula)
        self._owners.append(index)
        return index

    def _append(self, formula: Formula) -> int:
        self._all.append(formula)
        return len(self._all) - 1

    def _extent(self, attributes: Attributes, cell: tuple[int, int]) -> Rectangle:
        """What the formula fills: its own cell where the file says nothing, or what begins elsewhere."""
        text, own = attributes.get("ref"), Rectangle(self.sheet, *cell, *cell)
        extent = own if text is None else parse_extent(text, self.sheet)
        return extent if (extent.top, extent.left) == cell else own

    def _input_cell(self, attributes: Attributes, name: str, deleted: str) -> CellAddress | None:
        if is_true(attributes.get(deleted)):
            return None
        return parse_cell_address(attributes.get(name), self.sheet)


def _positions(keys: npt.NDArray[np.int64], extent: Rectangle) -> npt.NDArray[np.int64]:
    first = int(keys.searchsorted(extent.top * MAX_COLUMNS + extent.left))
    last = int(keys.searchsorted(extent.bottom * MAX_COLUMNS + extent.right, side="right"))
    columns = keys[first:last] % MAX_COLUMNS
    return np.flatnonzero((columns >= extent.left) & (columns <= extent.right)) + first
