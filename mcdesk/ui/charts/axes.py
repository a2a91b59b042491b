"""Grid lines, numbers along the axes, legends: what several charts have around their area."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from mcdesk.ui.charts.ink import (
    LEFT,
    RIGHT,
    axis_font,
    draw_text,
    elided,
    horizontal_line,
    pen,
    vertical_line,
)
from mcdesk.ui.charts.labels import Label
from mcdesk.ui.theme.tokens import Tokens

AXIS_HEIGHT = 24.0
LEGEND_HEIGHT = 20.0
_BESIDE = 9.0
_SWATCH = 10.0


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend."""

    colour: str
    name: str


def widest(labels: Sequence[Label], metrics: QFontMetricsF) -> float:
    """The room that the labels beside an area take, in pixels."""
    return max((metrics.horizontalAdvance(label.text) for label in labels), default=0.0) + _BESIDE


def paint_grid(painter: QPainter, area: QRectF, labels: Sequence[Label], tokens: Tokens) -> None:
    """Horizontal lines with their numbers left of the area."""
    for label in labels:
        at = area.bottom() - label.place * area.height()
        horizontal_line(painter, at, area.left(), area.right(), pen(tokens.grid_line))
        draw_text(painter, QPointF(area.left() - _BESIDE, at), label.text, tokens.muted, RIGHT)


def paint_upright_grid(painter: QPainter, area: QRectF, labels: Sequence[Label], tokens: Tokens) -> None:
    """Vertical lines, without numbers."""
    for label in labels:
        at = area.left() + label.place * area.width()
        vertical_line(painter, at, area.top(), area.bottom(), pen(tokens.grid_line))


def paint_numbers(
    painter: QPainter,
    area: QRectF,
    labels: Sequence[Label],
    tokens: Tokens,
    width: float,
    taken: Sequence[QRectF] = (),
) -> None:
    """The numbers below the area; not those under what is `taken` or that a chart of `width` would cut."""
    painter.setFont(axis_font())
    metrics = QFontMetricsF(painter.font())
    for label in labels:
        half = metrics.horizontalAdvance(label.text) / 2.0
        at = area.left() + label.place * area.width()
        place = QPointF(at, area.bottom() + AXIS_HEIGHT / 2.0 + 1.0)
        ground = QRectF(at - half - 5.0, place.y() - 4.0, 2.0 * half + 10.0, 8.0)
        if half <= at <= width - half and not any(ground.intersects(other) for other in taken):
            draw_text(painter, place, label.text, tokens.muted)


def paint_legend(painter: QPainter, place: QRectF, keys: Sequence[Key], tokens: Tokens) -> None:
    """Entries in one line, names elided so that all of them fit."""
    painter.setFont(axis_font())
    metrics = QFontMetricsF(painter.font())
    widths = [metrics.horizontalAdvance(key.name) + 1.0 for key in keys]
    room = _most_each(widths, place.width() - len(keys) * (_SWATCH + 20.0))
    at = place.left()
    for key in keys:
        text = elided(key.name, room, metrics)
        middle = place.center().y()
        painter.fillRect(QRectF(at, middle - _SWATCH / 2.0, _SWATCH, _SWATCH), QColor(key.colour))
        draw_text(painter, QPointF(at + _SWATCH + 6.0, middle), text, tokens.muted, LEFT)
        at += _SWATCH + 6.0 + metrics.horizontalAdvance(text) + 14.0


def _most_each(widths: Sequence[float], room: float) -> float:
    """The width to which the longest are cut, so that all of them fit."""
    left = len(widths)
    for width in sorted(widths):
        if width * left >= room:
            return max(room / left, 0.0)
        room -= width
        left -= 1
    return max(widths, default=0.0)
