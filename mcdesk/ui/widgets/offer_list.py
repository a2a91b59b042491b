"""A list of things that can be taken: a bar that compares them, and a plus that takes one with a click."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from typing_extensions import override

from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import SMALL_PIXELS
from mcdesk.ui.widgets.two_line_list import LINE_ROLE, Line, LineDelegate, RowIndex, TwoLineList

_TAKE_ROOM = 38.0
_BAR_ROOM = 74.0
_BAR_HEIGHT = 4.0
_PLUS_PIXELS = 26.0
_ICON_PIXELS = 15


@dataclass(frozen=True, slots=True)
class Offer(Line):
    """`share` is the length of the bar under `right`, 0 to 1; None for none."""

    share: float | None = None


class _OfferDelegate(LineDelegate):
    def __init__(self, theme: Theme, has_bars: bool) -> None:
        super().__init__(theme)
        self._theme = theme
        self.side_room = _TAKE_ROOM + (_BAR_ROOM if has_bars else 0.0)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: RowIndex) -> None:
        offer: Offer = index.data(LINE_ROLE)
        shown = Line(offer.title, offer.text, place=offer.place)
        self.paint_line(painter, option, shown)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plus = plus_area(option.rect)
        is_near = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        self._paint_plus(painter, plus, is_near)
        if self.side_room > _TAKE_ROOM:
            self._paint_bar(painter, offer, QRectF(option.rect), plus.left())
        painter.restore()

    def _paint_plus(self, painter: QPainter, area: QRectF, is_near: bool) -> None:
        tokens = self._theme.tokens
        painter.setPen(QColor(tokens.border_strong if is_near else tokens.border))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        colour = tokens.accent_text if is_near else tokens.muted
        picture = pixmap("plus", colour, _ICON_PIXELS, painter.device().devicePixelRatioF())
        half = _ICON_PIXELS / 2
        painter.drawPixmap(QPointF(area.center().x() - half, area.center().y() - half), picture)

    def _paint_bar(self, painter: QPainter, offer: Offer, row: QRectF, end: float) -> None:
        if offer.share is None:
            return
        tokens = self._theme.tokens
        room = QRectF(end - _BAR_ROOM, row.top(), _BAR_ROOM - 12.0, row.height())
        painter.setFont(body_font(SMALL_PIXELS))
        painter.setPen(QColor(tokens.muted))
        text = painter.fontMetrics().elidedText(offer.right, Qt.TextElideMode.ElideRight, int(room.width()))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room.adjusted(0, 0, 0, -_BAR_HEIGHT - 6.0), int(right), text)
        track = QRectF(room.left(), row.center().y() + 6.0, room.width(), _BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.track))
        painter.drawRoundedRect(track, 2, 2)
        if offer.share > 0.0:
            painter.setBrush(QColor(tokens.accent))
            filled = QRectF(track)
            filled.setWidth(max(track.width() * offer.share, _BAR_HEIGHT))
            painter.drawRoundedRect(filled, 2, 2)


class OfferList(TwoLineList):
    """Enter, a double click, or a click on the plus takes a row; a click elsewhere chooses it."""

    taken = Signal(int)

    def __init__(self, theme: Theme, name: str, accessible_name: str, has_bars: bool) -> None:
        super().__init__(theme, name, accessible_name)
        self._offers = _OfferDelegate(theme, has_bars)
        self.setItemDelegate(self._offers)
        self.row_activated.connect(self.taken)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Show these."""
        self.show_lines(offers)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._plus_at(event)
        if row is not None:
            self.setState(self.State.NoState)
            self.taken.emit(row)
            return
        super().mouseReleaseEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # the second of two quick clicks on a plus is not for the row that has come under it
        if self._plus_at(event) is None:
            super().mouseDoubleClickEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self._plus_at(event) is not None
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor
        )
        super().mouseMoveEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self.viewport().unsetCursor()
        return super().viewportEvent(event)

    def _plus_at(self, event: QMouseEvent) -> int | None:
        place = event.position()
        index = self.indexAt(place.toPoint())
        if not index.isValid() or not plus_area(self.visualRect(index)).contains(place):
            return None
        return index.row()


def plus_area(row: QRect) -> QRectF:
    """Where the plus of a row is, in the coordinates of the row's own."""
    right = row.right() - 8.0
    middle = QRectF(row).center().y()
    return QRectF(right - _PLUS_PIXELS, middle - _PLUS_PIXELS / 2, _PLUS_PIXELS, _PLUS_PIXELS)
