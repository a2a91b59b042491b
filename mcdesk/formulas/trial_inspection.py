"""Every cell of a workbook in one trial of its simulation."""

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.certain_part import certain_value
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.simulation_model import SimulationModel, cell_text
from mcdesk.formulas.trial_evaluation import TrialEvaluation
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import OptionInvalid


def trial_cells(
    model: SimulationModel,
    plan: SimulationPlan,
    trial: int,
    cancel: CancelToken | None = None,
) -> tuple[tuple[str, Scalar], ...]:
    """Every cell's value in one trial (from 0), in the order of the sheets.

    Raises:
        OptionInvalid: if the sampling has no such trial.
        ModelInvalid: if an output needs a cell that needs too much calculation; others are #NAME? then.
    """
    if trial >= plan.trials and plan.sampling is not Sampling.PLAIN:
        raise OptionInvalid(
            f"Trial {trial + 1:,} is beyond the {plan.trials:,} of the run",
            "With --sampling lhs or sobol the trials depend on their number: give --trials.",
        )
    order = _needed_first(model)
    for number in order:
        if not model.is_uncertain[number]:
            certain_value(model, model.graph.address(number))
    sampler = open_sampler(model, plan.sampling, plan.trials).sampler
    compiled = compile_model(model, keeps_all=True, cancel=cancel, sampler=sampler)
    evaluation = TrialEvaluation(model, compiled, plan.seed, cancel)
    kept = evaluation.kept(trial)
    evaluation.begin(trial)
    found: dict[int, Scalar] = {}
    for number in order:
        cell = model.graph.address(number)
        if cell in kept:
            found[number] = kept[cell]
        elif model.is_uncertain[number]:
            found[number] = evaluation.evaluated(cell)
        else:
            found[number] = certain_value(model, cell)
    return tuple(
        (cell_text(model.workbook, model.graph.address(number)), found[number]) for number in sorted(found)
    )


def _needed_first(model: SimulationModel) -> list[int]:
    """The cells that the outputs need, then the others: the work of all together is bounded."""
    return sorted(range(model.graph.cell_count), key=lambda number: not model.is_needed[number])
