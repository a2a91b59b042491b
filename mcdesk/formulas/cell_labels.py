"""What a cell is called: its defined name, else the text beside it or above it."""

import numpy as np

from mcdesk.formulas.cell_store import cached_value
from mcdesk.foundation.errors import InputRefused
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.workbook import CellKind, Sheet, Workbook

_MOST_STEPS = 50
_MOST_CHARACTERS = 60


class CellLabels:
    """The labels of the cells of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._name_by_cell: dict[CellAddress, str] = {}
        for name in workbook.names:
            cell = None if name.is_hidden else _named_cell(workbook, name.text)
            if cell is not None:
                self._name_by_cell.setdefault(cell, name.name)

    def name(self, cell: CellAddress) -> str | None:
        """The defined name of a cell."""
        return self._name_by_cell.get(cell)

    def label(self, cell: CellAddress) -> str | None:
        """The name of a cell, else the nearest text to its left, else the nearest above; None without any.

        Numbers between the cell and the text are stepped over: a row of figures has its text in front.
        """
        return self.name(cell) or self.text(cell)

    def cell_named(self, name: str) -> CellAddress | None:
        """The cell that has this defined name, in any case."""
        wanted = name.casefold()
        return next((cell for cell, each in self._name_by_cell.items() if each.casefold() == wanted), None)

    def text(self, cell: CellAddress) -> str | None:
        """The nearest text to the left of a cell, else the nearest above, whatever its name is."""
        place = self.text_cell(cell)
        return None if place is None else self._text_at(place)

    def text_cell(self, cell: CellAddress) -> CellAddress | None:
        """Where that text stands."""
        return self._text_left(cell) or self._text_above(cell)

    def cells_of_text(self, text: str, sheet: int) -> list[CellAddress]:
        """The cells of a sheet that hold a text which names others so, in reading order."""
        ids = [number for number, each in enumerate(self._workbook.strings) if _as_label(each) == text]
        found = self._workbook.sheets[sheet]
        places = np.flatnonzero((found.kinds == CellKind.TEXT) & np.isin(found.texts, ids)).tolist()
        return [CellAddress(sheet, int(found.rows[each]), int(found.columns[each])) for each in places]

    def _text_left(self, cell: CellAddress) -> CellAddress | None:
        sheet = self._workbook.sheets[cell.sheet]
        end = _first_place(sheet, cell.row, cell.column)
        for place in range(end - 1, max(end - _MOST_STEPS, 0) - 1, -1):
            if sheet.rows[place] != cell.row:
                break
            if self._text(sheet, place):
                return CellAddress(cell.sheet, cell.row, int(sheet.columns[place]))
        return None

    def _text_above(self, cell: CellAddress) -> CellAddress | None:
        sheet = self._workbook.sheets[cell.sheet]
        rows = np.arange(cell.row - 1, max(cell.row - _MOST_STEPS, 0) - 1, -1, dtype=np.int64)
        places = sheet.positions_of(rows, np.full_like(rows, cell.column)).tolist()
        found = (row for row, place in zip(rows.tolist(), places, strict=True) if self._is_text(sheet, place))
        row = next(found, None)
        return None if row is None else CellAddress(cell.sheet, row, cell.column)

    def _is_text(self, sheet: Sheet, place: int) -> bool:
        return place >= 0 and bool(self._text(sheet, place))

    def _text_at(self, cell: CellAddress) -> str | None:
        sheet = self._workbook.sheets[cell.sheet]
        return self._text(sheet, sheet.position(cell.row, cell.column))

    def _text(self, sheet: Sheet, place: int) -> str | None:
        """The text of a cell if it can name another: one with a letter in it."""
        if sheet.kinds[place] != CellKind.TEXT:
            return None
        value = cached_value(self._workbook, sheet, place)
        return _as_label(value) if isinstance(value, str) else None


def _as_label(value: str) -> str | None:
    if not any(map(str.isalpha, value)):
        return None
    text = " ".join(value.split()).rstrip(":").rstrip()
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1].rstrip() + "…"


def _first_place(sheet: Sheet, row: int, column: int) -> int:
    """How many cells of a sheet stand before a cell, in reading order."""
    first, last = np.searchsorted(sheet.rows, (row, row + 1)).tolist()
    return int(first + np.searchsorted(sheet.columns[first:last], column))


def _named_cell(workbook: Workbook, text: str) -> CellAddress | None:
    """The cell that the text of a defined name means, None if that is something else."""
    try:
        sheet_name, row, column = parse_cell_text(text.removeprefix("="))
    except InputRefused:
        return None
    sheet = None if sheet_name is None else workbook.sheet_index(sheet_name)
    return None if sheet is None else CellAddress(sheet, row, column)
