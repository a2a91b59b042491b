"""One simulation of the queue in two lines, with its bar and its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from mcdesk.ui.presenters.queue_rows import WAITING, QueueRow
from mcdesk.ui.theme.theme import body_font, faded
from mcdesk.ui.theme.tokens import BODY_PIXELS, SMALL_PIXELS, Tokens
from mcdesk.ui.widgets.elided_texts import ElidedTexts

ROW_HEIGHT = 54
_PADDING = 10.0
_PILL_ALPHA = 28
_ACCENTED = ("running", "ending")
_TITLE, _TRIALS, _PROGRESS, _RATE, _STATE = 0, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class QueueInks:
    """The colours of a theme as Qt has them, made once."""

    ground: QColor
    chosen: QColor
    line: QColor
    text: QColor
    muted: QColor
    track: QColor
    accent: QColor
    accent_text: QColor
    accent_pill: QColor
    muted_pill: QColor


def queue_inks(tokens: Tokens) -> QueueInks:
    """The colours of a theme."""
    return QueueInks(
        ground=QColor(tokens.card),
        chosen=QColor(tokens.accent_ground),
        line=QColor(tokens.border),
        text=QColor(tokens.text),
        muted=QColor(tokens.muted),
        track=QColor(tokens.track),
        accent=QColor(tokens.accent),
        accent_text=QColor(tokens.accent_text),
        accent_pill=faded(tokens.accent, _PILL_ALPHA),
        muted_pill=faded(tokens.muted, _PILL_ALPHA),
    )


class QueueRowPainter:
    """Paints a QueueRow; what has not been read yet is a line without words."""

    def __init__(self) -> None:
        self._strong = ElidedTexts(body_font(BODY_PIXELS, QFont.Weight.DemiBold))
        self._body = ElidedTexts(body_font())
        self._small = ElidedTexts(body_font(SMALL_PIXELS))

    def paint(
        self,
        painter: QPainter,
        boxes: Sequence[QRectF],
        row: QueueRow | None,
        inks: QueueInks,
        is_chosen: bool,
    ) -> None:
        """Paint a row on the ground of the table.

        Args:
            boxes: where each of its columns stands.
        """
        whole = boxes[0].united(boxes[-1])
        if is_chosen:
            painter.fillRect(whole, inks.chosen)
        # inside of the row: what a neighbour paints is missing where only one of both is exposed
        painter.fillRect(QRectF(whole.left(), whole.bottom() - 1.0, whole.width(), 1.0), inks.line)
        insides = [box.adjusted(_PADDING, 0.0, -_PADDING, 0.0) for box in boxes]
        if row is None:
            _paint_unread(painter, insides[_TITLE], inks)
            return
        self._paint_title(painter, insides[_TITLE], row, inks)
        for column, inside in enumerate(insides[1:], 1):
            if column == _PROGRESS:
                self._paint_bar(painter, inside, row, inks)
            elif column == _STATE:
                self._paint_pill(painter, inside, row, inks)
            else:
                painter.setPen(inks.text if column == _TRIALS else inks.muted)
                self._body.draw(painter, inside, row.texts[column], column in (_TRIALS, _RATE))

    def _paint_title(self, painter: QPainter, inside: QRectF, row: QueueRow, inks: QueueInks) -> None:
        half = inside.height() / 2.0
        painter.setPen(inks.text)
        upper = QRectF(inside.left(), inside.top() + 6.0, inside.width(), half - 6.0)
        self._strong.draw(painter, upper, row.title)
        painter.setPen(inks.muted)
        lower = QRectF(inside.left(), inside.top() + half, inside.width(), half - 6.0)
        self._small.draw(painter, lower, row.reason)

    def _paint_bar(self, painter: QPainter, room: QRectF, row: QueueRow, inks: QueueInks) -> None:
        track = QRectF(room.left(), room.center().y() - 3.0, max(room.width() - 54.0, 20.0), 6.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.track)
        painter.drawRoundedRect(track, 3.0, 3.0)
        if row.fraction > 0.0:
            done = QRectF(track.left(), track.top(), max(track.width() * row.fraction, 6.0), 6.0)
            painter.setBrush(inks.accent)
            painter.drawRoundedRect(done, 3.0, 3.0)
        painter.setPen(inks.text)
        place = QRectF(track.right(), room.top(), room.right() - track.right(), room.height())
        self._body.draw(painter, place, row.texts[_PROGRESS], is_right=True)

    def _paint_pill(self, painter: QPainter, room: QRectF, row: QueueRow, inks: QueueInks) -> None:
        is_accented, text = row.state in _ACCENTED, row.texts[_STATE]
        width = self._small.width(text) + 30.0
        pill = QRectF(room.left(), room.center().y() - 11.0, width, 22.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks.accent_pill if is_accented else inks.muted_pill)
        painter.drawRoundedRect(pill, 11.0, 11.0)
        painter.setBrush(inks.accent if is_accented else inks.muted)
        painter.drawEllipse(QRectF(pill.left() + 10.0, pill.center().y() - 2.5, 5.0, 5.0))
        painter.setPen(inks.muted if row.state == WAITING else inks.accent_text)
        self._small.draw(painter, pill.adjusted(20.0, 0.0, 0.0, 0.0), text)


def _paint_unread(painter: QPainter, inside: QRectF, inks: QueueInks) -> None:
    place = QRectF(inside.left(), inside.center().y() - 4.0, min(inside.width() * 0.4, 160.0), 8.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.track)
    painter.drawRoundedRect(place, 4.0, 4.0)
