"""What goes into a run and what comes out of it; frozen, made in one place each."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine.simulation_types import SimulationPlan, TrialValues
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.metrics import Metrics
from mcdesk.history.run_record import RunStatus
from mcdesk.scheduling.tiers import DEFAULT_TIERS, TierTable

if TYPE_CHECKING:
    # who asks for a run or shows one does not load what makes it happen: the compiler, the database
    from mcdesk.dispatch.device_lock import DeviceLock
    from mcdesk.dispatch.job_estimate import JobEstimate
    from mcdesk.history.account_store import Account, AccountStore
    from mcdesk.history.audit_store import AuditStore
    from mcdesk.history.file_store import FileStore
    from mcdesk.history.lease_store import LeaseStore
    from mcdesk.history.queue_store import QueueStore
    from mcdesk.history.rate_store import RateStore
    from mcdesk.history.run_store import RunStore
    from mcdesk.history.sample_store import SampleStore


@dataclass(frozen=True, slots=True)
class HistoryStores:
    """The stores that a run is kept in, all over one database."""

    accounts: "AccountStore"
    runs: "RunStore"
    files: "FileStore"
    samples: "SampleStore"
    queue: "QueueStore"
    rates: "RateStore"
    leases: "LeaseStore"
    audit: "AuditStore"


@dataclass(frozen=True, slots=True)
class RunQueue:
    """Where runs are handed in.

    Attributes:
        device: what the queue computes on.
        wake: lets this process look at once, should it execute the queue.
        raise_if_broken: raises what keeps this process from executing the queue.
        trouble: what keeps this process from writing it down for now.
    """

    device: str
    running_folder: Path
    wake: Callable[[], None]
    raise_if_broken: Callable[[], None] = lambda: None
    trouble: Callable[[], str | None] = lambda: None


def local_now() -> datetime:
    """The wall clock as NOW() shows it: local time."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run uses of the world.

    `history` is None where it cannot be opened, for `history_failure`. Without a `queue` runs are computed
    in the calling thread, each chunk under the device's lock; with one, `on_handed_in` is told the name of
    the simulation there.
    """

    history: HistoryStores | None
    queue: RunQueue | None = None
    tiers: TierTable = field(default_factory=lambda: DEFAULT_TIERS)
    history_failure: McdeskError | None = None
    device_name: Callable[[], str | None] = lambda: None
    gpu_name: Callable[[], str | None] = lambda: None
    free_memory_bytes: Callable[[], int | None] = lambda: None
    open_device_lock: "Callable[[], DeviceLock | None]" = lambda: None
    now: Callable[[], datetime] = local_now
    clock: Callable[[], float] = time.perf_counter
    on_handed_in: Callable[[str], None] = lambda _: None
    metrics: Metrics = field(default_factory=Metrics)
    caches: Caches = field(default_factory=Caches)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to simulate, how, and for whom.

    Attributes:
        account: who is charged; None is the local account.
        keeps_inputs: whether the report needs all trials, those of the inputs too.
    """

    model: Path
    setup: SetupFile
    plan: SimulationPlan
    backend: str = "auto"
    account: "Account | None" = None
    uses_cache: bool = True
    keeps_inputs: bool = False


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The workbook of a run, and how much of it was compiled; counts are of formula cells."""

    name: str
    sha256: str
    formula_cells: int
    compiled_cells: int
    slow_cells: int


@dataclass(frozen=True, slots=True)
class RunTiming:
    """Seconds of each phase; `cpu_seconds` are of all threads while simulating."""

    load_seconds: float
    compile_seconds: float
    simulate_seconds: float
    total_seconds: float
    cpu_seconds: float

    def trials_per_second(self, trials_done: int) -> float | None:
        """The rate while simulating; None if nothing was simulated."""
        return trials_done / self.simulate_seconds if trials_done and self.simulate_seconds > 0 else None


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that is said about a run.

    Attributes:
        plan: `plan.trials` is what was asked for, `trials_done` what was simulated.
        warnings: those of this process; those of the statistics are among the statistics.
        input_trials, output_trials: one array per quantity; empty where they are not in memory.
    """

    simulation_id: str
    model: ModelFacts
    backend: str
    device: str | None
    plan: SimulationPlan
    trials_done: int
    status: RunStatus
    is_cached: bool
    estimate: "JobEstimate"
    timing: RunTiming
    statistics: RunStatistics
    stopped_by: str | None = None
    warnings: tuple[str, ...] = ()
    input_trials: tuple[TrialValues, ...] = field(default=(), repr=False)
    output_trials: tuple[TrialValues, ...] = field(default=(), repr=False)
