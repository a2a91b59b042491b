"""How many random numbers the formula of a cell draws."""

from mcdesk.formulas.binding import walk
from mcdesk.formulas.declared_draws import draws
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.model.addresses import CellAddress


class DrawCounts:
    """The drawing calls of a model's formulas, each formula counted once."""

    def __init__(self, model: SimulationModel) -> None:
        counted = [(region.rectangle, sum(map(draws, walk(region.tree)))) for region in model.regions]
        self._count_by_area = [(area, count) for area, count in counted if count]

    def of(self, cell: CellAddress) -> int:
        """How many a cell draws in each trial."""
        return sum(
            count
            for area, count in self._count_by_area
            if area.sheet == cell.sheet and area.contains(cell.row, cell.column)
        )
