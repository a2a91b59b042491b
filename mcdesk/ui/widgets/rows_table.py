"""A plain table of a few dozen rows: a name on the left, figures on the right; copied with Ctrl+C."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem
from typing_extensions import override

from mcdesk.ui.widgets.plain_tip import plain_tip

ROW_HEIGHT = 30
WIDE_COLUMN = 102


class RowsTable(QTableWidget):
    """Rows of texts under headers; `row_opened` by a click or by Enter, once that leads somewhere.

    Args:
        most_stretched: so many columns share the width; of more each is as wide as a figure.
    """

    row_opened = Signal(int)

    def __init__(
        self, headers: Sequence[str], name: str, accessible_name: str, most_stretched: int = 8
    ) -> None:
        super().__init__(0, len(headers))
        self._most_stretched = most_stretched
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        self.set_headers(headers)

    def set_headers(self, headers: Sequence[str]) -> None:
        """Show these columns; more than fit are scrolled."""
        header = self.horizontalHeader()
        self.setColumnCount(len(headers))
        self.setHorizontalHeaderLabels(list(headers))
        is_wide = len(headers) > self._most_stretched
        mode = QHeaderView.ResizeMode.Fixed if is_wide else QHeaderView.ResizeMode.Stretch
        header.setSectionResizeMode(mode)
        header.setDefaultSectionSize(WIDE_COLUMN)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for column in range(len(headers)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_alignment(column))
                item.setToolTip(plain_tip(item.text()))

    def let_rows_open(self, tip: str) -> None:
        """Let a person open rows; `tip` says what that does."""
        self.setToolTip(plain_tip(tip))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open_clicked)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these."""
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                self._show_text(number, column, text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._chosen_text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.row_opened.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def _show_text(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(_alignment(column))
            self.setItem(row, column, item)
        # of a simulation that runs most texts stay what they are
        if item.text() != text:
            item.setText(text)
            item.setToolTip(plain_tip(text))

    def _open_clicked(self, index: QModelIndex) -> None:
        # with a modifier a person chooses rows, to copy them
        if not QGuiApplication.keyboardModifiers():
            self.row_opened.emit(index.row())

    def _chosen_text(self) -> str:
        rows = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        lines = []
        for row in rows:
            items = (self.item(row, column) for column in range(self.columnCount()))
            lines.append("\t".join("" if item is None else item.text() for item in items))
        return "\n".join(lines)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
