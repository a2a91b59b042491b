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


@dataclass(frozen=True, slots=True)
class _Label:
    """What the cells of a region share; trees are the same where they are one object."""

    tree: Node
    kind: FormulaKind = FormulaKind.NORMAL
    owner: int = -1


def find_regions(workbook: Workbook, trees: FormulaTrees) -> tuple[Region, ...]:
    """All regions of a workbook, sheet by sheet in reading order."""
    binder = Binder(workbook)
    regions: list[Region] = []
    for sheet in workbook.sheets:
        regions.extend(_regions_of_sheet(workbook, sheet, trees, binder))
    return tuple(regions)


def _regions_of_sheet(workbook: Workbook, sheet: Sheet, trees: FormulaTrees, binder: Binder) -> list[Region]:
    places = ((sheet.formulas >= 0) | (sheet.owners >= 0)).nonzero()[0]
    formulas, owners = sheet.formulas[places], sheet.owners[places]
    numbers = np.full(len(places), -1, dtype=np.int64)
    own = np.flatnonzero(owners < 0)
    numbers[own] = trees.numbers[formulas[own]]
    labels = {number: _Label(trees.distinct[number]) for number in np.unique(numbers[numbers >= 0]).tolist()}
    number_by_key: dict[tuple[int, FormulaKind, int], int] = {}
    for place in np.flatnonzero(numbers < 0).tolist():
        label = _label(workbook, int(formulas[place]), int(owners[place]), trees)
        key = (id(label.tree), label.kind, label.owner)
        number = number_by_key.setdefault(key, len(trees.distinct) + len(number_by_key))
        numbers[place], labels[number] = number, label
    rows, columns = (each[places].astype(np.int64) for each in (sheet.rows, sheet.columns))
    found = numbered_rectangles(sheet.index, rows, columns, numbers)
    return [
        Region(rectangle, binder.bind(label.tree, rectangle.sheet, rectangle), label.kind, label.owner)
        for rectangle, label in ((rectangle, labels[number]) for rectangle, number in found)
    ]


def _label(workbook: Workbook, number: int, owner: int, trees: FormulaTrees) -> "_Label":
    """Of a cell that is no plain formula of its own, or one that cannot be read."""
    formula = workbook.formulas[owner if owner >= 0 else number]
    return _Label(_tree(workbook, owner if owner >= 0 else number, trees), formula.kind, owner)


def _tree(workbook: Workbook, number: int, trees: FormulaTrees) -> Node:
    formula = workbook.formulas[number]
    if formula.kind is FormulaKind.SPILL_FOLLOWER or not formula.text:
        return NO_FORMULA
    # a shared formula's text counts from its anchor: one tree serves all its cells
    return trees.tree(number) or UNREADABLE
