"""Charts of one output's values between two delimiters, with the probabilities left, between and right."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import AXIS_HEIGHT, LEGEND_HEIGHT, Key, paint_legend, paint_numbers
from mcdesk.ui.charts.handled_chart import STEPS_ACROSS, HandledChart
from mcdesk.ui.charts.ink import axis_font, dot, draw_text, figure_font, pen, vertical_line
from mcdesk.ui.charts.labels import horizontal_labels, spread
from mcdesk.ui.charts.scale import Scale, plain_beside, plain_near
from mcdesk.ui.charts.value_entry import ValueEntry, typed_value
from mcdesk.ui.formatting import percent_text
from mcdesk.ui.theme.theme import Theme

BAND_HEIGHT = 38.0
MARGIN = 12.0
_PERCENTS_AT, _TRACK_AT, _TRACK_HEIGHT = 10.0, 28.0, 5.0
_HANDLE_RADIUS = 6.0
# what a value that is typed may begin with
_BEGINNINGS = "-+.0123456789pP"


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that is pointed out, such as the tenth percentile as `P10`."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Delimited:
    """What charts with delimiters have in common.

    Attributes:
        low, high: the part of the axis that is shown, about P0.05 to P99.9; they may be equal.
        delimiters: where they stand until a person moves them.
        below: the probability, 0 to 1, of a value below this one.
    """

    low: float
    high: float
    marks: tuple[Mark, ...]
    delimiters: tuple[float, float]
    below: Callable[[float], float]


class DelimitedChart(HandledChart):
    """The band, the delimiters and the axis; what lies between is painted by who descends from it."""

    delimiters_moved = Signal(float, float)

    def __init__(self, theme: Theme, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, title, parent)
        self._frame: Delimited | None = None
        # of the run and of those beside it, where there are some
        self._names: tuple[str, ...] = ()
        self._is_moved = False
        # where a person put them, while there is nothing to show
        self._kept: tuple[float, ...] = ()
        self._entry = ValueEntry(self)
        self._entry.given.connect(self._take_typed)

    @property
    def delimiters(self) -> tuple[float, float] | None:
        """Where they stand; None in an empty chart."""
        return (self._handles[0], self._handles[1]) if self._handles else None

    @property
    def overlay_names(self) -> tuple[str, ...]:
        """The names of the runs beside the one that is shown."""
        return self._names[1:]

    def set_delimiters(self, low: float, high: float) -> None:
        """Put them there, as if a person had, without a signal."""
        self._is_moved = True
        self._hold((min(low, high), max(low, high)))
        self._retell()

    def reset_delimiters(self) -> None:
        """Put them where the data has them, for an output that is shown anew."""
        self._is_moved, self._kept = False, ()
        if self._frame is not None:
            self._hold(self._frame.delimiters)
        self._retell()

    def probabilities(self) -> tuple[float, float, float] | None:
        """Left of the delimiters, between them, right of them; None in an empty chart."""
        if self._frame is None:
            return None
        # with the value itself, so that what lies between is closed: all of a model without spread does
        ends = (self._handles[0], math.nextafter(self._handles[1], math.inf))
        left, right = (min(max(self._frame.below(value), 0.0), 1.0) for value in ends)
        return left, max(right - left, 0.0), 1.0 - right

    @property
    @override
    def is_empty(self) -> bool:
        return self._frame is None

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The value of the delimiter there can be typed."""
        index = self._handle_at(event.position())
        if index is None:
            super().mouseDoubleClickEvent(event)
        else:
            self._dragged, self._active = None, index
            self._ask_for_value()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        pill = self._pill_at(event.position())
        if pill is None or event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self._dragged, self._active = None, pill
            self._ask_for_value()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None and self._pill_at(event.position()) is not None:
            self.setCursor(Qt.CursorShape.IBeamCursor)
        else:
            super().mouseMoveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if self._handles and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask_for_value()
        elif self._handles and text and text in _BEGINNINGS:
            self._ask_for_value(text)
        else:
            super().keyPressEvent(event)

    def _ask_for_value(self, typed: str = "") -> None:
        at = QPointF(self.handle_place(self._active), self._area().bottom() + AXIS_HEIGHT / 2.0 + 1.0)
        self._entry.ask(at, typed or self._text_of(self._handles[self._active]), not typed)

    def _take_typed(self, text: str) -> None:
        if self._frame is None:
            return
        frame = self._frame
        value = typed_value(text, (frame.low, frame.high), frame.below)
        self._entry.close_with(value is not None)
        if value is not None:
            self._handles[self._active] = value
            # one that was put beyond the other changes places with it
            self._active = int(value == max(self._handles))
            self._handles.sort()
            self._retell()
            self._tell_move(self._active)

    def _show(self, frame: Delimited | None, names: Sequence[str]) -> None:
        """Delimiters that a person has moved stay, also over a while without data."""
        self._frame, self._names = frame, tuple(names)
        if self._is_moved and self._handles:
            self._kept = tuple(self._handles)
        if frame is None:
            self._hold(())
        else:
            self._is_moved = self._is_moved and bool(self._kept)
            self._hold(self._kept if self._is_moved else frame.delimiters)
        self._retell()

    @override
    def _tell_move(self, index: int) -> None:
        self._is_moved = True
        self.delimiters_moved.emit(self._handles[0], self._handles[1])

    @override
    def _under_mouse(self, value: float, pixels: float) -> float:
        # somebody who drags to zero asks for the chance of a loss, not for that of less than -313
        return plain_near(self._scale(), value, pixels)

    @override
    def _beside(self, value: float, steps: int) -> float:
        return plain_beside(self._scale(), value, STEPS_ACROSS, steps)

    @override
    def _scale(self) -> Scale:
        assert self._frame is not None
        return Scale.around(self._frame.low, self._frame.high)

    @override
    def _area(self) -> QRectF:
        return self._area_in(QSizeF(self.size()))

    def _area_in(self, size: QSizeF) -> QRectF:
        below = AXIS_HEIGHT + (LEGEND_HEIGHT if self._names else 4.0)
        left, top = MARGIN + self._room_beside(), BAND_HEIGHT + self._room_above()
        width, height = size.width() - left - MARGIN - 4.0, size.height() - top - below
        return QRectF(left, top, max(width, 1.0), max(height, 1.0))

    def _series(self, place: int) -> str:
        return self.tokens.series[place % len(self.tokens.series)]

    def _room_beside(self) -> float:
        return 4.0

    def _room_above(self) -> float:
        return 8.0

    def _paint_inside(self, painter: QPainter, area: QRectF) -> None:
        """The values; what lies between the delimiters is `_between(area)`."""
        raise NotImplementedError

    def _mark_places(self, area: QRectF) -> list[QRectF]:
        """Where texts stand above the area, which no line may cross."""
        return []

    def _between(self, area: QRectF) -> QRectF:
        left, right = self._places(area)
        return QRectF(left, area.top(), right - left, area.height())

    def _places(self, area: QRectF) -> tuple[float, float]:
        scale = self._scale()
        fractions = [min(max(scale.fraction(value), 0.0), 1.0) for value in self._handles]
        return area.left() + fractions[0] * area.width(), area.left() + fractions[1] * area.width()

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        area = self._area_in(size)
        self._paint_inside(painter, area)
        self._paint_band(painter, area, size.width())
        pills = self._paint_pills(painter, area, size.width())
        labels = horizontal_labels(self._scale(), area.width(), self._text_of, QFontMetricsF(axis_font()))
        paint_numbers(painter, area, labels, self.tokens, size.width(), pills)
        if self._names:
            place = QRectF(area.left(), area.bottom() + AXIS_HEIGHT, area.width(), LEGEND_HEIGHT)
            keys = [Key(self._series(number), name) for number, name in enumerate(self._names)]
            paint_legend(painter, place, keys, self.tokens)

    def _paint_band(self, painter: QPainter, area: QRectF, width: float) -> None:
        tokens, (left, right) = self.tokens, self._places(area)
        track = QRectF(area.left(), _TRACK_AT - _TRACK_HEIGHT / 2.0, area.width(), _TRACK_HEIGHT)
        _fill_round(painter, track, QColor(tokens.track))
        _fill_round(painter, QRectF(left, track.top(), right - left, _TRACK_HEIGHT), QColor(tokens.accent))
        for index, at in enumerate((left, right)):
            is_free = not any(text.left() <= at <= text.right() for text in self._mark_places(area))
            line = pen(tokens.accent, 1.2)
            vertical_line(painter, at, _TRACK_AT, area.bottom() if is_free else BAND_HEIGHT, line)
            vertical_line(painter, at, area.top() - 4.0, area.bottom(), line)
            place = QPointF(at, _TRACK_AT)
            if self._has_ring and index == self._active:
                dot(painter, place, _HANDLE_RADIUS + 3.5, tokens.accent_ground, pen(tokens.accent, 1.2))
            dot(painter, place, _HANDLE_RADIUS, tokens.card, pen(tokens.accent, 2.0))
        self._paint_percents(painter, (area.left(), left, right, area.right()), width)

    def _paint_percents(self, painter: QPainter, ends: Sequence[float], width: float) -> None:
        painter.setFont(figure_font())
        metrics = QFontMetricsF(painter.font())
        texts = [percent_text(fraction) for fraction in self.probabilities() or ()]
        centres = [(ends[index] + ends[index + 1]) / 2.0 for index in range(3)]
        widths = [metrics.horizontalAdvance(text) for text in texts]
        colours = (self.tokens.muted, self.tokens.accent_text, self.tokens.muted)
        for at, text, colour in zip(
            spread(centres, widths, 2.0, width - 2.0, 14.0), texts, colours, strict=True
        ):
            draw_text(painter, QPointF(at, _PERCENTS_AT), text, colour)

    def _pills(self, area: QRectF, width: float) -> list[tuple[QRectF, str]]:
        """Where the values of the delimiters stand, on the axis; one of two that are equal."""
        metrics = QFontMetricsF(figure_font())
        count = 1 if self._handles[0] == self._handles[1] else 2
        texts = [self._text_of(value) for value in self._handles[:count]]
        widths = [metrics.horizontalAdvance(text) + 12.0 for text in texts]
        centres = spread(self._places(area)[:count], widths, 1.0, width - 1.0, 4.0)
        top = area.bottom() + AXIS_HEIGHT / 2.0 - 8.0
        rooms = zip(centres, widths, texts, strict=True)
        return [(QRectF(at - room / 2.0, top, room, 18.0), text) for at, room, text in rooms]

    def _pill_at(self, place: QPointF) -> int | None:
        if self.is_empty:
            return None
        pills = self._pills(self._area(), self.width())
        return next((index for index, (pill, _) in enumerate(pills) if pill.contains(place)), None)

    def _paint_pills(self, painter: QPainter, area: QRectF, width: float) -> list[QRectF]:
        """Returns the places that they take."""
        painter.setFont(figure_font())
        pills = self._pills(area, width)
        for pill, text in pills:
            _fill_round(painter, pill, QColor(self.tokens.accent_ground))
            draw_text(painter, pill.center(), text, self.tokens.accent_text)
        return [pill for pill, _ in pills]

    @override
    def _description(self) -> str:
        assert self._frame is not None
        left, between, right = (percent_text(each) for each in self.probabilities() or (0.0, 0.0, 0.0))
        low, high = (self._text_of(value) for value in self._handles)
        marks = ", ".join(f"{mark.name} {self._text_of(mark.value)}" for mark in self._frame.marks)
        shares = self.tr("%1 below %2, %3 between, %4 above %5.")
        for place, text in enumerate((left, low, between, right, high), 1):
            shares = shares.replace(f"%{place}", text, 1)
        return f"{marks}. {shares}" if marks else shares


def marks_that_show(marks: Sequence[Mark], scale: Scale) -> list[Mark]:
    """Those inside of what is shown, lowest first."""
    inside = [
        mark for mark in marks if math.isfinite(mark.value) and 0.0 <= scale.fraction(mark.value) <= 1.0
    ]
    return sorted(inside, key=lambda mark: mark.value)


def _fill_round(painter: QPainter, place: QRectF, colour: QColor) -> None:
    path = QPainterPath()
    radius = min(place.height() / 2.0, 6.0)
    path.addRoundedRect(place, radius, radius)
    painter.fillPath(path, colour)
