"""Measurements over a time: lines from its beginning to its end, with gaps where nothing was measured."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import (
    AXIS_HEIGHT,
    LEGEND_HEIGHT,
    Key,
    paint_grid,
    paint_legend,
    paint_numbers,
    widest,
)
from mcdesk.ui.charts.ink import axis_font, dot, horizontal_line, line_path, pen
from mcdesk.ui.charts.labels import LABEL_GAP, Label, TextOf, vertical_labels
from mcdesk.ui.charts.plot_frame import PlotFrame, Row
from mcdesk.ui.charts.scale import Floats, Scale
from mcdesk.ui.theme.theme import Theme, faded

_MARGIN = 12.0
_TOP = 8.0
_WIDTH = 1.6
_AREA_ALPHA = 26
_HEADROOM = 1.12
# steps of an axis of time, in seconds
_STEPS = (1, 5, 10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800)
_LONG_STEPS = (432_000, 864_000, 2_592_000)
_DAY = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class TimeLine:
    """One line; `moments` are seconds since 1970, ascending, `values` NaN where nothing was measured."""

    name: str
    moments: Floats
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TimePicture:
    """Lines from `begin` to `end`, seconds since 1970.

    Attributes:
        top: the end of the axis of values, where that is fixed, as of a share.
        limit: a value that is drawn across, such as a threshold.
    """

    lines: tuple[TimeLine, ...]
    begin: float
    end: float
    top: float | None = None
    limit: float | None = None


class TimeChart(PlotFrame):
    """Fed by `show_data`; the values begin at zero, so that little looks like little."""

    def __init__(self, theme: Theme, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, title, parent)
        self._picture: TimePicture | None = None
        self.setMinimumSize(200, 130)
        self.set_empty_text(self.tr("No data"))

    @property
    @override
    def is_empty(self) -> bool:
        return self._picture is None or not any(line.values.size for line in self._picture.lines)

    def show_data(self, picture: TimePicture | None, text_of: TextOf | None = None) -> None:
        """Show this; `text_of` writes the values from now on."""
        self._picture = picture
        if text_of is not None:
            self._text_of = text_of
        self._retell()

    @override
    def lay_ground(self) -> None:
        """Nothing: many of these are shown at once, and none is moved or zoomed."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_on(painter, QSizeF(self.size()))
        painter.end()

    @override
    def _redraw(self) -> None:
        self.update()

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None or self.is_empty:
            return
        lines = [line for line in self._picture.lines if line.values.size]
        yield (self.tr("Time"), *(line.name for line in lines))
        known = [dict(zip(line.moments.tolist(), line.values.tolist(), strict=True)) for line in lines]
        for moment in sorted({each for one in known for each in one}):
            values = [one.get(moment, math.nan) for one in known]
            if any(math.isfinite(value) for value in values):
                text = datetime.fromtimestamp(moment).astimezone().isoformat(timespec="seconds")
                yield (text, *("" if math.isnan(value) else value for value in values))

    @override
    def _description(self) -> str:
        assert self._picture is not None
        last = (f"{line.name} {self._text_of(_last(line.values))}" for line in self._shown())
        return self.tr("Newest values: %1.").replace("%1", ", ".join(last), 1)

    def _shown(self) -> list[TimeLine]:
        assert self._picture is not None
        return [line for line in self._picture.lines if line.values.size]

    def _up(self) -> Scale:
        assert self._picture is not None
        if self._picture.top is not None:
            return Scale(0.0, self._picture.top)
        known = np.concatenate([line.values for line in self._shown()])
        most = float(np.nanmax(known)) if np.isfinite(known).any() else 0.0
        limit = self._picture.limit or 0.0
        # a threshold far above all is left out: it would make a flat line of what is there
        reach = max(most, limit) if limit <= 4.0 * most else most
        return Scale(0.0, reach * _HEADROOM if reach > 0.0 else 1.0)

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        assert self._picture is not None
        metrics = QFontMetricsF(axis_font())
        up, shown = self._up(), self._shown()
        top = _TOP + (LEGEND_HEIGHT if len(shown) > 1 else 0.0)
        height = max(size.height() - top - AXIS_HEIGHT - 2.0, 1.0)
        labels = vertical_labels(up, height, self._text_of, metrics)
        left = _MARGIN + widest(labels, metrics)
        area = QRectF(left, top, max(size.width() - left - _MARGIN, 1.0), height)
        paint_grid(painter, area, labels, self.tokens)
        across = Scale(self._picture.begin, self._picture.end)
        numbers = time_labels(across, area.width(), metrics)
        paint_numbers(painter, area, numbers, self.tokens, size.width())
        self._paint_limit(painter, area, up)
        for place, line in enumerate(shown):
            self._paint_line(painter, area, line, (across, up), place)
        if len(shown) > 1:
            keys = [Key(self._colour(place), line.name) for place, line in enumerate(shown)]
            paint_legend(painter, QRectF(left, 0.0, area.width(), LEGEND_HEIGHT), keys, self.tokens)

    def _paint_limit(self, painter: QPainter, area: QRectF, up: Scale) -> None:
        assert self._picture is not None
        limit = self._picture.limit
        if limit is not None and limit <= up.high:
            at = area.bottom() - up.fraction(limit) * area.height()
            horizontal_line(painter, at, area.left(), area.right(), pen(self.tokens.bad, 1.0, is_dashed=True))

    def _paint_line(
        self, painter: QPainter, area: QRectF, line: TimeLine, scales: tuple[Scale, Scale], place: int
    ) -> None:
        across, up = scales
        at = area.left() + np.clip(across.fractions(line.moments), 0.0, 1.0) * area.width()
        heights = area.bottom() - np.clip(up.fractions(line.values), 0.0, 1.0) * area.height()
        colour = self._colour(place)
        if place == 0:
            painter.fillPath(_area(at, heights, area.bottom()), faded(colour, _AREA_ALPHA))
        painter.strokePath(line_path(at, heights), pen(colour, _WIDTH))
        # what has no neighbour would be no line
        for number in _alone(line.values):
            dot(painter, QPointF(float(at[number]), float(heights[number])), 1.6, colour, pen(colour, 0.5))

    @override
    def _tip_at(self, place: QPointF) -> str:
        assert self._picture is not None
        metrics = QFontMetricsF(axis_font())
        left = _MARGIN + widest(vertical_labels(self._up(), self.height(), self._text_of, metrics), metrics)
        width = max(self.width() - left - _MARGIN, 1.0)
        moment = Scale(self._picture.begin, self._picture.end).value((place.x() - left) / width)
        lines = [time_text(moment, self._picture.end - self._picture.begin)]
        for line in self._shown():
            nearest = int(np.argmin(np.abs(line.moments - moment)))
            value = float(line.values[nearest])
            known = self._text_of(value) if math.isfinite(value) else self.tr("no data")
            lines.append(f"{line.name}: {known}")
        return "\n".join(lines)

    def _colour(self, place: int) -> str:
        return self.tokens.series[place % len(self.tokens.series)]


def time_labels(across: Scale, length: float, metrics: QFontMetricsF) -> list[Label]:
    """Times of the day, or days where it is longer than one; at plain moments of local time."""
    span = across.high - across.low
    width = metrics.horizontalAdvance(time_text(across.low, span)) + LABEL_GAP
    least = span * width / max(length, 1.0)
    step = next((each for each in (*_STEPS, *_LONG_STEPS) if each >= least), _LONG_STEPS[-1])
    shift = datetime.fromtimestamp(across.low).astimezone().utcoffset()
    offset = 0.0 if shift is None else shift.total_seconds()
    first = math.ceil((across.low + offset) / step) * step - offset
    count = max(int((across.high - first) // step) + 1, 0)
    moments = (first + number * step for number in range(count))
    return [Label(each, across.fraction(each), time_text(each, span)) for each in moments]


def time_text(moment: float, span: float) -> str:
    """A moment of local time, as finely as an axis over so many seconds needs it."""
    local = datetime.fromtimestamp(moment)
    if span > 2 * _DAY:
        return f"{local.day} {local:%b}"
    return f"{local:%H:%M:%S}" if span < 600 else f"{local:%H:%M}"


def _area(at: Floats, heights: Floats, bottom: float) -> QPainterPath:
    """What lies below a line, piece by piece between its gaps."""
    path = QPainterPath()
    for piece in _pieces(heights):
        if piece.stop - piece.start < 2:
            continue
        part = line_path(at[piece], heights[piece])
        part.lineTo(float(at[piece][-1]), bottom)
        part.lineTo(float(at[piece][0]), bottom)
        part.closeSubpath()
        path.addPath(part)
    return path


def _pieces(values: Floats) -> Sequence[slice]:
    is_known = np.concatenate(([False], np.isfinite(values), [False]))
    turns = np.flatnonzero(np.diff(is_known.astype(np.int8)))
    return [slice(int(start), int(stop)) for start, stop in zip(turns[::2], turns[1::2], strict=True)]


def _alone(values: Floats) -> Sequence[int]:
    return [piece.start for piece in _pieces(values) if piece.stop - piece.start == 1]


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if known.size else math.nan
