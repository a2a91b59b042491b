"""Cooperative cancellation: a token that long work looks at between its steps."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from mcdesk.foundation.errors import McdeskError


class Cancelled(McdeskError):
    """The work was asked to stop, and stopped."""

    exit_code = 130


class CancelToken:
    """A request to stop that any thread may make and that is never taken back."""

    __slots__ = ("_breakable_thread", "_is_cancelled", "_wakes")

    def __init__(self) -> None:
        self._is_cancelled = False
        self._breakable_thread: int | None = None
        # Not an Event: its lock is not re-entrant, and a signal handler may interrupt another one.
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def cancel(self) -> None:
        """Ask the work to stop; asking again changes nothing. Safe in a signal handler."""
        self._is_cancelled = True
        self._wakes.put(None)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._is_cancelled

    def raise_if_cancelled(self) -> None:
        """Return at once, or leave the work.

        Raises:
            Cancelled: if somebody asked.
        """
        if self._is_cancelled:
            raise Cancelled("Interrupted")

    def wait(self, seconds: float) -> bool:
        """Sleep for at most this long and return whether the work was cancelled meanwhile."""
        try:
            self._wakes.get(timeout=max(seconds, 0.0))
        except Empty:
            return self._is_cancelled
        # Whoever else waits is to wake up too.
        self._wakes.put(None)
        return True

    @contextmanager
    def breakable(self) -> Iterator[None]:
        """Work of this thread that leaves nothing half-done wherever it is broken off.

        A signal handler may end it by `break_off`, so that it need not look at the token itself.
        """
        outer, self._breakable_thread = self._breakable_thread, threading.get_ident()
        try:
            yield
        finally:
            self._breakable_thread = outer

    def break_off(self) -> None:
        """Return at once, or leave the breakable work of this thread; for signal handlers.

        Raises:
            Cancelled: if such work is under way; once, so that what tidies up after it is left alone.
        """
        if self._breakable_thread == threading.get_ident():
            self._breakable_thread = None
            raise Cancelled("Interrupted")
