"""What rank correlations the trials have, beside those that were asked for."""

from mcdesk.dispatch.run_types import ReachedCorrelation
from mcdesk.engine.simulation_types import TrialValues
from mcdesk.engine.statistics.sensitivity import rank_correlation
from mcdesk.formulas.simulation_model import SimulationModel, cell_text


def reached_correlations(
    model: SimulationModel, inputs: tuple[TrialValues, ...]
) -> tuple[ReachedCorrelation, ...]:
    """Each correlation that was asked for, with what came of it; discrete inputs reach less.

    `reached` is None for an input that draws in its formula and that no output needs.
    """
    by_cell = {trials.cell: trials for trials in inputs}
    found: list[ReachedCorrelation] = []
    for each in model.correlations:
        cells = cell_text(model.workbook, each.first), cell_text(model.workbook, each.second)
        columns = [by_cell.get(cell) for cell in cells]
        known = [column for column in columns if column is not None]
        reached = rank_correlation(known[0], known[1]) if len(known) == 2 else None
        found.append(ReachedCorrelation(cells, each.rank, reached))
    return tuple(found)
