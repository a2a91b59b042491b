"""The process that computes: answers the requests that come through a pipe, and ends when the pipe does."""

import logging
import os
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from mcdesk.dispatch.engine_messages import EngineFolders, Glance, Open, Request, RunChunk
from mcdesk.foundation.errors import McdeskError, RunFailed

if TYPE_CHECKING:
    from mcdesk.dispatch.engine import Engine

# A chunk is soon given the interpreter back by what is prepared beside it.
SWITCH_SECONDS = 0.0005
PREPARING_THREADS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the number that its answer bears."""

    number: int
    request: Request


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer or a failure; `trace` is the traceback of a fault of the program."""

    number: int
    answer: object
    error: McdeskError | None = None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class CancelWork:
    """What runs for this simulation is to end soon."""

    simulation_id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Answered at once by the same, to show that the process is not stuck."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The process is to end at once, whatever is running."""


def serve(connection: Connection, folders: EngineFolders) -> None:
    """Answer until the other end closes; then leave at once, whatever is running."""
    # Ctrl+C in a terminal goes to all its processes; this one is told by the pipe what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # all that computes: whoever starts this process does without
    from mcdesk.dispatch.engine import Engine

    logging.getLogger("mcdesk").addHandler(logging.NullHandler())
    sys.setswitchinterval(SWITCH_SECONDS)
    _Server(connection, Engine(folders)).run()


class _Server:
    def __init__(self, connection: Connection, engine: "Engine") -> None:
        self._connection = connection
        self._engine = engine
        self._device = ThreadPoolExecutor(1, "mcdesk-device")
        # not behind what is opened, which takes long: a simulation waits for its glance
        self._glances = ThreadPoolExecutor(1, "mcdesk-glance")
        self._beside = ThreadPoolExecutor(PREPARING_THREADS, "mcdesk-prepare")
        # guards the sending end of the pipe
        self._sending = threading.Lock()

    def run(self) -> None:
        while True:
            try:
                message = self._connection.recv()
            except (EOFError, OSError):
                # The process that asked is gone. Nobody needs what is being computed.
                os._exit(0)
            match message:
                case Asked(number, request):
                    if isinstance(request, Open):
                        self._engine.expect(request.job.simulation_id)
                    self._pool_of(request).submit(self._answer, number, request)
                case CancelWork(simulation_id):
                    self._engine.cancel(simulation_id)
                case Ping():
                    self._send(message)
                case Stop():
                    os._exit(0)

    def _pool_of(self, request: Request) -> ThreadPoolExecutor:
        if isinstance(request, RunChunk):
            return self._device
        return self._glances if isinstance(request, Glance) else self._beside

    def _answer(self, number: int, request: Request) -> None:
        try:
            answered = Answered(number, self._engine.answer(request))
        except McdeskError as error:
            answered = Answered(number, None, error)
        except Exception:  # noqa: BLE001  # told to the process that asked, which logs it
            fault = RunFailed("The engine met a fault of mcdesk", "The log has the details.")
            answered = Answered(number, None, fault, traceback.format_exc())
        self._send(answered)

    def _send(self, message: object) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            os._exit(0)
