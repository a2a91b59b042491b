"""ERF and ERFC with their newer names, as bodies over `Operations`."""

import sys
from typing import TypeVar

from mcdesk.engine.mathematics import normal
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import FunctionDefinition, Outcome, elementwise, number
from mcdesk.formulas.functions.parameters import absent_if_empty

V = TypeVar("V")

# Stands for an upper limit that is not given: no limit that anybody writes.
_NO_LIMIT = -sys.float_info.max


def error_between(ops: Operations[V], lower: V, upper: V) -> Outcome[V]:
    """ERF: from 0 to the only limit, or between two of them."""
    first = normal.erf(ops, lower)
    is_single = ops.eq(upper, ops.number(_NO_LIMIT))
    return Outcome(ops.select(is_single, first, ops.sub(normal.erf(ops, upper), first)))


def error_function(ops: Operations[V], x: V) -> Outcome[V]:
    """ERF.PRECISE: from 0 to x."""
    return Outcome(normal.erf(ops, x))


def complement(ops: Operations[V], x: V) -> Outcome[V]:
    """ERFC and ERFC.PRECISE: from x to infinity."""
    return Outcome(normal.erfc(ops, x))


_X = number("x")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    elementwise("ERF", (number("lower"), absent_if_empty(number("upper", _NO_LIMIT))), error_between),
    elementwise("ERF.PRECISE", (_X,), error_function),
    elementwise("ERFC", (_X,), complement),
    elementwise("ERFC.PRECISE", (_X,), complement),
)
