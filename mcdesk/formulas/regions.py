"""Regions: rectangles of cells with the same formula in R1C1 form; the unit of graph and program."""

from dataclasses import dataclass

import numpy as np

from mcdesk.formulas.binding import Binder
from mcdesk.formulas.formula_trees import FormulaTrees
from mcdesk.formulas.rectangles import numbered_rectangles
from mcdesk.formulas.syntax import ErrorLiteral, Node
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import FormulaKind, Sheet, Workbook

# What stands for a formula without text, and for one that cannot be read; known by identity.
NO_FORMULA = ErrorLiteral(ErrorCode.REF)
UNREADABLE = ErrorLiteral(ErrorCode.NAME)


@dataclass(frozen=True, slots=True)
class Region:
    """One formula over a rectangle; names and tables are already replaced by what they mean.

    `kind` is NORMAL, or says that the cells belong to an array formula or data table, which only
    the evaluator computes; `owner` is that formula's index. `guards` are what was certain when a
    reference such as OFFSET was replaced by the cells it means.
    """

    rectangle: Rectangle
    tree: Node
    kind: FormulaKind = FormulaKind.NORMAL
    owner: int = -1
    guards: tuple[Node, ...] = ()


def find_regions(workbook: Workbook, trees: FormulaTrees) -> tuple[Region, ...]:
    """All regions of a workbook, sheet by sheet in reading order."""
    binder = Binder(workbook)
    regions: list[Region] = []
    for sheet in workbook.sheets:
        regions.extend(_regions_of_sheet(workbook, sheet, trees, binder))
    return tuple(regions)


def _regions_of_sheet(workbook: Workbook, sheet: Sheet, trees: FormulaTrees, binder: Binder) -> list[Region]:
    tree_by_number: dict[int, Node] = {}
    number_by_label: dict[tuple[int, int, int], int] = {}
    # of plain formulas, which are most of all
    number_by_tree: dict[int, int] = {}
    numbers: list[int] = []
    formulas, tree_of = workbook.formulas, trees.tree
    places = ((sheet.formulas >= 0) | (sheet.owners >= 0)).nonzero()[0]
    for owner, number in zip(sheet.owners[places].tolist(), sheet.formulas[places].tolist(), strict=True):
        if owner >= 0:
            label = (-1, formulas[owner].kind, owner)
        else:
            formula = formulas[number]
            is_plain = formula.kind is FormulaKind.NORMAL and formula.text != ""
            tree = (tree_of(number) or UNREADABLE) if is_plain else _tree(workbook, number, trees)
            known = number_by_tree.get(id(tree)) if is_plain else None
            if known is not None:
                numbers.append(known)
                continue
            tree_by_number[id(tree)] = tree
            label = (id(tree), formula.kind, -1)
            if is_plain:
                number_by_tree[id(tree)] = number_by_label.get(label, len(number_by_label))
        numbers.append(number_by_label.setdefault(label, len(number_by_label)))
    labels = list(number_by_label)
    rows, columns = (each[places].astype(np.int64) for each in (sheet.rows, sheet.columns))
    found = numbered_rectangles(sheet.index, rows, columns, np.array(numbers, dtype=np.int64))
    return [
        _region(workbook, rectangle, labels[number], tree_by_number, trees, binder)
        for rectangle, number in found
    ]


def _region(
    workbook: Workbook,
    rectangle: Rectangle,
    label: tuple[int, int, int],
    tree_by_number: dict[int, Node],
    trees: FormulaTrees,
    binder: Binder,
) -> Region:
    number, kind, owner = label
    tree = tree_by_number[number] if owner < 0 else _tree(workbook, owner, trees)
    return Region(rectangle, binder.bind(tree, rectangle.sheet, rectangle), FormulaKind(kind), owner)


def _tree(workbook: Workbook, number: int, trees: FormulaTrees) -> Node:
    formula = workbook.formulas[number]
    if formula.kind is FormulaKind.SPILL_FOLLOWER or not formula.text:
        return NO_FORMULA
    # a shared formula's text counts from its anchor: one tree serves all its cells
    return trees.tree(number) or UNREADABLE
