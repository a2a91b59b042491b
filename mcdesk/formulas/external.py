"""Cells and names of other workbooks, from the copies that the file keeps; no file is opened."""

from mcdesk.formulas.reference_resolution import range_edges
from mcdesk.formulas.syntax import CellReference, NameReference, RangeReference, SheetSpan
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.workbook import ExternalBook, Workbook

_MOST_CELLS = 1_000_000


def external_cells(workbook: Workbook, node: CellReference | RangeReference, row: int, column: int) -> Value:
    """Return the kept values of a reference into another workbook; #REF! where nothing is kept of it."""
    book = _book(workbook, node.sheet)
    if book is None or node.sheet is None:
        return ErrorCode.REF
    sheet = node.sheet.first.lower()
    if sheet not in (name.lower() for name in book.sheet_names):
        return ErrorCode.REF

    def value(at_row: int, at_column: int) -> Scalar:
        return book.cells.get((sheet, at_row, at_column), BLANK)

    if isinstance(node, CellReference):
        node = RangeReference(node.row, node.column, node.row, node.column)
    top, left, bottom, right = range_edges(node, row, column)
    kept = [place for place in book.cells if place[0] == sheet]
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        bottom = min(bottom, max((place[1] for place in kept), default=top))
        right = min(right, max((place[2] for place in kept), default=left))
    if top == bottom and left == right:
        return value(top, left)
    rows = range(top, max(top, bottom) + 1)
    columns = range(left, max(left, right) + 1)
    return ArrayValue(tuple(tuple(value(r, c) for c in columns) for r in rows))


def external_name(workbook: Workbook, node: NameReference) -> str | None:
    """Return what a name of another workbook refers to, None if the file does not say."""
    book = _book(workbook, node.sheet)
    if book is None or node.sheet is None:
        return None
    text = book.names.get(node.name.lower())
    if text is None:
        return None
    # Its sheets are those of the other workbook.
    quote, _, rest = text.partition("'")
    return f"[{book.index}]{text}" if not text.startswith("'") else f"{quote}'[{book.index}]{rest}"


def _book(workbook: Workbook, span: SheetSpan | None) -> ExternalBook | None:
    if span is None or span.book is None or not span.book.isdecimal():
        return None
    index = int(span.book)
    return next((book for book in workbook.external_books if book.index == index), None)
