"""Pens, brushes and texts of the charts. Lengths are device-independent pixels."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from mcdesk.ui.charts.scale import Floats
from mcdesk.ui.theme.theme import body_font
from mcdesk.ui.theme.tokens import LABEL_PIXELS, SMALL_PIXELS

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROOM = 4000.0


@lru_cache(maxsize=1)
def axis_font() -> QFont:
    """Of the numbers along an axis."""
    return body_font(SMALL_PIXELS)


@lru_cache(maxsize=1)
def mark_font() -> QFont:
    """Of short names such as P50."""
    return body_font(LABEL_PIXELS, QFont.Weight.DemiBold)


@lru_cache(maxsize=1)
def figure_font() -> QFont:
    """Of the figures that a chart is read for."""
    return body_font(SMALL_PIXELS, QFont.Weight.DemiBold)


def pen(colour: str | QColor, width: float = 1.0, is_dashed: bool = False) -> QPen:
    """A pen that grows with the scale of the screen, because it is not cosmetic."""
    made = QPen(QColor(colour), width)
    made.setCosmetic(False)
    # round joins would double the time of a long line, and look the same
    made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    if is_dashed:
        made.setDashPattern([4.0, 3.0])
    return made


def draw_text(
    painter: QPainter, place: QPointF, text: str, colour: str, align: Qt.AlignmentFlag = CENTRE
) -> None:
    """A line of text in the painter's font: around, right of or left of the place, centred in height."""
    left = place.x()
    if align & Qt.AlignmentFlag.AlignHCenter:
        left -= _ROOM / 2.0
    elif align & Qt.AlignmentFlag.AlignRight:
        left -= _ROOM
    painter.setPen(QColor(colour))
    painter.drawText(QRectF(left, place.y() - 20.0, _ROOM, 40.0), align, text)


def vertical_line(painter: QPainter, at: float, top: float, bottom: float, made: QPen) -> None:
    """A line on whole pixels, so that it is as sharp as the screen."""
    sharp = round(at - 0.5) + 0.5
    if made.style() is Qt.PenStyle.SolidLine:
        # a third of the time of a line
        painter.fillRect(QRectF(sharp - made.widthF() / 2.0, top, made.widthF(), bottom - top), made.color())
        return
    painter.setPen(made)
    painter.drawLine(QPointF(sharp, top), QPointF(sharp, bottom))


def horizontal_line(painter: QPainter, at: float, left: float, right: float, made: QPen) -> None:
    """A solid line on whole pixels."""
    sharp = round(at - 0.5) + 0.5
    painter.fillRect(QRectF(left, sharp - made.widthF() / 2.0, right - left, made.widthF()), made.color())


def elided(text: str, width: float, metrics: QFontMetricsF) -> str:
    """The text, its middle left out where it is longer than `width` pixels."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(width, 0.0))


def dot(painter: QPainter, centre: QPointF, radius: float, fill: str, ring: QPen) -> None:
    """A filled circle with a ring."""
    painter.setPen(ring)
    painter.setBrush(QColor(fill))
    painter.drawEllipse(centre, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def line_path(across: Floats, up: Floats) -> QPainterPath:
    """A line through points in pixels; broken where one of them is no number."""
    if not len(across):
        return QPainterPath()
    from mcdesk.ui.charts.ground import path_through

    return path_through(across, up)


def steps_path(edges: Floats, tops: Floats, bottom: float) -> QPainterPath:
    """One outline over bars that touch: (bars + 1,) edges and (bars,) tops, in pixels."""
    return line_path(np.repeat(edges, 2), np.concatenate(([bottom], np.repeat(tops, 2), [bottom])))
