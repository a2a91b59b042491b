"""Names, for each kind of error of each output, the cell where it first arose."""

from dataclasses import replace

from mcdesk.dispatch.model_preparation import PreparedModel
from mcdesk.engine.simulation_types import OutputStatistics, SimulationPlan
from mcdesk.formulas.error_origins import ErrorOrigins
from mcdesk.formulas.simulation_model import cell_text
from mcdesk.model.addresses import CellAddress

# Each trial is evaluated cell by cell: a model with errors of many kinds costs a second or two.
MOST_TRIALS = 8
MOST_CELLS = 20_000

# Number of the output, and of its kind of error.
_Place = tuple[int, int]


def with_error_origins(
    prepared: PreparedModel, plan: SimulationPlan, outputs: tuple[OutputStatistics, ...]
) -> tuple[OutputStatistics, ...]:
    """The statistics with `first_cell` of their errors followed back, in as many trials as is quick.

    The other errors keep the cell of the output.
    """
    model = prepared.loaded.model
    cells: dict[_Place, CellAddress] = {}
    trials = _trials(outputs, int(model.is_uncertain.sum()))
    if trials:
        origins = ErrorOrigins(model, prepared.compiled, plan.seed)
        for trial, places in trials:
            for place in places:
                cells[place] = origins.origin(model.outputs[place[0]].cell, trial)
    return tuple(
        replace(
            output,
            error_kinds=tuple(
                replace(kind, first_cell=cell_text(model.workbook, cells.get((i, k), choice.cell)))
                for k, kind in enumerate(output.error_kinds)
            ),
        )
        for i, (choice, output) in enumerate(zip(model.outputs, outputs, strict=True))
    )


def _trials(outputs: tuple[OutputStatistics, ...], uncertain_cells: int) -> list[tuple[int, list[_Place]]]:
    """The trials that show the most errors first, with the places of these; as many as is quick."""
    places: dict[int, list[_Place]] = {}
    for i, output in enumerate(outputs):
        for k, kind in enumerate(output.error_kinds):
            places.setdefault(kind.first_trial, []).append((i, k))
    most = min(max(MOST_CELLS // max(uncertain_cells, 1), 1), MOST_TRIALS)
    return sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
