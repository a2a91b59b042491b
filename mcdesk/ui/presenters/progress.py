"""How far a simulation is, in words."""

from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.ui.formatting import count_text, duration_text, rate_text

_PHASE_TEXTS = {
    Phase.WAITING: "Waits for its turn",
    Phase.STATISTICS: "Makes the statistics",
    Phase.SAVING: "Saves the trials",
}


def progress_text(progress: SimulationProgress) -> str:
    """What stands beside the bar."""
    if progress.phase in _PHASE_TEXTS:
        return _PHASE_TEXTS[progress.phase]
    done = f"{count_text(progress.trials_done)} of {count_text(progress.trials)}"
    rate = progress.trials_per_second
    if not rate:
        return done
    left = (progress.trials - progress.trials_done) / rate
    return f"{done}  \u00b7  {rate_text(rate)}  \u00b7  {duration_text(left)} left"
