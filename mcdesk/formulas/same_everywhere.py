"""Which parts of formulas are the same in every cell, from how they are written."""

from mcdesk.formulas.chains import REFERENCE_OPERATORS
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Kind
from mcdesk.formulas.syntax import (
    Axis,
    Binary,
    Call,
    CellReference,
    Literal,
    MissingArgument,
    Node,
    RangeReference,
    SheetSpan,
    Unary,
    UnaryOperator,
)

_SIGNS = (UnaryOperator.NEGATE, UnaryOperator.PLUS, UnaryOperator.PERCENT)
# they look at the cell that they stand in, or at what else changes
_HERE = frozenset(("CELL", "COLUMN", "FORMULATEXT", "INDIRECT", "INFO", "OFFSET", "ROW", "SHEET", "SHEETS"))


def is_same_everywhere(node: Node) -> bool:
    """Whether a node surely has one value, whatever cell it stands in; False where that takes more to say."""
    match node:
        case CellReference(row, column, sheet):
            return _is_one_sheet(sheet) and _are_fixed(row, column)
        case Unary(operator, operand):
            return operator in _SIGNS and is_same_everywhere(operand)
        case Binary(operator, left, right):
            is_operation = operator not in REFERENCE_OPERATORS
            return is_operation and is_same_everywhere(left) and is_same_everywhere(right)
        case Call():
            return _is_same_call(node)
    return isinstance(node, Literal | MissingArgument)


def _is_same_call(node: Call) -> bool:
    definition = FUNCTION_BY_NAME.get(node.name)
    if definition is None or node.is_addin or definition.is_volatile or node.name in _HERE:
        return False
    for place, argument in enumerate(node.arguments):
        parameter = definition.parameter(place)
        takes_cells = parameter is not None and parameter.kind in (Kind.RANGE, Kind.NUMBERS)
        if not (is_same_everywhere(argument) or (takes_cells and _is_fixed_range(argument))):
            return False
    return True


def _is_fixed_range(node: Node) -> bool:
    if not isinstance(node, RangeReference):
        return False
    return _is_one_sheet(node.sheet) and _are_fixed(node.top, node.left, node.bottom, node.right)


def _are_fixed(*axes: Axis | None) -> bool:
    return all(axis is None or axis.is_absolute for axis in axes)


def _is_one_sheet(span: SheetSpan | None) -> bool:
    return span is None or (span.book is None and span.last is None)
