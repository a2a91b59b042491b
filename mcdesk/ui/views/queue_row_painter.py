"""One simulation of the queue in two lines, with its bar and its state."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from mcdesk.ui.presenters.queue_rows import QueueRow
from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import BODY_PIXELS, SMALL_PIXELS

ROW_HEIGHT = 54
ROW_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_COLOURS = {"running": "accent", "waiting": "muted", "ending": "accent"}


class QueueRowPainter(QStyledItemDelegate):
    """Paints a QueueRow; what has not been read yet is a line without words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._strong = body_font(BODY_PIXELS, QFont.Weight.DemiBold)
        self._body = body_font()
        self._small = body_font(SMALL_PIXELS)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: QueueRow | None = index.data(ROW_ROLE)
        tokens, area = self._theme.tokens, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.accent_ground))
        painter.setPen(QColor(tokens.border))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inside = area.adjusted(10, 0, -10, 0)
        if row is None:
            self._unread(painter, inside, index.column())
        else:
            self._column(painter, inside, row, index.column())
        painter.restore()

    def _column(self, painter: QPainter, inside: QRectF, row: QueueRow, column: int) -> None:
        tokens = self._theme.tokens
        if column == 0:
            half = inside.height() / 2
            upper = QRectF(inside.left(), inside.top() + 6, inside.width(), half - 6)
            self._text(painter, upper, row.title, self._strong, tokens.text)
            lower = QRectF(inside.left(), inside.top() + half, inside.width(), half - 6)
            self._text(painter, lower, row.reason, self._small, tokens.muted)
        elif column == 3:
            self._bar(painter, inside, row)
        elif column == 5:
            self._pill(painter, inside, row)
        else:
            is_right = column in (2, 4)
            colour = tokens.text if column == 2 else tokens.muted
            self._text(painter, inside, row.texts[column], self._body, colour, is_right)

    def _unread(self, painter: QPainter, inside: QRectF, column: int) -> None:
        if column == 0:
            place = QRectF(inside.left(), inside.center().y() - 4, min(inside.width() * 0.4, 160.0), 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.tokens.track))
            painter.drawRoundedRect(place, 4, 4)

    def _text(
        self, painter: QPainter, room: QRectF, text: str, font: QFont, colour: str, is_right: bool = False
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _bar(self, painter: QPainter, room: QRectF, row: QueueRow) -> None:
        tokens = self._theme.tokens
        track = QRectF(room.left(), room.center().y() - 3, max(room.width() - 54, 20.0), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.track))
        painter.drawRoundedRect(track, 3, 3)
        if row.fraction > 0.0:
            done = QRectF(track.left(), track.top(), max(track.width() * row.fraction, 6.0), 6)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(done, 3, 3)
        place = QRectF(track.right(), room.top(), room.right() - track.right(), room.height())
        self._text(painter, place, row.texts[3], self._body, tokens.text, is_right=True)

    def _pill(self, painter: QPainter, room: QRectF, row: QueueRow) -> None:
        tokens = self._theme.tokens
        colour = QColor(getattr(tokens, _COLOURS.get(row.state, "muted")))
        ground = QColor(colour)
        ground.setAlpha(28)
        painter.setFont(self._small)
        width = painter.fontMetrics().horizontalAdvance(row.texts[5]) + 30
        pill = QRectF(room.left(), room.center().y() - 11, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, 11, 11)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(pill.left() + 10, pill.center().y() - 2.5, 5, 5))
        painter.setPen(QColor(tokens.accent_text if row.state != "waiting" else tokens.muted))
        painter.drawText(pill.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.texts[5])
