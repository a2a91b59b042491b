"""Where the engine runs: in a process of its own, which may die and is replaced, or in this one."""

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Protocol

from mcdesk.dispatch.engine_child import Answered, Asked, CancelWork, Ping, Stop, serve
from mcdesk.dispatch.engine_messages import Answer, EngineFolders, Request, RunChunk
from mcdesk.foundation.child_signals import interrupts_held_back
from mcdesk.foundation.errors import EngineDied

# A process that answers nothing for so long is stuck.
MOST_SILENT_SECONDS = 10.0
# Chunks take tenths of a second, and minutes at most where a trial takes seconds; one that takes longer
# hangs, in a driver for example, while the rest of its process answers.
MOST_CHUNK_SECONDS = 900.0
# One that still loads its modules does not listen yet; what it has written is whole whenever it is ended.
SECONDS_TO_END = 0.5

logger = logging.getLogger(__name__)


class EngineHost(Protocol):
    """Asks an engine, from any thread."""

    @property
    def is_alive(self) -> bool:
        """Whether it can still answer."""

    def ask(self, request: Request) -> Answer:
        """The answer, waited for.

        Raises:
            EngineDied: if the engine ended meanwhile.
            McdeskError: what the engine raised.
        """

    def cancel(self, simulation_id: str) -> None:
        """Ask what runs for a simulation to end soon."""

    def look(self) -> None:
        """End an engine that has been silent for too long; called now and then."""

    def close(self) -> None:
        """End the engine and all that it holds."""


class ThreadHost:
    """The engine in this process: for tests, and where no process can be started."""

    def __init__(self, folders: EngineFolders) -> None:
        # all that computes: a process that only looks at the queue does without
        from mcdesk.dispatch.engine import Engine

        self._engine = Engine(folders)

    @property
    def is_alive(self) -> bool:
        """Always."""
        return True

    def ask(self, request: Request) -> Answer:
        """The answer."""
        return self._engine.answer(request)

    def cancel(self, simulation_id: str) -> None:
        """Ask what runs for a simulation to end soon."""
        self._engine.cancel(simulation_id)

    def look(self) -> None:
        """Nothing: it shares the fate of this process."""

    def close(self) -> None:
        """Nothing is left behind but memory."""


class ProcessHost:
    """The engine in a child process; ready at once, it answers as soon as the child has started."""

    def __init__(self, folders: EngineFolders, now: Callable[[], float] = time.monotonic) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(theirs, folders), name="mcdesk-engine", daemon=True
        )
        with interrupts_held_back():
            self._process.start()
        theirs.close()
        self._now = now
        self._heard_at: float | None = None
        self._futures: dict[int, Future[Answer]] = {}
        self._chunk_began: tuple[int, float] | None = None
        self._number = 0
        self._is_closed = False
        # guards the sending end of the pipe, and what waits for answers
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="mcdesk-engine-answers", daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        """Whether it can still answer."""
        return not self._is_closed and self._process.is_alive()

    @property
    def process_id(self) -> int | None:
        """The number of the child."""
        return self._process.pid

    def ask(self, request: Request) -> Answer:
        """The answer, waited for."""
        future: Future[Answer] = Future()
        with self._lock:
            self._number += 1
            number = self._number
            self._futures[number] = future
            if isinstance(request, RunChunk):
                self._chunk_began = number, self._now()
            self._send(Asked(number, request))
        return future.result()

    def cancel(self, simulation_id: str) -> None:
        """Ask what runs for a simulation to end soon."""
        with self._lock:
            self._send(CancelWork(simulation_id))

    def look(self) -> None:
        """End a child that has been silent for too long."""
        heard, chunk, now = self._heard_at, self._chunk_began, self._now()
        is_silent = heard is not None and now - heard > MOST_SILENT_SECONDS
        if is_silent or (chunk is not None and now - chunk[1] > MOST_CHUNK_SECONDS):
            logger.warning("engine %s is stuck and is ended", self._process.pid)
            self._process.kill()
        with self._lock:
            self._send(Ping())

    def close(self) -> None:
        """End the child at once; what it was asked is answered by EngineDied."""
        self._is_closed = True
        # closing the pipe alone would not wake the thread that reads from it
        with self._lock:
            self._send(Stop())
        self._process.join(SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        # the process object stays open: when Python ends it joins its children too, at the same time perhaps
        self._reader.join(SECONDS_TO_END)
        self._connection.close()

    def _send(self, message: object) -> None:
        try:
            self._connection.send(message)
        except (OSError, ValueError):
            self._fail_all()

    def _read(self) -> None:
        connection: Connection = self._connection
        while True:
            try:
                message = connection.recv()
            except (EOFError, OSError, TypeError):
                with self._lock:
                    self._is_closed = True
                    self._fail_all()
                return
            self._heard_at = self._now()
            if isinstance(message, Answered):
                self._settle(message)

    def _settle(self, answered: Answered) -> None:
        with self._lock:
            future = self._futures.pop(answered.number, None)
            if self._chunk_began is not None and self._chunk_began[0] == answered.number:
                self._chunk_began = None
        if answered.trace:
            logger.error("fault in the engine:\n%s", answered.trace)
        if future is None:
            return
        if answered.error is not None:
            future.set_exception(answered.error)
        else:
            future.set_result(answered.answer)  # type: ignore[arg-type]  # serve sends nothing else

    def _fail_all(self) -> None:
        futures, self._futures = list(self._futures.values()), {}
        for future in futures:
            future.set_exception(EngineDied("The process that computes has ended by itself"))


class EngineSlot:
    """The engine of one device: whoever asks is answered by one that lives."""

    def __init__(self, start: Callable[[], EngineHost]) -> None:
        self._start = start
        self._host: EngineHost | None = None
        self._spare: EngineHost | None = None
        # guards which host is the present one
        self._lock = threading.Lock()

    def host(self) -> EngineHost:
        """An engine that lives, started if need be."""
        with self._lock:
            if self._host is None or not self._host.is_alive:
                if self._host is not None:
                    self._host.close()
                spare, self._spare = self._spare, None
                self._host = spare if spare is not None and spare.is_alive else self._start()
            return self._host

    def prepare_spare(self) -> None:
        """Have another one at hand, should the present one die."""
        with self._lock:
            if self._spare is None or not self._spare.is_alive:
                self._spare = self._start()

    def look(self) -> None:
        """End an engine that is stuck."""
        with self._lock:
            hosts = [host for host in (self._host, self._spare) if host is not None]
        for host in hosts:
            if host.is_alive:
                host.look()

    def close(self) -> None:
        """End all engines."""
        with self._lock:
            for host in (self._host, self._spare):
                if host is not None:
                    host.close()
            self._host = self._spare = None
