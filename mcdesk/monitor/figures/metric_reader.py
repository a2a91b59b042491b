"""Reads each measurement of a period once, however many figures are made of it."""

from mcdesk.foundation.metrics import MetricPoint, whole
from mcdesk.history.metric_store import MetricStore
from mcdesk.monitor.figures.time_ranges import Period


class MetricReader:
    """Measurements over one period; used by the thread of the store's database."""

    def __init__(self, store: MetricStore, period: Period) -> None:
        self._store = store
        self.period = period
        self._points: dict[str, tuple[MetricPoint, ...]] = {}
        self._names: tuple[str, ...] | None = None

    def points(self, name: str) -> tuple[MetricPoint, ...]:
        """All of a metric, a point for each step of the period, oldest first; none where nothing was told."""
        if name not in self._points:
            period = self.period
            chosen = period.range
            # rows of minutes and hours begin before the moment that they are asked at
            self._points[name] = self._store.series(
                name, period.begin, period.end + 1.0, chosen.resolution, chosen.step
            )
        return self._points[name]

    def whole(self, name: str) -> MetricPoint | None:
        """All of a metric as one point; None where nothing was told."""
        return whole(self.points(name))

    def total(self, name: str) -> float:
        """The sum of what was told of a metric; 0 where nothing was."""
        all_of_it = self.whole(name)
        return 0.0 if all_of_it is None else all_of_it.total

    def names(self, prefix: str) -> tuple[str, ...]:
        """The metrics whose names begin so."""
        if self._names is None:
            self._names = self._store.names()
        return tuple(name for name in self._names if name.startswith(prefix))
