"""A symmetric matrix of numbers from -1 to 1 that is read by colour and edited by typing."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import SMALL_PIXELS
from mcdesk.ui.widgets.plain_tip import plain_tip

ROW_PIXELS, COLUMN_PIXELS, NAME_PIXELS = 34, 78, 170
# Text on the strongest colour has a contrast of at least 4.5 in both themes.
_MOST_ALPHA, _LEAST_ALPHA = 0.5, 0.08
_RowIndex = QModelIndex | QPersistentModelIndex
Pair = tuple[int, int]


class _Matrix(QAbstractTableModel):
    typed = Signal(int, int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.titles: tuple[str, ...] = ()
        self.values: Mapping[Pair, float] = {}
        self.wrong: Pair | None = None

    @override
    def rowCount(self, parent: _RowIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.titles)

    @override
    def columnCount(self, parent: _RowIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return self.rowCount(parent)

    @override
    def flags(self, index: _RowIndex) -> Qt.ItemFlag:
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found if index.row() == index.column() else found | Qt.ItemFlag.ItemIsEditable

    @override
    def data(self, index: _RowIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            text = f"{self.value(row, column):g}"
            return text if role == Qt.ItemDataRole.EditRole else text.replace("-", "\u2212")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            told = f"{self.titles[row]} with {self.titles[column]}"
            return plain_tip(told) if role == Qt.ItemDataRole.ToolTipRole else told
        return None

    @override
    def setData(self, index: _RowIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self.typed.emit(index.row(), index.column(), str(value))
        return True

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.titles[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Vertical:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def value(self, row: int, column: int) -> float:
        """One on the diagonal, nought where nothing is known."""
        return 1.0 if row == column else self.values.get((min(row, column), max(row, column)), 0.0)

    def show(self, titles: Sequence[str], values: Mapping[Pair, float], wrong: Pair | None) -> None:
        """Replace everything; the current cell stays where the names do."""
        if tuple(titles) != self.titles:
            self.beginResetModel()
            self.titles = tuple(titles)
            self.endResetModel()
        self.wrong = wrong
        count = len(self.titles)
        # a field that is open over a cell is filled anew by this
        if count and values != self.values:
            self.values = dict(values)
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, count - 1))


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, matrix: _Matrix) -> None:
        super().__init__(matrix)
        self._theme, self._matrix = theme, matrix

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _RowIndex) -> None:
        tokens, row, column = self._theme.tokens, index.row(), index.column()
        value = self._matrix.value(row, column)
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.raised))
        if row != column and value:
            painter.setBrush(self._colour(value))
        painter.drawRoundedRect(area, 5, 5)
        if self._matrix.wrong == (min(row, column), max(row, column)):
            self._frame(painter, area, tokens.bad)
        if option.state & QStyle.StateFlag.State_Selected:
            self._frame(painter, area, tokens.accent)
        painter.setFont(body_font(SMALL_PIXELS))
        painter.setPen(QColor(tokens.muted if row == column or not value else tokens.text))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), str(index.data()))
        painter.restore()

    def _frame(self, painter: QPainter, area: QRectF, colour: str) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), 2))
        painter.drawRoundedRect(area, 5, 5)

    def _colour(self, value: float) -> QColor:
        tokens = self._theme.tokens
        made = QColor(tokens.accent if value > 0.0 else tokens.series[1])
        made.setAlphaF(_LEAST_ALPHA + (_MOST_ALPHA - _LEAST_ALPHA) * abs(value))
        return made


class MatrixTable(QTableView):
    """Arrows move, a number is typed over what is there, Delete makes it nought.

    `typed` tells row, column and what was typed; whoever listens shows the matrix that comes of it.
    """

    typed = Signal(int, int, str)

    def __init__(self, theme: Theme, name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._matrix = _Matrix(self)
        self._matrix.typed.connect(self.typed)
        self.setModel(self._matrix)
        self.setItemDelegate(_Delegate(theme, self._matrix))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        for scroll in (self.setHorizontalScrollMode, self.setVerticalScrollMode):
            scroll(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultSectionSize(COLUMN_PIXELS)
        down.setDefaultSectionSize(ROW_PIXELS)
        down.setFixedWidth(NAME_PIXELS)
        for header in (across, down):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            # what tells inputs of one name apart stands at the end
            header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
            header.setHighlightSections(True)
        theme.changed.connect(self.viewport().update)

    def show_matrix(
        self, titles: Sequence[str], values: Mapping[Pair, float], wrong: Pair | None = None
    ) -> None:
        """Show this; the pair `wrong` is framed. Of each pair the lower number is the first."""
        is_new = tuple(titles) != self._matrix.titles
        self._matrix.show(titles, values, wrong)
        self.viewport().update()
        self._share_width()
        if is_new and len(titles) > 1:
            self.setCurrentIndex(self._matrix.index(1, 0))

    def column_pixels(self) -> int:
        """The least width in which every name can be read, up to that of the names at the side."""
        across = self.horizontalHeader()
        wanted = (across.sectionSizeFromContents(each).width() for each in range(across.count()))
        return min(max((COLUMN_PIXELS, *wanted)), NAME_PIXELS)

    def _share_width(self) -> None:
        """Few columns take the room that there is, so that their names can be read."""
        room = self.viewport().width() // max(len(self._matrix.titles), 1)
        self.horizontalHeader().setDefaultSectionSize(min(max(room, COLUMN_PIXELS), NAME_PIXELS))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def choose(self, row: int, column: int) -> None:
        """Make a cell the current one."""
        self.setCurrentIndex(self._matrix.index(row, column))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() is QAbstractItemView.State.EditingState:
            # what the field over a cell has not taken
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            if index.isValid() and index.row() != index.column():
                self.typed.emit(index.row(), index.column(), "0")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            # not for the default button of the dialog
            self.edit(index)
        else:
            super().keyPressEvent(event)
