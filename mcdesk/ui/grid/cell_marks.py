"""Why cells of the grid are tinted, by sheet; the painter asks for each cell that it paints."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from enum import Enum

from mcdesk.model.addresses import MAX_COLUMNS, CellAddress


class Mark(Enum):
    """What a cell is; in the order in which one hides the others."""

    INPUT = "input"
    OUTPUT = "output"
    DIFFERING = "differs from the value in the file"
    PRECEDENT = "is read by the cell"
    DEPENDENT = "reads the cell"


@dataclass(frozen=True, slots=True)
class CellMarks:
    """The cells of a workbook that are marked."""

    inputs: frozenset[CellAddress] = frozenset()
    outputs: frozenset[CellAddress] = frozenset()
    differing: frozenset[CellAddress] = frozenset()
    precedents: frozenset[CellAddress] = frozenset()
    dependents: frozenset[CellAddress] = frozenset()

    def of_sheet(self, sheet: int) -> Mapping[int, Mark]:
        """The mark of each marked cell of a sheet, by `cell_key`."""
        found: dict[int, Mark] = {}
        for part, mark in reversed(list(zip(fields(self), Mark, strict=True))):
            found.update(dict.fromkeys(keys_of(getattr(self, part.name), sheet), mark))
        return found

    def covered_traces(self, sheet: int) -> Mapping[int, Mark]:
        """Of the marked cells of a sheet those that are traced as well, by key."""
        found: dict[int, Mark] = {}
        others = self.inputs | self.outputs | self.differing
        for cells, mark in ((self.dependents, Mark.DEPENDENT), (self.precedents, Mark.PRECEDENT)):
            found.update(dict.fromkeys(keys_of(cells & others, sheet), mark))
        return found


def cell_key(row: int, column: int) -> int:
    """One number for a cell of a sheet."""
    return row * MAX_COLUMNS + column


def keys_of(cells: Collection[CellAddress], sheet: int) -> list[int]:
    """The keys of those cells that are on a sheet."""
    return [cell.row * MAX_COLUMNS + cell.column for cell in cells if cell.sheet == sheet]
