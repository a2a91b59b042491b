"""From names, table parts and sheet spans in a formula to rectangles of the workbook."""

from mcdesk.formulas.syntax import Axis, RangeReference, SheetSpan, StructuredReference
from mcdesk.formulas.values import Reference
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle
from mcdesk.model.workbook import DefinedName, Table, Workbook


class ReferenceResolver:
    """Looks things up in one workbook, by names in any case."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._sheet_by_name = {sheet.name.casefold(): sheet.index for sheet in workbook.sheets}
        self._name_by_scope = {(name.sheet, name.name.casefold()): name for name in workbook.names}
        self._table_by_name = {table.name.casefold(): table for table in workbook.tables}

    def sheets_of(self, span: SheetSpan | None, own_sheet: int) -> range | None:
        """The sheets that a reference means; None where one of them is gone."""
        if span is None or (span.book is not None and not span.first):
            return range(own_sheet, own_sheet + 1)
        first = self._sheet_by_name.get(span.first.casefold())
        last = first if span.last is None else self._sheet_by_name.get(span.last.casefold())
        if first is None or last is None:
            return None
        return range(min(first, last), max(first, last) + 1)

    def name(self, name: str, span: SheetSpan | None, own_sheet: int) -> DefinedName | None:
        """The defined name as seen from a sheet: its own before the workbook's."""
        folded = name.casefold()
        scope = own_sheet
        if span is not None and span.first:
            sheet = self._sheet_by_name.get(span.first.casefold())
            if sheet is None:
                # `Book.xlsx!Name` of the workbook itself.
                return self._name_by_scope.get((None, folded))
            scope = sheet
        return self._name_by_scope.get((scope, folded)) or self._name_by_scope.get((None, folded))

    def table(self, name: str | None, cell: tuple[int, int, int]) -> Table | None:
        """The table of that name, or the one around a cell."""
        if name is not None:
            return self._table_by_name.get(name.casefold())
        sheet, row, column = cell
        for table in self.workbook.tables:
            if table.sheet == sheet and table.extent.contains(row, column):
                return table
        return None

    def structured(self, node: StructuredReference, cell: tuple[int, int, int]) -> Reference | ErrorCode:
        """The cells of a table part as seen from a cell."""
        table = self.table(node.table, cell)
        if table is None:
            return ErrorCode.REF
        columns = _table_columns(table, node)
        if columns is None:
            return ErrorCode.REF
        rows = _table_rows(table, node.items, cell)
        if isinstance(rows, ErrorCode):
            return rows
        left = table.extent.left
        return Reference(
            (Rectangle(table.sheet, rows[0], left + columns[0], rows[1], left + columns[1]),),
        )


def range_edges(node: RangeReference, row: int, column: int) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of a range as seen from a cell, sorted."""
    top, bottom = _span(node.top, node.bottom, row, MAX_ROWS)
    left, right = _span(node.left, node.right, column, MAX_COLUMNS)
    return top, left, bottom, right


def bounding(areas: tuple[Rectangle, ...]) -> Rectangle | None:
    """Return the smallest rectangle around areas, None if they are on several sheets."""
    if len({area.sheet for area in areas}) != 1:
        return None
    return Rectangle(
        areas[0].sheet,
        min(area.top for area in areas),
        min(area.left for area in areas),
        max(area.bottom for area in areas),
        max(area.right for area in areas),
    )


def _span(first: Axis | None, last: Axis | None, origin: int, count: int) -> tuple[int, int]:
    if first is None or last is None:
        return 0, count - 1
    low, high = first.resolve(origin, count), last.resolve(origin, count)
    return (low, high) if low <= high else (high, low)


def _table_columns(table: Table, node: StructuredReference) -> tuple[int, int] | None:
    if node.first is None:
        return 0, table.extent.column_count - 1
    names = [column.casefold() for column in table.columns]
    first = node.first.casefold()
    last = first if node.last is None else node.last.casefold()
    if first not in names or last not in names:
        return None
    low, high = sorted((names.index(first), names.index(last)))
    return low, high


def _table_rows(
    table: Table, items: tuple[str, ...], cell: tuple[int, int, int]
) -> tuple[int, int] | ErrorCode:
    extent = table.extent
    first = extent.top + table.header_row_count
    last = extent.bottom - table.totals_row_count
    spans = {
        "#All": (extent.top, extent.bottom),
        "#Data": (first, last),
        "#Headers": (extent.top, first - 1),
        "#Totals": (last + 1, extent.bottom),
    }
    if "#This Row" in items:
        return (cell[1], cell[1]) if first <= cell[1] <= last else ErrorCode.VALUE
    wanted = [spans[item] for item in items] or [spans["#Data"]]
    if any(top > bottom for top, bottom in wanted):
        return ErrorCode.REF
    return min(top for top, _ in wanted), max(bottom for _, bottom in wanted)
