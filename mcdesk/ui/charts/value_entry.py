"""A value that a person types where a chart shows it: a number as Excel reads it, or a percentile as `p5`."""

import math
import re
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

WIDTH, HEIGHT = 118.0, 26.0
_PERCENTILE = re.compile(r"[pP]\s*(\d{1,2}(?:\.\d+)?|100)")
_HALVINGS = 80


def typed_value(text: str, ends: tuple[float, float], below: Callable[[float], float]) -> float | None:
    """What is meant by a text, or None.

    Args:
        ends: values between which percentiles are looked for.
        below: the probability, 0 to 1, of a value below this one.
    """
    # reading texts as Excel does takes a while to load
    from mcdesk.formulas.cell_store import ObstacleMet
    from mcdesk.formulas.text_numbers import text_to_number

    percentile = _PERCENTILE.fullmatch(text.strip())
    if percentile is not None:
        return _value_at(float(percentile.group(1)) / 100.0, ends, below)
    try:
        value = text_to_number(text.replace("\u2212", "-"))
    except ObstacleMet:
        return None
    return value if value is not None and math.isfinite(value) else None


def _value_at(chance: float, ends: tuple[float, float], below: Callable[[float], float]) -> float:
    low, high = ends
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        low, high = (middle, high) if below(middle) < chance else (low, middle)
    return high


class ValueEntry(QLineEdit):
    """Stands over a chart while it is typed into; Enter gives the text, Escape and leaving give up."""

    given = Signal(str)

    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart)
        self._chart = chart
        self.setObjectName("valueEntry")
        self.setAccessibleName("Value of the delimiter")
        self.setToolTip("A number, or a percentile such as p5")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def ask(self, at: QPointF, text: str, is_replaced: bool) -> None:
        """Show itself around a place of the chart, with a text that typing replaces or goes on with."""
        left, top = at.x() - WIDTH / 2.0, at.y() - HEIGHT / 2.0
        left = min(max(left, 0.0), max(self._chart.width() - WIDTH, 0.0))
        top = min(max(top, 0.0), max(self._chart.height() - HEIGHT, 0.0))
        self.setGeometry(QRectF(left, top, WIDTH, HEIGHT).toRect())
        self.setText(text)
        self.show()
        # the ground of the chart is laid later than this one is made, and lies over it
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if is_replaced:
            self.selectAll()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.given.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hide()

    def close_with(self, is_understood: bool) -> None:
        """Go away, or stay with the text marked for another try."""
        if is_understood:
            self._leave()
        else:
            self.selectAll()

    def _leave(self) -> None:
        self.hide()
        self._chart.setFocus(Qt.FocusReason.OtherFocusReason)
