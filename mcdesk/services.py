"""Composition root without Qt: opens the folders, the history and the instruments, and hands them out.

The command line, tests and benchmarks begin here; nothing below it looks for anything itself.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcdesk.dispatch.run_types import HistoryStores, RunContext
from mcdesk.foundation.errors import McdeskError, StoreError
from mcdesk.foundation.logs import start_logging
from mcdesk.foundation.paths import Folders, user_folders
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.file_store import FileStore
from mcdesk.history.opening import open_database
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.machine.devices import Inventory, MachineReading
from mcdesk.machine.probe import Probe, cpu_name, process_start

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What the skins use; `database` and the history are None where the file cannot be opened."""

    folders: Folders
    database: Database | None
    run_context: RunContext

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


@contextmanager
def open_services(folders: Folders | None = None) -> Iterator[Services]:
    """Everything ready for use in the calling thread, closed at the end; a failing history is noted."""
    chosen = folders or user_folders()
    start_logging(chosen.logs)
    database, failure = _database(chosen)
    try:
        yield Services(chosen, database, _run_context(chosen, database, failure))
    finally:
        if database is not None:
            database.close()


def read_machine(folders: Folders, sees_gpus: bool = True) -> tuple[Inventory, MachineReading]:
    """The devices of this computer and how busy they are now."""
    probe = Probe(folders.data) if sees_gpus else Probe(folders.data, open_gpus=lambda: None)
    try:
        return probe.inventory(), probe.read()
    finally:
        probe.close()


def folders_under(home: Path) -> Folders:
    """All folders of mcdesk below one, as $MCDESK_HOME places them."""
    return Folders(data=home, cache=home / "cache", logs=home / "logs")


def _database(folders: Folders) -> tuple[Database | None, McdeskError | None]:
    try:
        database = open_database(folders.database)
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
        gpu_name=lambda: _gpu_name(folders),
        free_memory_bytes=lambda: _free_memory_bytes(folders),
    )


def _stores(folders: Folders, database: Database) -> HistoryStores:
    return HistoryStores(
        accounts=AccountStore(database),
        runs=RunStore(database),
        files=FileStore(database, folders.model_files),
        samples=SampleStore(database, folders.samples),
    )


def _gpu_name(folders: Folders) -> str | None:
    gpus = read_machine(folders)[0].gpus
    return gpus[0].name if gpus else None


def _free_memory_bytes(folders: Folders) -> int | None:
    reading = read_machine(folders, sees_gpus=False)[1]
    if reading.memory_total_bytes is None or reading.memory_used_bytes is None:
        return None
    return reading.memory_total_bytes - reading.memory_used_bytes
