"""Lowerings of INDEX, MATCH, VLOOKUP, XLOOKUP and relatives."""

from collections.abc import Sequence
from dataclasses import replace

from mcdesk.engine.builder import Value
from mcdesk.formulas.aligned_cells import RangeCells
from mcdesk.formulas.element_reading import element_at
from mcdesk.formulas.index_lowering import lower_index
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_logical,
    behind_error,
    first_error,
    lowered_constant,
    select_lowered,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.place_finding import Found, Search, find_place
from mcdesk.formulas.syntax import MissingArgument, Node
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

# By mode and whether the last one is wanted; none for an exact search.
_NEAREST = {
    (-1.0, False): Search.SMALLER,
    (-1.0, True): Search.LAST_SMALLER,
    (1.0, False): Search.LARGER,
    (1.0, True): Search.LAST_LARGER,
}


def lookup_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "INDEX": lower_index,
        "MATCH": _match,
        "VLOOKUP": lambda lowering, arguments: _in_table(lowering, arguments, is_vertical=True),
        "HLOOKUP": lambda lowering, arguments: _in_table(lowering, arguments, is_vertical=False),
        "LOOKUP": _lookup,
        "XMATCH": _xmatch,
        "XLOOKUP": _xlookup,
    }


def _match(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if not 2 <= len(arguments) <= 3:
        raise NotLowerable("a wrong number of arguments")
    keys = RangeCells(lowering.reader, arguments[1])
    if 1 not in keys.shape:
        raise NotLowerable("MATCH in a block of rows and columns")
    kind = _constant(lowering, arguments, 2, 1.0)
    search = Search.WILDCARD if kind == 0 else Search.ASCENDING if kind > 0 else Search.DESCENDING
    return _numbered(lowering, find_place(lowering, arguments[0], keys, search))


def _in_table(lowering: FormulaLowering, arguments: Sequence[Node], is_vertical: bool) -> Lowered:
    if not 3 <= len(arguments) <= 4:
        raise NotLowerable("a wrong number of arguments")
    table = RangeCells(lowering.reader, arguments[1])
    is_near = True if len(arguments) == 3 else _constant_condition(lowering, arguments[3])
    number = lowering.number(arguments[2])
    if number.value is None or number.error is not None:
        raise NotLowerable("a column of a look-up that may be an error")
    search = Search.ASCENDING if is_near else Search.WILDCARD
    index = lowering.ops.constant_of(number.value)
    if index is None:
        found = find_place(lowering, arguments[0], _line(table, 0, is_vertical), search)
        return _across(lowering, found, table, number.value, is_vertical)
    if index < 1:
        return lowered_constant(lowering.ops, ErrorCode.VALUE)
    if index >= (table.area.column_count if is_vertical else table.area.row_count) + 1:
        if index < table.shape[1 if is_vertical else 0] + 1:
            raise NotLowerable("a look-up of blank cells beyond the used ones")
        return lowered_constant(lowering.ops, ErrorCode.REF)
    keys, results = (_line(table, place, is_vertical) for place in (0, int(index) - 1))
    return _beside(lowering, find_place(lowering, arguments[0], keys, search), results)


def _across(
    lowering: FormulaLowering, found: Found, table: RangeCells, index: Value, is_vertical: bool
) -> Lowered:
    """The element beside the place that was found, in a column (or row) that varies, from 1."""
    ops, area = lowering.ops, table.area
    count = area.column_count if is_vertical else area.row_count
    if count < table.shape[1 if is_vertical else 0]:
        raise NotLowerable("a look-up that may be in blank cells beyond the used ones")
    is_low, is_high = ops.lt(index, ops.number(1.0)), ops.le(ops.number(float(count + 1)), index)
    beyond = ops.select(is_high, ops.error(ErrorCode.REF), ops.error(ErrorCode.NONE))
    error = ops.select(is_low, ops.error(ErrorCode.VALUE), beyond)
    safe = ops.minimum(ops.maximum(index, ops.number(1.0)), ops.number(float(count)))
    line = ops.iclamp(ops.isub(ops.to_integer(safe), ops.integer(1)), 0, count - 1)
    sides = (found.place, line) if is_vertical else (line, found.place)
    place = ops.iadd(ops.imul(sides[0], ops.integer(area.column_count)), sides[1])
    element = element_at(lowering.reader, table, ops.iclamp(place, 0, area.size - 1))
    before = first_error(ops, found.error, None if ops.constant_of(error) == 0 else error)
    return behind_error(ops, before, _found(lowering, replace(found, error=None), element))


def _lookup(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    values = RangeCells(lowering.reader, arguments[1])
    row_count, column_count = values.shape
    is_vertical = row_count >= column_count
    keys = _line(values, 0, is_vertical)
    found = find_place(lowering, arguments[0], keys, Search.ASCENDING)
    if len(arguments) == 2:
        last = (column_count if is_vertical else row_count) - 1
        if last >= (values.area.column_count if is_vertical else values.area.row_count):
            raise NotLowerable("a look-up of blank cells beyond the used ones")
        return _beside(lowering, found, _line(values, last, is_vertical))
    results = RangeCells(lowering.reader, arguments[2])
    if 1 not in results.shape or results.count < keys.count:
        raise NotLowerable("LOOKUP with results of another shape")
    return _beside(lowering, found, results)


def _xmatch(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    keys = RangeCells(lowering.reader, arguments[1])
    return _numbered(lowering, _modern_place(lowering, arguments[0], keys, arguments[2:]))


def _xlookup(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    keys, results = (RangeCells(lowering.reader, node) for node in arguments[1:3])
    if 1 not in keys.shape or keys.shape != results.shape:
        raise NotLowerable("XLOOKUP gives a whole row or column")
    found = _modern_place(lowering, arguments[0], keys, arguments[4:])
    if len(arguments) < 4 or isinstance(arguments[3], MissingArgument):
        return _beside(lowering, found, results)
    element = element_at(lowering.reader, results, found.place, found.places)
    absent = lowering.scalar(arguments[3])
    return behind_error(ops, found.error, select_lowered(ops, found.is_found, element, absent))


def _modern_place(
    lowering: FormulaLowering, wanted: Node, keys: RangeCells, options: Sequence[Node]
) -> Found:
    mode, direction = _constant(lowering, options, 0, 0.0), _constant(lowering, options, 1, 1.0)
    is_last = direction < 0
    if abs(direction) not in (1, 2):
        raise NotLowerable("a search mode that is none")
    if 1 not in keys.shape:
        raise NotLowerable("a look-up in a block of rows and columns")
    if BLANK in (lowering.reader.known_scalars(wanted) or ()):
        raise NotLowerable("a look-up of blank cells")
    if mode == 2:
        return find_place(lowering, wanted, keys, Search.LAST_WILDCARD if is_last else Search.WILDCARD, True)
    exact = find_place(lowering, wanted, keys, Search.LAST if is_last else Search.EXACT, True)
    if mode == 0:
        return exact
    nearest = _NEAREST.get((mode, is_last))
    if nearest is None:
        raise NotLowerable("a match mode that is none")
    ops, near = lowering.ops, find_place(lowering, wanted, keys, nearest, True)
    return replace(
        exact,
        place=ops.select(exact.is_found, exact.place, near.place),
        is_found=ops.or_(exact.is_found, near.is_found),
        places=exact.places | near.places,
    )


def _constant(
    lowering: FormulaLowering, arguments: Sequence[Node], position: int, default: float | None
) -> float:
    """An argument that is the same number in every trial."""
    if len(arguments) <= position:
        assert default is not None
        return default
    number = lowering.number(arguments[position])
    known = (
        None if number.value is None or number.error is not None else lowering.ops.constant_of(number.value)
    )
    if known is None:
        raise NotLowerable("a look-up mode or column that varies")
    return float(known)


def _constant_condition(lowering: FormulaLowering, node: Node) -> bool:
    condition = as_logical(lowering.ops, lowering.scalar(node))
    known = None if condition.value is None else lowering.ops.constant_of(condition.value)
    if known is None or condition.error is not None:
        raise NotLowerable("a look-up mode that varies")
    return bool(known)


def _line(table: RangeCells, place: int, is_vertical: bool) -> RangeCells:
    """A column of a table, or a row of it."""
    area = table.area
    if is_vertical:
        left = area.left + place
        return table.part(Rectangle(area.sheet, area.top, left, area.bottom, left))
    top = area.top + place
    return table.part(Rectangle(area.sheet, top, area.left, top, area.right))


def _numbered(lowering: FormulaLowering, found: Found) -> Lowered:
    ops = lowering.ops
    number = ops.to_number(ops.iadd(found.place, ops.integer(1)))
    bounded = ops.within(number, 1.0, float(max(found.places) + 1))
    return _found(lowering, found, Lowered(LoweredKind.NUMBER, bounded))


def _beside(lowering: FormulaLowering, found: Found, results: RangeCells) -> Lowered:
    return _found(lowering, found, element_at(lowering.reader, results, found.place, found.places))


def _found(lowering: FormulaLowering, found: Found, element: Lowered) -> Lowered:
    """The element, or #N/A where nothing was found."""
    ops = lowering.ops
    missed = ops.select(found.is_found, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NA))
    absent = None if ops.constant_of(missed) == 0 else missed
    return behind_error(ops, found.error, behind_error(ops, absent, element))
