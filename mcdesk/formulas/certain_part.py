"""The value of cells that no input moves, and of all cells in the workbook as it stands."""

from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.simulation_model import SimulationModel, cell_text
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress


def certain_value(model: SimulationModel, cell: CellAddress) -> Scalar:
    """The calculated value; #NAME? where an obstacle keeps the cell from having one.

    Raises:
        ModelInvalid: if an output needs the cell and it needs too much calculation.
    """
    value = model.calculation.value(cell)
    if isinstance(value, Obstacle) and is_needed_in(model, cell):
        refuse_endless(model, value)
    return scalar_of(value)


def is_needed_in(model: SimulationModel, cell: CellAddress) -> bool:
    """Whether an output needs a cell."""
    number = model.graph.cell_id(cell)
    return number >= 0 and bool(model.is_needed[number])


def refuse_endless(model: SimulationModel, obstacle: Obstacle) -> None:
    """Refuse a model that needs too much calculation, by the cell that does.

    Raises:
        ModelInvalid: if the obstacle is that.
    """
    if obstacle.reason is ObstacleReason.TOO_MUCH and obstacle.cell is not None:
        cell = cell_text(model.workbook, obstacle.cell)
        raise ModelInvalid(
            f"{cell} {obstacle.reason.value}",
            "Make its arrays smaller or its calls fewer, or choose outputs that do not depend on it.",
        )


def scalar_of(value: Scalar | Obstacle) -> Scalar:
    """A value, or #NAME? for an obstacle."""
    return ErrorCode.NAME if isinstance(value, Obstacle) else value
