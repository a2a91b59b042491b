"""Models compiled as if Excel's sums and comparisons were the processor's, to tell what they cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from mcdesk.engine.operations import Operations
from mcdesk.formulas import lowering
from mcdesk.formulas.functions.definition import Body, Outcome, V
from mcdesk.formulas.syntax import BinaryOperator


def _less(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    return Outcome(ops.lt(a, b))


def _greater(ops: Operations[V], a: V, b: V) -> Outcome[V]:
    return Outcome(ops.lt(b, a))


_COMPARISONS: dict[BinaryOperator, Body] = {
    BinaryOperator.LESS: _less,
    BinaryOperator.GREATER: _greater,
}


@contextmanager
def plain_arithmetic() -> Iterator[None]:
    """While this lasts no sum is snapped to zero, and numbers are compared to their last bit."""
    with (
        patch.object(lowering, "_LAST", {}),
        patch.object(lowering, "_COMPARISONS", {**lowering._COMPARISONS, **_COMPARISONS}),
    ):
        yield
