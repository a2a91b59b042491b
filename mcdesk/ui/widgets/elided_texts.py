"""Texts cut to their room, and how wide they are then: kept, because rows are painted again and again."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter

_MOST_KEPT = 20_000
_GAP = "   "
_ELLIPSIS = "\u2026"


class ElidedTexts:
    """Writes texts in one font; what was cut once is not measured again."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._lift = (self._metrics.ascent() - self._metrics.descent()) / 2.0
        self._kept: dict[tuple[str, int], tuple[str, float]] = {}

    def width(self, text: str) -> float:
        """How wide a text is that is not cut."""
        return self._metrics.horizontalAdvance(text)

    def draw(self, painter: QPainter, room: QRectF, text: str, is_right: bool = False) -> None:
        """Write the text, centred in height, at the left of its room or at the right; the pen is set."""
        shown, width = self._shown(text, int(room.width()))
        left = room.right() - width if is_right else room.left()
        painter.setFont(self.font)
        painter.drawText(QPointF(left, room.center().y() + self._lift), shown)

    def _shown(self, text: str, room: int) -> tuple[str, float]:
        found = self._kept.get((text, room))
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            found = self._kept[text, room] = shown, self._metrics.horizontalAdvance(shown)
        return found


def text_with_address(metrics: QFontMetrics, text: str, address: str, width: int) -> str:
    """A text and an address after it, cut to a width: first the name of the sheet, the cell never."""
    gap = _GAP if text and address else ""
    if metrics.horizontalAdvance(f"{text}{gap}{address}") <= width:
        return f"{text}{gap}{address}"
    sheet, mark, cell = address.rpartition("!")
    end = f"{mark}{cell}"
    left = width - metrics.horizontalAdvance(f"{text}{gap}{end}")
    room = max(left, metrics.horizontalAdvance(_ELLIPSIS))
    end = metrics.elidedText(sheet, Qt.TextElideMode.ElideMiddle, room) + end
    rest = width - metrics.horizontalAdvance(f"{gap}{end}")
    return f"{metrics.elidedText(text, Qt.TextElideMode.ElideRight, rest)}{gap}{end}"
