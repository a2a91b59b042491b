"""Takes what was measured once a second and writes it down, in a thread that nobody waits for.

Whatever fails here, the database included, is counted and tried again: a simulation never notices.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from mcdesk.foundation.metrics import HOUR, MINUTE, TEN_MINUTES, MetricPoint, Metrics
from mcdesk.history import metric_names
from mcdesk.history.database import Database
from mcdesk.history.metric_store import MetricStore

SECONDS_BETWEEN_WRITES = 1.0
SECONDS_BETWEEN_MINUTES = 10.0
SECONDS_BETWEEN_HOURS = 60.0
SECONDS_AFTER_FAILURE = 5.0

logger = logging.getLogger(__name__)


class Watch(Protocol):
    """Looks at what was just measured, in the recorder's thread."""

    def look(self, database: Database, points: Sequence[MetricPoint], now: float) -> None:
        """Once a second; `points` are those of the last one."""


class Recorder:
    """Started once; `stop` writes the rest.

    Args:
        open_database: a connection for the recorder's own thread.
        watches: those that look at what was measured.
        now: seconds since 1970.
    """

    def __init__(
        self,
        metrics: Metrics,
        open_database: Callable[[], Database],
        watches: Sequence[Watch] = (),
        now: Callable[[], float] = time.time,
        seconds_between: float = SECONDS_BETWEEN_WRITES,
    ) -> None:
        self._metrics = metrics
        self._open_database = open_database
        self._watches = watches
        self._now = now
        self._seconds_between = seconds_between
        self._stop = threading.Event()
        self._dropped = 0
        self._lost_before = 0
        self._minutes_at = self._hours_at = 0.0
        self._is_failing = False
        self._failed_watches: list[Watch] = []
        self._thread = threading.Thread(target=self._run, name="mcdesk-recorder", daemon=True)

    @property
    def dropped(self) -> int:
        """How many points could not be written down; from any thread."""
        return self._dropped

    def start(self) -> None:
        """Begin to write down; the first time after a second."""
        self._thread.start()

    def stop(self) -> None:
        """Write the rest down, and wait for that; before the start nothing."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._open_database() as database:
                    self._record(database)
            except Exception:  # a thread has nobody above it that could catch this
                # once for each time that it begins to fail
                if not self._is_failing:
                    logger.exception("measurements are not written down")
                self._is_failing = True
                self._stop.wait(SECONDS_AFTER_FAILURE)

    def _record(self, database: Database) -> None:
        store = MetricStore(database)
        while not self._stop.wait(self._seconds_between):
            self._write(database, store)
        self._write(database, store)
        for seconds in (MINUTE, TEN_MINUTES, HOUR):
            store.roll_up(seconds, self._now())

    def _write(self, database: Database, store: MetricStore) -> None:
        now = self._now()
        lost, self._lost_before = self._metrics.lost - self._lost_before, self._metrics.lost
        if lost:
            self._metrics.count(metric_names.LOST, lost)
        points = self._metrics.take()
        try:
            store.add(points)
        except Exception:
            self._dropped += len(points)
            raise
        self._is_failing = False
        if now - self._minutes_at >= SECONDS_BETWEEN_MINUTES or now < self._minutes_at:
            self._minutes_at = now
            store.roll_up(MINUTE, now)
        if now - self._hours_at >= SECONDS_BETWEEN_HOURS or now < self._hours_at:
            self._hours_at = now
            for seconds in (TEN_MINUTES, HOUR):
                store.roll_up(seconds, now)
            store.forget_old(now)
        for watch in self._watches:
            self._let_look(watch, database, points, now)

    def _let_look(self, watch: Watch, database: Database, points: Sequence[MetricPoint], now: float) -> None:
        try:
            watch.look(database, points, now)
        except Exception:  # what one of them meets is nothing to the others, and to what is measured
            if watch not in self._failed_watches:
                self._failed_watches.append(watch)
                logger.exception("%s does not see what was measured", type(watch).__name__)


class RecentMetrics:
    """What was measured in the last seconds, in memory; used by one thread.

    Args:
        seconds: how far back that goes.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._points: dict[str, list[MetricPoint]] = {}

    def add(self, points: Sequence[MetricPoint], now: float) -> None:
        """Take points in, and let old ones go."""
        for point in points:
            self._points.setdefault(point.name, []).append(point)
        for name, held in tuple(self._points.items()):
            kept = [each for each in held if now - self._seconds < each.at <= now]
            self._points[name] = kept
            if not kept:
                del self._points[name]

    def of(self, name: str) -> tuple[MetricPoint, ...]:
        """Those of a metric, in the order in which they came."""
        return tuple(self._points.get(name, ()))
