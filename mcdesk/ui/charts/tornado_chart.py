"""The inputs that move an output most, one bar each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.ui.charts.axes import (
    AXIS_HEIGHT,
    LEGEND_HEIGHT,
    Key,
    paint_legend,
    paint_numbers,
    paint_upright_grid,
)
from mcdesk.ui.charts.ink import LEFT, RIGHT, axis_font, draw_text, elided, pen, vertical_line
from mcdesk.ui.charts.labels import Label, horizontal_labels
from mcdesk.ui.charts.plot_frame import PlotFrame, Row
from mcdesk.ui.charts.scale import Scale
from mcdesk.ui.theme.theme import Theme

MOST_BARS = 12
_MARGIN = 12.0
_LEAST_ROW, _MOST_ROW = 16.0, 38.0
_MOST_BAR = 22.0
_NAME_SHARE, _LEAST_NAME_SHARE, _LEAST_BAR_SHARE = 0.38, 0.24, 0.3
_NAME_GAP = 12.0
_TEXT_GAP = 6.0


class TornadoMode(Enum):
    """What the bars are."""

    SIGNED = "signed"
    SHARE = "share"
    MEAN_CHANGE = "mean change"


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """One input.

    Attributes:
        low, high: by mode. SIGNED and SHARE: both are the value. MEAN_CHANGE: the output's mean where the
            input is low, and where it is high.
    """

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TornadoPicture:
    """Rows in any order; `middle` is the output's mean, around which a change is shown."""

    rows: tuple[TornadoRow, ...]
    mode: TornadoMode
    middle: float = 0.0

    def strength(self, row: TornadoRow) -> float:
        """By which rows are put in order."""
        if self.mode is TornadoMode.MEAN_CHANGE:
            return max(row.low, row.high, self.middle) - min(row.low, row.high, self.middle)
        return abs(row.high)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything is, for one size.

    Attributes:
        shown: places in the picture's rows, strongest first.
        is_valued: whether there is room for the values beside the bars; the tool tip has them in any case.
    """

    shown: tuple[int, ...]
    other_count: int
    row_height: float
    area: QRectF
    scale: Scale
    is_valued: bool

    @property
    def whole(self) -> QRectF:
        """The area with the line of the others."""
        return self.area.adjusted(0.0, 0.0, 0.0, self.row_height if self.other_count else 0.0)


class TornadoChart(PlotFrame):
    """A click on a row, or Enter on the row that the arrow keys chose, chooses its input."""

    input_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "tornadoChart", "", parent)
        self.setAccessibleName(self.tr("Tornado"))
        self._picture: TornadoPicture | None = None
        self._order: tuple[int, ...] = ()
        self._active = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    @override
    def is_empty(self) -> bool:
        return not self._order

    def show_data(self, picture: TornadoPicture | None) -> None:
        """Show this, or that there is nothing yet."""
        self._picture = picture
        rows = () if picture is None else picture.rows
        finite = [
            place for place, row in enumerate(rows) if math.isfinite(row.low) and math.isfinite(row.high)
        ]
        if picture is not None:
            finite.sort(key=lambda place: -picture.strength(rows[place]))
        self._order = tuple(finite)
        self._active = min(self._active, max(len(finite) - 1, 0))
        self._retell()

    @override
    def rows(self) -> Iterator[Row]:
        if self._picture is None:
            return
        is_pair = self._picture.mode is TornadoMode.MEAN_CHANGE
        yield (
            (self.tr("Input"), self.tr("Low"), self.tr("High"))
            if is_pair
            else (self.tr("Input"), self.tr("Value"))
        )
        for place in self._order:
            row = self._picture.rows[place]
            yield (row.name, row.low, row.high) if is_pair else (row.name, row.high)

    @override
    def _description(self) -> str:
        assert self._picture is not None
        first = (self._picture.rows[place] for place in self._order[:3])
        texts = [
            f"{row.name} {' / '.join(dict.fromkeys(map(self._text_of, (row.low, row.high))))}"
            for row in first
        ]
        return self.tr("The most influential inputs: ") + "; ".join(texts) + "."

    def _plan(self, size: QSizeF) -> _Plan:
        assert self._picture is not None
        below = AXIS_HEIGHT + (LEGEND_HEIGHT if self._picture.mode is TornadoMode.MEAN_CHANGE else 4.0)
        height = size.height() - below - 6.0
        most = min(max(int(height / _LEAST_ROW), 1), MOST_BARS + 1)
        bars = len(self._order) if len(self._order) <= min(most, MOST_BARS) else max(most - 1, 1)
        others = len(self._order) - bars
        row_height = min(height / (bars + (1 if others else 0)), _MOST_ROW)
        shown = self._order[:bars]
        metrics = QFontMetricsF(axis_font())
        names = [self._picture.rows[place].name for place in shown]
        wanted = max(metrics.horizontalAdvance(text) for text in (*names, self._others_text(others)))
        rooms = self._value_rooms(shown, metrics)
        usual, least = _NAME_SHARE * size.width(), _LEAST_NAME_SHARE * size.width()
        spare = (1.0 - _LEAST_BAR_SHARE) * size.width() - 2.0 * _MARGIN - _NAME_GAP - sum(rooms)
        left = _MARGIN + min(wanted, usual, max(spare, least)) + _NAME_GAP
        area = QRectF(left, 6.0, max(size.width() - left - _MARGIN, 10.0), row_height * bars)
        is_valued = area.width() - sum(rooms) >= _LEAST_BAR_SHARE * area.width()
        scale = self._roomy_scale(shown, area.width(), rooms if is_valued else (1.0, 1.0))
        return _Plan(shown, others, row_height, area, scale, is_valued)

    def _others_text(self, count: int) -> str:
        return self.tr("and %1 others").replace("%1", str(count)) if count else ""

    def _value_rooms(self, shown: Sequence[int], metrics: QFontMetricsF) -> tuple[float, float]:
        """What the values take left of the bars, and right of them, in pixels."""
        assert self._picture is not None
        rooms, middle = [0.0, 0.0], self._middle()
        for place in shown:
            for end in self._written(self._picture.rows[place]):
                side = 0 if end < middle else 1
                room = metrics.horizontalAdvance(self._text_of(end)) + _TEXT_GAP + 2.0
                rooms[side] = max(rooms[side], room)
        return rooms[0], rooms[1]

    def _roomy_scale(self, shown: Sequence[int], width: float, rooms: tuple[float, float]) -> Scale:
        """Such that the values fit beside the ends of their bars."""
        assert self._picture is not None
        middle = self._middle()
        ends = [each for place in shown for each in self._ends(self._picture.rows[place])]
        scale = Scale.around(min(*ends, middle), max(*ends, middle))
        inner = max(width - sum(rooms), 1.0)
        return Scale.around(scale.value(-rooms[0] / inner), scale.value(1.0 + rooms[1] / inner))

    def _labels(self, plan: _Plan) -> list[Label]:
        return horizontal_labels(plan.scale, plan.area.width(), self._text_of, QFontMetricsF(axis_font()))

    def _middle(self) -> float:
        assert self._picture is not None
        return self._picture.middle if self._picture.mode is TornadoMode.MEAN_CHANGE else 0.0

    def _ends(self, row: TornadoRow) -> tuple[float, ...]:
        assert self._picture is not None
        return (row.low, row.high) if self._picture.mode is TornadoMode.MEAN_CHANGE else (row.high,)

    @override
    def _paint(self, painter: QPainter, size: QSizeF) -> None:
        assert self._picture is not None
        plan, tokens = self._plan(size), self.tokens
        paint_upright_grid(painter, plan.whole, self._labels(plan), tokens)
        for line, place in enumerate(plan.shown):
            self._paint_row(painter, plan, line, self._picture.rows[place])
        at = plan.area.left() + plan.scale.fraction(self._middle()) * plan.area.width()
        vertical_line(painter, at, plan.area.top(), plan.whole.bottom(), pen(tokens.muted, 1.0))
        if plan.other_count:
            text = self._others_text(plan.other_count)
            middle = plan.area.bottom() + plan.row_height / 2.0
            draw_text(painter, QPointF(plan.area.left() - _NAME_GAP, middle), text, tokens.muted, RIGHT)
        self._paint_below(painter, plan, size)

    def _paint_row(self, painter: QPainter, plan: _Plan, line: int, row: TornadoRow) -> None:
        tokens, metrics = self.tokens, QFontMetricsF(painter.font())
        middle = plan.area.top() + (line + 0.5) * plan.row_height
        if self._has_ring and line == self._active:
            ground = QRectF(
                2.0, middle - plan.row_height / 2.0, plan.area.right() + _MARGIN - 4.0, plan.row_height
            )
            painter.setPen(pen(tokens.accent))
            painter.setBrush(QColor(tokens.accent_ground))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        room = plan.area.left() - _MARGIN - _NAME_GAP
        draw_text(
            painter,
            QPointF(plan.area.left() - _NAME_GAP, middle),
            elided(row.name, room, metrics),
            tokens.text,
            RIGHT,
        )
        height = min(plan.row_height * 0.64, _MOST_BAR)
        zero = plan.area.left() + plan.scale.fraction(self._middle()) * plan.area.width()
        for end, colour in self._bars(row):
            to = plan.area.left() + plan.scale.fraction(end) * plan.area.width()
            bar = QRectF(min(zero, to), middle - height / 2.0, abs(to - zero), height)
            painter.fillRect(bar, QColor(colour))
        for end in self._written(row) if plan.is_valued else ():
            to = plan.area.left() + plan.scale.fraction(end) * plan.area.width()
            is_left = end < self._middle()
            place = QPointF(to + (-_TEXT_GAP if is_left else _TEXT_GAP), middle)
            draw_text(painter, place, self._text_of(end), tokens.muted, RIGHT if is_left else LEFT)

    def _bars(self, row: TornadoRow) -> list[tuple[float, str]]:
        """Ends and colours, the longer bar first: both may be on one side."""
        assert self._picture is not None
        tokens, middle = self.tokens, self._middle()
        if self._picture.mode is TornadoMode.SHARE:
            return [(row.high, tokens.accent)]
        if self._picture.mode is TornadoMode.SIGNED:
            return [(row.high, tokens.high if row.high >= 0.0 else tokens.low)]
        bars = [(row.low, tokens.low), (row.high, tokens.high)]
        return sorted(bars, key=lambda bar: -abs(bar[0] - middle))

    def _written(self, row: TornadoRow) -> list[float]:
        """The ends that have their value beside them: of two on one side, the outer one."""
        middle = self._middle()
        ends = sorted(self._ends(row), key=lambda end: -abs(end - middle))
        is_other_side = len(ends) == 2 and (ends[0] < middle) != (ends[1] < middle)
        return ends if is_other_side else ends[:1]

    def _paint_below(self, painter: QPainter, plan: _Plan, size: QSizeF) -> None:
        assert self._picture is not None
        area = plan.whole
        paint_numbers(painter, area, self._labels(plan), self.tokens, size.width())
        if self._picture.mode is TornadoMode.MEAN_CHANGE:
            keys = (Key(self.tokens.low, self.tr("Input low")), Key(self.tokens.high, self.tr("Input high")))
            place = QRectF(area.left(), area.bottom() + AXIS_HEIGHT, area.width(), LEGEND_HEIGHT)
            paint_legend(painter, place, keys, self.tokens)

    def _line_at(self, place: QPointF) -> int | None:
        if self.is_empty:
            return None
        plan = self._plan(QSizeF(self.size()))
        line = math.floor((place.y() - plan.area.top()) / plan.row_height)
        return line if 0 <= line < len(plan.shown) else None

    @override
    def _tip_at(self, place: QPointF) -> str:
        line = self._line_at(place)
        if self._picture is None or line is None:
            return ""
        row = self._picture.rows[self._order[line]]
        return f"{row.name}: {' / '.join(map(self._text_of, self._ends(row)))}"

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and line is not None:
            self._active = line
            self._redraw()
            self.input_chosen.emit(self._order[line])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self.is_empty:
            super().keyPressEvent(event)
        elif step is not None:
            last = len(self._plan(QSizeF(self.size())).shown) - 1
            self._active = min(max(self._active + step, 0), last)
            self._redraw()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.input_chosen.emit(self._order[self._active])
        else:
            super().keyPressEvent(event)
