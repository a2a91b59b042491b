"""What-if data tables: which formula a cell of the table shows, and what feeds its input cells."""

from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import DataTable


def data_table_inputs(
    cell: CellAddress, extent: Rectangle, table: DataTable
) -> tuple[CellAddress, dict[CellAddress, CellAddress]]:
    """Return the cell of the formula, and for each input cell the cell it is fed from.

    Raises:
        ObstacleMet: if an input cell was deleted.
    """
    above = CellAddress(cell.sheet, extent.top - 1, cell.column)
    beside = CellAddress(cell.sheet, cell.row, extent.left - 1)
    if table.r1 is None or (table.is_two_dimensional and table.r2 is None):
        raise ObstacleMet(Obstacle(ObstacleReason.SYNTAX))
    if table.is_two_dimensional and table.r2 is not None:
        corner = CellAddress(cell.sheet, extent.top - 1, extent.left - 1)
        return corner, {table.r1: above, table.r2: beside}
    if table.is_row:
        return beside, {table.r1: above}
    return above, {table.r1: beside}
