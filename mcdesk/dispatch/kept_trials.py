"""How many of its trials a run keeps, from what it must keep and from the memory that is free."""

from mcdesk.dispatch.run_types import RunRequest
from mcdesk.engine.simulation import BYTES_PER_TRIAL
from mcdesk.engine.simulation_types import MOST_EXACT_BYTES, KeptTrials, SimulationProgram
from mcdesk.engine.statistics.sensitivity import sensitivity_trials
from mcdesk.foundation.errors import OptionInvalid

# Of the memory that is free; the rest of the program and the system need some too.
USABLE_MEMORY_SHARE = 0.8
# Values, their sorted copy while percentiles are taken, and error codes.
BYTES_PER_KEPT_TRIAL = 8 + 8 + 1


def kept_trials(request: RunRequest, simulated: SimulationProgram, free_bytes: int | None) -> KeptTrials:
    """All trials where they are to be saved, else those of the outputs up to a number of bytes.

    Beyond these a sketch takes their place, so that no number of trials is too large.

    Raises:
        OptionInvalid: if all trials are to be saved and do not fit.
    """
    if request.keeps_inputs:
        cell_count = len(simulated.outputs) + len(simulated.inputs)
        _refuse_what_does_not_fit(request.plan.trials, cell_count, free_bytes)
        return KeptTrials(is_all=True)
    if free_bytes is None:
        return KeptTrials(exact_bytes=MOST_EXACT_BYTES)
    input_count = len(simulated.inputs)
    looked_at = min(request.plan.trials, sensitivity_trials(input_count))
    usable_bytes = free_bytes * USABLE_MEMORY_SHARE - input_count * looked_at * BYTES_PER_KEPT_TRIAL
    exact_bytes = int(max(usable_bytes, 0.0)) * BYTES_PER_TRIAL // BYTES_PER_KEPT_TRIAL
    return KeptTrials(exact_bytes=min(MOST_EXACT_BYTES, exact_bytes))


def _refuse_what_does_not_fit(trials: int, cell_count: int, free_bytes: int | None) -> None:
    needed_bytes = trials * cell_count * BYTES_PER_KEPT_TRIAL
    if free_bytes is None or needed_bytes <= free_bytes * USABLE_MEMORY_SHARE:
        return
    cells = "1 cell" if cell_count == 1 else f"{cell_count} cells"
    raise OptionInvalid(
        f"To save {trials:,} trials of {cells} needs {needed_bytes / 1e9:,.1f} GB of memory,"
        f" and {free_bytes / 1e9:,.1f} GB are free",
        "Use fewer trials, or leave out --save-trials.",
    )
