"""What the history keeps of a simulation, as frozen values."""

import json
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from mcdesk.history.driver import Row

LEAST_RATING, MOST_RATING = 1, 10


class RunStatus(Enum):
    """How far a simulation is; the value is its name in the database and in JSON."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (RunStatus.PENDING, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One simulation of the history, all but its result.

    `trials` is what was asked for and `trials_done` what was simulated. `cache_key` names everything
    that determines the result. Times are UTC as `utc_text` writes them; `seconds` is how long it took.
    `setup_json` is the set-up as JSON. `process_id` is the process that runs it.
    `simulate_seconds` is how long trials were simulated, `processor_seconds` what all threads spent on that,
    `device_seconds` what was charged for it.
    """

    simulation_id: str
    user_id: int
    status: RunStatus
    trials: int
    seed: int
    sampling: str
    backend: str
    cache_key: str
    model_name: str
    model_sha256: str
    setup_json: str
    created_at: str
    file_id: int | None = None
    process_id: int | None = None
    trials_done: int = 0
    finished_at: str | None = None
    seconds: float | None = None
    stopped_by: str | None = None
    error: str | None = None
    simulate_seconds: float | None = None
    processor_seconds: float | None = None
    device_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a simulation ended; `status` is a final one."""

    status: RunStatus
    trials_done: int
    seconds: float
    backend: str
    result_json: str | None = None
    stopped_by: str | None = None
    error: str | None = None


_NAMES = tuple(field.name for field in fields(RunRecord))

# The fields are named as the columns are, and come in the order of `record_of` and `values_of`.
COLUMNS = ", ".join(_NAMES)


def record_of(row: Row) -> RunRecord:
    """The record in a row of COLUMNS; STRICT tables vouch for the types."""
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    values["status"] = RunStatus(values["status"])
    values["seed"] = int(values["seed"])
    return RunRecord(**values)


def values_of(record: RunRecord) -> Row:
    """The row of COLUMNS for a record; the seed is text, as 64 bits without sign do not fit INTEGER."""
    values = {name: getattr(record, name) for name in _NAMES}
    return tuple((values | {"status": record.status.value, "seed": str(record.seed)}).values())


def export_text(record: RunRecord, account: str, result_json: str | None) -> str:
    """A simulation as one JSON object: its record, set-up and result."""
    exported = {
        "simulation_id": record.simulation_id,
        "account": account,
        "status": record.status.value,
        "model": {"name": record.model_name, "sha256": record.model_sha256},
        "trials": record.trials,
        "trials_done": record.trials_done,
        "seed": record.seed,
        "sampling": record.sampling,
        "backend": record.backend,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "seconds": record.seconds,
        "stopped_by": record.stopped_by,
        "error": record.error,
        "setup": json.loads(record.setup_json),
        "result": None if result_json is None else json.loads(result_json),
    }
    return json.dumps(exported, ensure_ascii=False, indent=2)
