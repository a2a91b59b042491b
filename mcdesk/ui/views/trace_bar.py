"""The legend of a trace: whose it is, what each tint means, and a way to end it."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from mcdesk.ui.grid.cell_inks import cell_inks
from mcdesk.ui.grid.cell_marks import Mark
from mcdesk.ui.presenters.traces_presenter import Trace, TraceSide
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import ElidedLabel, button, set_icon

_SWATCH = 14


class TraceBar(QWidget):
    """Hidden while nothing is traced."""

    end_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("traceBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 2, 2)
        row.setSpacing(8)
        self._title = ElidedLabel("", "cardTitle", "traceTitle")
        row.addWidget(self._title, 2)
        self._depends_on = _Side(theme, Mark.PRECEDENT, "traceDependsOn")
        self._influences = _Side(theme, Mark.DEPENDENT, "traceInfluences")
        row.addWidget(self._depends_on, 4)
        row.addWidget(self._influences, 4)
        self._end = button("", "endTrace", "quiet", "End the tracing (Esc)")
        set_icon(self._end, "close", theme, 14)
        self._end.clicked.connect(self.end_wanted)
        row.addWidget(self._end)
        self.hide()

    def show_trace(self, trace: Trace | None, address: str = "") -> None:
        """Show what the tints of this mean."""
        if trace is not None:
            self._title.setText(trace.title or address)
            self._depends_on.show_side(trace.depends_on)
            self._influences.show_side(trace.influences)
        self.setVisible(trace is not None)


class _Side(QWidget):
    def __init__(self, theme: Theme, mark: Mark, name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        row.addWidget(_Swatch(theme, mark))
        self._text = ElidedLabel("", "muted", name)
        row.addWidget(self._text, 1)

    def show_side(self, side: TraceSide | None) -> None:
        self._text.setText("" if side is None else side.text)
        self.setVisible(side is not None)


class _Swatch(QWidget):
    def __init__(self, theme: Theme, mark: Mark) -> None:
        super().__init__()
        self._theme, self._mark = theme, mark
        self.setFixedSize(_SWATCH, _SWATCH)
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        inks = cell_inks(self._theme.tokens)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(inks.trace_by_mark[self._mark], 1.2))
        painter.setBrush(inks.ground_by_mark[self._mark])
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)
