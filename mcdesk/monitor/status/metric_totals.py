"""What was measured and what has ended since the service began, added up: such totals only ever grow.

The rows of the history are let go by age, and a sum over them would shrink; who scrapes takes that for a
new start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mcdesk.foundation.clock import text_of_seconds
from mcdesk.foundation.metrics import SECOND, MetricKind, MetricPoint
from mcdesk.history.database import Database
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.metric_store import MetricStore

# what is told in a second is written down a second later, and later still where somebody else writes
SETTLING_SECONDS = 5
# an older value of a gauge says nothing about now
GAUGE_SECONDS = 15
# of a clock that was set back, less than this is waited out
MOST_WAITED_SECONDS = 60
# bounds of the counts of a latency, in milliseconds
BOUNDS = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3, 1e4, 6e4, 6e5)


@dataclass(slots=True)
class LatencyTotal:
    """How often something was timed, how long all of that took, and how often it took at most each bound.

    `milliseconds` is a sum; `within` has a count for each of BOUNDS, which includes those before it.
    """

    count: int = 0
    milliseconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))

    def add(self, point: MetricPoint) -> None:
        """Take in what was timed in some seconds."""
        self.count += point.count
        self.milliseconds += point.total
        for place, bound in enumerate(BOUNDS):
            above = None if point.sketch is None else point.sketch.share_above(bound)
            # of a damaged sketch only the largest value is left
            share = (0.0 if point.most <= bound else 1.0) if above is None else above
            self.within[place] += round((1.0 - share) * point.count)


@dataclass(frozen=True, slots=True)
class EndedTotal:
    """Simulations that ended in one way on one back end, the seconds they took, and their trials."""

    count: int
    seconds: float
    trials: int


class MetricTotals:
    """Read again and again by one thread, at least once in the hour for which seconds are kept.

    Args:
        began: when the totals are 0, in seconds since 1970.
    """

    def __init__(self, began: float) -> None:
        self._until = int(began) - SETTLING_SECONDS
        self.counters: dict[str, float] = {}
        self.latencies: dict[str, LatencyTotal] = {}
        self.ended: dict[tuple[str, str], EndedTotal] = {}

    def read(self, database: Database, now: float) -> None:
        """Add what was written since the last time.

        Raises:
            McdeskError: if the history cannot be read; then nothing was added.
        """
        begin, end = min(self._until, int(now) + MOST_WAITED_SECONDS), int(now) - SETTLING_SECONDS
        self._until = begin
        if end <= begin:
            return
        points = MetricStore(database).everything(begin, end, SECOND)
        tallies = KpiStore(database).tallies(text_of_seconds(begin), text_of_seconds(end))
        self._until = end
        self._add(points)
        for each in tallies:
            key = (each.status.value, each.backend)
            held = self.ended.get(key, EndedTotal(0, 0.0, 0))
            self.ended[key] = EndedTotal(
                held.count + each.count, held.seconds + each.seconds, held.trials + each.trials
            )

    def _add(self, points: Iterable[MetricPoint]) -> None:
        for point in points:
            if point.kind is MetricKind.COUNTER:
                self.counters[point.name] = self.counters.get(point.name, 0.0) + point.total
            elif point.kind is MetricKind.LATENCY:
                self.latencies.setdefault(point.name, LatencyTotal()).add(point)


def newest_gauges(database: Database, now: float) -> Mapping[str, float]:
    """The newest value of each gauge that was told of late.

    Raises:
        McdeskError: if the history cannot be read.
    """
    points = MetricStore(database).everything(int(now) - GAUGE_SECONDS, int(now) + 1, SECOND)
    gauges = (point for point in points if point.kind is MetricKind.GAUGE)
    return {point.name: point.mean for point in sorted(gauges, key=lambda each: each.at)}
