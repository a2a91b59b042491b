"""The first trials of a run once more, of its inputs too: the history keeps those of the outputs only."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mcdesk.dispatch.model_preparation import LoadedModel
from mcdesk.engine.backends import open_backend
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationPlan, TrialValues
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.foundation.cancellation import CancelToken

MOST_TRIALS = 4_096
# of trials that are evaluated one by one there may be fewer
MOST_SECONDS = 4.0
_FEW_TOGETHER = 128


@dataclass(frozen=True, slots=True)
class FirstTrials:
    """The same trials of all inputs and outputs, from the first one on."""

    inputs: tuple[TrialValues, ...]
    outputs: tuple[TrialValues, ...]


def first_trials(
    loaded: LoadedModel,
    plan: SimulationPlan,
    cancel: CancelToken,
    most_trials: int = MOST_TRIALS,
    clock: Callable[[], float] = time.monotonic,
) -> FirstTrials:
    """Simulate the beginning of a run: bit for bit the trials that it had.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
        ModelInvalid: if the model cannot be compiled.
    """
    sampler = open_sampler(loaded.model, plan.sampling, plan.trials).sampler
    simulated = compile_model(loaded.model, cancel=cancel, sampler=sampler).simulated
    # the slow and obvious one needs no compiler, which would take longer than so few trials
    backend = open_backend("reference", simulated.program, simulated.evaluators)
    simulation = Simulation(simulated, replace(plan, stop=""), backend)
    # an instruction costs the same for many trials, but not what is evaluated one by one
    together = _FEW_TOGETHER if simulated.evaluators else most_trials
    wanted, ends_at = min(most_trials, plan.trials), clock() + MOST_SECONDS
    try:
        while simulation.trials_done < wanted and (not simulation.trials_done or clock() < ends_at):
            cancel.raise_if_cancelled()
            simulation.run_chunk(min(together, wanted - simulation.trials_done), cancel)
        result = simulation.result(0, cancel)
    finally:
        backend.close()
    return FirstTrials(result.input_trials, result.output_trials)
