"""Lowerings of functions that choose, look up or draw: those that no numeric body can express."""

from collections.abc import Sequence

from mcdesk.formulas.lookup_lowering import (
    lower_index,
    lower_match,
    lower_sum_product,
    lower_vertical_lookup,
)
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
from mcdesk.formulas.syntax import CellReference, Node, RangeReference
from mcdesk.foundation.error_codes import ErrorCode


def special_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "IF": _if,
        "IFERROR": _if_error,
        "IFNA": _if_na,
        "AND": _and,
        "OR": _or,
        "CHOOSE": _choose,
        "INDEX": lower_index,
        "VLOOKUP": lower_vertical_lookup,
        "MATCH": lower_match,
        "SUMPRODUCT": lower_sum_product,
        "NA": lambda lowering, _: lowered_constant(lowering.ops, ErrorCode.NA),
        "ISERROR": _is_error,
        "RAND": lambda lowering, _: Lowered(LoweredKind.NUMBER, lowering.draw()),
        "RANDBETWEEN": _rand_between,
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
    return Lowered(value.kind, value.value, None, value.text)


def _if_na(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    value = lowering.scalar(arguments[0])
    if value.error is None:
        return value
    is_na = ops.ieq(ops.error_code(value.error), ops.integer(int(ErrorCode.NA)))
    return select_lowered(ops, is_na, lowering.scalar(arguments[1]), value)


def _is_error(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    value = lowering.scalar(arguments[0])
    if value.error is None:
        return lowered_constant(lowering.ops, False)
    return Lowered(LoweredKind.LOGICAL, is_error(lowering.ops, value.error))


def _and(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    return _joined(lowering, arguments, True)


def _or(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    return _joined(lowering, arguments, False)


def _joined(lowering: FormulaLowering, arguments: Sequence[Node], is_and: bool) -> Lowered:
    if any(isinstance(node, CellReference | RangeReference) for node in arguments):
        # references ignore text and blanks; a single uncertain number or logical value does not differ
        for node in arguments:
            if isinstance(node, RangeReference):
                raise NotLowerable("AND or OR over a range")
    ops = lowering.ops
    parts = [lowering.scalar(node) for node in arguments]
    if not parts or any(part.kind in (LoweredKind.BLANK, LoweredKind.TEXT) for part in parts):
        raise NotLowerable("AND or OR over a blank or a text")
    conditions = [as_logical(ops, part) for part in parts]
    total = ops.logical(is_and)
    for condition in conditions:
        assert condition.value is not None
        total = ops.and_(total, condition.value) if is_and else ops.or_(total, condition.value)
    return Lowered(LoweredKind.LOGICAL, total, first_error(ops, *(part.error for part in conditions)))


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


def _rand_between(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    ops = lowering.ops
    u = lowering.draw()
    low, high = (lowering.number(node) for node in arguments)
    assert low.value is not None and high.value is not None
    first = ops.neg(ops.floor(ops.neg(low.value)))
    last = ops.floor(high.value)
    count = ops.add(ops.sub(last, first), ops.number(1.0))
    value = ops.minimum(ops.add(first, ops.floor(ops.mul(u, count))), last)
    wrong = ops.select(ops.lt(last, first), ops.error(ErrorCode.NUM), ops.error(ErrorCode.NONE))
    error = first_error(ops, low.error, high.error, None if ops.constant_of(wrong) == 0 else wrong)
    return Lowered(LoweredKind.NUMBER, value, error)
