"""Lowerings of functions that ask what a value is, and of those that count cells by it."""

from collections.abc import Callable, Sequence

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import Cursor, RangeCells, State, fold_segments, segments_of, table_value
from mcdesk.formulas.functions.definition import Outcome, run_body
from mcdesk.formulas.functions.mathematics.unit_conversion import converted, unit_of
from mcdesk.formulas.lane_windows import lane_window
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_number,
    behind_error,
    finished,
    is_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.syntax import (
    Call,
    CellReference,
    Logical,
    MissingArgument,
    Node,
    Number,
    RangeReference,
    Text,
)
from mcdesk.formulas.text_numbers import is_like_any_year, text_to_number
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

_OF_REFERENCES = ("ROW", "COLUMN", "ROWS", "COLUMNS", "ISREF", "FORMULATEXT", "CELL", "AREAS")
_NUMBER, _TEXT = LoweredKind.NUMBER, LoweredKind.TEXT


def information_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "ISERROR": _error_test(lambda ops, error: is_error(ops, error)),
        "ISNA": _error_test(_is_not_available),
        "ISERR": _error_test(
            lambda ops, error: ops.and_(is_error(ops, error), ops.not_(_is_not_available(ops, error)))
        ),
        "ISNUMBER": _kind_test((_NUMBER,), False),
        "ISTEXT": _kind_test((_TEXT,), False),
        "ISNONTEXT": _kind_test((_NUMBER, LoweredKind.LOGICAL, LoweredKind.BLANK), True),
        "ISLOGICAL": _kind_test((LoweredKind.LOGICAL,), False),
        "ISBLANK": _kind_test((LoweredKind.BLANK,), False),
        "N": _number,
        "ERROR.TYPE": _error_type,
        "COUNT": _counting(counts_number, _counts_direct),
        "COUNTA": _counting(counts_filled, lambda ops, _node, _value: ops.logical(True)),
        "COUNTBLANK": _count_blank,
        "CONVERT": _convert,
        **{name: _of_references(name) for name in _OF_REFERENCES},
    }


def _of_references(name: str) -> SpecialLowering:
    """A function that asks where cells are, not what they hold."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        known = Text | Number | Logical | CellReference | RangeReference
        kind = arguments[0] if name == "CELL" and arguments else None
        if isinstance(kind, Text) and kind.value.lower() in ("contents", "type"):
            raise NotLowerable("what an uncertain cell holds")
        if not all(isinstance(node, known) for node in arguments):
            raise NotLowerable("a reference that is not written as one")
        reader = lowering.reader
        found = reader.one_of_each_cell(reader.scalars_of(Call(name, tuple(arguments))))
        if found is None:
            raise NotLowerable("a reference without one value")
        return found

    return lower


def _convert(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if len(arguments) != 3:
        raise NotLowerable("a wrong number of arguments")
    number = lowering.number(arguments[0])
    names = [lowering.scalar(node) for node in arguments[1:]]
    if any(name.text is None or name.error is not None for name in names):
        raise NotLowerable("units that vary")
    units = [unit_of(name.text or "") for name in names]
    if units[0] is None or units[1] is None:
        absent = lowered_constant(lowering.ops, ErrorCode.NA)
        return behind_error(lowering.ops, number.error, absent)
    outcome: Outcome[Value] = run_body(converted, lowering.ops, number.value, *units)
    return finished(lowering.ops, outcome, number.error, _NUMBER)


def _one(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if len(arguments) != 1:
        raise NotLowerable("a wrong number of arguments")
    return lowering.scalar(arguments[0])


def _error_test(holds: Callable[[StageBuilder, Value], Value]) -> SpecialLowering:
    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        error = _one(lowering, arguments).error
        ops = lowering.ops
        return Lowered(LoweredKind.LOGICAL, ops.logical(False) if error is None else holds(ops, error))

    return lower


def _kind_test(kinds: Sequence[LoweredKind], of_error: bool) -> SpecialLowering:
    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        value, ops = _one(lowering, arguments), lowering.ops
        held = ops.logical(value.surely().kind in kinds)
        if value.error is not None:
            held = ops.select(is_error(ops, value.error), ops.logical(of_error), held)
        return Lowered(LoweredKind.LOGICAL, held)

    return lower


def _is_not_available(ops: StageBuilder, error: Value) -> Value:
    return ops.ieq(ops.error_code(error), ops.integer(int(ErrorCode.NA)))


def _number(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    value = _one(lowering, arguments)
    if value.kind is _TEXT:
        return Lowered(_NUMBER, lowering.ops.number(0.0), value.error)
    return as_number(lowering.ops, value)


def _error_type(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    error, ops = _one(lowering, arguments).error, lowering.ops
    if error is None:
        return lowered_constant(ops, ErrorCode.NA)
    code = ops.to_number(ops.iclamp(ops.error_code(error), 0, 255))
    absent = ops.select(is_error(ops, error), ops.error(ErrorCode.NONE), ops.error(ErrorCode.NA))
    return Lowered(_NUMBER, ops.within(code, 0.0, 255.0), absent)


def _counting(
    of_cell: Callable[[StageBuilder, Cursor], Value],
    of_direct: Callable[[StageBuilder, Node, Lowered], Value],
) -> SpecialLowering:
    """COUNT, COUNTA."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        ops, total = lowering.ops, lowering.ops.number(0.0)
        for node in arguments:
            window = lane_window(lowering.reader, node) if of_cell is counts_number else None
            if window is not None:
                total = ops.add(total, window.count())
            elif isinstance(node, CellReference | RangeReference):
                total = counted_cells(lowering, RangeCells(lowering.reader, node), total, of_cell)
            else:
                total = _counted(ops, total, of_direct(ops, node, lowering.direct(node)))
        return Lowered(_NUMBER, total)

    return lower


def counted_cells(
    lowering: FormulaLowering,
    cells: RangeCells,
    start: Value,
    counts: Callable[[StageBuilder, Cursor], Value],
) -> Value:
    """The start with 1 added for each cell that counts."""
    ops = lowering.ops

    def step(state: State, cursors: Sequence[Cursor], _place: object) -> State:
        return [_counted(ops, state[0], counts(ops, cursors[0]))]

    return fold_segments(lowering.reader, segments_of([cells]), [start], step)[0]


def _counted(ops: StageBuilder, total: Value, counts: Value) -> Value:
    return ops.select(counts, ops.add(total, ops.number(1.0)), total)


def counts_number(ops: StageBuilder, cursor: Cursor) -> Value:
    """Whether COUNT counts a cell."""
    is_number, _, error = cursor.number()
    if error is None or cursor.is_certain:
        return is_number
    return ops.and_(is_number, ops.not_(is_error(ops, error)))


def _counts_direct(ops: StageBuilder, node: Node, value: Lowered) -> Value:
    if isinstance(node, MissingArgument):
        return ops.logical(True)
    if value.kind is _TEXT:
        if value.text is None:
            raise NotLowerable("a text that varies is counted")
        if not is_like_any_year(value.text):
            raise NotLowerable("a text that is a date")
        is_number = text_to_number(value.text) is not None
    else:
        is_number = value.kind in (_NUMBER, LoweredKind.LOGICAL)
    if value.error is None:
        return ops.logical(is_number)
    return ops.and_(ops.logical(is_number), ops.not_(is_error(ops, value.error)))


def counts_filled(ops: StageBuilder, cursor: Cursor) -> Value:
    """Whether COUNTA counts a cell."""
    if not cursor.is_certain:
        return ops.logical(True)
    return cursor.of_certain(Type.LOGICAL, lambda scalar: scalar is not BLANK)


def _count_blank(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if len(arguments) != 1:
        raise NotLowerable("a wrong number of arguments")
    cells = RangeCells(lowering.reader, arguments[0])
    start = lowering.ops.number(float(cells.whole.size - cells.count))
    return Lowered(_NUMBER, counted_cells(lowering, cells, start, _is_empty))


def _is_empty(ops: StageBuilder, cursor: Cursor) -> Value:
    if cursor.is_certain:
        return cursor.of_certain(Type.LOGICAL, _is_empty_scalar)
    element = cursor.lowered()
    if element.kind is not _TEXT or element.value is None:
        return ops.logical(False)
    is_empty = [text == "" for text in ops.draft.strings]
    held = table_value(ops, Type.LOGICAL, is_empty, ops.text_code(element.value))
    return held if element.error is None else ops.and_(held, ops.not_(is_error(ops, element.error)))


def _is_empty_scalar(scalar: Scalar) -> bool:
    return scalar is BLANK or scalar == ""
