"""A card with a figure that leads somewhere: by a click, or by Enter where it has the focus."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from typing_extensions import override

from mcdesk.ui.widgets.parts import FigureCard
from mcdesk.ui.widgets.plain_tip import plain_tip


class OpenCard(FigureCard):
    """`opened` carries nothing: who made it knows where it leads."""

    opened = Signal()

    def __init__(self, title: str, name: str, tip: str) -> None:
        super().__init__(title, name)
        self.setToolTip(plain_tip(tip))
        self.setProperty("opens", "true")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
