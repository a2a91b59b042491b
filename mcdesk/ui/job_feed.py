"""How far simulations are, from the threads that know it to the window: one timer, a frame for all."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from mcdesk.dispatch.job_news import JobNews

FRAME_SECONDS = 1.0 / 60.0


class JobFeed(QObject):
    """A JobListener; `frame` carries a tuple of JobNews, one of each simulation that got on since the last.

    Frames come at most sixty times a second, the first one at once, and none while there is no news.

    Args:
        clock: seconds, monotonic.
    """

    frame = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        # guards what waits for the next frame, and whether one is on its way
        self._lock = threading.Lock()
        self._waiting: dict[str, JobNews] = {}
        self._is_woken = False
        # replaced as a whole: read by other threads
        self._watchers: frozenset[str] = frozenset()
        self._shown_at = clock() - FRAME_SECONDS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._show)
        self._woken.connect(self._begin_frame, Qt.ConnectionType.QueuedConnection)

    @property
    def is_listening(self) -> bool:
        """Whether anything in the window shows simulations that run; from any thread."""
        return bool(self._watchers)

    def listen(self, watcher: str, is_watching: bool) -> None:
        """Have news told for the sake of a part of the window, or no more."""
        self._watchers = self._watchers | {watcher} if is_watching else self._watchers - {watcher}

    def tell(self, news: "JobNews") -> None:
        """A simulation has come further; from any thread."""
        with self._lock:
            before = self._waiting.get(news.simulation_id)
            if before is not None:
                # what was found is not lost where two chunks share a frame, and the older one waits longer
                ended_at = news.ended_at if before.ended_at is None else before.ended_at
                news = replace(news, live=news.live or before.live, ended_at=ended_at)
            self._waiting[news.simulation_id] = news
        self.wake()

    def wake(self) -> None:
        """Have a frame soon, whether there is news here or elsewhere; from any thread."""
        with self._lock:
            is_woken, self._is_woken = self._is_woken, True
        if not is_woken:
            self._woken.emit()

    @Slot()
    def _begin_frame(self) -> None:
        left = self._shown_at + FRAME_SECONDS - self._clock()
        if left <= 0.0:
            self._show()
        else:
            self._timer.start(int(1000 * left) + 1)

    @Slot()
    def _show(self) -> None:
        with self._lock:
            waiting, self._waiting, self._is_woken = self._waiting, {}, False
        # from its beginning on: what it costs does not put off the next one by more than that
        self._shown_at = self._clock()
        self.frame.emit(tuple(waiting.values()))
