"""What may go wrong around a command that is right: a full disk, a busy database, a fault of our own."""

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

from mcdesk.dispatch.engine_host import ThreadHost
from mcdesk.history.driver import choose_driver, connect
from mcdesk.history.opening import open_database
from mcdesk.history.sign_in_throttle import SignInThrottle

BUSY_MILLISECONDS = 20


def fault(name: str, home: Path) -> AbstractContextManager[object]:
    """While it lasts, the fault of this name happens; no name, no fault."""
    return _FAULTS[name](home) if name else contextlib.nullcontext()


def _full_disk(home: Path) -> AbstractContextManager[object]:
    error = OSError(errno.ENOSPC, "No space left on device")
    return mock.patch.dict("mcdesk.reports.trial_file._WRITERS", {".csv": mock.Mock(side_effect=error)})


def _lost_folder(home: Path) -> AbstractContextManager[object]:
    error = OSError(errno.ENOENT, "No such file or directory")
    return mock.patch.dict("mcdesk.reports.trial_file._WRITERS", {".csv": mock.Mock(side_effect=error)})


@contextlib.contextmanager
def _no_memory(home: Path) -> Iterator[None]:
    # in a process of its own the engine would not see the fault
    fails = mock.patch("mcdesk.engine.simulation.Simulation.run_chunk", side_effect=MemoryError)
    with mock.patch("mcdesk.services.ProcessHost", ThreadHost), fails:
        yield


def _no_pyarrow(home: Path) -> AbstractContextManager[object]:
    # None among the modules makes an import fail.
    return mock.patch.dict(sys.modules, {"pyarrow": None, "pyarrow.parquet": None})


def _no_cupy(home: Path) -> AbstractContextManager[object]:
    return mock.patch.dict(sys.modules, {"cupy": None})


def _own_fault(home: Path) -> AbstractContextManager[object]:
    return mock.patch("mcdesk.cli.health.health_report", side_effect=ZeroDivisionError("division by zero"))


def _no_threads(home: Path) -> AbstractContextManager[object]:
    return mock.patch.dict(os.environ, MCDESK_THREADS="0")


def _threads_in_words(home: Path) -> AbstractContextManager[object]:
    return mock.patch.dict(os.environ, MCDESK_THREADS="abc")


@contextlib.contextmanager
def _busy_database(home: Path) -> Iterator[None]:
    # The same library as the program's: locks of a process do not keep out another library in it.
    connection = connect(choose_driver(), home / "mcdesk.db", BUSY_MILLISECONDS / 1000.0)
    try:
        connection.execute("BEGIN IMMEDIATE")
        with mock.patch("mcdesk.history.opening.BUSY_MILLISECONDS", BUSY_MILLISECONDS):
            yield
    finally:
        connection.close()


def _locked_address(home: Path) -> AbstractContextManager[object]:
    """Many wrong passwords for this address, the last one just now."""
    with open_database(home / "mcdesk.db") as database:
        throttle = SignInThrottle(database)
        for _ in range(10):
            throttle.count_failure("eve@example.org")
    return contextlib.nullcontext()


_FAULTS: dict[str, Callable[[Path], AbstractContextManager[object]]] = {
    "full disk": _full_disk,
    "lost folder": _lost_folder,
    "no memory": _no_memory,
    "no pyarrow": _no_pyarrow,
    "no cupy": _no_cupy,
    "own fault": _own_fault,
    "no threads": _no_threads,
    "threads in words": _threads_in_words,
    "busy database": _busy_database,
    "locked address": _locked_address,
}
