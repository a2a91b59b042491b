"""Lowerings of functions that choose by conditions, and of those that join conditions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas.aligned_cells import Cursor, RangeCells, State, fold_segments, segments_of
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    as_logical,
    behind_error,
    first_error,
    is_error,
    lowered_constant,
    select_lowered,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.syntax import BinaryOperator, CellReference, MissingArgument, Node, RangeReference
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_Join = Callable[[StageBuilder, Value, Value], Value]


def logic_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "IF": _if,
        "IFERROR": _if_error,
        "IFNA": _if_na,
        "IFS": _ifs,
        "SWITCH": _switch,
        "CHOOSE": _choose,
        "AND": _joining(True, lambda ops, a, b: ops.and_(a, b)),
        "OR": _joining(False, lambda ops, a, b: ops.or_(a, b)),
        "XOR": _joining(False, _differ),
    }


def _if(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if not 2 <= len(arguments) <= 3:
        raise NotLowerable("a wrong number of arguments")
    ops = lowering.ops
    condition = as_logical(ops, lowering.scalar(arguments[0]))
    assert condition.value is not None
    known = ops.constant_of(condition.value)
    missing = Lowered(LoweredKind.LOGICAL, ops.logical(False))
    if known is not None and condition.error is None:
        if known:
            return lowering.scalar(arguments[1])
        return lowering.scalar(arguments[2]) if len(arguments) == 3 else missing
    yes = lowering.scalar(arguments[1])
    no = lowering.scalar(arguments[2]) if len(arguments) == 3 else missing
    chosen = select_lowered(ops, condition.value, yes, no)
    return behind_error(lowering.ops, condition.error, chosen)


def _if_error(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    value = lowering.scalar(arguments[0])
    if value.error is None:
        return value
    return select_lowered(
        lowering.ops,
        is_error(lowering.ops, value.error),
        lowering.scalar(arguments[1]),
        _cleared(value),
    )


def _cleared(value: Lowered) -> Lowered:
    if value.kind is LoweredKind.ERROR:
        return value
    return replace(value, error=None)


def _if_na(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    value = lowering.scalar(arguments[0])
    if value.error is None:
        return value
    is_na = ops.ieq(ops.error_code(value.error), ops.integer(int(ErrorCode.NA)))
    return select_lowered(ops, is_na, lowering.scalar(arguments[1]), value)


def _ifs(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if len(arguments) % 2:
        return lowered_constant(lowering.ops, ErrorCode.NA)
    pairs = [
        (lambda condition=condition: as_logical(lowering.ops, lowering.scalar(condition)), result)
        for condition, result in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    return _first_that_holds(lowering, pairs, None)


def _switch(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    wanted, rest = lowering.scalar(arguments[0]), arguments[1:]
    pairs = [
        (lambda node=node: lowering.compared(BinaryOperator.EQUAL, wanted, lowering.scalar(node)), result)
        for node, result in zip(rest[: len(rest) // 2 * 2 : 2], rest[1::2], strict=True)
    ]
    found = _first_that_holds(lowering, pairs, rest[-1] if len(rest) % 2 else None)
    return behind_error(lowering.ops, wanted.error, found)


def _first_that_holds(
    lowering: FormulaLowering, pairs: Sequence[tuple[Callable[[], Lowered], Node]], otherwise: Node | None
) -> Lowered:
    """The result beside the first condition that holds; what is surely not reached is not lowered."""
    ops = lowering.ops
    tested: list[tuple[Lowered, Lowered]] = []
    for test, result in pairs:
        condition = test()
        assert condition.value is not None
        known = None if condition.error is not None else ops.constant_of(condition.value)
        if known:
            otherwise = result
            break
        if known is None:
            tested.append((condition, _given(lowering, result)))
    chosen = lowered_constant(ops, ErrorCode.NA) if otherwise is None else _given(lowering, otherwise)
    for condition, value in reversed(tested):
        assert condition.value is not None
        chosen = behind_error(ops, condition.error, select_lowered(ops, condition.value, value, chosen))
    return chosen


def _given(lowering: FormulaLowering, node: Node) -> Lowered:
    if isinstance(node, MissingArgument):
        return lowered_constant(lowering.ops, 0.0)
    return lowering.scalar(node)


def _choose(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    number = lowering.number(arguments[0])
    assert number.value is not None
    place = ops.floor(number.value)
    known = ops.constant_of(place)
    if known is not None and number.error is None:
        if not 1 <= known < len(arguments):
            return lowered_constant(ops, ErrorCode.VALUE)
        return lowering.scalar(arguments[int(known)])
    chosen = lowered_constant(ops, ErrorCode.VALUE)
    for i in range(len(arguments) - 1, 0, -1):
        here = ops.eq(place, ops.number(float(i)))
        chosen = select_lowered(ops, here, lowering.scalar(arguments[i]), chosen)
    return behind_error(lowering.ops, number.error, chosen)


def _joining(start: bool, join: _Join) -> SpecialLowering:
    """AND, OR, XOR: text and blanks in ranges are left out; #VALUE! where nothing is left."""

    def lower(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
        ops = lowering.ops
        total, error, has_any = ops.logical(start), None, False
        for node in arguments:
            if isinstance(node, CellReference | RangeReference):
                cells = RangeCells(lowering.reader, node)
                total, error, has_any = _joined_cells(lowering, cells, join, (total, error, has_any))
                continue
            part = as_logical(ops, lowering.direct(node))
            assert part.value is not None
            total, error, has_any = join(ops, total, part.value), first_error(ops, error, part.error), True
        if not has_any:
            return lowered_constant(ops, ErrorCode.VALUE) if error is None else _failed(ops, error)
        return Lowered(LoweredKind.LOGICAL, total, error)

    return lower


def _failed(ops: StageBuilder, error: Value) -> Lowered:
    """Nothing but cells that may be errors: the error, else #VALUE!."""
    return Lowered(LoweredKind.ERROR, None, first_error(ops, error, ops.error(ErrorCode.VALUE)))


def _joined_cells(
    lowering: FormulaLowering, cells: RangeCells, join: _Join, state: tuple[Value, Value | None, bool]
) -> tuple[Value, Value | None, bool]:
    ops = lowering.ops
    has_any, may_fail = state[2], False

    def step(inside: State, cursors: Sequence[Cursor], _place: object) -> State:
        nonlocal has_any, may_fail
        is_one, held, error = _condition(ops, cursors[0])
        has_any = has_any or ops.constant_of(is_one) is not False
        may_fail = may_fail or error is not None
        total = ops.select(is_one, join(ops, inside[0], held), inside[0])
        failed = inside[1] if error is None else first_error(ops, inside[1], error)
        assert failed is not None
        return [total, failed]

    none = ops.error(ErrorCode.NONE)
    start = [state[0], none if state[1] is None else state[1]]
    total, error = fold_segments(lowering.reader, segments_of([cells]), start, step)
    return total, error if may_fail or state[1] is not None else None, has_any


def _condition(ops: StageBuilder, cursor: Cursor) -> tuple[Value, Value, Value | None]:
    """Whether a cell counts, its logical value, and the error that there may be."""
    if cursor.is_certain:
        is_one = cursor.of_certain(Type.LOGICAL, lambda scalar: isinstance(scalar, float | bool))
        held = cursor.of_certain(Type.LOGICAL, _is_true)
        error = cursor.error_codes()
        return is_one, held, None if ops.constant_of(error) == 0 else error
    element = cursor.lowered()
    if element.kind is LoweredKind.TEXT:
        return ops.logical(False), ops.logical(False), element.error
    condition = as_logical(ops, element)
    assert condition.value is not None
    return ops.logical(True), condition.value, condition.error


def _is_true(scalar: Scalar) -> bool:
    return isinstance(scalar, float | bool) and bool(scalar)


def _differ(ops: StageBuilder, a: Value, b: Value) -> Value:
    return ops.select(b, ops.not_(a), a)
