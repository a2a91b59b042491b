"""A simulation that waits for the device or runs on it, as the database keeps it."""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from mcdesk.history.driver import Row


class JobState(Enum):
    """How far a job is; the value is its name in the database and in JSON."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is handed in.

    Attributes:
        request_json: all that is needed to run it, but for the workbook, which the library keeps.
        steps: instructions of a trial.
        memory_mb, compute_percent, seconds_limit: its allocation, should it get one.
        forecast_seconds: device seconds that measurements foretell, or None.
    """

    simulation_id: str
    user_id: int
    device: str
    request_json: str
    program_sha256: str
    steps: int
    tier: str
    memory_mb: int
    compute_percent: int
    seconds_limit: int
    forecast_seconds: float | None
    trials: int


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job of the queue; `turn` orders those that wait. Times are UTC as `utc_text` writes them.

    `place` is the turn that its account has given it, in exchange with another one of its own.
    """

    arrival: int
    simulation_id: str
    user_id: int
    state: JobState
    device: str
    program_sha256: str
    steps: int
    tier: str
    memory_mb: int
    compute_percent: int
    seconds_limit: int
    forecast_seconds: float | None
    trials: int
    submitted_at: str
    started_at: str | None
    is_cancelled: bool
    trials_done: int
    trials_per_second: float | None
    mean: float | None
    half_width: float | None
    device_seconds: float
    deaths: int
    committed_trials: int
    committed_file: str | None
    boot_id: str | None
    place: int | None = None

    @property
    def turn(self) -> int:
        """Its place among those that wait; no two have the same."""
        return self.arrival if self.place is None else self.place

    @property
    def left_seconds(self) -> float | None:
        """Device seconds until its end: by its own rate, else as foretold; None where neither is known."""
        if self.trials_per_second is not None and self.trials_per_second > 0.0:
            return (self.trials - self.trials_done) / self.trials_per_second
        if self.forecast_seconds is None:
            return None
        return max(self.forecast_seconds - self.device_seconds, 0.0)


_NAMES = tuple(field.name for field in fields(JobRecord))
_STATE, _IS_CANCELLED = _NAMES.index("state"), _NAMES.index("is_cancelled")

# The fields are named as the columns are.
COLUMNS = ", ".join(_NAMES)
# `JobRecord.left_seconds`, for a queue that is too long to be read whole.
LEFT_SECONDS = (
    "CASE WHEN trials_per_second > 0.0 THEN (trials - trials_done) / trials_per_second"
    " ELSE max(forecast_seconds - device_seconds, 0.0) END"
)


def job_of(row: Row) -> JobRecord:
    """The job in a row of COLUMNS; STRICT tables vouch for the types."""
    # by place: a queue of ten thousand is read a few times a second
    values: list[Any] = list(row)
    values[_STATE] = JobState(values[_STATE])
    values[_IS_CANCELLED] = bool(values[_IS_CANCELLED])
    return JobRecord(*values)


@dataclass(frozen=True, slots=True)
class WaitingLoad:
    """What waits for one account before some turn.

    Attributes:
        memory_mb: that of the first one.
        left_seconds: device seconds of each, in the order of turns; None where that is not known.
    """

    user_id: int
    memory_mb: int
    left_seconds: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a running job is; the mean is that of the first output."""

    simulation_id: str
    trials_done: int
    trials_per_second: float | None
    mean: float | None
    half_width: float | None
    device_seconds: float


@dataclass(frozen=True, slots=True)
class ChunkStamp:
    """One turn on the device: when it began (seconds since 1970), how long it took, which trials."""

    device: str
    simulation_id: str
    user_id: int
    began_at: float
    device_seconds: float
    first_trial: int
    trials: int
