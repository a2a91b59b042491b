"""What the dispatcher and the engine say to each other; each fits a pipe, programs do not go through."""

from dataclasses import dataclass
from pathlib import Path

from mcdesk.dispatch.live_results import LiveResult
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.metrics import MetricPoint
from mcdesk.history.sample_store import StoredSamples


@dataclass(frozen=True, slots=True)
class EngineJob:
    """A simulation to open.

    Attributes:
        request_text: see `job_request`.
        memory_bytes: what the arrays of a chunk and the kept trials may take together.
        committed_file: state to go on from, in the job's folder; None begins at the first trial.
    """

    simulation_id: str
    request_text: str
    memory_bytes: int
    committed_file: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """The simulation is ready for its next chunk; it has so many trials already.

    `counted` is what the engine has counted since its last answer, for any simulation; as in ChunkDone and
    Ended.
    """

    trials_done: int
    is_done: bool
    backend: str
    counted: tuple[MetricPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """A chunk was run, or dropped because it was cancelled.

    Attributes:
        began_at: monotonic seconds of this computer.
        device_seconds: how long it held the device.
        processor_seconds: of all threads meanwhile.
        is_glance_due: whether somebody watches, and it is time to say what was found so far.
        is_at_full_speed: whether everything was compiled when it began.
    """

    first_trial: int
    progress: SimulationProgress | None
    is_done: bool
    began_at: float
    device_seconds: float
    processor_seconds: float
    backend: str
    is_glance_due: bool = False
    is_at_full_speed: bool = True
    counted: tuple[MetricPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """The state is in this file of the job's folder."""

    trials: int
    file: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The statistics as `statistics_text` writes them, and where the trials were put."""

    trials_done: int
    statistics_text: str
    stopped_by: str | None
    arrays: tuple[StoredSamples, ...]
    warnings: tuple[str, ...]
    counted: tuple[MetricPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Prepare a simulation: answered by Opened."""

    job: EngineJob


@dataclass(frozen=True, slots=True)
class RunChunk:
    """Run the next chunk of about so many seconds: answered by ChunkDone."""

    simulation_id: str


@dataclass(frozen=True, slots=True)
class Glance:
    """Say what was found so far to who watches: answered by LiveResult, or None where nobody does."""

    simulation_id: str


@dataclass(frozen=True, slots=True)
class Commit:
    """Write down the state: answered by Committed."""

    simulation_id: str


@dataclass(frozen=True, slots=True)
class End:
    """Make statistics of the trials that were run, quickly or thoroughly: answered by Ended."""

    simulation_id: str
    is_quick: bool


@dataclass(frozen=True, slots=True)
class Close:
    """Forget a simulation: answered by None."""

    simulation_id: str


Request = Open | RunChunk | Glance | Commit | End | Close
Answer = Opened | ChunkDone | LiveResult | Committed | Ended | None


@dataclass(frozen=True, slots=True)
class EngineFolders:
    """Folders that the engine reads and writes."""

    model_files: Path
    samples: Path
    running: Path
