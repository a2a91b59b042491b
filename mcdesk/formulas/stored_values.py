"""What the file keeps of functions whose values come from outside of the cells, and what is said of it."""

from collections.abc import Iterable

from mcdesk.formulas.binding import walk
from mcdesk.formulas.cell_store import Obstacle, ObstacleReason, cached_value
from mcdesk.formulas.functions.excel_names import is_outside_function
from mcdesk.formulas.syntax import Call, Node
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import FormulaKind, Workbook

Place = tuple[int, int, int]


def is_from_outside(obstacle: Obstacle) -> bool:
    """Tell whether the formula itself calls such a function, rather than reads a cell that does."""
    return obstacle.reason is ObstacleReason.EXTERNAL and bool(obstacle.name) and obstacle.cell is None


def outside_function(tree: Node, names: Iterable[str]) -> str | None:
    """Return the first such function that a formula calls, None if there is none; `names` hide others."""
    hidden = set(names)
    for node in walk(tree):
        if isinstance(node, Call) and is_outside_function(node.name) and node.name not in hidden:
            return node.name
    return None


def stored_values(workbook: Workbook, formula: int, cell: CellAddress) -> dict[Place, Scalar] | None:
    """Return what the file keeps of a formula's cell, or of all cells of its array; None if it keeps nothing.

    Args:
        formula: index of the formula of the cell.
        cell: the cell, or the first of the array.
    """
    first = _stored(workbook, cell.sheet, cell.row, cell.column)
    if first is None:
        return None
    found: dict[Place, Scalar] = {(cell.sheet, cell.row, cell.column): first}
    own = workbook.formulas[formula]
    if own.kind is not FormulaKind.ARRAY or own.extent is None:
        return found
    sheet = workbook.sheets[own.extent.sheet]
    for place in sheet.positions_in(own.extent).tolist():
        row, column = int(sheet.rows[place]), int(sheet.columns[place])
        value = _stored(workbook, sheet.index, row, column)
        found[(sheet.index, row, column)] = BLANK if value is None else value
    return found


def _stored(workbook: Workbook, sheet: int, row: int, column: int) -> Scalar | None:
    place = workbook.sheets[sheet].position(row, column)
    return None if place < 0 else cached_value(workbook, workbook.sheets[sheet], place)
