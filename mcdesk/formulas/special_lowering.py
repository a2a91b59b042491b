"""Lowerings of functions that choose, look up or draw: those that no numeric body can express."""

from collections.abc import Sequence

from mcdesk.formulas.conditional_lowering import conditional_lowerings
from mcdesk.formulas.information_lowering import information_lowerings
from mcdesk.formulas.let_lowering import lower_let
from mcdesk.formulas.logic_lowering import logic_lowerings
from mcdesk.formulas.lookup_lowering import lookup_lowerings
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    first_error,
    lowered_constant,
)
from mcdesk.formulas.lowering import FormulaLowering, SpecialLowering
from mcdesk.formulas.subtotal_lowering import subtotal_lowerings
from mcdesk.formulas.sum_product_lowering import lower_sum_product
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.trend_lowering import lower_trend
from mcdesk.foundation.error_codes import ErrorCode


def special_lowerings() -> dict[str, SpecialLowering]:
    """The lowering by function name."""
    return {
        "SUMPRODUCT": lower_sum_product,
        "LET": lower_let,
        "TREND": lower_trend,
        "HYPERLINK": _shown_link,
        "NA": lambda lowering, _: lowered_constant(lowering.ops, ErrorCode.NA),
        "RAND": lambda lowering, _: Lowered(LoweredKind.NUMBER, lowering.draw()),
        "RANDBETWEEN": _rand_between,
        **conditional_lowerings(),
        **information_lowerings(),
        **logic_lowerings(),
        **lookup_lowerings(),
        **subtotal_lowerings(),
    }


def _shown_link(lowering: FormulaLowering, arguments: Sequence[Node]) -> Lowered:
    if not 1 <= len(arguments) <= 2:
        raise NotLowerable("a wrong number of arguments")
    return lowering.scalar(arguments[-1])


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
