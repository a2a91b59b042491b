"""The cumulative distribution of an output, with other runs beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import paint_grid
from mcdesk.ui.charts.delimited_chart import Delimited, DelimitedChart, marks_that_show
from mcdesk.ui.charts.ink import axis_font, dot, line_path, pen
from mcdesk.ui.charts.labels import Label
from mcdesk.ui.charts.plot_frame import Row
from mcdesk.ui.charts.scale import Floats, cut_line, thinned_line
from mcdesk.ui.formatting import percent_text
from mcdesk.ui.theme.theme import Theme, faded

_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_LINE = 2.2
_GRADIENT_ALPHAS = (80, 8)
_PALE = 0.33


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Values, ascending, with the probability (0 to 1) of a value up to each; at most 800 of them."""

    values: Floats
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CumulativePicture:
    """What the chart shows; `overlays` are other runs by their names."""

    curve: Curve
    frame: Delimited
    overlays: tuple[tuple[str, Curve], ...] = ()
    name: str = ""


class CumulativeChart(DelimitedChart):
    """A line over a gradient, with circles at the percentiles."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "cumulativeChart", "", parent)
        self.setAccessibleName(self.tr("Cumulative probability"))
        self._picture: CumulativePicture | None = None

    def show_data(self, picture: CumulativePicture | None) -> None:
        """Show this, or that there is nothing yet; delimiters that a person moved stay."""
        self._picture = picture
        names: tuple[str, ...] = ()
        if picture is not None and picture.overlays:
            names = (picture.name or self.tr("This run"), *(name for name, _ in picture.overlays))
        self._show(None if picture is None else picture.frame, names)

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        yield (self.tr("Value"), self.tr("Probability of at most this"))
        curve = self._picture.curve
        yield from zip(curve.values.tolist(), curve.probabilities.tolist(), strict=True)

    @override
    def _room_beside(self) -> float:
        return QFontMetricsF(axis_font()).horizontalAdvance("100%") + 2.0

    @override
    def _paint_inside(self, painter: QPainter, area: QRectF) -> None:
        assert self._picture is not None
        tokens = self.tokens
        labels = [Label(each, each, f"{each:.0%}") for each in _QUARTERS]
        if area.height() < 100.0:
            labels = labels[::2]
        paint_grid(painter, area, labels, tokens)
        points = self._points(self._picture.curve, area)
        self._paint_ground(painter, area, points)
        for place, (_, curve) in enumerate(self._picture.overlays, 1):
            painter.strokePath(line_path(*self._points(curve, area)), pen(self._series(place), 1.6))
        painter.strokePath(line_path(*points), pen(tokens.accent, _LINE))
        scale = self._scale()
        for mark in marks_that_show(self._picture.frame.marks, scale):
            share = float(
                np.interp(mark.value, self._picture.curve.values, self._picture.curve.probabilities)
            )
            at = QPointF(
                area.left() + scale.fraction(mark.value) * area.width(), area.bottom() - share * area.height()
            )
            dot(painter, at, 4.2, tokens.card, pen(tokens.accent, 1.8))

    def _points(self, curve: Curve, area: QRectF) -> tuple[Floats, Floats]:
        """Of the curve in the width of the area, in pixels."""
        across = area.left() + self._scale().fractions(curve.values) * area.width()
        # nothing is below the first value, and all is below what comes after the last one
        ends = (min(area.left(), across[0]), max(area.right(), across[-1]))
        across = np.concatenate(([ends[0], across[0]], across, [ends[1]]))
        shares = np.concatenate(([0.0, 0.0], curve.probabilities, [1.0]))
        points = cut_line(across, area.bottom() - shares * area.height(), area.left(), area.right())
        return thinned_line(*points)

    def _paint_ground(self, painter: QPainter, area: QRectF, points: tuple[Floats, Floats]) -> None:
        """Strong between the delimiters, pale outside of them."""
        between = self._between(area)
        left = QRectF(area.topLeft(), between.bottomLeft())
        right = QRectF(between.topRight(), area.bottomRight())
        for part, strength in ((left, _PALE), (between, 1.0), (right, _PALE)):
            line = line_path(*cut_line(*points, part.left(), part.right()))
            if line.isEmpty():
                continue
            line.lineTo(line.currentPosition().x(), area.bottom())
            line.lineTo(line.elementAt(0).x, area.bottom())
            gradient = QLinearGradient(area.topLeft(), area.bottomLeft())
            for place, alpha in enumerate(_GRADIENT_ALPHAS):
                gradient.setColorAt(float(place), faded(self.tokens.accent, round(alpha * strength)))
            painter.fillPath(line, gradient)

    @override
    def _tip_at(self, place: QPointF) -> str:
        area = self._area()
        if self._picture is None or not area.contains(place):
            return ""
        value = self._scale().value((place.x() - area.left()) / area.width())
        return f"\u2264 {self._text_of(value)}: {percent_text(self._picture.frame.below(value))}"
