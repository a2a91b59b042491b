"""Executes the queue in a thread whenever this process may: it takes the seat when that is free.

While another process has it, the same thread watches what that computes, should anybody here listen.
"""

import logging
import threading
from collections.abc import Callable

from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.dispatch.dispatcher import Dispatcher
from mcdesk.dispatch.engine_host import EngineSlot
from mcdesk.dispatch.executor_lock import ExecutorLock
from mcdesk.dispatch.left_files import clear_left_files
from mcdesk.dispatch.queue_watch import QueueWatch
from mcdesk.foundation.errors import ExecutorReplaced, McdeskError
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore

SECONDS_BETWEEN_TRIES = 0.1
SECONDS_AFTER_FAILURE = 0.5
# How far another process is shows in time, and to look costs a window little.
SECONDS_BETWEEN_LOOKS = 0.02

logger = logging.getLogger(__name__)


class QueueExecutor:
    """Started once; `stop` hands the queue over and ends the engine.

    Args:
        on_failure: told when the queue cannot be executed at all.
    """

    def __init__(self, setup: DispatchSetup, on_failure: Callable[[Exception], None] | None = None) -> None:
        self._setup = setup
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._slot = EngineSlot(setup.start_host)
        self._dispatcher: Dispatcher | None = None
        self._thread = threading.Thread(target=self._run, name="mcdesk-dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to look whether this process may execute."""
        self._thread.start()

    def wake(self) -> None:
        """A job was handed in: look at once."""
        dispatcher = self._dispatcher
        if dispatcher is not None:
            dispatcher.wake()

    def trouble(self) -> str | None:
        """What keeps this process from writing the queue down, while it executes it."""
        dispatcher = self._dispatcher
        return None if dispatcher is None else dispatcher.trouble

    def stop(self) -> None:
        """Hand over at the end of a chunk, and wait until that is done."""
        self._stop.set()
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._setup.open_database() as database:
                self._execute_when_free(database)
        except Exception as error:  # a thread has nobody above it that could catch this
            logger.exception("the queue cannot be executed")
            if self._on_failure is not None:
                self._on_failure(error)
        finally:
            self._slot.close()

    def _execute_when_free(self, database: Database) -> None:
        store = ExecutorStore(database, self._setup.process_id)
        watch = QueueWatch(database, self._setup.listener)
        lock = ExecutorLock(self._setup.running_folder.parent, store, self._setup.monotonic)
        while not self._stop.is_set():
            patience = SECONDS_BETWEEN_TRIES
            try:
                before = lock.try_take()
                if before is not None:
                    try:
                        self._slot.host()
                        self._setup.executor.submit(lambda: clear_left_files(self._setup))
                        self._dispatcher = Dispatcher(self._setup, database, store, before, self._slot)
                        self._dispatcher.run(self._stop)
                    finally:
                        self._dispatcher = None
                        lock.release()
            except ExecutorReplaced as error:
                logger.warning("%s", error)
                # what is computed here no longer counts
                self._slot.close()
            except McdeskError as error:
                logger.warning("the queue waits: %s", error)
                patience = SECONDS_AFTER_FAILURE
            self._look_on(watch, patience)

    def _look_on(self, watch: QueueWatch, seconds: float) -> None:
        """Wait before the next try; meanwhile tell what others compute to who listens."""
        now = self._setup.monotonic
        ends_at = now() + seconds
        while not self._stop.is_set() and (left := ends_at - now()) > 0:
            if self._setup.listener.is_listening:
                watch.look()
                left = min(left, SECONDS_BETWEEN_LOOKS)
            self._stop.wait(left)
