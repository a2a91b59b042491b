"""The simulations of the queue, however many: only those in sight and around them are kept here."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from mcdesk.ui.presenters.queue_rows import QueuePage, QueueRow
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.queue_row_painter import ROW_HEIGHT, QueueRowPainter, queue_inks
from mcdesk.ui.widgets.plain_tip import plain_tip

HEADERS = ("Simulation", "Account", "Trials", "Progress", "Rate", "State")
WIDTHS = (0, 150, 116, 160, 86, 106)
# So many rows beside those in sight are read with them, so that a turn of the wheel finds them there.
ROWS_AROUND = 80
ROWS_TOO_NEAR = 20
_Index = QModelIndex | QPersistentModelIndex


class QueueTable(QTableView):
    """Keeps the chosen simulation chosen, wherever its row goes.

    `page_wanted` carries the place from which on rows are needed; the others the row that a person means,
    `move_wanted` also whether it goes up.
    """

    page_wanted = Signal(object)
    row_chosen = Signal()
    cancel_wanted = Signal(object)
    opened = Signal(object)
    move_wanted = Signal(object, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows = _Rows()
        self._is_showing = False
        self.chosen: QueueRow | None = None
        self.setObjectName("queueTable")
        self.setAccessibleName("Simulations")
        self.setModel(self._rows)
        self._theme = theme
        self._painter = QueueRowPainter()
        self._inks = queue_inks(theme.tokens)
        # All of the viewport is painted here: what is scrolled need not be painted again.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(WIDTHS):
            if width:
                self.setColumnWidth(column, width)
        theme.changed.connect(self._change_theme)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.verticalScrollBar().valueChanged.connect(self._ask_for_rows)
        self.doubleClicked.connect(lambda index: self._open(self.row_at(index.row())))

    def show_page(self, page: QueuePage) -> None:
        """Show the rows of a page in their places."""
        self._is_showing = True
        self._rows.show(page)
        self._follow_chosen(page)
        self._is_showing = False

    def row_at(self, place: int) -> QueueRow | None:
        """The simulation in a row; None where it has not been read."""
        return self._rows.row(place)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # a row at once: a call of a delegate for each cell would take most of a frame
        painter, exposed = QPainter(self.viewport()), event.rect()
        painter.fillRect(exposed, self._inks.ground)
        first, last = self.rowAt(exposed.top()), self.rowAt(exposed.bottom())
        if first < 0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = [
            (self.columnViewportPosition(each), self.columnWidth(each)) for each in range(len(HEADERS))
        ]
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        for place in range(first, (self._rows.count if last < 0 else last + 1)):
            top = self.rowViewportPosition(place)
            boxes = [QRectF(left, top, width, ROW_HEIGHT) for left, width in columns]
            self._painter.paint(painter, boxes, self.row_at(place), self._inks, place in chosen)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.chosen, event.key()
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if row is None:
            super().keyPressEvent(event)
        elif is_alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_wanted.emit(row, key == Qt.Key.Key_Up)
        elif key == Qt.Key.Key_Delete:
            self.cancel_wanted.emit(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(row)
        else:
            super().keyPressEvent(event)

    def _change_theme(self) -> None:
        self._inks = queue_inks(self._theme.tokens)
        self.viewport().update()

    def _open(self, row: QueueRow | None) -> None:
        if row is not None:
            self.opened.emit(row)

    def _choose(self, index: QModelIndex) -> None:
        if not self._is_showing:
            self.chosen = self.row_at(index.row()) if index.isValid() else None
            self.row_chosen.emit()

    def _follow_chosen(self, page: QueuePage) -> None:
        if self.chosen is None:
            return
        name = self.chosen.id
        found = next((place for place, row in enumerate(page.rows, page.first) if row.id == name), None)
        if found is not None:
            self.chosen = page.rows[found - page.first]
            if found != self.currentIndex().row():
                # not scrolled to: what a person looks at stays where it is
                self.setAutoScroll(False)
                self.setCurrentIndex(self._rows.index(found, 0))
                self.setAutoScroll(True)
        elif len(page.rows) == page.count or self._was_read(page):
            self.chosen = None
            self.selectionModel().clear()
        self.row_chosen.emit()

    def _was_read(self, page: QueuePage) -> bool:
        """Whether the row that was the chosen one's is on the page: it has ended then."""
        return page.first <= self.currentIndex().row() < page.first + len(page.rows)

    def _ask_for_rows(self) -> None:
        top = self.rowAt(0)
        bottom = self.rowAt(self.viewport().height() - 1)
        bottom = self._rows.count - 1 if bottom < 0 else bottom
        begin, end = self._rows.first, self._rows.first + len(self._rows.rows)
        if (top < begin + ROWS_TOO_NEAR and begin > 0) or (
            bottom >= end - ROWS_TOO_NEAR and end < self._rows.count
        ):
            self.page_wanted.emit(max(top - ROWS_AROUND, 0))


class _Rows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.count = 0, 0
        self.rows: tuple[QueueRow, ...] = ()

    def row(self, place: int) -> QueueRow | None:
        within = place - self.first
        return self.rows[within] if 0 <= within < len(self.rows) else None

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self.count

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(HEADERS)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.texts[index.column()]
        return plain_tip(row.reason) if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_right = section in (2, 4)
            side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def show(self, page: QueuePage) -> None:
        """What is the same is not told to have changed; no row is taken from under a person's mouse."""
        shown = {place: self.row(place) for place in range(self.first, self.first + len(self.rows))}
        asked = {place: self.row(place) for place in range(page.first, page.first + len(page.rows))}
        self._resize(page)
        before = shown | asked
        changed = [place for place, old in before.items() if place < self.count and old != self.row(place)]
        if changed:
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), len(HEADERS) - 1))

    def _resize(self, page: QueuePage) -> None:
        grown = page.count - self.count
        if grown > 0:
            self.beginInsertRows(QModelIndex(), self.count, page.count - 1)
        elif grown < 0:
            self.beginRemoveRows(QModelIndex(), page.count, self.count - 1)
        self.first, self.rows, self.count = page.first, page.rows, page.count
        if grown > 0:
            self.endInsertRows()
        elif grown < 0:
            self.endRemoveRows()
