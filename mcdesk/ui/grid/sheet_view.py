"""The view of one sheet: scrolls by pixels, and knows the mouse and the keys of a spreadsheet."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView
from typing_extensions import override

from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.ui.grid.cell_inks import cell_inks
from mcdesk.ui.grid.cell_painter import CellPainter, box_of, exposed_part, paint_chosen
from mcdesk.ui.grid.grid_header import GridHeader
from mcdesk.ui.grid.jumps import filled_columns, filled_rows, jump
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.theme.theme import Theme

DEFAULT_WIDTH = 76
_LEAST_WIDTH, _MOST_WIDTH = 18, 600
_CHARACTER_PIXELS = 7.4
_WIDTH_PADDING = 8
_MOST_COPIED = 200_000
_NOTHING = QItemSelectionModel.SelectionFlag.NoUpdate
_ONLY_THIS = QItemSelectionModel.SelectionFlag.ClearAndSelect
_Index = QModelIndex | QPersistentModelIndex
_ACTION_BY_KEY = {
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
}
_STEP_BY_ACTION = {
    QAbstractItemView.CursorAction.MoveUp: (-1, 0),
    QAbstractItemView.CursorAction.MoveDown: (1, 0),
    QAbstractItemView.CursorAction.MoveLeft: (0, -1),
    QAbstractItemView.CursorAction.MoveRight: (0, 1),
}
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


class SheetView(QTableView):
    """Tells which cell is current, and what a key or the context menu wants with it.

    The signals carry a CellAddress; `menu_wanted` also where on the screen; `notice` a sentence.
    """

    current_moved = Signal(object)
    input_key = Signal(object)
    output_key = Signal(object)
    menu_wanted = Signal(object, QPoint)
    activated_cell = Signal(object)
    notice = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sheetView")
        self.setAccessibleName("Cells")
        self._theme = theme
        self._painter = CellPainter()
        self._inks = cell_inks(theme.tokens)
        self._is_laying_out = False
        self._anchor = QPersistentModelIndex()
        self._letters = GridHeader(Qt.Orientation.Horizontal, theme, self)
        self._numbers = GridHeader(Qt.Orientation.Vertical, theme, self)
        self.setHorizontalHeader(self._letters)
        self.setVerticalHeader(self._numbers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(True)
        # All of the viewport is painted here: what is scrolled need not be painted again.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._change_theme()
        self._connect()

    def show_table(self, table: SheetTable) -> None:
        """Show a sheet, with the widths that its file, or a person, gave to the columns."""
        self._is_laying_out = True
        # Headers keep sizes and hidden sections of a sheet when only the model changes.
        for model in (None, table):
            before = self.selectionModel()
            self.setModel(model)
            if before is not None:
                # Qt leaves the old one to whoever set the model
                before.deleteLater()
        self.selectionModel().currentChanged.connect(lambda now, _: self._tell(self.current_moved, now))
        self.selectionModel().selectionChanged.connect(self._show_chosen)
        self._numbers.fit(table.rowCount())
        self._set_widths(table)
        self._hide_rows(table)
        self._is_laying_out = False

    @property
    def current_cell(self) -> CellAddress | None:
        """The cell with the frame around it."""
        return self._cell(self.currentIndex())

    def go_to(self, row: int, column: int) -> None:
        """Make a cell the current one, and show it."""
        self.choose_area(row, column, row, column)

    def choose_area(self, top: int, left: int, bottom: int, right: int) -> None:
        """Choose an area and show its first cell, which becomes the current one."""
        table = self._table
        if table is None:
            return
        table.make_room(bottom, right)
        first = table.index(top, left)
        self.selectionModel().setCurrentIndex(first, _NOTHING)
        self.selectionModel().select(QItemSelection(first, table.index(bottom, right)), _ONLY_THIS)
        self._anchor = QPersistentModelIndex(first)
        self.scrollTo(first, QAbstractItemView.ScrollHint.EnsureVisible)

    def chosen_areas(self) -> list[Rectangle]:
        """The areas that are chosen, the last one last."""
        table = self._table
        if table is None:
            return []
        sheet, chosen = table.sheet.index, self.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.count())]
        return [Rectangle(sheet, each.top(), each.left(), each.bottom(), each.right()) for each in ranges]

    def copy(self) -> None:
        """Put the last chosen area on the clipboard: tabs between columns, a line for each row."""
        table, areas = self._table, self.chosen_areas()
        used = None if table is None else table.sheet.used_extent
        if table is None or not areas:
            return
        area = areas[-1] if used is None else (areas[-1].intersect(used) or areas[-1])
        if area.size > _MOST_COPIED:
            self.notice.emit(f"At most {_MOST_COPIED:,} cells are copied at once.")
            return
        columns, rows = range(area.left, area.right + 1), range(area.top, area.bottom + 1)
        lines = ["\t".join(_one_line(table.shown_text(row, column)) for column in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        table = self._table
        painter = QPainter(self.viewport())
        if table is None:
            painter.fillRect(event.rect(), self._inks.ground)
            return
        exposed = exposed_part(self, table, event.rect())
        self._painter.paint(painter, exposed, table, self._inks, self)
        current, areas = self.currentIndex(), self.chosen_areas()
        box = (
            box_of(self, self._shown_area(table, current.row(), current.column()))
            if current.isValid()
            else None
        )
        chosen = [box_of(self, each) for each in areas if each.size > 1]
        paint_chosen(painter, [each for each in chosen if each != box], box, self._inks)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        signals = {
            Qt.Key.Key_I: self.input_key,
            Qt.Key.Key_O: self.output_key,
            Qt.Key.Key_Return: self.activated_cell,
            Qt.Key.Key_Enter: self.activated_cell,
        }
        key = Qt.Key(event.key())
        signal = signals.get(key) if event.modifiers() in _PLAIN else None
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif signal is not None:
            self._tell(signal, self.currentIndex())
        elif key in _ACTION_BY_KEY:
            self._move(_ACTION_BY_KEY[key], event.modifiers())
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        super().mousePressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        # Qt would look through all rows for a cell that begins with the letter.
        return

    @override
    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        table, current = self._table, self.currentIndex()
        if table is None or not current.isValid() or not modifiers & Qt.KeyboardModifier.ControlModifier:
            return super().moveCursor(cursorAction, modifiers)
        used = table.sheet.used_extent
        if cursorAction is QAbstractItemView.CursorAction.MoveHome:
            return table.index(0, 0)
        if cursorAction is QAbstractItemView.CursorAction.MoveEnd:
            return table.index(0, 0) if used is None else table.index(used.bottom, used.right)
        down, right = _STEP_BY_ACTION.get(cursorAction, (0, 0))
        if not down and not right:
            return super().moveCursor(cursorAction, modifiers)
        row, column = current.row(), current.column()
        if down:
            row = jump(filled_rows(table.sheet, column), row, down, table.rowCount() - 1)
        else:
            column = jump(filled_columns(table.sheet, row), column, right, table.columnCount() - 1)
        return self._shown_from(table, row, column, (down, right))

    def _move(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> None:
        """Move the frame; with Shift, what lies between it and where it was put last is chosen."""
        target, model = self.moveCursor(action, modifiers), self.selectionModel()
        if not target.isValid():
            return
        is_extending = bool(modifiers & Qt.KeyboardModifier.ShiftModifier) and self._anchor.isValid()
        model.setCurrentIndex(target, _NOTHING if is_extending else _ONLY_THIS)
        if is_extending:
            anchor = self.model().index(self._anchor.row(), self._anchor.column())
            model.select(QItemSelection(anchor, target), _ONLY_THIS)
        else:
            self._anchor = QPersistentModelIndex(target)
        self.scrollTo(target)

    def _shown_from(self, table: SheetTable, row: int, column: int, step: tuple[int, int]) -> QModelIndex:
        """The cell, or the first one on the way beyond it that is not hidden; the frame's own if none is."""
        while self.isRowHidden(row) or self.isColumnHidden(column):
            row, column = row + step[0], column + step[1]
            if not (0 <= row < table.rowCount() and 0 <= column < table.columnCount()):
                return self.currentIndex()
        return table.index(row, column)

    @property
    def _table(self) -> SheetTable | None:
        table = self.model()
        return table if isinstance(table, SheetTable) else None

    def _connect(self) -> None:
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.doubleClicked.connect(lambda index: self._tell(self.activated_cell, index))
        self._letters.sectionResized.connect(self._keep_width)
        self._theme.changed.connect(self._change_theme)

    def _set_widths(self, table: SheetTable) -> None:
        header, count = self._letters, table.columnCount()
        header.setMinimumSectionSize(_LEAST_WIDTH)
        header.setDefaultSectionSize(DEFAULT_WIDTH)
        for width in table.sheet.column_widths:
            pixels = round(width.width_characters * _CHARACTER_PIXELS) + _WIDTH_PADDING
            for column in range(width.first, min(width.last + 1, count)):
                header.resizeSection(column, min(max(pixels, _LEAST_WIDTH), _MOST_WIDTH))
                header.setSectionHidden(column, width.is_hidden)
        for column, chosen in table.column_pixels.items():
            header.resizeSection(column, chosen)

    def _hide_rows(self, table: SheetTable) -> None:
        # a header that may update looks for the place of each row, and goes through all of them for it
        self._numbers.setUpdatesEnabled(False)
        for row in table.sheet.hidden_rows.tolist():
            if row < table.rowCount():
                self.setRowHidden(row, True)
        self._numbers.setUpdatesEnabled(True)

    def _keep_width(self, column: int, _before: int, pixels: int) -> None:
        if self._table is not None and not self._is_laying_out and pixels:
            self._table.column_pixels[column] = pixels

    def _show_chosen(self) -> None:
        areas = self.chosen_areas()
        self._letters.show_chosen([(area.left, area.right) for area in areas])
        self._numbers.show_chosen([(area.top, area.bottom) for area in areas])
        # Frames reach beyond the cells whose state Qt knows to have changed.
        self.viewport().update()

    def _shown_area(self, table: SheetTable, row: int, column: int) -> Rectangle:
        """A cell, or the merged cells it belongs to."""
        cell = Rectangle(table.sheet.index, row, column, row, column)
        return next(iter(table.merged_in(cell)), cell)

    def _ask_for_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        cell = self._cell(index)
        if cell is None:
            return
        if not self.selectionModel().isSelected(index):
            self.go_to(index.row(), index.column())
        self.menu_wanted.emit(cell, self.viewport().mapToGlobal(place))

    def _cell(self, index: _Index) -> CellAddress | None:
        if not index.isValid() or self._table is None:
            return None
        return CellAddress(self._table.sheet.index, index.row(), index.column())

    def _tell(self, signal: object, index: _Index) -> None:
        cell = self._cell(index)
        if cell is not None:
            signal.emit(cell)  # type: ignore[attr-defined]  # a bound signal has no type of its own

    def _change_theme(self) -> None:
        self._inks = cell_inks(self._theme.tokens)
        self.viewport().update()


def _one_line(text: str) -> str:
    """A cell's text without what would look like another cell or row."""
    return text.replace("\t", " ").replace("\n", " ")
