"""The value of a part of a formula, seen from one cell of a calculation."""

from collections.abc import Callable
from typing import TypeVar

from mcdesk.formulas.cell_store import PENDING, CellsMissing, ObstacleMet, address_of
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.frame import Frame
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import ArrayValue, LambdaValue, Reference, Scalar, Value
from mcdesk.model.addresses import CellAddress

T = TypeVar("T")


def node_reference(calculation: Calculation, node: Node, cell: CellAddress) -> Value | None:
    """What a node that gives a reference means in a cell; None where it has no value."""
    return _found(calculation, node, cell, True, lambda _, value: value)


def node_scalar(calculation: Calculation, node: Node, cell: CellAddress) -> Scalar | None:
    """The one scalar that a node is in a cell.

    None where it has no value, or where it depends on how the formula reads ranges: a whole array,
    or the cell in line with the formula.
    """
    alone, whole = (_found(calculation, node, cell, mode, _scalar) for mode in (False, True))
    return whole if type(alone) is type(whole) and alone == whole else None


def _found(
    calculation: Calculation,
    node: Node,
    cell: CellAddress,
    is_array: bool,
    finish: Callable[[Frame, Value], T],
) -> T | None:
    closure = calculation.compilation.node(node, cell.sheet, is_array)
    while True:
        calculation.budget.begin(is_aside=True)
        frame = Frame(calculation, (cell.sheet, cell.row, cell.column), is_array)
        try:
            return finish(frame, closure(frame))
        except CellsMissing as missing:
            for key in missing.keys:
                calculation.value(address_of(key))
            if any(calculation.cells.get(key) is PENDING for key in missing.keys):
                return None
        except (ObstacleMet, RecursionError, OverflowError, ZeroDivisionError, ValueError):
            return None


def _scalar(frame: Frame, value: Value) -> Scalar | None:
    if isinstance(value, Reference):
        is_cell = len(value.areas) == 1 and value.areas[0].size == 1
        return frame.scalar(value) if is_cell else None
    return None if isinstance(value, ArrayValue | LambdaValue) else frame.scalar(value)
