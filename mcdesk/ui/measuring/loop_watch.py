"""How late the window's thread is, and what it was doing when it was very late."""

import faulthandler
import logging
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

from mcdesk.foundation.metrics import Metrics
from mcdesk.history import metric_names

BEAT_MILLISECONDS = 20
STALL_MILLISECONDS = 250.0
LOOK_SECONDS = 0.05
MOST_STALLS = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stall:
    """The window did not answer for a while; `at` is seconds since 1970, `stack` what it was doing."""

    at: float
    milliseconds: float
    stack: str


class LoopWatch(QObject):
    """Beats in the window's thread, and has a thread of its own that notices when no beat comes.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        metrics: Metrics,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._metrics, self._clock, self._wall = metrics, clock, wall
        self._stalls: deque[Stall] = deque(maxlen=MOST_STALLS)
        self._beat_at = clock()
        self._thread_id = threading.get_ident()
        self._stop = threading.Event()
        # what was seen while it did not beat, by the thread that watches
        self._seen: tuple[float, str] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MILLISECONDS)
        self._timer.timeout.connect(self._beat)
        self._watcher = threading.Thread(target=self._watch, name="mcdesk-loop-watch", daemon=True)

    @property
    def stalls(self) -> tuple[Stall, ...]:
        """The newest ones, the last of them last."""
        return tuple(self._stalls)

    def start(self) -> None:
        """Begin to measure, in the thread of the window."""
        self._beat_at = self._clock()
        self._timer.start()
        self._watcher.start()

    def stop(self) -> None:
        """Measure no more; before the start nothing."""
        self._timer.stop()
        self._stop.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def _beat(self) -> None:
        now = self._clock()
        late = max(1000.0 * (now - self._beat_at) - BEAT_MILLISECONDS, 0.0)
        self._beat_at = now
        self._metrics.observe(metric_names.LOOP_LAG, late)
        seen, self._seen = self._seen, None
        if late > STALL_MILLISECONDS:
            self._metrics.count(metric_names.STALLS)
            stack = "" if seen is None else seen[1]
            self._stalls.append(Stall(self._wall(), late, stack))
            logger.warning("the window did not answer for %.0f ms\n%s", late, stack)

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            beat_at = self._beat_at
            late = 1000.0 * (self._clock() - beat_at)
            seen = self._seen
            if late <= STALL_MILLISECONDS or (seen is not None and seen[0] == beat_at):
                continue
            self._seen = beat_at, _stack_of(self._thread_id)


def _stack_of(thread_id: int) -> str:
    """What a thread is doing, the innermost call first.

    Written by Python itself: who holds a frame of another thread keeps what is in it alive, and a painter
    that ends in the wrong thread takes the program with it.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        text = file.read().decode(errors="replace")
    # the one that asks is told as the current one
    parts = text.split("\n\n")
    return next((part for part in parts if f"0x{thread_id:016x} " in part.partition("\n")[0]), "")
