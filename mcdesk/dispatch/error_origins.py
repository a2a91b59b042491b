"""Names, for each kind of error of each output, the cell where it first arose."""

from dataclasses import replace

from mcdesk.dispatch.model_preparation import PreparedModel
from mcdesk.engine.simulation_types import ErrorCount, OutputStatistics, SimulationPlan
from mcdesk.formulas.error_origins import ErrorOrigins
from mcdesk.formulas.simulation_model import cell_text

# evaluated one by one, so that a model with many errors of many kinds costs a second or two
_MOST_CELLS = 50_000


def with_error_origins(
    prepared: PreparedModel, plan: SimulationPlan, outputs: tuple[OutputStatistics, ...]
) -> tuple[OutputStatistics, ...]:
    """The statistics with `first_cell` of their errors followed back, as far as that is quick."""
    if not any(output.error_kinds for output in outputs):
        return outputs
    model = prepared.loaded.model
    left = max(_MOST_CELLS // max(int(model.is_uncertain.sum()), 1), 1)
    origins = ErrorOrigins(model, prepared.compiled, plan.seed)
    found: list[OutputStatistics] = []
    for choice, output in zip(model.outputs, outputs, strict=True):
        kinds: list[ErrorCount] = []
        for kind in output.error_kinds:
            cell = origins.origin(choice.cell, kind.first_trial) if left > 0 else choice.cell
            left -= 1
            kinds.append(replace(kind, first_cell=cell_text(model.workbook, cell)))
        found.append(replace(output, error_kinds=tuple(kinds)))
    return tuple(found)
