"""What goes into a run and what comes out of it; frozen, made in one place each."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from mcdesk.engine.simulation_types import InputStatistics, OutputStatistics, SimulationPlan, TrialValues
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.account_store import AccountStore
from mcdesk.history.file_store import FileStore
from mcdesk.history.run_record import RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.scheduling.estimates import Allocation


@dataclass(frozen=True, slots=True)
class HistoryStores:
    """The stores that a run is kept in, all over one database."""

    accounts: AccountStore
    runs: RunStore
    files: FileStore
    samples: SampleStore


def local_now() -> datetime:
    """The wall clock as NOW() shows it: local time."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run uses of the world; `history` is None where it cannot be opened, for `history_failure`."""

    history: HistoryStores | None
    history_failure: McdeskError | None = None
    device_name: Callable[[], str | None] = lambda: None
    gpu_name: Callable[[], str | None] = lambda: None
    free_memory_bytes: Callable[[], int | None] = lambda: None
    now: Callable[[], datetime] = local_now
    clock: Callable[[], float] = time.perf_counter


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to simulate, how, and for whom.

    Attributes:
        account: e-mail address; None is the local account.
        keeps_inputs: whether the report needs all trials, those of the inputs too.
    """

    model: Path
    setup: SetupFile
    plan: SimulationPlan
    backend: str = "auto"
    account: str | None = None
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
class ReachedCorrelation:
    """A rank correlation of two inputs as it was asked for, and as the trials have it."""

    cells: tuple[str, str]
    rank: float
    reached: float | None


@dataclass(frozen=True, slots=True)
class RunStatistics:
    """The statistics of a run, and the warnings that belong to them.

    `is_whole` unless the run was asked to stop meanwhile, so that something was left out.
    """

    inputs: tuple[InputStatistics, ...] = ()
    outputs: tuple[OutputStatistics, ...] = ()
    warnings: tuple[str, ...] = ()
    correlations: tuple[ReachedCorrelation, ...] = ()
    is_whole: bool = True


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
    allocation: Allocation
    timing: RunTiming
    statistics: RunStatistics
    stopped_by: str | None = None
    warnings: tuple[str, ...] = ()
    input_trials: tuple[TrialValues, ...] = field(default=(), repr=False)
    output_trials: tuple[TrialValues, ...] = field(default=(), repr=False)
