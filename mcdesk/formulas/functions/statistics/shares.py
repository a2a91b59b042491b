"""PERCENTOF: how much of a whole a part is."""

from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Numbers, Outcome
from mcdesk.formulas.functions.parameters import cells
from mcdesk.formulas.functions.samples import over_samples
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


def share_of_total(ops: Operations[V], part: Numbers[V], whole: Numbers[V]) -> Outcome[V]:
    """PERCENTOF; #DIV/0! for a whole of 0."""
    total = whole.total()
    is_bad = ops.eq(total, ops.number(0.0))
    value = ops.div(part.total(), ops.select(is_bad, ops.number(1.0), total))
    return Outcome(value, ops.select(is_bad, ops.error(ErrorCode.DIV0), ops.error(ErrorCode.NONE)))


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    over_samples("PERCENTOF", share_of_total, cells("part"), cells("whole")),
)
