"""Who executes the queue of a data folder: the holder of a file lock, which ends with its process."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from mcdesk.foundation.errors import ExecutorReplaced
from mcdesk.history.executor_store import ExecutorSeat, ExecutorStore

# A holder whose heartbeat stands still for so long is hung: it is left behind, and its writes are refused.
MOST_SILENT_SECONDS = 4.0

logger = logging.getLogger(__name__)


class ExecutorLock:
    """Tries to become the executor; the lock file is named after the generation that the database counts.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, folder: Path, store: ExecutorStore, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._store = store
        self._now = now
        self._lock: FileLock | None = None
        self._seen: ExecutorSeat | None = None
        self._seen_at = 0.0

    def try_take(self) -> ExecutorSeat | None:
        """Become the executor if nobody is, or if who is has hung; asked again now and then.

        Returns the seat as it was before, or None if somebody else has it.

        Raises:
            StoreError: if the database cannot be written.
        """
        seat = self._store.seat()
        taken = self._take(seat.generation)
        if taken is not None:
            return taken
        if seat != self._seen:
            self._seen, self._seen_at = seat, self._now()
        elif self._now() - self._seen_at > MOST_SILENT_SECONDS and self._store.leave_behind(seat):
            logger.warning("executor %s gives no sign of life and is left behind", seat.process_id)
            return self._take(seat.generation + 1)
        return None

    def release(self) -> None:
        """Let another process execute."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _take(self, generation: int) -> ExecutorSeat | None:
        lock = FileLock(self._folder / f"executor-{generation}.lock", mode=0o660, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        try:
            before = self._store.take_seat(generation)
        except ExecutorReplaced:
            lock.release()
            return None
        except BaseException:
            lock.release()
            raise
        self._lock = lock
        return before
