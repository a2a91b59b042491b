"""Charts with values that a person moves along the axis, by mouse or by keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.charts.scale import Scale
from mcdesk.ui.theme.theme import Theme

REACH_PIXELS = 9.0
STEPS_ACROSS = 200.0
_LARGE_STEP = 10
_STEP_BY_KEY = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}


class HandledChart(PlotFrame):
    """Handles keep their order. Tab goes from one to the next, and from the last one out of the chart."""

    def __init__(self, theme: Theme, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, title, parent)
        self._handles: list[float] = []
        self._active = 0
        self._dragged: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def active_handle(self) -> int:
        """Which handle the arrow keys move."""
        return self._active

    def handle_place(self, index: int) -> float:
        """How far from the left edge of the chart a handle is, in pixels."""
        area = self._area()
        fraction = self._scale().fraction(self._handles[index])
        return area.left() + min(max(fraction, 0.0), 1.0) * area.width()

    def _area(self) -> QRectF:
        """Where the axis runs, in pixels; there is something."""
        raise NotImplementedError

    def _scale(self) -> Scale:
        """Of the axis that the handles move along; there is something."""
        raise NotImplementedError

    def _tell_move(self, index: int) -> None:
        """A person has moved a handle."""
        raise NotImplementedError

    def _under_mouse(self, value: float, pixels: float) -> float:
        """What is meant by a place on an axis of so many pixels."""
        return value

    def _beside(self, value: float, steps: int) -> float:
        """Where an arrow key leads, so many steps away."""
        scale = self._scale()
        return scale.value(scale.fraction(value) + steps / STEPS_ACROSS)

    def _click(self, place: QPointF) -> None:
        """A person has clicked beside the handles."""

    def _hold(self, handles: Sequence[float]) -> None:
        self._handles = list(handles)
        self._active = min(self._active, max(len(self._handles) - 1, 0))

    def _move(self, index: int, value: float) -> None:
        least = self._handles[index - 1] if index else -float("inf")
        most = self._handles[index + 1] if index + 1 < len(self._handles) else float("inf")
        self._handles[index] = min(max(value, least), most)
        self._retell()
        self._tell_move(index)

    def _handle_at(self, place: QPointF) -> int | None:
        if self.is_empty or not self._handles:
            return None
        distances = [abs(self.handle_place(index) - place.x()) for index in range(len(self._handles))]
        nearest = min(distances)
        if nearest > REACH_PIXELS:
            return None
        # of two in one place, the one that can move towards the hand
        candidates = [index for index, each in enumerate(distances) if each == nearest]
        return candidates[-1] if place.x() >= self.handle_place(candidates[0]) else candidates[0]

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self.is_empty:
            super().mousePressEvent(event)
            return
        self._dragged = self._handle_at(event.position())
        if self._dragged is None:
            self._click(event.position())
        else:
            self._active = self._dragged
            self._redraw()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None or self.is_empty:
            is_near = self._handle_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if is_near else Qt.CursorShape.ArrowCursor)
            return
        area = self._area()
        width = max(area.width(), 1.0)
        fraction = min(max((event.position().x() - area.left()) / width, 0.0), 1.0)
        self._move(self._dragged, self._under_mouse(self._scale().value(fraction), width))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None
        super().mouseReleaseEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.unsetCursor()
        super().leaveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEP_BY_KEY.get(Qt.Key(event.key()))
        if step is None or self.is_empty or not self._handles:
            super().keyPressEvent(event)
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= _LARGE_STEP
        scale = self._scale()
        value = self._beside(self._handles[self._active], step)
        self._move(self._active, min(max(value, scale.low), scale.high))

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        there = self._active + (1 if next else -1)
        if self.hasFocus() and not self.is_empty and 0 <= there < len(self._handles):
            self._active = there
            self._redraw()
            return True
        return super().focusNextPrevChild(next)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is Qt.FocusReason.TabFocusReason:
            self._active = 0
        elif event.reason() is Qt.FocusReason.BacktabFocusReason:
            self._active = max(len(self._handles) - 1, 0)
        super().focusInEvent(event)
        self._redraw()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._redraw()
