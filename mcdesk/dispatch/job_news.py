"""How far an admitted simulation is, told to who looks on in this process; the database stays the truth."""

from dataclasses import dataclass, replace
from typing import Protocol

from mcdesk.dispatch.live_results import LiveResult
from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.history.job_record import JobRecord, JobState

_PHASES = tuple(Phase)


@dataclass(frozen=True, slots=True)
class JobNews:
    """A simulation at the end of a chunk; the fields are those of `JobRecord`.

    Attributes:
        live: what it has found, where it is computed by this process and said so in this chunk.
        ended_at: when the chunk ended that is told for the first time, monotonic seconds of this computer;
            None where another process tells it, or of none.
    """

    simulation_id: str
    state: JobState
    trials_done: int
    trials: int
    trials_per_second: float | None
    mean: float | None
    half_width: float | None
    live: LiveResult | None = None
    ended_at: float | None = None


class JobListener(Protocol):
    """Is told by the thread that executes the queue, or watches who does; must not keep it waiting."""

    @property
    def is_listening(self) -> bool:
        """Whether there is anybody to tell; asked many times a second."""

    def tell(self, news: JobNews) -> None:
        """A simulation has come further."""


class NobodyListens:
    """Where progress is read from the database alone."""

    is_listening = False

    def tell(self, news: JobNews) -> None:
        """Nothing comes of it."""


def news_of(job: JobRecord) -> JobNews:
    """What the database says of an admitted simulation."""
    return JobNews(
        simulation_id=job.simulation_id,
        state=job.state,
        trials_done=job.trials_done,
        trials=job.trials,
        trials_per_second=job.trials_per_second,
        mean=job.mean,
        half_width=job.half_width,
    )


def progress_of(job: JobRecord | JobNews) -> SimulationProgress:
    """How far a simulation of the queue is."""
    phase = Phase.SIMULATING if job.trials_done else Phase.WAITING
    if job.state is JobState.ENDING:
        phase = Phase.STATISTICS
    rate = job.trials_per_second or 0.0
    return SimulationProgress(job.trials_done, job.trials, rate, job.mean, job.half_width, phase)


def onward(told: SimulationProgress | None, found: SimulationProgress) -> SimulationProgress:
    """What to tell next: of trials that are run again, as the engine died, nothing is to be seen.

    Of two that tell of the same trials, as news and the database do, the one that is further counts.
    """
    if told is None or found.trials_done > told.trials_done:
        return found
    phase = max(told.phase, found.phase, key=_PHASES.index)
    if found.trials_done == told.trials_done:
        return replace(found, phase=phase)
    return replace(told, phase=phase, trouble=found.trouble)
