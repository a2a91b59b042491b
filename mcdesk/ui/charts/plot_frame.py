"""What all charts stand on: a ground to paint on, the look, the empty state, tool tips and descriptions."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.ui.charts.ink import CENTRE, axis_font, draw_text
from mcdesk.ui.charts.labels import TextOf, plain_number
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import Tokens
from mcdesk.ui.widgets.plain_tip import plain_tip

Row = tuple[str | float, ...]


class PlotFrame(QWidget):
    """A chart; it is fed by its `show_data`, and what is not shown is None.

    Everything is painted in the pixels of the scene, from places that are fractions of an axis. So pens
    are as thick on a dense screen as on a coarse one, and a file is painted as the window is.
    """

    def __init__(self, theme: Theme, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text_of: TextOf = plain_number
        self._is_copied = False
        self._empty_text = self.tr("No trials yet")
        self.setObjectName(name)
        self.setAccessibleName(title)
        # In the smallest window, with all strips above it, a histogram has this much.
        self.setMinimumSize(220, 100)
        self._canvas = _Canvas(self)
        self._plot: QWidget | None = None
        QVBoxLayout(self).setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._redraw)
        self.setAccessibleDescription(self._empty_text)

    @property
    def tokens(self) -> Tokens:
        """The colours to paint with now."""
        return self._theme.tokens

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return True

    def lay_ground(self) -> None:
        """Get ready to be shown, which takes a while where it is the first chart of all."""
        if self._plot is not None:
            return
        from mcdesk.ui.charts.ground import lay_ground

        self._plot = lay_ground(self._canvas)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._plot)
        # a chart that is being shown would show it with the next event only
        self._plot.show()
        layout.activate()

    def set_formatter(self, text_of: TextOf) -> None:
        """How values are written from now on."""
        if text_of != self._text_of:
            self._text_of = text_of
            self._retell()

    def set_empty_text(self, text: str) -> None:
        """What stands in a chart without data."""
        if text != self._empty_text:
            self._empty_text = text
            self._retell()

    def rows(self) -> Iterator[Row]:
        """What is shown, as rows of a table; the first has the headings. None of them if empty."""
        yield from ()

    def paint_copy(self, painter: QPainter, size: QSizeF) -> None:
        """Paint the chart for a file: on a ground of its own, without the ring of the focus."""
        painter.fillRect(QRectF(QPointF(0.0, 0.0), size), QColor(self.tokens.card))
        self._is_copied = True
        try:
            self.paint_on(painter, size)
        finally:
            self._is_copied = False

    def paint_on(self, painter: QPainter, size: QSizeF) -> None:
        """Paint the chart, this large, from the painter's origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(axis_font())
        if self.is_empty:
            place = QPointF(size.width() / 2.0, size.height() / 2.0)
            draw_text(painter, place, self._empty_text, self.tokens.muted, CENTRE)
        else:
            self._paint(painter, size)

    @override
    def sizeHint(self) -> QSize:
        return QSize(460, 280)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self.lay_ground()
        super().showEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._canvas.fit(QSizeF(self.size()))

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            text = "" if self.is_empty else self._tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        """Paint what is shown; there is something."""
        raise NotImplementedError

    def _tip_at(self, place: QPointF) -> str:
        """What is to be said of this place; empty for nothing."""
        return ""

    def _description(self) -> str:
        """What a person hears who cannot see the chart; there is something."""
        raise NotImplementedError

    def _retell(self) -> None:
        """Something else is to be shown."""
        self.setAccessibleDescription(self._empty_text if self.is_empty else self._description())
        self._redraw()

    @property
    def _has_ring(self) -> bool:
        """Whether what the keyboard moves is to be pointed out."""
        return self.hasFocus() and not self._is_copied

    def _redraw(self) -> None:
        self._canvas.update()


class _Canvas(QGraphicsItem):
    def __init__(self, frame: PlotFrame) -> None:
        super().__init__()
        self._frame = frame
        self._size = QSizeF(0.0, 0.0)

    def fit(self, size: QSizeF) -> None:
        self.prepareGeometryChange()
        self._size = size

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(0.0, 0.0), self._size)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        self._frame.paint_on(painter, self._size)
