"""Functions that give or measure references: INDEX, OFFSET, INDIRECT, ROW, ADDRESS and so on."""

import re
from collections.abc import Callable

import numpy as np

from mcdesk.formulas.arrays import array_of, column_of, cut_rows
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter, number
from mcdesk.formulas.functions.parameters import (
    absent_if_empty,
    cells,
    function,
    logical,
    optional_number,
    scalar,
    text,
    value,
)
from mcdesk.formulas.values import ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle, column_letters, quote_sheet_name

_LEAST_FOLDED_ROWS = 16_384
_MOST_DIGITS = 12
_R1C1 = re.compile(
    r"(?:(?P<sheet>.*)!)?R(?P<row>\d+|\[-?\d+\])?C(?P<column>\d+|\[-?\d+\])?"
    r"(?::R(?P<row2>\d+|\[-?\d+\])?C(?P<column2>\d+|\[-?\d+\])?)?",
    re.IGNORECASE,
)
_R1C1_LINES = re.compile(
    r"(?:(?P<sheet>.*)!)?(?P<axis>[RC])(?P<first>\d+|\[-?\d+\])?(?::(?P=axis)(?P<last>\d+|\[-?\d+\])?)?",
    re.IGNORECASE,
)


def index(context: Context, source: Value, row: float, column: float | None, area: float) -> Value:
    """INDEX: a cell, row or column of a range (as a reference) or an array; 0 means all."""
    if isinstance(source, Reference):
        if not 1 <= area < len(source.areas) + 1:
            return ErrorCode.REF
        return _index_area(source.areas[int(area) - 1], row, column)
    if isinstance(source, ErrorCode):
        return source
    array = context.folded(source)
    places = _index_places(array.row_count, array.column_count, row, column)
    if isinstance(places, ErrorCode):
        return places
    rows, columns = places
    found = array if len(rows) == array.row_count else cut_rows(array, rows[0], rows[0] + 1)
    if len(columns) < array.column_count:
        found = column_of(found, columns[0])
    return found.rows[0][0] if len(rows) == len(columns) == 1 else found


def _index_area(area: Rectangle, row: float, column: float | None) -> Value:
    places = _index_places(area.row_count, area.column_count, row, column)
    if isinstance(places, ErrorCode):
        return places
    rows, columns = places
    return Reference(
        (
            Rectangle(
                area.sheet,
                area.top + rows[0],
                area.left + columns[0],
                area.top + rows[-1],
                area.left + columns[-1],
            ),
        )
    )


def _index_places(
    row_count: int, column_count: int, row: float, column: float | None
) -> tuple[range, range] | ErrorCode:
    if column is None:
        # One index of a single row counts its columns.
        row, column = (0.0, row) if row_count == 1 else (row, 1.0 if column_count == 1 else 0.0)
        if row_count == 1 and column_count == 1:
            row, column = column, 1.0
    if row < 0 or column < 0:
        return ErrorCode.VALUE
    if row >= row_count + 1 or column >= column_count + 1:
        return ErrorCode.REF
    rows = range(row_count) if row < 1 else range(int(row) - 1, int(row))
    columns = range(column_count) if column < 1 else range(int(column) - 1, int(column))
    return rows, columns


def offset(
    _context: Context, start: Value, rows: float, columns: float, height: float | None, width: float | None
) -> Value:
    """OFFSET; #REF! outside of the sheet or for a size of 0."""
    if not isinstance(start, Reference):
        return start if isinstance(start, ErrorCode) else ErrorCode.VALUE
    area = start.areas[0]
    tall, wide = _size(height, area.row_count), _size(width, area.column_count)
    top, left = area.top + int(rows), area.left + int(columns)
    if tall < 0:
        top, tall = top + tall + 1, -tall
    if wide < 0:
        left, wide = left + wide + 1, -wide
    bottom, right = top + tall - 1, left + wide - 1
    if not (tall and wide and 0 <= top <= bottom < MAX_ROWS and 0 <= left <= right < MAX_COLUMNS):
        return ErrorCode.REF
    return Reference((Rectangle(area.sheet, top, left, bottom, right),))


def _size(given: float | None, own: int) -> int:
    if given is None:
        return own
    # A size between 0 and 1 is one row or column.
    return 1 if 0.0 < given < 1.0 else int(given)


def indirect(context: Context, address: str, is_a1: bool) -> Value:
    """INDIRECT."""
    return context.reference(address if is_a1 else _as_a1(context, address) or "")


def _as_a1(context: Context, address: str) -> str | None:
    match = _R1C1.fullmatch(address.strip())
    if match is None:
        return _lines_as_a1(context, address.strip())
    _, row, column = context.position
    first = _cell_text(match["row"], match["column"], row, column)
    if first is None:
        return None
    sheet = f"{match['sheet']}!" if match["sheet"] else ""
    if ":" not in address.rpartition("!")[2]:
        return sheet + first
    last = _cell_text(match["row2"], match["column2"], row, column)
    return None if last is None else f"{sheet}{first}:{last}"


def _lines_as_a1(context: Context, address: str) -> str | None:
    """Whole rows or columns: `R2`, `C3:C[1]`."""
    match = _R1C1_LINES.fullmatch(address)
    if match is None:
        return None
    is_row = match["axis"].upper() == "R"
    own, most = (context.position[1], MAX_ROWS) if is_row else (context.position[2], MAX_COLUMNS)
    first = _axis(match["first"], own)
    last = _axis(match["last"], own) if ":" in address.rpartition("!")[2] else first
    if not (0 <= first < most and 0 <= last < most):
        return None
    ends = [f"${each + 1}" if is_row else f"${column_letters(each)}" for each in (first, last)]
    sheet = f"{match['sheet']}!" if match["sheet"] else ""
    return f"{sheet}{ends[0]}:{ends[1]}"


def _cell_text(row: str | None, column: str | None, own_row: int, own_column: int) -> str | None:
    at_row, at_column = _axis(row, own_row), _axis(column, own_column)
    if not (0 <= at_row < MAX_ROWS and 0 <= at_column < MAX_COLUMNS):
        return None
    return f"${column_letters(at_column)}${at_row + 1}"


def _axis(text_of_axis: str | None, own: int) -> int:
    if text_of_axis is None:
        return own
    # Python reads no number of thousands of digits; the first ones lie outside of every sheet as well.
    if text_of_axis.startswith("["):
        return own + int(text_of_axis[1:-1][:_MOST_DIGITS])
    return int(text_of_axis[:_MOST_DIGITS]) - 1


def row_number(context: Context, source: Value | None) -> Value:
    """ROW: of a reference, as a column of numbers if it has several rows, or of the cell."""
    if source is None:
        return float(context.position[1] + 1)
    if not isinstance(source, Reference):
        return source if isinstance(source, ErrorCode) else ErrorCode.VALUE
    area = source.areas[0]
    if area.top == area.bottom:
        return float(area.top + 1)
    kept = area.row_count
    if kept > _LEAST_FOLDED_ROWS:
        # As many as are kept of the array of its cells, beside which it most likely stands.
        kept = min(context.workbook.used_part(area).row_count, kept - 2)
    context.spend(kept)
    rows = tuple((float(row + 1),) for row in range(area.top, area.top + kept))
    if kept == area.row_count:
        return ArrayValue(rows)
    rest = np.arange(area.top + kept + 1, area.bottom + 2, dtype=np.float64)
    rest.flags.writeable = False
    return ArrayValue((*rows, (rest[0].item(),)), len(rest), 1, (rest,))


def column_number(context: Context, source: Value | None) -> Value:
    """COLUMN, as `row_number`."""
    if source is None:
        return float(context.position[2] + 1)
    if not isinstance(source, Reference):
        return source if isinstance(source, ErrorCode) else ErrorCode.VALUE
    area = source.areas[0]
    if area.left == area.right:
        return float(area.left + 1)
    return array_of([[float(column + 1) for column in range(area.left, area.right + 1)]])


def _measure(
    of_area: Callable[[Rectangle], int], of_array: Callable[[ArrayValue], int]
) -> Callable[..., Scalar]:
    def evaluate(_context: Context, source: Value) -> Scalar:
        if isinstance(source, Reference):
            return float(of_area(source.areas[0]))
        if isinstance(source, ErrorCode):
            return source
        return float(of_array(source)) if isinstance(source, ArrayValue) else 1.0

    return evaluate


def area_count(_context: Context, source: Value) -> Scalar:
    """AREAS."""
    return float(len(source.areas)) if isinstance(source, Reference) else ErrorCode.VALUE


def sheet_number(context: Context, source: Value | None) -> Scalar:
    """SHEET: of the cell, of a reference, or of the sheet of that name."""
    if source is None:
        return float(context.position[0] + 1)
    if isinstance(source, Reference):
        return float(source.areas[0].sheet + 1)
    if isinstance(source, str):
        found = context.workbook.sheet_index(source)
        return ErrorCode.NA if found is None else float(found + 1)
    return source if isinstance(source, ErrorCode) else ErrorCode.NA


def sheet_count(context: Context, source: Value | None) -> Scalar:
    """SHEETS."""
    if source is None:
        return float(len(context.workbook.sheets))
    if isinstance(source, Reference):
        return float(len({area.sheet for area in source.areas}))
    return ErrorCode.REF


def address(
    context: Context, row: float, column: float, kind: float, is_a1: Scalar, sheet: Scalar | None
) -> Scalar:
    """ADDRESS: the text of a cell's address."""
    del context
    if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS and 1 <= kind < 5):
        return ErrorCode.VALUE
    at_row, letters, mode = int(row), column_letters(int(column) - 1), int(kind)
    if is_a1 is False or is_a1 == 0.0:
        first = f"R{at_row}" if mode in (1, 2) else f"R[{at_row}]"
        last = f"C{int(column)}" if mode in (1, 3) else f"C[{int(column)}]"
        found = first + last
    else:
        found = ("$" if mode in (1, 3) else "") + letters + ("$" if mode in (1, 2) else "") + str(at_row)
    if sheet is None:
        return found
    name = sheet if isinstance(sheet, str) else ""
    book, mark, own = name.rpartition("]")
    is_plain = not own or quote_sheet_name(own) == own
    return f"{name if is_plain else _quoted(book + mark + own)}!{found}"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def formula_text(context: Context, source: Value) -> Scalar:
    """FORMULATEXT; #N/A for a constant."""
    if not isinstance(source, Reference):
        return source if isinstance(source, ErrorCode) else ErrorCode.NA
    area = source.areas[0]
    found = context.formula_of(area.sheet, area.top, area.left)
    return ErrorCode.NA if found is None else found


def is_formula(context: Context, source: Value) -> Scalar:
    """ISFORMULA."""
    if not isinstance(source, Reference):
        return source if isinstance(source, ErrorCode) else ErrorCode.VALUE
    area = source.areas[0]
    return context.formula_of(area.sheet, area.top, area.left) is not None


def hyperlink(context: Context, target: Value, shown: Value | None) -> Value:
    """HYPERLINK: what the cell shows."""
    return context.scalar(target if shown is None else shown)


_CELLS, _CELLS_OR_NONE = cells("reference"), absent_if_empty(cells("reference", True))
_COLUMN = optional_number("column")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("INDEX", index, cells("array"), number("row", 0.0), _COLUMN, number("area", 1.0)),
    function(
        "OFFSET",
        offset,
        _CELLS,
        number("rows"),
        number("columns"),
        absent_if_empty(optional_number("height")),
        absent_if_empty(optional_number("width")),
    ),
    function("INDIRECT", indirect, text("text"), logical("a1", True)),
    function("ROW", row_number, _CELLS_OR_NONE),
    function("COLUMN", column_number, _CELLS_OR_NONE),
    function("ROWS", _measure(lambda area: area.row_count, lambda array: array.row_count), _CELLS),
    function("COLUMNS", _measure(lambda area: area.column_count, lambda array: array.column_count), _CELLS),
    function("AREAS", area_count, _CELLS),
    function("SHEET", sheet_number, _CELLS_OR_NONE),
    function("SHEETS", sheet_count, _CELLS_OR_NONE),
    function(
        "ADDRESS",
        address,
        number("row"),
        number("column"),
        absent_if_empty(number("kind", 1.0)),
        absent_if_empty(scalar("a1", True)),
        Parameter("sheet", Kind.SCALAR, True),
    ),
    function("FORMULATEXT", formula_text, _CELLS),
    function("ISFORMULA", is_formula, _CELLS),
    function("HYPERLINK", hyperlink, value("target"), value("shown", True)),
)
