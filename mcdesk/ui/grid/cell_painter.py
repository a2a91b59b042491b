"""Paints the visible cells of a sheet in one go: a call for each cell and role would be too slow to scroll.

Texts reach over empty cells to their right, as in Excel; numbers without room shrink or become `###`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QTableView

from mcdesk.model.addresses import MAX_COLUMNS, Rectangle
from mcdesk.model.workbook import CellKind
from mcdesk.ui.grid.cell_inks import CellInks
from mcdesk.ui.grid.cell_marks import Mark, cell_key
from mcdesk.ui.grid.quick_formats import narrow_general
from mcdesk.ui.grid.sheet_table import SheetTable, ShownCell
from mcdesk.ui.theme.theme import body_font
from mcdesk.ui.theme.tokens import SMALL_PIXELS

PADDING = 6
_CORNER = 6
# How many columns to the left texts are looked for that reach into what is painted.
_MOST_OVERFLOW = 12
# No more: to forget them all takes part of a frame.
_MOST_KEPT = 20_000
# What most numbers are written with; none of these is set nearer to another one.
_SIGNS = "0123456789.,-+()%$# E"


@dataclass(frozen=True, slots=True)
class Exposed:
    """What is to be painted: the cells, and where each row and column of them stands in the viewport.

    Attributes:
        area: the cells, with some to the left whose texts may reach in.
        first_column: the first one that is exposed itself.
        tops, lefts: first pixel of each row and column that is not hidden.
        heights, widths: in pixels.
    """

    rect: QRect
    area: Rectangle
    first_column: int
    tops: Mapping[int, int]
    heights: Mapping[int, int]
    lefts: Mapping[int, int]
    widths: Mapping[int, int]

    def box(self, row: int, column: int) -> QRect | None:
        """Where a cell is; None where it is hidden or not exposed."""
        top, left = self.tops.get(row), self.lefts.get(column)
        if top is None or left is None:
            return None
        return QRect(left, top, self.widths[column], self.heights[row])


def exposed_part(view: QTableView, table: SheetTable, rect: QRect) -> Exposed:
    """The cells of a view that lie in a part of its viewport."""
    last_row, last_column = table.rowCount() - 1, table.columnCount() - 1
    top, left = view.rowAt(rect.top()), view.columnAt(rect.left())
    bottom, right = view.rowAt(rect.bottom()), view.columnAt(rect.right())
    bottom = last_row if bottom < 0 else bottom
    right = last_column if right < 0 else right
    # beyond the last row or column there is nothing
    top = last_row + 1 if top < 0 else top
    left = last_column + 1 if left < 0 else left
    first = max(left - _MOST_OVERFLOW, 0)
    rows = _exposed_rows(view, rect)
    columns = [column for column in range(first, right + 1) if not view.isColumnHidden(column)]
    return Exposed(
        rect,
        Rectangle(table.sheet.index, top, first, bottom, right),
        left,
        {row: view.rowViewportPosition(row) for row in rows},
        {row: view.rowHeight(row) for row in rows},
        {column: view.columnViewportPosition(column) for column in columns},
        {column: view.columnWidth(column) for column in columns},
    )


def _exposed_rows(view: QTableView, rect: QRect) -> list[int]:
    """The rows in a part of a viewport."""
    rows: list[int] = []
    # from one to the next: there may be ever so many hidden ones between
    at = rect.top()
    while at <= rect.bottom() and (row := view.rowAt(at)) >= 0:
        rows.append(row)
        at = view.rowViewportPosition(row) + view.rowHeight(row)
    return rows


def box_of(view: QTableView, area: Rectangle) -> QRect:
    """Where an area of cells is in the viewport of a view, most of it perhaps out of sight."""
    left, top = view.columnViewportPosition(area.left), view.rowViewportPosition(area.top)
    right = view.columnViewportPosition(area.right) + view.columnWidth(area.right)
    bottom = view.rowViewportPosition(area.bottom) + view.rowHeight(area.bottom)
    return QRect(left, top, right - left, bottom - top)


class CellPainter:
    """Keeps what is dear to measure: how wide texts are, and how they end where there is no room."""

    def __init__(self) -> None:
        self._font = body_font(SMALL_PIXELS)
        self._strong = body_font(SMALL_PIXELS, QFont.Weight.DemiBold)
        self._metrics = QFontMetricsF(self._font)
        self._strong_metrics = QFontMetricsF(self._strong)
        self._widths: dict[str, float] = {}
        self._widths_of_signs = {sign: self._metrics.horizontalAdvance(sign) for sign in _SIGNS}
        # of both fonts, which differ in their weight only
        self._lift = round((self._metrics.ascent() - self._metrics.descent() - 1) / 2.0)
        self._digit_pixels = self._metrics.horizontalAdvance("0")

    def paint(
        self, painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks, view: QTableView
    ) -> None:
        """Paint grounds, lines and texts; what is chosen comes on top, by `paint_chosen`."""
        painter.fillRect(exposed.rect, inks.ground)
        if not exposed.tops or not exposed.lefts:
            return
        _paint_lines(painter, exposed, inks)
        _paint_marks(painter, exposed, table, inks)
        covered: set[int] = set()
        for merged in table.merged_in(exposed.area):
            covered |= _keys_inside(merged, exposed)
            self._paint_merged(painter, table, inks, merged, box_of(view, merged))
        self._paint_texts(painter, exposed, table, inks, covered)
        _paint_corners(painter, exposed, table, inks)
        _paint_traces(painter, exposed, table, inks)

    def _paint_merged(
        self, painter: QPainter, table: SheetTable, inks: CellInks, merged: Rectangle, box: QRect
    ) -> None:
        mark = table.marks.get(cell_key(merged.top, merged.left))
        ground = inks.ground if mark is None else inks.ground_by_mark[mark]
        painter.fillRect(box.adjusted(0, 0, -1, -1), ground)
        anchor = Rectangle(merged.sheet, merged.top, merged.left, merged.top, merged.left)
        for cell in table.cells_in(anchor):
            self._paint_text(painter, table, inks, cell, box)

    def _paint_texts(
        self, painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks, covered: set[int]
    ) -> None:
        cells = table.cells_in(exposed.area, exposed.first_column, exposed.tops)
        if covered:
            cells = [cell for cell in cells if cell_key(cell.row, cell.column) not in covered]
        others = self._paint_plain_numbers(painter, exposed, table, inks, cells)
        end = exposed.rect.right() + 1
        for cell, following in others:
            box = exposed.box(cell.row, cell.column)
            limit = end if following is None else min(exposed.lefts.get(following, end), end)
            if box is None:
                continue
            if cell.kind == CellKind.TEXT:
                self._paint_reaching(painter, table, inks, cell, box, limit)
            elif box.right() >= exposed.rect.left():
                self._paint_text(painter, table, inks, cell, box)

    def _paint_plain_numbers(
        self, painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks, cells: list[ShownCell]
    ) -> list[tuple[ShownCell, int | None]]:
        """Paint the numbers without a mark; return the other cells, each with the next column in use.

        Most cells of a large sheet are such numbers, so that little may be asked for each.
        """
        others: list[tuple[ShownCell, int | None]] = []
        marks, kept, is_red = table.marks, self._widths, table.texts.is_red
        lefts, widths, first = exposed.lefts, exposed.widths, exposed.first_column
        bases = {row: top + exposed.heights[row] // 2 + self._lift for row, top in exposed.tops.items()}
        number_kind, next_row, next_column = int(CellKind.NUMBER), -1, -1
        painter.setFont(self._font)
        painter.setPen(inks.text)
        # From the right: a text may reach up to the next cell of its row.
        for cell in reversed(cells):
            row, column, kind, text, number, style = cell
            following = next_column if row == next_row else None
            next_row, next_column = row, column
            left, base = lefts.get(column), bases.get(row)
            if left is None or base is None:
                continue
            if kind != number_kind or (marks and cell_key(row, column) in marks):
                others.append((cell, following))
                continue
            if column < first:
                continue
            room = widths[column] - PADDING
            width = kept.get(text) or self._width(text)
            if width > room:
                text = self._narrow(table, cell, room)
                width = self._width(text)
            place = QPointF(left + room - width, base)
            if number < 0.0 and is_red(number, style):
                painter.setPen(inks.bad)
                painter.drawText(place, text)
                painter.setPen(inks.text)
            else:
                painter.drawText(place, text)
        return others

    def _paint_reaching(
        self, painter: QPainter, table: SheetTable, inks: CellInks, cell: ShownCell, box: QRect, limit: int
    ) -> None:
        """A text, over the empty cells to its right if it needs them."""
        needed = self._width(cell.text) + 2 * PADDING
        if needed > box.width() and limit > box.right() + 1:
            reach = QRect(box)
            reach.setRight(int(min(box.left() + needed, limit)))
            beyond = QRect(box.right(), box.top(), reach.right() - box.right(), box.height() - 1)
            if cell_key(cell.row, cell.column + 1) not in table.marks:
                painter.fillRect(beyond, inks.ground)
            # A pixel more would cut the last letter of a text that just fits.
            reach.setRight(reach.right() + 1)
            box = reach
        self._paint_text(painter, table, inks, cell, box)

    def _paint_text(
        self, painter: QPainter, table: SheetTable, inks: CellInks, cell: ShownCell, box: QRect
    ) -> None:
        mark = table.marks.get(cell_key(cell.row, cell.column))
        is_strong = mark in inks.text_by_mark
        metrics = self._strong_metrics if is_strong else self._metrics
        room = box.width() - 2.0 * PADDING
        text = self._fitting(table, cell, room, metrics)
        if not text:
            return
        width = metrics.horizontalAdvance(text) if is_strong else self._width(text)
        left = float(box.left() + PADDING)
        if cell.kind == CellKind.NUMBER:
            left += room - width
        elif cell.kind != CellKind.TEXT:
            left += max(room - width, 0.0) / 2.0
        painter.setFont(self._strong if is_strong else self._font)
        painter.setPen(_ink(table, cell, mark, inks))
        painter.drawText(QPointF(left, box.top() + box.height() // 2 + self._lift), text)

    def _fitting(self, table: SheetTable, cell: ShownCell, room: float, metrics: QFontMetricsF) -> str:
        text = cell.text if "\n" not in cell.text else cell.text.replace("\n", " ")
        # the padding may shrink a little before something is cut
        if self._width(text) <= room + PADDING:
            return text
        if cell.kind != CellKind.NUMBER:
            return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + PADDING)
        return self._narrow(table, cell, room + PADDING)

    def _narrow(self, table: SheetTable, cell: ShownCell, room: float) -> str:
        """A number that is wider than its room."""
        characters = max(int(room / self._digit_pixels), 0)
        shorter = narrow_general(cell.number, characters) if table.texts.is_general(cell.style) else None
        return "#" * max(characters, 1) if shorter is None else shorter

    def _width(self, text: str) -> float:
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _MOST_KEPT:
                self._widths.clear()
            width = self._widths[text] = self._measured(text)
        return width

    def _measured(self, text: str) -> float:
        # To set a text only for its width would take as long as to paint it.
        try:
            return sum(map(self._widths_of_signs.__getitem__, text))
        except KeyError:
            return self._metrics.horizontalAdvance(text)


def paint_chosen(painter: QPainter, chosen: Iterable[QRect], current: QRect | None, inks: CellInks) -> None:
    """Paint the chosen areas, and the frame around the current cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box in chosen:
        painter.fillRect(box.adjusted(0, 0, -1, -1), inks.selection)
        painter.setPen(QPen(inks.accent, 1))
        painter.drawRect(box.adjusted(-1, -1, -1, -1))
    if current is not None:
        painter.setPen(QPen(inks.accent, 2))
        painter.drawRect(current.adjusted(0, 0, -1, -1))


def _paint_lines(painter: QPainter, exposed: Exposed, inks: CellInks) -> None:
    rect = exposed.rect
    right = max(left + exposed.widths[column] for column, left in exposed.lefts.items())
    bottom = max(top + exposed.heights[row] for row, top in exposed.tops.items())
    across, down = min(right, rect.right() + 1) - rect.left(), min(bottom, rect.bottom() + 1) - rect.top()
    # filled, because a line takes three times as long
    for row, top in exposed.tops.items():
        painter.fillRect(rect.left(), top + exposed.heights[row] - 1, across, 1, inks.line)
    for column, left in exposed.lefts.items():
        painter.fillRect(left + exposed.widths[column] - 1, rect.top(), 1, down, inks.line)


def _paint_marks(painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks) -> None:
    for key in _exposed_keys(exposed, table.marks):
        box = exposed.box(*divmod(key, MAX_COLUMNS))
        if box is not None:
            painter.fillRect(box.adjusted(0, 0, -1, -1), inks.ground_by_mark[table.marks[key]])
    for key in _exposed_keys(exposed, table.hits):
        box = exposed.box(*divmod(key, MAX_COLUMNS))
        if box is not None:
            painter.fillRect(box.adjusted(0, 0, -1, -1), inks.hit)


def _paint_corners(painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks) -> None:
    """A sign besides the colour: inputs have it on the left, outputs and differing cells on the right."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for key in _exposed_keys(exposed, table.marks):
        mark, box = table.marks[key], exposed.box(*divmod(key, MAX_COLUMNS))
        colour = inks.corner_by_mark.get(mark)
        if box is None or colour is None:
            continue
        painter.setBrush(colour)
        painter.drawPolygon(_corner(QRectF(box).adjusted(0.0, 0.0, -1.0, -1.0), mark))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_traces(painter: QPainter, exposed: Exposed, table: SheetTable, inks: CellInks) -> None:
    """A frame where the ground says something else."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for key in _exposed_keys(exposed, table.traces):
        box = exposed.box(*divmod(key, MAX_COLUMNS))
        if box is not None:
            painter.setPen(QPen(inks.trace_by_mark[table.traces[key]], 2))
            painter.drawRect(box.adjusted(1, 1, -2, -2))


def _corner(box: QRectF, mark: Mark) -> QPolygonF:
    if mark is Mark.INPUT:
        corner, across, down = box.topLeft(), _CORNER, _CORNER
    elif mark is Mark.OUTPUT:
        corner, across, down = box.topRight(), -_CORNER, _CORNER
    else:
        corner, across, down = box.bottomRight(), -_CORNER, -_CORNER
    return QPolygonF([corner, corner + QPointF(across, 0.0), corner + QPointF(0.0, down)])


def _exposed_keys(exposed: Exposed, keys: Mapping[int, Mark] | frozenset[int]) -> list[int]:
    """Those of the keys that are exposed; the fewer of both are gone through."""
    if len(keys) <= len(exposed.tops) * len(exposed.lefts):
        return [key for key in keys if exposed.area.contains(*divmod(key, MAX_COLUMNS))]
    return [key for row in exposed.tops for column in exposed.lefts if (key := cell_key(row, column)) in keys]


def _keys_inside(merged: Rectangle, exposed: Exposed) -> set[int]:
    inside = merged.intersect(exposed.area)
    if inside is None:
        return set()
    columns = range(inside.left, inside.right + 1)
    rows = (row for row in exposed.tops if inside.top <= row <= inside.bottom)
    return {cell_key(row, column) for row in rows for column in columns}


def _ink(table: SheetTable, cell: ShownCell, mark: Mark | None, inks: CellInks) -> QColor:
    if mark in inks.text_by_mark:
        return inks.text_by_mark[mark]
    if cell.kind == CellKind.ERROR:
        return inks.bad
    is_red = (
        cell.kind == CellKind.NUMBER and cell.number < 0.0 and table.texts.is_red(cell.number, cell.style)
    )
    return inks.bad if is_red else inks.text
