"""The clock that usage decays by: it goes on while somebody executes; no jump of the wall clock moves it."""

from collections.abc import Callable
from datetime import datetime

from mcdesk.foundation.clock import moment_of
from mcdesk.history.executor_store import ExecutorSeat
from mcdesk.scheduling.fair_share import LONGEST_DECAY_SECONDS


class LedgerClock:
    """Seconds since the ledger began.

    Args:
        before: the seat as the executor before left it; what has passed since then is taken from the wall
            clock, once, for all accounts alike.
    """

    def __init__(self, before: ExecutorSeat, now: datetime, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        passed = 0.0 if before.beat_at is None else (now - moment_of(before.beat_at)).total_seconds()
        self._offset = before.ledger_seconds + min(max(passed, 0.0), LONGEST_DECAY_SECONDS) - monotonic()

    def __call__(self) -> float:
        """The time now."""
        return self._monotonic() + self._offset

    def at(self, monotonic_seconds: float) -> float:
        """The time when the monotonic clock showed this."""
        return monotonic_seconds + self._offset
