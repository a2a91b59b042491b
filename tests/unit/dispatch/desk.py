"""A data folder whose queue is executed in this process, and what it is asked to run."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.dispatch.engine_host import EngineHost, ThreadHost
from mcdesk.dispatch.engine_messages import Answer, EngineFolders, Request
from mcdesk.dispatch.job_news import JobListener, NobodyListens
from mcdesk.dispatch.queue_executor import QueueExecutor
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunQueue, RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan, SimulationProgress
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.settings import Settings
from mcdesk.history.opening import open_database
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.scheduling.tiers import tier_table
from mcdesk.services import Services, open_services
from tests.builders_xlsx import write_xlsx

SETUP = SetupFile(inputs=(input_text("S!A1=normal(10, 1)"),), outputs=(output_text("S!A2"),))
MANY = 10**9


@dataclass(frozen=True)
class Desk:
    """A data folder whose queue this process may execute."""

    services: Services
    settings: Settings = field(default_factory=Settings)
    capacity: QueueCapacity = field(default_factory=lambda: QueueCapacity(8_000))
    listener: JobListener = field(default_factory=NobodyListens)

    @contextmanager
    def executing(self, wrap: Callable[[EngineHost], EngineHost] = lambda host: host) -> Iterator[RunQueue]:
        folders = self.services.folders
        places = EngineFolders(folders.model_files, folders.samples, folders.running)
        with ThreadPoolExecutor(8) as threads:
            setup = DispatchSetup(
                device="cpu",
                open_database=lambda: open_database(folders.database),
                start_host=lambda: wrap(ThreadHost(places)),
                executor=threads,
                running_folder=folders.running,
                samples_folder=folders.samples,
                settings=self.settings,
                capacity=self.capacity,
                boot_id="boot",
                locks_folder=folders.data / "locks",
                listener=self.listener,
                metrics=self.services.metrics,
            )
            executor = QueueExecutor(setup)
            executor.start()
            try:
                yield RunQueue("cpu", folders.running, executor.wake)
            finally:
                executor.stop()

    def run(
        self,
        request: RunRequest,
        queue: RunQueue,
        cancel: CancelToken | None = None,
        on_progress: Callable[[SimulationProgress], None] = lambda progress: None,
    ) -> RunReport:
        context = replace(self.services.run_context, queue=queue, tiers=tier_table(self.settings))
        return run_simulation(request, context, on_progress, cancel or CancelToken())


class Disturbed:
    """An engine with something that comes in between."""

    def __init__(self, host: EngineHost) -> None:
        self.host = host
        self.is_alive = True

    def ask(self, request: Request) -> Answer:
        return self.host.ask(request)

    def cancel(self, simulation_id: str) -> None:
        self.host.cancel(simulation_id)

    def look(self) -> None:
        return

    def close(self) -> None:
        self.is_alive = False


def request(folder: Path, trials: int = 20_000, seed: int = 1) -> RunRequest:
    model = folder / "model.xlsx"
    # once: another run of the test may be reading it
    if not model.exists():
        write_xlsx(model, {"S": {"A1": 10.0, "A2": ("=1/(A1-A1+IF(A1<8,0,A1))", 0.1)}})
    return RunRequest(model, SETUP, SimulationPlan(trials, seed))


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again and again, and fail where it takes too long."""
    ends_at = time.monotonic() + 30.0
    while not is_so():
        assert time.monotonic() < ends_at, "waited for too long"
        time.sleep(0.01)


def run_quietly(services: Services, asked: RunRequest, cancel: CancelToken) -> None:
    """Follow a run that others execute, to its end or until it is cancelled."""
    with open_services(services.folders) as own:
        queue = RunQueue("cpu", own.folders.running, lambda: None)
        try:
            Desk(own).run(asked, queue, cancel)
        except Cancelled:
            return
