"""What a workbook says of itself: the cells that draw, and those that it marks as outputs."""

from collections.abc import Mapping
from dataclasses import dataclass

from mcdesk.formulas.declarations import input_name, is_drawing, keep_stored_draws, marked_outputs
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.regions import find_regions
from mcdesk.foundation.garbage import collection_paused
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import Workbook

# Beyond it a list is of no use to a person; the cells are simulated all the same.
MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class DeclaredInput:
    """A cell that draws by itself; `name` is empty where its formula gives none."""

    cell: CellAddress
    name: str


@dataclass(frozen=True, slots=True)
class DeclaredCells:
    """Inputs and outputs that are there without any choice, in reading order."""

    inputs: tuple[DeclaredInput, ...]
    outputs: Mapping[CellAddress, str]


@collection_paused()
def declared_cells(workbook: Workbook, now_serial: float) -> DeclaredCells:
    """Look through all formulas for functions that draw and for markers of outputs."""
    calculation = Calculation(workbook, {}, now_serial, None)
    regions = find_regions(workbook, calculation.compilation.trees)
    keep_stored_draws(calculation, regions)
    inputs: list[DeclaredInput] = []
    for region in regions:
        if not is_drawing(region.tree):
            continue
        sheet = workbook.sheets[region.rectangle.sheet]
        for place in sheet.positions_in(region.rectangle)[: MOST_LISTED - len(inputs)]:
            cell = CellAddress(sheet.index, int(sheet.rows[place]), int(sheet.columns[place]))
            inputs.append(DeclaredInput(cell, input_name(calculation, region.tree, cell)))
    inputs.sort(key=lambda each: each.cell)
    return DeclaredCells(tuple(inputs), marked_outputs(calculation, regions))
