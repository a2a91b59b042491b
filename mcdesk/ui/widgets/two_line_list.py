"""A list whose rows have a name, a second line and something on the right; thousands cost nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import BODY_PIXELS, SMALL_PIXELS
from mcdesk.ui.widgets.elided_texts import text_with_address
from mcdesk.ui.widgets.plain_tip import plain_tip

ROW_HEIGHT = 46
LINE_ROLE = Qt.ItemDataRole.UserRole
RowIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `mark` is the name of a colour of the tokens for a dot on the left, or empty.

    `tip` is what else there is to say of it; `place` is an address that ends the second line.
    """

    title: str
    text: str = ""
    right: str = ""
    mark: str = ""
    tip: str = ""
    place: str = ""


class _Lines(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()

    @override
    def rowCount(self, parent: RowIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    @override
    def data(self, index: RowIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (line.title, line.text, line.place, line.right) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join(filter(None, (line.title, line.text, line.place, line.tip))))
        return None

    def show(self, lines: Sequence[Line]) -> None:
        """Replace what is shown; rows that stay in number are told to have changed only."""
        if len(lines) == len(self.lines):
            self.lines = tuple(lines)
            if lines:
                self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()


class LineDelegate(QStyledItemDelegate):
    """Paints a Line, and leaves `side_room` pixels on the right to whoever paints more there."""

    side_room = 0.0

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._title_font = body_font(BODY_PIXELS, QFont.Weight.Medium)
        self._text_font = body_font(SMALL_PIXELS)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: RowIndex) -> QSize:
        line: Line = index.data(LINE_ROLE)
        return QSize(120, ROW_HEIGHT if line.text or line.place else ROW_HEIGHT - 14)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: RowIndex) -> None:
        self.paint_line(painter, option, index.data(LINE_ROLE))

    def paint_line(self, painter: QPainter, option: QStyleOptionViewItem, line: Line) -> None:
        """Paint one row."""
        tokens = self._theme.tokens
        rect = option.rect
        state = option.state
        area = QRectF(rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_ground if is_chosen else tokens.raised))
            painter.drawRoundedRect(area, 7, 7)
        area.adjust(0, 0, -self.side_room, 0)
        left = area.left() + 9
        if line.mark:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(tokens, line.mark)))
            painter.drawEllipse(QRectF(left, area.center().y() - 3.5, 7, 7))
            left += 16
        painter.setFont(self._text_font)
        right_width = painter.fontMetrics().horizontalAdvance(line.right) if line.right else 0
        right = QRectF(area.right() - right_width - 9, area.top(), right_width + 1, area.height())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, line.right)
        width = (right.left() - 8 if line.right else area.right() - 8) - left
        self._lines(painter, line, QRectF(left, area.top(), max(width, 10.0), area.height()), is_chosen)
        painter.restore()

    def _lines(self, painter: QPainter, line: Line, room: QRectF, is_chosen: bool) -> None:
        tokens = self._theme.tokens
        half = room.height() / 2
        has_second = bool(line.text or line.place)
        upper = QRectF(room.left(), room.top() + 4, room.width(), half - 3) if has_second else room
        painter.setFont(self._title_font)
        painter.setPen(QColor(tokens.accent_text if is_chosen else tokens.text))
        width = int(room.width())
        # without a name it is called by its address
        named = ("", line.title) if line.title == line.place else (line.title, "")
        title = text_with_address(painter.fontMetrics(), *named, width)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        if has_second:
            painter.setFont(self._text_font)
            painter.setPen(QColor(tokens.muted))
            text = text_with_address(painter.fontMetrics(), line.text, line.place, width)
            lower = QRectF(room.left(), room.top() + half, room.width(), half - 4)
            painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class TwoLineList(QListView):
    """Rows by number; Enter or a double click activates, Delete asks to remove."""

    row_chosen = Signal(int)
    row_activated = Signal(int)
    remove_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, theme: Theme, name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._lines = _Lines()
        self.setModel(self._lines)
        self._delegate = LineDelegate(theme)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setUniformItemSizes(False)
        self.clicked.connect(lambda index: self.row_chosen.emit(index.row()))
        self.doubleClicked.connect(lambda index: self.row_activated.emit(index.row()))
        self.customContextMenuRequested.connect(self._menu)
        theme.changed.connect(self.viewport().update)

    @property
    def current_row(self) -> int:
        """The row that is chosen, or -1."""
        return self.currentIndex().row()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these rows; the chosen one stays where it is, if there is still one."""
        row = self.current_row
        self._lines.show(lines)
        if 0 <= row < len(lines):
            self.setCurrentIndex(self._lines.index(row))

    def choose(self, row: int) -> None:
        """Choose a row without telling."""
        self.setCurrentIndex(self._lines.index(row))

    def clear_choice(self) -> None:
        """Choose no row."""
        self.setCurrentIndex(QModelIndex())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row
        if row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.row_activated.emit(row)
        elif row >= 0 and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit(row)
        else:
            super().keyPressEvent(event)
            if self.current_row != row:
                self.row_chosen.emit(self.current_row)

    def _menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(index.row(), self.viewport().mapToGlobal(place))
