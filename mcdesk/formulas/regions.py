"""Regions: rectangles of cells with the same formula in R1C1 form; the unit of graph and program."""

from dataclasses import dataclass

from mcdesk.formulas.binding import Binder
from mcdesk.formulas.parser import FormulaCache, FormulaSyntaxError
from mcdesk.formulas.rectangles import equal_rectangles
from mcdesk.formulas.syntax import ErrorLiteral, Node
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import Formula, FormulaKind, Sheet, Workbook


@dataclass(frozen=True, slots=True)
class Region:
    """One formula over a rectangle; names and tables are already replaced by what they mean.

    `kind` is NORMAL, or says that the cells belong to an array formula or data table, which only
    the evaluator computes; `owner` is that formula's index.
    """

    rectangle: Rectangle
    tree: Node
    kind: FormulaKind = FormulaKind.NORMAL
    owner: int = -1


def find_regions(workbook: Workbook) -> tuple[Region, ...]:
    """All regions of a workbook, sheet by sheet in reading order."""
    cache, binder = FormulaCache(), Binder(workbook)
    regions: list[Region] = []
    for sheet in workbook.sheets:
        regions.extend(_regions_of_sheet(workbook, sheet, cache, binder))
    return tuple(regions)


def _regions_of_sheet(workbook: Workbook, sheet: Sheet, cache: FormulaCache, binder: Binder) -> list[Region]:
    tree_by_number: dict[int, Node] = {}
    label_by_cell: dict[tuple[int, int], tuple[int, int, int]] = {}
    places = (sheet.formulas >= 0) | (sheet.owners >= 0)
    for place in places.nonzero()[0]:
        row, column = int(sheet.rows[place]), int(sheet.columns[place])
        owner, number = int(sheet.owners[place]), int(sheet.formulas[place])
        if owner >= 0:
            kind = workbook.formulas[owner].kind
            label_by_cell[row, column] = (-1, int(kind), owner)
            continue
        tree = _tree(workbook.formulas[number], row, column, cache)
        tree_by_number[id(tree)] = tree
        label_by_cell[row, column] = (id(tree), int(workbook.formulas[number].kind), -1)
    return [
        _region(workbook, rectangle, label, tree_by_number, binder)
        for rectangle, label in equal_rectangles(sheet.index, label_by_cell)
    ]


def _region(
    workbook: Workbook,
    rectangle: Rectangle,
    label: tuple[int, int, int],
    tree_by_number: dict[int, Node],
    binder: Binder,
) -> Region:
    number, kind, owner = label
    if owner < 0:
        tree = tree_by_number[number]
        return Region(rectangle, binder.bind(tree, rectangle.sheet, rectangle), FormulaKind(kind))
    formula = workbook.formulas[owner]
    tree = _tree(formula, formula.row, formula.column, FormulaCache())
    return Region(rectangle, binder.bind(tree, rectangle.sheet, rectangle), FormulaKind(kind), owner)


def _tree(formula: Formula, row: int, column: int, cache: FormulaCache) -> Node:
    if formula.kind is FormulaKind.SPILL_FOLLOWER or not formula.text:
        return ErrorLiteral(ErrorCode.REF)
    try:
        # a shared formula's text counts from its anchor: one tree serves all its cells
        return cache.parse(formula.text, formula.row, formula.column)
    except FormulaSyntaxError:
        return ErrorLiteral(ErrorCode.NAME)
