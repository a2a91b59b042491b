"""How estimates settle while trials are run."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import AXIS_HEIGHT, paint_grid, paint_numbers, widest
from mcdesk.ui.charts.ink import LEFT, axis_font, dot, draw_text, line_path, mark_font, pen
from mcdesk.ui.charts.labels import Label, horizontal_labels, spread, vertical_labels
from mcdesk.ui.charts.plot_frame import PlotFrame, Row
from mcdesk.ui.charts.scale import Floats, Scale
from mcdesk.ui.formatting import short_count
from mcdesk.ui.theme.theme import Theme, faded

_MARGIN = 12.0
_NAME_HEIGHT = 15.0
_PAD_SHARE = 0.08
_BAND_ALPHA = 34
_WIDTHS = (2.2, 1.6)
# The first estimates jump so much that the rest would be a flat line.
_SHOWN_PERCENTS = (2.0, 98.0)


@dataclass(frozen=True, slots=True, eq=False)
class EstimateLine:
    """One estimate after each number of trials; NaN where there was none yet.

    Attributes:
        values: (moments,) estimates.
        low, high: (moments,) ends of its interval; None if it has none.
    """

    name: str
    values: Floats
    low: Floats | None = None
    high: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ConvergencePicture:
    """Lines over `trials`, (moments,) ascending and above zero."""

    trials: Floats
    lines: tuple[EstimateLine, ...]
    is_log: bool = False


class ConvergenceChart(PlotFrame):
    """Lines with their names at their ends and a band for each interval."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "convergenceChart", "", parent)
        self.setAccessibleName(self.tr("Convergence"))
        self._picture: ConvergencePicture | None = None

    @property
    @override
    def is_empty(self) -> bool:
        return self._picture is None or not self._known().size

    def show_data(self, picture: ConvergencePicture | None) -> None:
        """Show this, or that there is nothing yet."""
        self._picture = picture
        self._retell()

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        titles, columns = [self.tr("Trials")], [self._picture.trials]
        for line in self._picture.lines:
            titles.append(line.name)
            columns.append(line.values)
            if line.low is not None and line.high is not None:
                titles += [
                    self.tr("%1 low").replace("%1", line.name),
                    self.tr("%1 high").replace("%1", line.name),
                ]
                columns += [line.low, line.high]
        yield tuple(titles)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    @override
    def _description(self) -> str:
        assert self._picture is not None
        ends = ", ".join(f"{line.name} {self._text_of(value)}" for line, value in self._ends())
        text = self.tr("After %1 trials: %2.")
        return text.replace("%1", f"{self._picture.trials[-1]:,.0f}", 1).replace("%2", ends, 1)

    def _known(self) -> Floats:
        assert self._picture is not None
        lines = [line.values for line in self._picture.lines]
        values: Floats = np.concatenate(lines) if lines else np.empty(0)
        return values[np.isfinite(values)]

    def _ends(self) -> list[tuple[EstimateLine, float]]:
        """Lines with the last value of each, lowest first."""
        assert self._picture is not None
        known = [(line, line.values[np.isfinite(line.values)]) for line in self._picture.lines]
        return sorted(
            ((line, float(each[-1])) for line, each in known if each.size), key=lambda pair: pair[1]
        )

    def _scales(self) -> tuple[Scale, Scale]:
        assert self._picture is not None
        trials = self._picture.trials
        across = Scale.around(float(trials[0]), float(trials[-1]), self._picture.is_log)
        low, high = (float(each) for each in np.percentile(self._known(), _SHOWN_PERCENTS))
        last = [end[-1] for line in self._picture.lines for end in (line.low, line.high) if end is not None]
        ends = [value for _, value in self._ends()] + [float(end) for end in last if np.isfinite(end)]
        shown = Scale.around(min(low, *ends), max(high, *ends))
        return across, Scale.around(shown.value(-_PAD_SHARE), shown.value(1.0 + _PAD_SHARE))

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        assert self._picture is not None
        across, up = self._scales()
        metrics = QFontMetricsF(axis_font())
        height = max(size.height() - 10.0 - AXIS_HEIGHT - 4.0, 1.0)
        labels: list[Label] = vertical_labels(up, height, self._text_of, metrics)
        left = _MARGIN + widest(labels, metrics)
        names = [line.name for line in self._picture.lines]
        right = max(QFontMetricsF(mark_font()).horizontalAdvance(name) for name in names) + 12.0
        area = QRectF(left, 10.0, max(size.width() - left - right - _MARGIN, 1.0), height)
        paint_grid(painter, area, labels, self.tokens)
        self._paint_lines(painter, area, across, up)
        numbers = horizontal_labels(across, area.width(), short_count, metrics)
        paint_numbers(painter, area, numbers, self.tokens, size.width())
        self._paint_names(painter, area, up)

    def _paint_lines(self, painter: QPainter, area: QRectF, across: Scale, up: Scale) -> None:
        assert self._picture is not None

        def heights(values: Floats) -> Floats:
            # cut here, as files of vector graphics do not clip
            return area.bottom() - np.clip(up.fractions(values), 0.0, 1.0) * area.height()

        at = area.left() + across.fractions(self._picture.trials) * area.width()
        for place, line in enumerate(self._picture.lines):
            if line.low is not None and line.high is not None:
                painter.fillPath(
                    _band(at, heights(line.low), heights(line.high)), faded(self._colour(place), _BAND_ALPHA)
                )
        for place, line in enumerate(self._picture.lines):
            painter.strokePath(
                line_path(at, heights(line.values)), pen(self._colour(place), _WIDTHS[min(place, 1)])
            )

    def _paint_names(self, painter: QPainter, area: QRectF, up: Scale) -> None:
        assert self._picture is not None
        painter.setFont(mark_font())
        ends = list(reversed(self._ends()))
        at = [area.bottom() - min(max(up.fraction(value), 0.0), 1.0) * area.height() for _, value in ends]
        rows = spread(at, [_NAME_HEIGHT] * len(ends), area.top() - 8.0, area.bottom() + 8.0, 0.0)
        for (line, _), height, row in zip(ends, at, rows, strict=True):
            colour = self._colour(self._picture.lines.index(line))
            dot(painter, QPointF(area.right(), height), 3.0, colour, pen(QColor(self.tokens.card), 1.0))
            draw_text(painter, QPointF(area.right() + 8.0, row), line.name, self.tokens.muted, LEFT)

    def _colour(self, place: int) -> str:
        return self.tokens.series[place % len(self.tokens.series)]


def _band(across: Floats, low: Floats, high: Floats) -> QPainterPath:
    is_known = np.isfinite(low) & np.isfinite(high)
    there, back = across[is_known], across[is_known][::-1]
    path = line_path(np.concatenate((there, back)), np.concatenate((high[is_known], low[is_known][::-1])))
    path.closeSubpath()
    return path
