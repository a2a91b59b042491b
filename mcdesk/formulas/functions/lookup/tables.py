"""VLOOKUP, MATCH, XLOOKUP and relatives."""

from mcdesk.formulas.arrays import column_of, cut_rows
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.lookup.searching import (
    find_exact,
    find_first_blank,
    find_last_exact,
    find_nearest,
    line_of,
    search_ascending,
    search_descending,
)
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, lazy, logical, scalar
from mcdesk.formulas.values import BLANK, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

_MATCH_MODES = (0, -1, 1, 2)
_SEARCH_MODES = (1, -1, 2, -2)


def match(context: Context, wanted: Scalar, values: Value, kind: float) -> Scalar:
    """MATCH: the place from 1; #N/A where nothing fits or the range is no single row or column."""
    if isinstance(wanted, ErrorCode):
        return wanted
    if not isinstance(values, Reference | ArrayValue):
        return values if isinstance(values, ErrorCode) else ErrorCode.NA
    if min(_shape(values)) != 1:
        return ErrorCode.NA
    place = _place(context, wanted, values, kind)
    return ErrorCode.NA if place is None else float(place + 1)


def _place(context: Context, wanted: Scalar, values: Value, kind: float) -> int | None:
    if kind == 0:
        return find_exact(context, wanted, values, allows_wildcards=True)
    elements = line_of(context, values)
    return search_ascending(wanted, elements) if kind > 0 else search_descending(wanted, elements)


def vertical(context: Context, wanted: Scalar, table: Value, column: float, is_near: bool) -> Scalar:
    """VLOOKUP."""
    return _in_table(context, wanted, table, column, is_near, is_vertical=True)


def horizontal(context: Context, wanted: Scalar, table: Value, row: float, is_near: bool) -> Scalar:
    """HLOOKUP."""
    return _in_table(context, wanted, table, row, is_near, is_vertical=False)


def _in_table(
    context: Context, wanted: Scalar, table: Value, index: float, is_near: bool, is_vertical: bool
) -> Scalar:
    if isinstance(wanted, ErrorCode):
        return wanted
    if not isinstance(table, Reference | ArrayValue):
        return table if isinstance(table, ErrorCode) else ErrorCode.NA
    row_count, column_count = _shape(table)
    if index < 1:
        return ErrorCode.VALUE
    if index >= (column_count if is_vertical else row_count) + 1:
        return ErrorCode.REF
    keys = _line(context, table, 0, is_vertical)
    kind = 1.0 if is_near else 0.0
    place = _place(context, wanted, keys, kind)
    if place is None:
        return ErrorCode.NA
    line = _line(context, table, int(index) - 1, is_vertical)
    return _element(context, line, place)


def lookup(context: Context, wanted: Scalar, values: Value, results: Value | None) -> Scalar:
    """LOOKUP: by bisection in a row or column, or in the longer side of an array."""
    if isinstance(wanted, ErrorCode):
        return wanted
    if isinstance(values, ErrorCode):
        return values
    if not isinstance(values, Reference | ArrayValue):
        values = ArrayValue(((context.scalar(values),),))
    row_count, column_count = _shape(values)
    is_vertical = row_count >= column_count
    keys = _line(context, values, 0, is_vertical)
    place = search_ascending(wanted, line_of(context, keys))
    if place is None:
        return ErrorCode.NA
    if results is None:
        last = (column_count if is_vertical else row_count) - 1
        return _element(context, _line(context, values, last, is_vertical), place)
    if isinstance(results, Reference):
        return _beside(context, results, place)
    found = line_of(context, results)
    return found[place] if place < len(found) else ErrorCode.REF


def _beside(context: Context, results: Reference, place: int) -> Scalar:
    """The cell at a place of a row or column; a shorter range goes on in its direction."""
    area = results.areas[0]
    if area.column_count > area.row_count:
        cell = Rectangle(area.sheet, area.top, area.left + place, area.top, area.left + place)
    else:
        cell = Rectangle(area.sheet, area.top + place, area.left, area.top + place, area.left)
    return context.elements(Reference((cell,)))[0]


def xmatch(context: Context, wanted: Scalar, values: Value, mode: float, direction: float) -> Scalar:
    """XMATCH; #VALUE! for a block of cells, and for modes that are none."""
    if isinstance(wanted, ErrorCode):
        return wanted
    if not _is_search(values, mode, direction):
        return values if isinstance(values, ErrorCode) else ErrorCode.VALUE
    place = _modern_place(context, wanted, values, mode, direction)
    return ErrorCode.NA if place is None else float(place + 1)


def xlookup(
    context: Context,
    wanted: Value,
    values: Value,
    results: Value,
    *options: object,
) -> Value:
    """XLOOKUP: a cell, or the row or column beside it; #VALUE! for results of another length."""
    if_absent, mode, direction = options
    assert isinstance(mode, float) and isinstance(direction, float)
    if isinstance(wanted, ErrorCode):
        return wanted
    for given in (values, results):
        if isinstance(given, ErrorCode):
            return given
    is_vertical = _shape(values)[1] == 1
    along = 0 if is_vertical else 1
    if not _is_search(values, mode, direction) or _shape(values)[along] != _shape(results)[along]:
        return ErrorCode.VALUE
    place = _modern_place(context, context.scalar(wanted), values, mode, direction)
    if place is None:
        return if_absent() if callable(if_absent) else ErrorCode.NA
    return _slice(context, results, place, is_vertical)


def _is_search(values: Value, mode: float, direction: float) -> bool:
    """Whether the values are a row or column, and the modes among those there are."""
    return 1 in _shape(values) and int(mode) in _MATCH_MODES and int(direction) in _SEARCH_MODES


def _modern_place(
    context: Context, wanted: Scalar, values: Value, mode: float, direction: float
) -> int | None:
    is_last = direction < 0
    if wanted is BLANK:
        # Blank cells are looked for, those beyond the used ones too.
        blanks = line_of(context, context.folded(values))
        return find_last_exact(wanted, blanks) if is_last else find_first_blank(blanks)
    if is_last:
        place = find_last_exact(wanted, line_of(context, values), allows_wildcards=mode == 2)
    else:
        place = find_exact(context, wanted, values, allows_wildcards=mode == 2)
    if place is not None or mode in (0, 2):
        return place
    return find_nearest(wanted, line_of(context, values), is_larger=mode > 0, is_last=is_last)


def _slice(context: Context, results: Value, place: int, is_vertical: bool) -> Value:
    if isinstance(results, Reference):
        area = results.areas[0]
        if is_vertical:
            cut = Rectangle(area.sheet, area.top + place, area.left, area.top + place, area.right)
        else:
            cut = Rectangle(area.sheet, area.top, area.left + place, area.bottom, area.left + place)
        return Reference((cut,))
    array = context.folded(results)
    if is_vertical:
        return cut_rows(array, place, place + 1) if place < array.row_count else ErrorCode.VALUE
    return column_of(array, place) if place < array.column_count else ErrorCode.VALUE


def _shape(values: Value) -> tuple[int, int]:
    if isinstance(values, Reference):
        area = values.areas[0]
        return area.row_count, area.column_count
    return (values.row_count, values.column_count) if isinstance(values, ArrayValue) else (1, 1)


def _line(context: Context, table: Value, place: int, is_vertical: bool) -> Value:
    """A column of a table, or a row of it."""
    if isinstance(table, Reference):
        area = table.areas[0]
        if is_vertical:
            left = area.left + place
            return Reference((Rectangle(area.sheet, area.top, left, area.bottom, left),))
        top = area.top + place
        return Reference((Rectangle(area.sheet, top, area.left, top, area.right),))
    array = context.folded(table)
    return column_of(array, place) if is_vertical else cut_rows(array, place, place + 1)


def _element(context: Context, line: Value, place: int) -> Scalar:
    if isinstance(line, Reference):
        area = line.areas[0]
        down, across = (place, 0) if area.left == area.right else (0, place)
        top, left = area.top + down, area.left + across
        return context.elements(Reference((Rectangle(area.sheet, top, left, top, left),)))[0]
    return line_of(context, line)[place]


_WANTED = scalar("wanted")
_MODE = absent_if_empty(number("match_mode", 0.0))
_DIRECTION = absent_if_empty(number("search_mode", 1.0))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("MATCH", match, _WANTED, cells("values"), number("kind", 1.0)),
    function("VLOOKUP", vertical, _WANTED, cells("table"), number("column"), logical("near", True)),
    function("HLOOKUP", horizontal, _WANTED, cells("table"), number("row"), logical("near", True)),
    function("LOOKUP", lookup, _WANTED, cells("values"), cells("results", True)),
    function("XMATCH", xmatch, _WANTED, cells("values"), _MODE, _DIRECTION),
    function(
        "XLOOKUP",
        xlookup,
        _WANTED,
        cells("values"),
        cells("results"),
        absent_if_empty(lazy("if_absent", True)),
        _MODE,
        _DIRECTION,
    ),
)
