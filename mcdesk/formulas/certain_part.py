"""The value of cells that no input moves, and of all cells in the workbook as it stands."""

from mcdesk.formulas.cell_store import Obstacle
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress


def certain_value(model: SimulationModel, cell: CellAddress) -> Scalar:
    """The calculated value; #NAME? where an obstacle keeps the cell from having one."""
    return scalar_of(model.calculation.value(cell))


def scalar_of(value: Scalar | Obstacle) -> Scalar:
    """A value, or #NAME? for an obstacle."""
    return ErrorCode.NAME if isinstance(value, Obstacle) else value
