"""How many random numbers the formula of a cell draws."""

from mcdesk.formulas.binding import walk
from mcdesk.formulas.declared_draws import draws
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.syntax import Call, Node
from mcdesk.model.addresses import CellAddress


class DrawCounts:
    """The drawing calls of a model's formulas, each formula counted once."""

    def __init__(self, model: SimulationModel) -> None:
        counted = [(region.rectangle, sum(map(_count, walk(region.tree)))) for region in model.regions]
        self._count_by_area = [(area, count) for area, count in counted if count]

    def of(self, cell: CellAddress) -> int:
        """How many a cell draws in each trial; an array of them counts for two."""
        return sum(
            count
            for area, count in self._count_by_area
            if area.sheet == cell.sheet and area.contains(cell.row, cell.column)
        )


def _count(node: Node) -> int:
    # how many an array holds is known in a trial only; all that is asked here is whether it is one
    return 2 if isinstance(node, Call) and node.name == "RANDARRAY" else int(draws(node))
