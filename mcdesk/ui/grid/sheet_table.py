"""A sheet as a table for Qt: nothing is copied out of the columns of the workbook."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellAddress,
    Rectangle,
    column_letters,
)
from mcdesk.model.workbook import CellKind, Sheet, Workbook
from mcdesk.ui.grid.cell_marks import Mark, cell_key
from mcdesk.ui.grid.cell_texts import CellTexts

MARK_ROLE = Qt.ItemDataRole.UserRole
# Room beyond the used cells, so that a sheet does not end at its last number.
_SPARE_ROWS, _SPARE_COLUMNS = 60, 14
_FEWEST_COLUMNS = 26
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNMENT = {CellKind.NUMBER: _RIGHT, CellKind.LOGICAL: _CENTRE, CellKind.ERROR: _CENTRE}
_Index = QModelIndex | QPersistentModelIndex


class ShownCell(NamedTuple):
    """A cell as it is painted; `kind` decides where its text stands, `number` and `style` how it shrinks."""

    row: int
    column: int
    kind: int
    text: str
    number: float
    style: int


class SheetTable(QAbstractTableModel):
    """Values as the workbook formats them, or formulas; some values may be replaced, and cells marked.

    Attributes:
        column_pixels: widths that a person gave to columns.
    """

    def __init__(
        self, workbook: Workbook, sheet: Sheet, texts: CellTexts | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.sheet = sheet
        self.column_pixels: dict[int, int] = {}
        self._workbook = workbook
        self._texts = texts or CellTexts(workbook)
        used = sheet.used_extent
        rows = (0 if used is None else used.bottom + 1) + _SPARE_ROWS
        columns = (0 if used is None else used.right + 1) + _SPARE_COLUMNS
        self._row_count = min(rows, MAX_ROWS)
        self._column_count = min(max(columns, _FEWEST_COLUMNS), MAX_COLUMNS)
        self._is_showing_formulas = False
        self._marks: Mapping[int, Mark] = {}
        self._traces: Mapping[int, Mark] = {}
        self._hits: frozenset[int] = frozenset()
        self._overlay: Mapping[int, Scalar] = {}
        edges = [(each.top, each.left, each.bottom, each.right) for each in sheet.merged]
        self._merged = np.array(edges, dtype=np.int64).reshape(-1, 4)

    @property
    def hits(self) -> frozenset[int]:
        """The keys of the cells that a search found."""
        return self._hits

    @property
    def marks(self) -> Mapping[int, Mark]:
        """The marks by the keys of cells."""
        return self._marks

    @property
    def traces(self) -> Mapping[int, Mark]:
        """Those of the marked cells that are traced as well, by key."""
        return self._traces

    @property
    def texts(self) -> CellTexts:
        """What cells show."""
        return self._texts

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._row_count

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._column_count

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown_text(row, column)
        if role == MARK_ROLE:
            return self._marks.get(cell_key(row, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(row, column)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            key = cell_key(row, column)
            found = [each[key].value for each in (self._marks, self._traces) if key in each]
            return "; ".join(found) or None
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return column_letters(section) if orientation is Qt.Orientation.Horizontal else str(section + 1)
        return _CENTRE if role == Qt.ItemDataRole.TextAlignmentRole else None

    def show_formulas(self, is_wanted: bool) -> None:
        """Show formulas instead of values."""
        self._is_showing_formulas = is_wanted
        self._tell_all()

    def show_marks(self, marks: Mapping[int, Mark], traces: Mapping[int, Mark] | None = None) -> None:
        """Tint these cells, by key, and no others; those of `traces` are framed, too."""
        self._marks, self._traces = marks, traces or {}
        self._tell_all()

    def show_hits(self, hits: frozenset[int]) -> None:
        """Frame these cells, by key, as found."""
        self._hits = hits
        self._tell_all()

    def show_overlay(self, values: Mapping[CellAddress, Scalar]) -> None:
        """Show these values instead of the workbook's; those of other sheets are left out."""
        index = self.sheet.index
        self._overlay = {
            cell_key(cell.row, cell.column): value for cell, value in values.items() if cell.sheet == index
        }
        self._tell_all()

    def make_room(self, row: int, column: int) -> None:
        """Let the table reach to a cell of the sheet, which may lie far beyond the used ones."""
        if row >= self._row_count:
            last = min(row + _SPARE_ROWS, MAX_ROWS - 1)
            self.beginInsertRows(QModelIndex(), self._row_count, last)
            self._row_count = last + 1
            self.endInsertRows()
        if column >= self._column_count:
            last = min(column + _SPARE_COLUMNS, MAX_COLUMNS - 1)
            self.beginInsertColumns(QModelIndex(), self._column_count, last)
            self._column_count = last + 1
            self.endInsertColumns()

    def shown_text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        place = self.sheet.position(row, column)
        formula = self._texts.formula(self.sheet, place) if self._is_showing_formulas else ""
        if formula:
            return formula
        value = self._overlay.get(cell_key(row, column))
        if value is not None:
            style = 0 if place < 0 else int(self.sheet.styles[place])
            return self._texts.scalar(value, style)
        return self._texts.at(self.sheet, place)

    def formula_text(self, row: int, column: int) -> str:
        """The formula of a cell with its `=`, or nothing."""
        return self._texts.formula(self.sheet, self.sheet.position(row, column))

    def merged_in(self, area: Rectangle) -> list[Rectangle]:
        """The merged cells that reach into an area."""
        top, left, bottom, right = self._merged.T
        is_in = (top <= area.bottom) & (bottom >= area.top) & (left <= area.right) & (right >= area.left)
        return [self.sheet.merged[place] for place in np.flatnonzero(is_in).tolist()]

    def cells_in(
        self, area: Rectangle, first_column: int = 0, shown_rows: Collection[int] | None = None
    ) -> list[ShownCell]:
        """The cells of an area that show something, row by row; quick, for painting.

        Only texts reach beyond their column: the numbers before `first_column` come without their text.
        Of an area with hidden rows, only the cells in `shown_rows` are gone through.
        """
        sheet, texts = self.sheet, self._texts
        rows = range(area.top, area.bottom + 1) if shown_rows is None else shown_rows
        places = sheet.positions_in(area)
        if len(rows) < area.row_count:
            places = places[np.isin(sheet.rows[places], list(rows))]
        names = (sheet.rows, sheet.columns, sheet.kinds, sheet.numbers, sheet.texts, sheet.styles)
        parts = [part[places].tolist() for part in names]
        found: list[ShownCell] = []
        number_kind, number_text = int(CellKind.NUMBER), texts.number
        is_special = self._is_showing_formulas or bool(self._overlay)
        for place, row, column, kind, number, text, style in zip(places.tolist(), *parts, strict=True):
            if is_special:
                found.append(self._special(place, ShownCell(row, column, kind, "", number, style), text))
            elif kind == number_kind:
                shown = "" if column < first_column else number_text(number, style)
                found.append(ShownCell(row, column, kind, shown, number, style))
            elif kind:
                shown = texts.stored(kind, number, text, style)
                found.append(ShownCell(row, column, kind, shown, number, style))
        unstored = self._unstored(area, rows)
        return sorted(found + unstored) if unstored else found

    def _special(self, place: int, cell: ShownCell, text: int) -> ShownCell:
        """A cell with its formula, or the value laid over it, if it has one."""
        if self._is_showing_formulas:
            formula = self._texts.formula(self.sheet, place)
            if formula:
                return cell._replace(kind=int(CellKind.TEXT), text=formula)
        value = self._overlay.get(cell_key(cell.row, cell.column))
        if value is None:
            return cell._replace(text=self._texts.stored(cell.kind, cell.number, text, cell.style))
        return self._of_value(value, cell)

    def _of_value(self, value: Scalar, cell: ShownCell) -> ShownCell:
        number = value if isinstance(value, float) else 0.0
        return cell._replace(
            kind=int(_kind_of(value)), text=self._texts.scalar(value, cell.style), number=number
        )

    def _unstored(self, area: Rectangle, rows: Iterable[int]) -> list[ShownCell]:
        """Values laid over cells that the workbook does not store, as an array spills them in one trial."""
        if not self._overlay:
            return []
        found: list[ShownCell] = []
        for row in rows:
            for column in range(area.left, area.right + 1):
                value = self._overlay.get(cell_key(row, column))
                if value is not None and self.sheet.position(row, column) < 0:
                    found.append(self._of_value(value, ShownCell(row, column, 0, "", 0.0, 0)))
        return found

    def _alignment(self, row: int, column: int) -> Qt.AlignmentFlag:
        place = self.sheet.position(row, column)
        value = self._overlay.get(cell_key(row, column))
        if self._is_showing_formulas and self._texts.formula(self.sheet, place):
            return _LEFT
        if value is not None:
            return _ALIGNMENT.get(_kind_of(value), _LEFT)
        return _LEFT if place < 0 else _ALIGNMENT.get(CellKind(int(self.sheet.kinds[place])), _LEFT)

    def _tell_all(self) -> None:
        last = self.index(self._row_count - 1, self._column_count - 1)
        self.dataChanged.emit(self.index(0, 0), last)


def _kind_of(value: Scalar) -> CellKind:
    if isinstance(value, bool):
        return CellKind.LOGICAL
    if isinstance(value, ErrorCode):
        return CellKind.ERROR
    if isinstance(value, float):
        return CellKind.NUMBER
    return CellKind.TEXT if isinstance(value, str) else CellKind.BLANK
