"""The histogram of an output, with marks at percentiles and the outlines of other runs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.delimited_chart import (
    BAND_HEIGHT,
    MARGIN,
    Delimited,
    DelimitedChart,
    Mark,
    marks_that_show,
)
from mcdesk.ui.charts.ink import draw_text, horizontal_line, mark_font, pen, steps_path, vertical_line
from mcdesk.ui.charts.labels import spread
from mcdesk.ui.charts.plot_frame import Row
from mcdesk.ui.charts.scale import Floats
from mcdesk.ui.formatting import percent_text
from mcdesk.ui.theme.theme import Theme, faded

_MARK_ROW = 18.0
_GAP = 1.0
# Narrower bars have no gap between them: the gaps would be as wide as the bars.
_LEAST_PIXELS_WITH_GAP = 4.0
_PALE_ALPHA = 95
_ALONE_PIXELS = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Counts of values between edges.

    Attributes:
        edges: (bins + 1,) ascending; those of a single bin may be equal.
        counts: (bins,) values in each.
        total: of all values, with those outside of the bins.
    """

    edges: Floats
    counts: Floats
    total: float

    def densities(self) -> Floats:
        """(bins,) share of the values for each unit of the axis; a bin without width has infinity."""
        with np.errstate(divide="ignore"):
            shares: Floats = self.counts / max(self.total, 1.0) / np.diff(self.edges)
        return np.where(self.counts > 0.0, shares, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class HistogramPicture:
    """What a histogram shows; `overlays` are other runs by their names."""

    bins: Bins
    frame: Delimited
    overlays: tuple[tuple[str, Bins], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Edges and tops of the bars in pixels, kept while only the delimiters move.

    Attributes:
        names: where the names of the marks stand.
    """

    area: QRectF
    places: Floats
    tops: Floats
    pixel_ratio: float
    overlays: list[QPainterPath]
    names: list[QRectF]

    def bars(self, part: QRectF) -> QPainterPath:
        """What lies in the width of this part; cut here, as files of vector graphics do not clip."""
        bottom = self.area.bottom()
        places = np.clip(self.places, part.left(), part.right())
        if (self.places[-1] - self.places[0]) / len(self.tops) < _LEAST_PIXELS_WITH_GAP:
            return steps_path(places, self.tops, bottom)
        path = QPainterPath()
        sharp = np.round(self.places * self.pixel_ratio) / self.pixel_ratio
        lefts = np.maximum(sharp[:-1], part.left())
        widths = np.minimum(sharp[1:] - _GAP, part.right()) - lefts
        for left, width, top in zip(lefts.tolist(), widths.tolist(), self.tops.tolist(), strict=True):
            if top < bottom and width > 0.0:
                path.addRect(left, top, width, bottom - top)
        return path

    def top_at(self, place: float) -> float:
        """How high the bars reach there."""
        index = int(np.searchsorted(self.places, place, side="right")) - 1
        return float(self.tops[index]) if 0 <= index < len(self.tops) else self.area.bottom()


class HistogramChart(DelimitedChart):
    """Strong between the delimiters, pale outside of them."""

    value_chosen = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "histogramChart", "", parent)
        self.setAccessibleName(self.tr("Histogram"))
        self._picture: HistogramPicture | None = None
        self._plan: _Plan | None = None

    def show_data(self, picture: HistogramPicture | None) -> None:
        """Show this, or that there is nothing yet; delimiters that a person moved stay."""
        self._picture, self._plan = picture, None
        names: tuple[str, ...] = ()
        if picture is not None and picture.overlays:
            names = (picture.name or self.tr("This run"), *(name for name, _ in picture.overlays))
        self._show(None if picture is None else picture.frame, names)

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        yield (self.tr("From"), self.tr("To"), self.tr("Values"))
        edges = self._picture.bins.edges.tolist()
        yield from zip(edges[:-1], edges[1:], self._picture.bins.counts.tolist(), strict=True)

    @override
    def _room_above(self) -> float:
        return _MARK_ROW + 6.0

    @override
    def _paint_inside(self, painter: QPainter, area: QRectF) -> None:
        assert self._picture is not None
        tokens = self.tokens
        if self._plan is None or self._plan.area != area:
            self._plan = self._planned(area, painter.device().devicePixelRatioF())
        # upright edges need no smoothing, and are filled in a third of the time without
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(self._plan.bars(area), faded(tokens.accent, _PALE_ALPHA))
        painter.fillPath(self._plan.bars(self._strong(area)), QColor(tokens.accent))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, outline in enumerate(self._plan.overlays, 1):
            painter.strokePath(outline, pen(self._series(place), 1.6))
        horizontal_line(painter, area.bottom(), area.left(), area.right(), pen(tokens.border))
        self._paint_marks(painter, area)

    def _strong(self, area: QRectF) -> QRectF:
        assert self._picture is not None
        first, last = float(self._picture.bins.edges[0]), float(self._picture.bins.edges[-1])
        if first == last and self._handles[0] <= first <= self._handles[1]:
            return area
        return self._between(area)

    def _planned(self, area: QRectF, pixel_ratio: float) -> _Plan:
        assert self._picture is not None
        every = (self._picture.bins, *(bins for _, bins in self._picture.overlays))
        heights = [bins.densities() for bins in every]
        finite = [each[np.isfinite(each)] for each in heights]
        top = max((float(each.max()) for each in finite if len(each)), default=0.0)
        # a bin without width is as high as the chart
        tops = [area.bottom() - np.minimum(each / (top or 1.0), 1.0) * area.height() for each in heights]
        places = [self._across(bins.edges, area) for bins in every]
        overlays = [steps_path(*pair, area.bottom()) for pair in zip(places[1:], tops[1:], strict=True)]
        return _Plan(QRectF(area), places[0], tops[0], pixel_ratio, overlays, self._name_places(area))

    def _across(self, edges: Floats, area: QRectF) -> Floats:
        places = area.left() + np.clip(self._scale().fractions(edges), 0.0, 1.0) * area.width()
        if places[-1] - places[0] < 2.0:
            # all values are equal: a bar that can be seen and clicked
            half = min(_ALONE_PIXELS, area.width() / 4.0) / 2.0
            return np.linspace(places[0] - half, places[0] + half, len(places))
        return places

    def _paint_marks(self, painter: QPainter, area: QRectF) -> None:
        scale = self._scale()
        painter.setFont(mark_font())
        for mark, place in zip(self._marks(), self._mark_places(area), strict=True):
            draw_text(painter, place.center(), mark.name, self.tokens.muted)
            at = area.left() + scale.fraction(mark.value) * area.width()
            self._paint_mark(painter, area, at)

    def _paint_mark(self, painter: QPainter, area: QRectF, at: float) -> None:
        """Dark above the bars, and in the colour of texts on the accent where it crosses a strong one."""
        assert self._plan is not None
        strong, top = self._strong(area), area.bottom()
        if strong.left() < at < strong.right():
            top = self._plan.top_at(at)
        vertical_line(painter, at, BAND_HEIGHT + _MARK_ROW, top, pen(self.tokens.muted, 1.0, True))
        if top < area.bottom():
            vertical_line(painter, at, top, area.bottom(), pen(self.tokens.on_accent, 1.0, True))

    def _marks(self) -> list[Mark]:
        return [] if self._picture is None else marks_that_show(self._picture.frame.marks, self._scale())

    @override
    def _mark_places(self, area: QRectF) -> list[QRectF]:
        plan = self._plan
        return plan.names if plan is not None and plan.area == area else self._name_places(area)

    def _name_places(self, area: QRectF) -> list[QRectF]:
        scale, marks, metrics = self._scale(), self._marks(), QFontMetricsF(mark_font())
        wanted = [area.left() + scale.fraction(mark.value) * area.width() for mark in marks]
        widths = [metrics.horizontalAdvance(mark.name) + 4.0 for mark in marks]
        centres = spread(wanted, widths, 0.0, area.right() + MARGIN, 4.0)
        return [
            QRectF(centre - width / 2.0, BAND_HEIGHT, width, _MARK_ROW)
            for centre, width in zip(centres, widths, strict=True)
        ]

    def _bin_at(self, place: QPointF) -> int | None:
        if self._picture is None:
            return None
        area = self._area()
        places = self._across(self._picture.bins.edges, area)
        found = int(np.searchsorted(places, place.x(), side="right")) - 1
        is_inside = area.top() <= place.y() <= area.bottom() and 0 <= found < len(places) - 1
        return found if is_inside else None

    @override
    def _click(self, place: QPointF) -> None:
        found = self._bin_at(place)
        if self._picture is not None and found is not None:
            edges = self._picture.bins.edges
            self.value_chosen.emit(float(edges[found] * 0.5 + edges[found + 1] * 0.5))

    @override
    def _tip_at(self, place: QPointF) -> str:
        found = self._bin_at(place)
        if self._picture is None or found is None:
            return ""
        bins = self._picture.bins
        low, high = (self._text_of(float(edge)) for edge in bins.edges[found : found + 2])
        return f"{low} \u2013 {high}: {percent_text(float(bins.counts[found]) / max(bins.total, 1.0))}"
