"""Cooperative cancellation: a token that long work looks at between its chunks."""

import threading

from mcdesk.foundation.errors import McdeskError


class Cancelled(McdeskError):
    """The work was asked to stop, and stopped."""

    exit_code = 130


class CancelToken:
    """A request to stop that any thread may make and that is never taken back."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; asking again changes nothing. Safe in a signal handler."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Return at once, or leave the work.

        Raises:
            Cancelled: if somebody asked.
        """
        if self._event.is_set():
            raise Cancelled("The work was cancelled")

    def wait(self, seconds: float) -> bool:
        """Sleep for at most this long and return whether the work was cancelled meanwhile."""
        return self._event.wait(seconds)
