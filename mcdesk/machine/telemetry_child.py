"""The process that reads the computer once a second: a driver that hangs or crashes takes only it along."""

import contextlib
import functools
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

import psutil

from mcdesk.machine.nvml import open_nvml
from mcdesk.machine.probe import Probe

SECONDS_BETWEEN = 1.0
# Below what draws and computes, above what runs only on an idle computer.
NICENESS = 10


@dataclass(frozen=True, slots=True)
class TelemetrySetup:
    """What is read: the arguments of `Probe`; `load_gpu_library` is a function of a module, sent by name."""

    data_folder: Path
    process_id: int
    known_gpus: tuple[str, ...]
    load_gpu_library: Callable[[], ModuleType]
    pci_folder: Path


@dataclass(frozen=True, slots=True)
class HasBegun:
    """All is loaded; the first reading is next, and opens the driver."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The process is to end at once, whatever it waits for."""


def sample(connection: Connection, setup: TelemetrySetup) -> None:
    """Send a `MachineReading` each second until the other end closes."""
    # Ctrl+C in a terminal goes to all its processes; this one ends with the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger("mcdesk").addHandler(logging.NullHandler())
    threading.Thread(target=_leave_with_the_pipe, args=(connection,), daemon=True).start()
    step_back()
    crash_in_silence()
    probe = Probe(
        setup.data_folder,
        open_gpus=functools.partial(open_nvml, load_library=setup.load_gpu_library),
        known_gpus=setup.known_gpus,
        process_id=setup.process_id,
        pci_folder=setup.pci_folder,
    )
    # what cannot be sent is for nobody
    with contextlib.suppress(OSError):
        connection.send(HasBegun())
        while True:
            began = time.monotonic()
            connection.send(probe.read())
            time.sleep(max(began + SECONDS_BETWEEN - time.monotonic(), 0.0))
    os._exit(0)


def step_back() -> None:
    """Give this process a lower priority, where it may have one."""
    with contextlib.suppress(OSError, psutil.Error):
        lower = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICENESS
        psutil.Process().nice(lower)


def crash_in_silence() -> None:
    """Have a crash of this process leave no file behind and open no window."""
    if sys.platform == "win32":
        import ctypes

        fails_critically, shows_fault_box = 0x0001, 0x0002
        ctypes.windll.kernel32.SetErrorMode(fails_critically | shows_fault_box)
    else:
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave_with_the_pipe(connection: Connection) -> None:
    # In a thread of its own: the other one may hang in the driver when the parent is gone.
    with contextlib.suppress(EOFError, OSError):
        while not isinstance(connection.recv(), Stop):
            pass
    os._exit(0)
