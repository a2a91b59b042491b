"""The density of a distribution while it is edited, with percentiles that can be dragged."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import AXIS_HEIGHT, paint_numbers
from mcdesk.ui.charts.delimited_chart import Mark
from mcdesk.ui.charts.handled_chart import HandledChart
from mcdesk.ui.charts.ink import (
    LEFT,
    axis_font,
    dot,
    draw_text,
    horizontal_line,
    line_path,
    mark_font,
    pen,
    vertical_line,
)
from mcdesk.ui.charts.labels import horizontal_labels, spread
from mcdesk.ui.charts.plot_frame import Row
from mcdesk.ui.charts.scale import Floats, Scale, cut_line
from mcdesk.ui.theme.theme import Theme, faded

_MARGIN = 14.0
_HEADER = 24.0
_MOST_BAR, _BAR_SHARE = 18.0, 0.62
_HEADROOM = 1.06
_MARK_GAP = 10.0
_SHARES = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class DensityPicture:
    """A distribution.

    Attributes:
        values: (points,) ascending.
        densities: (points,) for each unit of the axis; of a discrete one: the probability of each value.
        cumulative: (points,) probability up to each value, 0 to 1; None to leave its line out.
        low, high: the part of the axis that is shown.
        markers: places that can be dragged, ascending.
        shows_cumulative: whether the cumulative curve is the picture, instead of a line over it.
    """

    values: Floats
    densities: Floats
    low: float
    high: float
    cumulative: Floats | None = None
    markers: tuple[Mark, ...] = ()
    is_discrete: bool = False
    shows_cumulative: bool = False


class DensityChart(HandledChart):
    """A curve over a fill, or bars; the axis stands still while a marker is dragged."""

    marker_dragged = Signal(int, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "densityChart", "", parent)
        self.setAccessibleName(self.tr("Density"))
        self._picture: DensityPicture | None = None
        self._held_scale: Scale | None = None
        self._empty_text = self.tr("No distribution yet")
        self._retell()

    @property
    @override
    def is_empty(self) -> bool:
        return self._picture is None or not len(self._picture.values)

    def show_data(self, picture: DensityPicture | None) -> None:
        """Show this, or that there is nothing yet."""
        self._picture = picture
        values = [] if picture is None else [marker.value for marker in picture.markers]
        if self._dragged is not None and self._dragged < len(values):
            # what comes while it is dragged is of a moment ago
            values[self._dragged] = self._handles[self._dragged]
        self._hold(values)
        is_cumulative = picture is not None and picture.shows_cumulative
        self.setAccessibleName(self.tr("Cumulative probability") if is_cumulative else self.tr("Density"))
        self._retell()

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        picture = self._picture
        titles = [self.tr("Value"), self.tr("Probability") if picture.is_discrete else self.tr("Density")]
        columns = [picture.values, picture.densities]
        if picture.cumulative is not None:
            titles.append(self.tr("Probability of at most this"))
            columns.append(picture.cumulative)
        yield tuple(titles)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    @override
    def _description(self) -> str:
        assert self._picture is not None
        low, high = self._text_of(self._picture.low), self._text_of(self._picture.high)
        text = self.tr("From %1 to %2").replace("%1", low, 1).replace("%2", high, 1)
        names = (marker.name for marker in self._picture.markers)
        marks = [f"{name} {self._text_of(value)}" for name, value in zip(names, self._handles, strict=True)]
        return "; ".join([text, *marks]) + "."

    @override
    def _tell_move(self, index: int) -> None:
        self.marker_dragged.emit(index, self._handles[index])

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        # what the editor shows while a marker is dragged must not move under the hand
        self._held_scale = None if self.is_empty else self._scale()
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held_scale = None
        super().mouseReleaseEvent(event)
        self._redraw()

    @override
    def _scale(self) -> Scale:
        assert self._picture is not None
        return self._held_scale or Scale.around(self._picture.low, self._picture.high)

    @override
    def _area(self) -> QRectF:
        return self._area_in(QSizeF(self.size()))

    def _area_in(self, size: QSizeF) -> QRectF:
        assert self._picture is not None
        beside = 0.0
        if self._picture.cumulative is not None:
            beside = QFontMetricsF(axis_font()).horizontalAdvance("100%")
        width = size.width() - 2.0 * _MARGIN - beside
        return QRectF(
            _MARGIN, _HEADER, max(width, 1.0), max(size.height() - _HEADER - AXIS_HEIGHT - 4.0, 1.0)
        )

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        assert self._picture is not None
        area, tokens = self._area_in(size), self.tokens
        if self._picture.shows_cumulative:
            pass
        elif self._picture.is_discrete:
            self._paint_bars(painter, area)
        else:
            self._paint_curve(painter, area)
        if self._picture.cumulative is not None:
            self._paint_cumulative(painter, area, self._picture.cumulative)
            for share in _SHARES:
                place = QPointF(area.right() + 8.0, area.bottom() - share * area.height())
                draw_text(painter, place, f"{share:.0%}", tokens.muted, LEFT)
        horizontal_line(painter, area.bottom(), area.left(), area.right(), pen(tokens.border))
        labels = horizontal_labels(self._scale(), area.width(), self._text_of, QFontMetricsF(axis_font()))
        paint_numbers(painter, area, labels, tokens, size.width())
        self._paint_markers(painter, area, size.width())

    def _paint_cumulative(self, painter: QPainter, area: QRectF, chances: Floats) -> None:
        assert self._picture is not None
        line = self._cumulative_line(area, area.bottom() - chances * area.height())
        if not self._picture.shows_cumulative:
            painter.strokePath(line, pen(self.tokens.muted, 1.3))
        elif not line.isEmpty():
            self._paint_filled(painter, area, line)

    def _across(self, area: QRectF) -> Floats:
        assert self._picture is not None
        return area.left() + self._scale().fractions(self._picture.values) * area.width()

    def _heights(self, area: QRectF) -> Floats:
        assert self._picture is not None
        densities = self._picture.densities
        finite = densities[np.isfinite(densities)]
        top = float(finite.max()) if finite.size else 0.0
        # a density without bound, at the end of some distributions, is as high as the chart
        shares = np.minimum(densities / (top or 1.0) / _HEADROOM, 1.0)
        return area.bottom() - shares * area.height()

    def _paint_curve(self, painter: QPainter, area: QRectF) -> None:
        points = cut_line(self._across(area), self._heights(area), area.left(), area.right())
        line = line_path(*points)
        if not line.isEmpty():
            self._paint_filled(painter, area, line)

    def _paint_filled(self, painter: QPainter, area: QRectF, line: QPainterPath) -> None:
        ground = QPainterPath(line)
        ground.lineTo(line.currentPosition().x(), area.bottom())
        ground.lineTo(line.elementAt(0).x, area.bottom())
        painter.fillPath(ground, faded(self.tokens.accent, 46))
        painter.strokePath(line, pen(self.tokens.accent, 2.2))

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        across, heights = self._across(area), self._heights(area)
        apart = float(np.diff(across).min()) if len(across) > 1 else area.width()
        width = max(min(apart * _BAR_SHARE, _MOST_BAR), 1.0)
        for at, top in zip(across.tolist(), heights.tolist(), strict=True):
            if not area.left() - 0.5 <= at <= area.right() + 0.5:
                continue
            left = min(max(at - width / 2.0, area.left()), area.right() - width)
            painter.fillRect(QRectF(left, top, width, area.bottom() - top), QColor(self.tokens.accent))

    def _cumulative_line(self, area: QRectF, heights: Floats) -> QPainterPath:
        across = self._across(area)
        if not self._picture or not self._picture.is_discrete:
            return line_path(*cut_line(across, heights, area.left(), area.right()))
        before = np.concatenate(([area.bottom()], heights[:-1]))
        stairs = np.concatenate((np.repeat(across, 2), [max(area.right(), across[-1])]))
        steps = np.concatenate((np.column_stack((before, heights)).ravel(), heights[-1:]))
        return line_path(*cut_line(stairs, steps, area.left(), area.right()))

    def _marker_texts(self, metrics: QFontMetricsF, width: float) -> list[str]:
        """With their values where there is room, else with that of the one which is moved."""
        assert self._picture is not None
        names = [marker.name for marker in self._picture.markers]
        full = [f"{name} {self._text_of(value)}" for name, value in zip(names, self._handles, strict=True)]
        one = [full[place] if place == self._active else name for place, name in enumerate(names)]
        for texts in (full, one):
            if sum(metrics.horizontalAdvance(text) + _MARK_GAP for text in texts) <= width:
                return texts
        return names

    def _paint_markers(self, painter: QPainter, area: QRectF, width: float) -> None:
        assert self._picture is not None
        tokens, scale = self.tokens, self._scale()
        painter.setFont(mark_font())
        metrics = QFontMetricsF(painter.font())
        fractions = [min(max(scale.fraction(value), 0.0), 1.0) for value in self._handles]
        places = [area.left() + fraction * area.width() for fraction in fractions]
        texts = self._marker_texts(metrics, width)
        widths = [metrics.horizontalAdvance(text) for text in texts]
        centres = spread(places, widths, 2.0, width - 2.0, _MARK_GAP)
        for index, (at, centre, text) in enumerate(zip(places, centres, texts, strict=True)):
            draw_text(painter, QPointF(centre, _HEADER / 2.0 - 1.0), text, tokens.text)
            vertical_line(painter, at, _HEADER - 4.0, area.bottom(), pen(tokens.accent, 1.2))
            place = QPointF(at, area.bottom())
            if self._has_ring and index == self._active:
                dot(painter, place, 8.5, tokens.accent_ground, pen(tokens.accent, 1.2))
            dot(painter, place, 5.0, tokens.card, pen(tokens.accent, 2.0))
