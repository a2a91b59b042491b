"""Trials of one input against one output."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import AXIS_HEIGHT, paint_grid, paint_numbers, widest
from mcdesk.ui.charts.ink import LEFT, RIGHT, axis_font, dot, draw_text, elided, figure_font, pen
from mcdesk.ui.charts.labels import Label, TextOf, horizontal_labels, plain_number, vertical_labels
from mcdesk.ui.charts.plot_frame import PlotFrame, Row
from mcdesk.ui.charts.scale import Floats, Scale
from mcdesk.ui.theme.theme import Theme, faded

_HEADER, _FOOTER = 26.0, 18.0
_MARGIN = 12.0
_PAD_SHARE = 0.03
_REACH_PIXELS = 8.0
_MANY_POINTS = 800


@dataclass(frozen=True, slots=True, eq=False)
class ScatterPicture:
    """Points, at most 5,000 of them.

    Attributes:
        across, up: (points,) values of the input and of the output.
        trials: (points,) the numbers of their trials.
        rank_correlation: over all trials; None if there is none.
        across_text: how the input's values are written; the output's as the chart's formatter has it.
    """

    across: Floats
    up: Floats
    trials: NDArray[np.int64]
    across_name: str
    up_name: str
    rank_correlation: float | None = None
    across_text: TextOf = plain_number


class ScatterChart(PlotFrame):
    """Points that darken where they are many."""

    # The number of a trial may be more than the 32 bits of a Signal(int).
    trial_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "scatterChart", "", parent)
        self.setAccessibleName(self.tr("Scatter of trials"))
        self._picture: ScatterPicture | None = None
        self._chosen: int | None = None

    @property
    @override
    def is_empty(self) -> bool:
        return self._picture is None or not len(self._picture.across)

    def show_data(self, picture: ScatterPicture | None) -> None:
        """Show this, or that there is nothing yet; points that are no numbers are left out."""
        self._picture, self._chosen = picture, None
        if picture is not None:
            is_whole = np.isfinite(picture.across) & np.isfinite(picture.up)
            self._picture = ScatterPicture(
                picture.across[is_whole],
                picture.up[is_whole],
                picture.trials[is_whole],
                picture.across_name,
                picture.up_name,
                picture.rank_correlation,
                picture.across_text,
            )
        self._retell()

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        yield (self.tr("Trial"), self._picture.across_name, self._picture.up_name)
        columns = (self._picture.trials, self._picture.across, self._picture.up)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    @override
    def _description(self) -> str:
        assert self._picture is not None
        picture = self._picture
        text = self.tr("%1 trials of %2 against %3.").replace("%1", f"{len(picture.across):,}", 1)
        text = text.replace("%2", picture.across_name, 1).replace("%3", picture.up_name, 1)
        return f"{text} {self._correlation_text()}".strip()

    def _correlation_text(self) -> str:
        if self._picture is None or self._picture.rank_correlation is None:
            return ""
        figure = f"{self._picture.rank_correlation:.2f}".replace("-", "\u2212")
        return self.tr("Rank correlation %1").replace("%1", figure)

    def _scales(self) -> tuple[Scale, Scale]:
        assert self._picture is not None
        return _padded(self._picture.across), _padded(self._picture.up)

    def _area_in(self, size: QSizeF) -> QRectF:
        height = max(size.height() - _HEADER - AXIS_HEIGHT - _FOOTER, 1.0)
        left = _MARGIN + widest(self._up_labels(height), QFontMetricsF(axis_font()))
        return QRectF(left, _HEADER, max(size.width() - left - _MARGIN, 1.0), height)

    def _up_labels(self, height: float) -> list[Label]:
        return vertical_labels(self._scales()[1], height, self._text_of, QFontMetricsF(axis_font()))

    def _places(self, area: QRectF) -> tuple[Floats, Floats]:
        assert self._picture is not None
        across, up = self._scales()
        return (
            area.left() + across.fractions(self._picture.across) * area.width(),
            area.bottom() - up.fractions(self._picture.up) * area.height(),
        )

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        assert self._picture is not None
        area, tokens = self._area_in(size), self.tokens
        paint_grid(painter, area, self._up_labels(area.height()), tokens)
        across, up = self._places(area)
        self._paint_points(painter, across, up)
        if self._chosen is not None:
            at = QPointF(float(across[self._chosen]), float(up[self._chosen]))
            dot(painter, at, 5.0, tokens.high, pen(tokens.card, 2.0))
        text_of = self._picture.across_text
        labels = horizontal_labels(self._scales()[0], area.width(), text_of, QFontMetricsF(axis_font()))
        paint_numbers(painter, area, labels, tokens, size.width())
        self._paint_names(painter, area, size)

    def _paint_points(self, painter: QPainter, across: Floats, up: Floats) -> None:
        is_many = len(across) > _MANY_POINTS
        colour, width = faded(self.tokens.accent, 80 if is_many else 140), 3.6 if is_many else 5.0
        if self._is_copied:
            points = [QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)]
            made = pen(colour, width)
            made.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(made)
            painter.drawPoints(QPolygonF(points))
            return
        # a picture for each point is a third of the time of a circle for each
        stamp = _stamp(colour, width, painter.device().devicePixelRatioF())
        corners = zip((across - width / 2.0).tolist(), (up - width / 2.0).tolist(), strict=True)
        for x, y in corners:
            painter.drawPixmap(QPointF(x, y), stamp)

    def _paint_names(self, painter: QPainter, area: QRectF, size: QSizeF) -> None:
        assert self._picture is not None
        tokens = self.tokens
        painter.setFont(figure_font())
        figure = self._correlation_text()
        taken = QFontMetricsF(painter.font()).horizontalAdvance(figure)
        draw_text(painter, QPointF(area.right(), 11.0), figure, tokens.text, RIGHT)
        painter.setFont(axis_font())
        metrics = QFontMetricsF(painter.font())
        name = elided(self._picture.up_name, area.right() - taken - _MARGIN - 16.0, metrics)
        draw_text(painter, QPointF(_MARGIN, 11.0), name, tokens.muted, LEFT)
        name = elided(self._picture.across_name, area.width(), metrics)
        draw_text(
            painter, QPointF(area.right(), size.height() - _FOOTER / 2.0 - 2.0), name, tokens.muted, RIGHT
        )

    def _point_at(self, place: QPointF) -> int | None:
        if self.is_empty:
            return None
        across, up = self._places(self._area_in(QSizeF(self.size())))
        distances = np.hypot(across - place.x(), up - place.y())
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= _REACH_PIXELS else None

    @override
    def _tip_at(self, place: QPointF) -> str:
        found = self._point_at(place)
        if self._picture is None or found is None:
            return ""
        across = self._picture.across_text(float(self._picture.across[found]))
        trial = self.tr("Trial %1").replace("%1", f"{int(self._picture.trials[found]):,}")
        return f"{trial}: {across}, {self._text_of(float(self._picture.up[found]))}"

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._point_at(event.position())
        if self._picture is None or found is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._chosen = found
        self._redraw()
        self.trial_chosen.emit(int(self._picture.trials[found]))


def _stamp(colour: QColor, width: float, pixel_ratio: float) -> QPixmap:
    pixels = math.ceil(width * pixel_ratio)
    made = QPixmap(pixels, pixels)
    made.setDevicePixelRatio(pixel_ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(0.0, 0.0, width, width))
    painter.end()
    return made


def _padded(values: Floats) -> Scale:
    scale = Scale.around(float(values.min()), float(values.max()))
    return Scale.around(scale.value(-_PAD_SHARE), scale.value(1.0 + _PAD_SHARE))
