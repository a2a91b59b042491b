"""Lowerings of functions that choose, look up or draw: those that no numeric body can express."""

from collections.abc import Sequence

from mcdesk.formulas.conditional_lowering import conditional_lowerings
from mcdesk.formulas.information_lowering import information_lowerings
from mcdesk.formulas.logic_lowering import logic_lowerings
from mcdesk.formulas.lookup_lowering import lookup_lowerings
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.subtotal_lowering import subtotal_lowerings
from mcdesk.formulas.sum_product_lowering import lower_sum_product
from mcdesk.formulas.syntax import Node
from mcdesk.foundation.error_codes import ErrorCode


def special_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "SUMPRODUCT": lower_sum_product,
        "NA": lambda lowering, _: lowered_constant(lowering.ops, ErrorCode.NA),
        "RAND": lambda lowering, _: Lowered(LoweredKind.NUMBER, lowering.draw()),
        "RANDBETWEEN": _rand_between,
        **conditional_lowerings(),
        **information_lowerings(),
        **logic_lowerings(),
        **lookup_lowerings(),
        **subtotal_lowerings(),
    }


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
