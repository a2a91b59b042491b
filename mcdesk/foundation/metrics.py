"""What happens while mcdesk works, taken down at almost no cost: counters, gauges and latencies by second.

Whoever has something to tell calls `count`, `gauge` or `observe`, from any thread; it takes less than a
microsecond, never waits and never fails. One reader takes what was told and adds it up.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from mcdesk.foundation.latency_sketch import LatencySketch

# of the rows that measurements are kept in
SECOND, MINUTE, TEN_MINUTES, HOUR = 1, 60, 600, 3_600
RESOLUTIONS = (SECOND, MINUTE, TEN_MINUTES, HOUR)
# of a reader that hangs or has died nobody notices more than this memory
MOST_PENDING = 200_000


class MetricKind(Enum):
    """How the values of a metric belong together; the value is its name in the database."""

    COUNTER = "counter"
    GAUGE = "gauge"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One metric over some time.

    Attributes:
        at: where that begins, in whole seconds since 1970.
        count, total, least, most: of the values told; `total` of a counter is what it counted.
        sketch: of a latency.
    """

    name: str
    kind: MetricKind
    at: int
    count: int
    total: float
    least: float
    most: float
    sketch: LatencySketch | None = None

    @property
    def mean(self) -> float:
        """Of the values told."""
        return self.total / self.count


_Event = tuple[str, MetricKind, float, float]


class Metrics:
    """What was told and not yet taken.

    Args:
        now: seconds since 1970.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._events: deque[_Event] = deque()
        self._lost = 0

    @property
    def lost(self) -> int:
        """How many values were dropped because nobody took them."""
        return self._lost

    def count(self, name: str, amount: float = 1.0) -> None:
        """So many more of something."""
        self._tell(name, MetricKind.COUNTER, amount)

    def gauge(self, name: str, value: float) -> None:
        """How large something is now."""
        self._tell(name, MetricKind.GAUGE, value)

    def observe(self, name: str, milliseconds: float) -> None:
        """How long something took."""
        self._tell(name, MetricKind.LATENCY, milliseconds)

    def take(self) -> tuple[MetricPoint, ...]:
        """What was told since the last time, by metric and second; for one reader."""
        found: dict[tuple[str, int], _Sum] = {}
        for _ in range(len(self._events)):
            name, kind, value, at = self._events.popleft()
            second = int(at)
            held = found.get((name, second))
            if held is None:
                held = found[name, second] = _Sum(name, kind, second)
            held.add(value)
        return tuple(each.point() for each in found.values())

    def _tell(self, name: str, kind: MetricKind, value: float) -> None:
        if len(self._events) >= MOST_PENDING or not math.isfinite(value):
            self._lost += 1
            return
        self._events.append((name, kind, value, self._now()))


class _Sum:
    """One metric in one second."""

    __slots__ = ("_at", "_count", "_kind", "_least", "_most", "_name", "_sketch", "_total")

    def __init__(self, name: str, kind: MetricKind, at: int) -> None:
        self._name, self._kind, self._at = name, kind, at
        self._count, self._total = 0, 0.0
        self._least, self._most = math.inf, -math.inf
        self._sketch = LatencySketch() if kind is MetricKind.LATENCY else None

    def add(self, value: float) -> None:
        self._count += 1
        self._total += value
        self._least = min(self._least, value)
        self._most = max(self._most, value)
        if self._sketch is not None:
            self._sketch.add(value)

    def join(self, point: MetricPoint) -> None:
        self._count += point.count
        self._total += point.total
        self._least = min(self._least, point.least)
        self._most = max(self._most, point.most)
        if self._sketch is not None and point.sketch is not None:
            self._sketch.merge(point.sketch)

    def point(self) -> MetricPoint:
        return MetricPoint(
            name=self._name,
            kind=self._kind,
            at=self._at,
            count=self._count,
            total=self._total,
            least=self._least,
            most=self._most,
            sketch=self._sketch,
        )


def whole(points: Iterable[MetricPoint]) -> MetricPoint | None:
    """Points of one metric and of any times as one; None of none."""
    # a step that is longer than any time
    return next(iter(joined(points, 1 << 40)), None)


def joined(points: Iterable[MetricPoint], seconds: int) -> tuple[MetricPoint, ...]:
    """Points of one or several metrics and of any times as points of so many seconds each, oldest first."""
    found: dict[tuple[str, int], _Sum] = {}
    for point in points:
        key = point.name, point.at - point.at % seconds
        held = found.get(key)
        if held is None:
            held = found[key] = _Sum(point.name, point.kind, key[1])
        held.join(point)
    return tuple(sorted((each.point() for each in found.values()), key=lambda each: (each.at, each.name)))
