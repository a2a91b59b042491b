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
    """
    if trial >= plan.trials and plan.sampling is not Sampling.PLAIN:
        raise OptionInvalid(
            f"Trial {trial + 1:,} is beyond the {plan.trials:,} of the run",
            "With --sampling lhs or sobol the trials depend on their number: give --trials.",
        )
    sampler = open_sampler(model, plan.sampling, plan.trials).sampler
    compiled = compile_model(model, keeps_all=True, cancel=cancel, sampler=sampler)
    evaluation = TrialEvaluation(model, compiled, plan.seed, cancel)
    kept = evaluation.kept(trial)
    evaluation.begin(trial)
    found: list[tuple[str, Scalar]] = []
    for number in range(model.graph.cell_count):
        cell = model.graph.address(number)
        if cell in kept:
            value = kept[cell]
        elif model.is_uncertain[number]:
            value = evaluation.evaluated(cell)
        else:
            value = certain_value(model, cell)
        found.append((cell_text(model.workbook, cell), value))
    return tuple(found)
