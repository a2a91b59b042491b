"""Composition root without Qt: opens the folders, the history and the instruments, and hands them out.

The command line, tests and benchmarks begin here; nothing below it looks for anything itself.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.device_lock import DeviceLock
from mcdesk.dispatch.dispatch_types import DispatchSetup, ThreadExecutor
from mcdesk.dispatch.engine_host import ProcessHost
from mcdesk.dispatch.engine_messages import EngineFolders
from mcdesk.dispatch.job_news import JobListener, NobodyListens
from mcdesk.dispatch.queue_executor import QueueExecutor
from mcdesk.dispatch.queue_view import QueuePlace
from mcdesk.dispatch.run_types import HistoryStores, RunContext, RunQueue
from mcdesk.foundation.errors import McdeskError, StoreError
from mcdesk.foundation.logs import start_logging
from mcdesk.foundation.metrics import Metrics
from mcdesk.foundation.paths import Folders, user_folders
from mcdesk.foundation.settings import DEFAULT_RESPONSE_SECONDS, Settings, read_settings
from mcdesk.foundation.vault import is_encrypted
from mcdesk.history.account_store import AccountStore
from mcdesk.history.audit_store import AuditStore
from mcdesk.history.database import Database
from mcdesk.history.file_store import FileStore
from mcdesk.history.lease_store import LeaseStore
from mcdesk.history.opening import open_database
from mcdesk.history.people import People, people_of
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.rate_store import RateStore
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.machine.devices import Device, Inventory, MachineReading
from mcdesk.machine.probe import (
    Probe,
    awake_gpus,
    boot_id,
    cpu_name,
    process_start,
    usable_core_count,
    virtual_memory_bytes,
)
from mcdesk.machine.telemetry import Telemetry
from mcdesk.monitor.copy_keeper import CopyKeeper
from mcdesk.monitor.dashboard import Surroundings
from mcdesk.monitor.monitoring import AlertsTold, Monitoring
from mcdesk.monitor.status.status_setup import StatusSetup, status_port
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.scheduling.tiers import tier_table, tiers_within

# Of the computer's memory, for all simulations together.
USABLE_MEMORY_SHARE = 0.8
UNKNOWN_MEMORY_MB = 4_096
MOST_RUNNERS = 256
CPU_DEVICE = "cpu"
FIRST_GPU = "cuda:0"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What the skins use; `database` and the history are None where the file cannot be opened."""

    folders: Folders
    database: Database | None
    run_context: RunContext
    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def history(self) -> HistoryStores:
        """The stores.

        Raises:
            StoreError: or what else kept the history from being opened.
        """
        if self.run_context.history is None:
            raise self.run_context.history_failure or StoreError("The history cannot be read")
        return self.run_context.history

    @property
    def open_history(self) -> Database:
        """The database.

        Raises:
            StoreError: or what else kept the history from being opened.
        """
        if self.database is None:
            raise self.run_context.history_failure or StoreError("The history cannot be read")
        return self.database

    @property
    def people(self) -> People:
        """The accounts, who may use them, and the audit log.

        Raises:
            StoreError: or what else kept the history from being opened.
        """
        return people_of(self.open_history, self.folders)


@contextmanager
def open_queue(
    services: Services, runners: ThreadExecutor | None = None, listener: JobListener | None = None
) -> Iterator[RunContext]:
    """The context of runs that go through the queue, which this process executes where nobody else does.

    Runs are computed without a queue where there is no history to keep it in. At the end the queue is
    handed over.

    Args:
        runners: gives each admitted simulation a thread, up to MOST_RUNNERS; by default there is one here.
        listener: is told how far simulations are, beside the database.
    """
    if services.database is None:
        yield services.run_context
        return
    failures: list[Exception] = []

    def raise_if_broken() -> None:
        if failures:
            raise StoreError("The queue cannot be executed", str(failures[0])) from failures[0]

    with nullcontext(runners) if runners else ThreadPoolExecutor(MOST_RUNNERS, "mcdesk-runner") as threads:
        setup = replace(_dispatch_setup(services, threads), listener=listener or NobodyListens())
        executor = QueueExecutor(setup, failures.append)
        executor.start()
        folder, trouble = services.folders.running, executor.trouble
        queue = RunQueue(setup.device, folder, executor.wake, raise_if_broken, trouble)
        try:
            yield replace(services.run_context, queue=queue)
        finally:
            executor.stop()


@contextmanager
def open_monitoring(
    services: Services,
    on_alerts: AlertsTold = lambda _: None,
    on_trouble: Callable[[McdeskError], None] = lambda _: None,
) -> Iterator[Monitoring]:
    """What is measured in this process is written down, until the end; without a history it is not.

    The history is copied once a day.

    Where the settings want the status service, this process serves, unless another one of the folder does.

    Args:
        on_alerts: told the alerts that stand when they change, in a thread of the monitoring.
        on_trouble: told why the status service does not answer, in a thread of that.
    """
    folders, metrics = services.folders, services.metrics
    monitoring = Monitoring(
        metrics,
        lambda: open_database(folders.database, metrics=metrics),
        queue_device(),
        folders.data,
        lambda told: Telemetry(folders.data, told),
        on_alerts,
    )
    copies = CopyKeeper(folders.database)
    if services.database is not None:
        monitoring.start()
        copies.start()
    try:
        with _status_service(services, on_trouble):
            yield monitoring
    finally:
        copies.stop()
        monitoring.stop()


@contextmanager
def _status_service(services: Services, on_trouble: Callable[[McdeskError], None]) -> Iterator[None]:
    if services.database is None or not services.settings.serves_status:
        yield
        return
    # what it stands on is loaded only where it is on
    from mcdesk.monitor.status_service import StatusService

    folders, metrics = services.folders, services.metrics
    service = StatusService(
        StatusSetup(
            port=status_port(services.settings),
            folder=folders.data,
            open_database=lambda: open_database(folders.database, metrics=metrics),
            inventory=lambda: read_machine(folders)[0],
            surroundings=lambda: surroundings(services),
            on_trouble=on_trouble,
        )
    )
    service.start()
    try:
        yield
    finally:
        service.stop()


@contextmanager
def open_services(
    folders: Folders | None = None, metrics: Metrics | None = None, caches: Caches | None = None
) -> Iterator[Services]:
    """Everything ready for use in the calling thread, closed at the end; a failing history is noted.

    Args:
        folders: by default this person's.
        metrics: are told what happens.
        caches: of this process, where several services are opened in it.
    """
    chosen = folders or user_folders()
    start_logging(None if is_encrypted(chosen.data) else chosen.logs)
    settings = read_settings(chosen.data)
    metrics = metrics or Metrics()
    database, failure = _database(chosen, metrics)
    try:
        # what would never be admitted is refused before it waits
        tiers = tiers_within(tier_table(settings), queue_capacity(settings).memory_mb)
        context = replace(
            _run_context(chosen, database, failure),
            tiers=tiers,
            metrics=metrics,
            caches=caches or Caches(metrics),
        )
        yield Services(chosen, database, context, settings, metrics)
    finally:
        if database is not None:
            database.close()


def read_machine(folders: Folders, sees_gpus: bool = True) -> tuple[Inventory, MachineReading]:
    """The devices of this computer and how busy they are now."""
    probe = Probe(folders.data) if sees_gpus else Probe(folders.data, open_gpus=lambda _known: None)
    try:
        return probe.inventory(), probe.read()
    finally:
        probe.close()


def surroundings(services: Services) -> Surroundings:
    """What figures need to know of this computer and its settings; opens no GPU where none computes."""
    settings, device = services.settings, queue_device()
    gpus = () if device == CPU_DEVICE else _gpus()
    return Surroundings(
        device=device,
        core_count=usable_core_count(),
        gpu_count=len(gpus),
        gpu_bytes=gpus[0].memory_bytes if gpus else None,
        prices=settings.prices,
        response_seconds=settings.monitor.get("response_seconds", DEFAULT_RESPONSE_SECONDS),
        code_folder=services.folders.cache,
    )


@cache
def _gpus() -> tuple[Device, ...]:
    return awake_gpus()


def folders_under(home: Path) -> Folders:
    """All folders of mcdesk below one, as $MCDESK_HOME places them."""
    return Folders(data=home, cache=home / "cache", logs=home / "logs")


def _database(folders: Folders, metrics: Metrics) -> tuple[Database | None, McdeskError | None]:
    try:
        database = open_database(folders.database, metrics=metrics)
    except McdeskError as error:
        logger.warning("no history: %s", error)
        return None, error
    try:
        RunStore(database).mark_orphans_interrupted(process_start)
    except McdeskError as error:
        # A locked database may be free again when the run has ended.
        logger.warning("orphans not looked for: %s", error)
    return database, None


def _run_context(folders: Folders, database: Database | None, failure: McdeskError | None) -> RunContext:
    return RunContext(
        history=None if database is None else _stores(folders, database),
        history_failure=failure,
        device_name=cpu_name,
        gpu_name=_gpu_name,
        free_memory_bytes=lambda: _free_memory_bytes(folders),
        open_device_lock=lambda: DeviceLock(queue_device()),
    )


def _stores(folders: Folders, database: Database) -> HistoryStores:
    return HistoryStores(
        accounts=AccountStore(database),
        runs=RunStore(database),
        files=FileStore(database, folders.model_files),
        samples=SampleStore(database, folders.samples),
        queue=QueueStore(database),
        rates=RateStore(database),
        leases=LeaseStore(database),
        audit=AuditStore(database),
    )


def _dispatch_setup(services: Services, runners: ThreadExecutor) -> DispatchSetup:
    folders, capacity = services.folders, queue_capacity(services.settings)
    engine_folders = EngineFolders(folders.model_files, folders.samples, folders.running)
    return DispatchSetup(
        device=queue_device(),
        open_database=lambda: open_database(folders.database, metrics=services.metrics),
        start_host=lambda: ProcessHost(engine_folders),
        executor=runners,
        running_folder=folders.running,
        samples_folder=folders.samples,
        settings=services.settings,
        capacity=capacity,
        boot_id=boot_id(),
        metrics=services.metrics,
    )


def queue_capacity(settings: Settings) -> QueueCapacity:
    """How much runs at once: what the settings say, else most of the computer's memory."""
    numbers, default = settings.scheduling, QueueCapacity(0)
    total = virtual_memory_bytes()
    usable_mb = 0 if total is None else int(total * USABLE_MEMORY_SHARE / 1e6)
    return QueueCapacity(
        memory_mb=int(numbers.get("memory_mb", usable_mb or UNKNOWN_MEMORY_MB)),
        jobs=int(numbers.get("simulations_at_once", default.jobs)),
        jobs_per_account=int(numbers.get("simulations_of_one_account", default.jobs_per_account)),
    )


def queue_place(settings: Settings) -> QueuePlace:
    """Where to look at the queue of this computer."""
    return QueuePlace(queue_device(), settings, queue_capacity(settings))


def queue_device() -> str:
    """What the queue computes on: the first GPU that can be used, else the processor."""
    # its package has all back ends, which a list of the history does without
    from mcdesk.engine.backends.cuda_driver import cuda_obstacles

    return CPU_DEVICE if next(cuda_obstacles(), None) is not None else FIRST_GPU


def _gpu_name() -> str | None:
    gpus = _gpus()
    return gpus[0].name if gpus else None


def _free_memory_bytes(folders: Folders) -> int | None:
    reading = read_machine(folders, sees_gpus=False)[1]
    if reading.memory_total_bytes is None or reading.memory_used_bytes is None:
        return None
    return reading.memory_total_bytes - reading.memory_used_bytes
