"""Has the history copied and its ballast kept, in a thread of its own, while mcdesk is in use for longer."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.ballast import keep_ballast
from mcdesk.history.daily_copy import keep_copy

# what is over in a moment copies nothing
SECONDS_BEFORE_FIRST = 60.0
SECONDS_BETWEEN_LOOKS = 3_600.0

logger = logging.getLogger(__name__)


class CopyKeeper:
    """Started and stopped once.

    Args:
        path: of the history.
        seconds_before: until it looks for the first time.
    """

    def __init__(
        self,
        path: Path,
        seconds_before: float = SECONDS_BEFORE_FIRST,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._seconds_before = seconds_before
        self._now = now
        self._token = CancelToken()
        self._thread = threading.Thread(target=self._run, name="mcdesk-copies", daemon=True)

    def start(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def stop(self) -> None:
        """End a copy that is being made, and wait for that; before the start nothing."""
        self._token.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        seconds = self._seconds_before
        while not self._token.wait(seconds):
            seconds = SECONDS_BETWEEN_LOOKS
            try:
                keep_ballast(self._path.parent)
                keep_copy(self._path, self._now().date(), self._token)
            except Cancelled:
                return
            except (McdeskError, OSError) as error:
                logger.warning("no copy of the history: %s", error)
