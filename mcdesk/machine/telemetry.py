"""Readings of the computer once a second from a process of their own, which may die and is replaced."""

import atexit
import contextlib
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from enum import Enum
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import ModuleType

from mcdesk.foundation.child_signals import interrupts_held_back
from mcdesk.machine.devices import MachineReading
from mcdesk.machine.gpu_sleep import PCI_DEVICES
from mcdesk.machine.nvml import gpu_name, load_pynvml
from mcdesk.machine.telemetry_child import Stop, TelemetrySetup, sample

# An older reading is none any more, and a process that sends none for so long is stuck.
STALE_SECONDS = 3.0
# To load its modules: from a slow disk, looked at by a virus scanner.
MOST_STARTING_SECONDS = 20.0
# To open the driver, which takes seconds on servers where nothing else keeps it open; twice as long after
# each restart, since one that is only slow would never come to an end otherwise.
MOST_OPENING_SECONDS = 4.0
MOST_RESTARTS = 3
# A crash is followed by a little rest, a longer one each time; a driver that was reset needs it.
REST_SECONDS = 1.0
SLICE_SECONDS = 0.5
SECONDS_TO_END = 0.5
SECONDS_TO_STOP = 2.0

logger = logging.getLogger(__name__)


class TelemetryState(Enum):
    """How it goes: DEGRADED has no reading that is fresh, GIVEN_UP will have none until started again."""

    OFF = "off"
    STARTING = "starting"
    RUNNING = "running"
    DEGRADED = "degraded"
    GIVEN_UP = "given up"


class Telemetry:
    """What the computer does, from moment to moment; started and stopped in turn, asked by any thread.

    A process that crashed or hangs is replaced at most three times. While this runs, a GPU that is awake
    does not fall asleep, so stop it when nobody looks and nothing is computed.

    Args:
        data_folder: the folder whose disk is watched for free space.
        on_reading: told each reading, in a thread of this object; what it raises is logged.
        now: monotonic seconds, the clock of `MachineReading.at_seconds`.
        load_gpu_library: pynvml or what stands for it; a function of a module, called in the child.
        pci_folder: where Linux lists the devices on the bus.
    """

    def __init__(
        self,
        data_folder: Path,
        on_reading: Callable[[MachineReading], None] | None = None,
        now: Callable[[], float] = time.monotonic,
        load_gpu_library: Callable[[], ModuleType] = load_pynvml,
        pci_folder: Path = PCI_DEVICES,
    ) -> None:
        self._data_folder = data_folder
        self._on_reading = on_reading
        self._now = now
        self._load_gpu_library = load_gpu_library
        self._pci_folder = pci_folder
        self._known_gpus: tuple[str, ...] = ()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._child: _Child | None = None
        self._latest: MachineReading | None = None
        self._restart_count = 0
        self._has_given_up = False

    @property
    def state(self) -> TelemetryState:
        """How it goes now."""
        if self._thread is None:
            return TelemetryState.OFF
        if self._has_given_up:
            return TelemetryState.GIVEN_UP
        if self.latest() is not None:
            return TelemetryState.RUNNING
        is_first = self._latest is None and self._restart_count == 0
        return TelemetryState.STARTING if is_first else TelemetryState.DEGRADED

    @property
    def restart_count(self) -> int:
        """How many processes were replaced since it was started."""
        return self._restart_count

    @property
    def process_id(self) -> int | None:
        """The number of the process that reads, if there is one."""
        child = self._child
        return None if child is None else child.process.pid

    def latest(self) -> MachineReading | None:
        """The last reading, or None if it is older than three seconds."""
        reading = self._latest
        if reading is None or self._now() - reading.at_seconds > STALE_SECONDS:
            return None
        return reading

    def start(self) -> None:
        """Begin to read; returns at once, and does nothing while it runs. Begins again after it gave up."""
        if self._thread is not None and not self._has_given_up:
            return
        self._stopping = threading.Event()
        self._latest, self._restart_count, self._has_given_up = None, 0, False
        self._thread = threading.Thread(
            target=self._watch, args=(self._stopping,), name="mcdesk-telemetry", daemon=True
        )
        self._thread.start()
        # Python ends its child processes as it ends; without this, another one would be started then.
        atexit.register(self.stop)

    def stop(self) -> None:
        """End the process; there is no reading after this. Takes milliseconds, a second if it hangs."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        atexit.unregister(self.stop)
        self._stopping.set()
        if (child := self._child) is not None:
            child.ask_to_end()
        if thread is not threading.current_thread():
            thread.join(SECONDS_TO_STOP)
        self._latest = None

    def _watch(self, stopping: threading.Event) -> None:
        heard_at = self._follow_child(stopping, MOST_OPENING_SECONDS)
        for number in range(1, MOST_RESTARTS + 1):
            if stopping.wait(max(heard_at + number * REST_SECONDS - self._now(), 0.0)):
                return
            self._restart_count = number
            heard_at = self._follow_child(stopping, MOST_OPENING_SECONDS * 2**number)
        if not stopping.is_set():
            self._has_given_up = True
            logger.error("readings of the computer are given up after %d restarts", MOST_RESTARTS)

    def _follow_child(self, stopping: threading.Event, opening_seconds: float) -> float:
        """Take readings until a child is stuck, gone or not wanted any more; returns when it spoke last."""
        heard_at = self._now()
        try:
            self._child = child = _Child(self._setup())
        except OSError as error:
            logger.warning("no process to read the computer: %s", error)
            return heard_at
        silent_seconds, most_silent_seconds = 0.0, MOST_STARTING_SECONDS
        # Counted in slices, not by the clock, which goes on while the computer sleeps.
        while silent_seconds < most_silent_seconds and not stopping.is_set():
            try:
                if not child.connection.poll(SLICE_SECONDS):
                    silent_seconds += SLICE_SECONDS
                    continue
                message = child.connection.recv()
            except (EOFError, OSError):
                break
            heard_at, silent_seconds, most_silent_seconds = self._now(), 0.0, opening_seconds
            if isinstance(message, MachineReading) and not stopping.is_set():
                most_silent_seconds = STALE_SECONDS
                self._take(message)
        child.end()
        self._child = None
        if not stopping.is_set():
            logger.warning(
                "process %s that reads the computer has ended with %s after %.1f s of silence",
                child.process.pid,
                child.process.exitcode,
                self._now() - heard_at,
            )
        return heard_at

    def _setup(self) -> TelemetrySetup:
        return TelemetrySetup(
            data_folder=self._data_folder,
            process_id=os.getpid(),
            known_gpus=self._known_gpus,
            load_gpu_library=self._load_gpu_library,
            pci_folder=self._pci_folder,
        )

    def _take(self, reading: MachineReading) -> None:
        self._latest = reading
        if len(reading.gpus) >= len(self._known_gpus) and not any(gpu.is_asleep for gpu in reading.gpus):
            self._known_gpus = tuple(gpu_name(gpu.uuid, gpu.ordinal) for gpu in reading.gpus)
        if self._on_reading is None:
            return
        try:
            self._on_reading(reading)
        except Exception:
            # a fault of the listener's, which must not end the readings of others
            logger.exception("a reading of the computer was not taken")


class _Child:
    """A process that reads; whatever happens to it, `end` leaves none behind."""

    def __init__(self, setup: TelemetrySetup) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=sample, args=(theirs, setup), name="mcdesk-telemetry", daemon=True
        )
        # guards the sending end of the pipe
        self._lock = threading.Lock()
        try:
            with interrupts_held_back():
                self.process.start()
        except OSError:
            self.connection.close()
            raise
        finally:
            theirs.close()

    def ask_to_end(self) -> None:
        """Have it leave at once; that wakes the thread which reads from it, too."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.connection.send(Stop())

    def end(self) -> None:
        """End it by force: it holds nothing that it would have to put away."""
        self.process.kill()
        self.process.join(SECONDS_TO_END)
        with self._lock:
            self.connection.close()
