"""The status service: health, measurements and progress for programs of this computer that have the token.

Of all mcdesk on a data folder one serves at a time; another goes on when that one ends. Nothing of this is
in the way of a simulation: what goes wrong is told once, and tried again.
"""

import errno
import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from filelock import FileLock, Timeout

from mcdesk.foundation.errors import McdeskError, StatusUnavailable
from mcdesk.monitor.status.status_setup import LOOPBACK, StatusSetup
from mcdesk.monitor.status.token_file import TokenFile

LOCK_NAME = "status-service.lock"
BACKLOG = 64
# what is over in a moment serves nobody
SECONDS_BEFORE = 1.0
SECONDS_BETWEEN_TRIES = 2.0

logger = logging.getLogger(__name__)


class StatusService:
    """Started and stopped once; in between it serves whenever no other mcdesk of the folder does.

    Args:
        seconds_before: waits so long before it serves for the first time.
    """

    def __init__(self, setup: StatusSetup, seconds_before: float = SECONDS_BEFORE) -> None:
        self._setup = setup
        self._seconds_before = seconds_before
        self._stop = threading.Event()
        self._end: Callable[[], None] | None = None
        self._told: set[str] = set()
        self._address: tuple[str, int] | None = None
        self._thread = threading.Thread(target=self._run, name="mcdesk-status", daemon=True)

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port, while this process serves."""
        return self._address

    def start(self) -> None:
        """Begin to look whether this process may serve."""
        self._thread.start()

    def stop(self) -> None:
        """Serve no more, and wait until that is so; before the start nothing."""
        self._stop.set()
        end = self._end
        if end is not None:
            # it may have ended by itself
            with suppress(RuntimeError):
                end()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        patience = self._seconds_before
        while not self._stop.wait(patience):
            patience = SECONDS_BETWEEN_TRIES
            try:
                self._serve_if_free()
            except McdeskError as error:
                self._tell(error)
            except Exception:  # a thread has nobody above it that could catch this
                logger.exception("the status service met a fault and ends")
                return

    def _serve_if_free(self) -> None:
        lock = FileLock(self._setup.folder / LOCK_NAME, mode=0o660, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            # another mcdesk of this folder serves
            return
        except OSError as error:
            raise StatusUnavailable(
                f"The status service does not answer, as {lock.lock_file} cannot be used: {error.strerror}"
            ) from error
        try:
            token = TokenFile(self._setup.folder).read_or_make()
            if token is None:
                self._tell_quietly("the status service is left to whose the token is")
                return
            with listen(self._setup.port) as listening:
                self._serve(token, listening)
        finally:
            lock.release()

    def _serve(self, token: bytes, listening: socket.socket) -> None:
        # Loaded only where the service is on, and in this thread: asyncio and what figures are made of.
        from mcdesk.monitor.status.serving import serve

        self._address = listening.getsockname()
        logger.info("the status service answers at http://%s:%d", *self._address)
        try:
            serve(self._setup, token, listening, self._begin)
        finally:
            self._address = self._end = None

    def _begin(self, end: Callable[[], None]) -> None:
        self._end = end
        if self._stop.is_set():
            end()

    def _tell(self, error: McdeskError) -> None:
        if str(error) not in self._told:
            self._told.add(str(error))
            logger.warning("%s", error)
            self._setup.on_trouble(error)

    def _tell_quietly(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            logger.info("%s", line)


def listen(port: int) -> socket.socket:
    """A socket that listens on LOOPBACK and nowhere else.

    Raises:
        StatusUnavailable: if the port is taken, or may not be had.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Windows would let another program listen on the same port; elsewhere a port is free again at once
        if sys.platform == "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        is_busy = error.errno == errno.EADDRINUSE
        reason = "taken by another program" if is_busy else f"not to be had: {error.strerror}"
        raise StatusUnavailable(
            f"The status service does not answer, as port {port} is {reason}",
            "Another port is set by status_port in [monitor] of settings.toml.",
        ) from error
    return listening
