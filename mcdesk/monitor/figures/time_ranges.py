"""The times that figures are read over, and how a measurement over one is drawn."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from mcdesk.foundation.clock import text_of_seconds
from mcdesk.foundation.metrics import HOUR, MINUTE, SECOND, TEN_MINUTES, MetricPoint


class TimeRange(Enum):
    """How far back; the value is its name on the command line and in files."""

    FIVE_MINUTES = "5min"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    @property
    def title(self) -> str:
        """In words."""
        return _TITLES[self]

    @property
    def seconds(self) -> int:
        """How long it is."""
        return _SECONDS[self]

    @property
    def resolution(self) -> int:
        """The seconds of the rows that it is read from: few enough to be read at once."""
        return _RESOLUTIONS[self]

    @property
    def step(self) -> int:
        """The seconds of one point of a chart."""
        return _STEPS[self]


_TITLES = {
    TimeRange.FIVE_MINUTES: "Last 5 minutes",
    TimeRange.HOUR: "Last hour",
    TimeRange.DAY: "Last day",
    TimeRange.MONTH: "Last 30 days",
}
_SECONDS = {
    TimeRange.FIVE_MINUTES: 300,
    TimeRange.HOUR: 3_600,
    TimeRange.DAY: 86_400,
    TimeRange.MONTH: 30 * 86_400,
}
_RESOLUTIONS = {
    TimeRange.FIVE_MINUTES: SECOND,
    TimeRange.HOUR: MINUTE,
    TimeRange.DAY: TEN_MINUTES,
    TimeRange.MONTH: HOUR,
}
_STEPS = {
    TimeRange.FIVE_MINUTES: 1,
    TimeRange.HOUR: 60,
    TimeRange.DAY: 600,
    TimeRange.MONTH: 6 * 3_600,
}


@dataclass(frozen=True, slots=True)
class Period:
    """A range that ends at a moment; seconds since 1970."""

    range: TimeRange
    end: float

    @property
    def begin(self) -> float:
        """Where it begins: at the beginning of a point, so that no half one is shown."""
        begin = self.end - self.range.seconds
        return begin - begin % self.range.resolution

    @property
    def bounds(self) -> tuple[str, str]:
        """Beginning and end as the history writes moments; what ends right now is inside."""
        return text_of_seconds(self.begin), text_of_seconds(self.end + 1.0)


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart: seconds since 1970, and values of which one is nan where nothing was measured."""

    moments: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def last(self) -> float | None:
        """The newest value; None without any."""
        return self.values[-1] if self.values else None


def series_of(
    points: Sequence[MetricPoint], step: int, value: Callable[[MetricPoint], float | None]
) -> Series:
    """The line of points of one metric, one for each step, with a gap wherever a step has none."""
    moments: list[float] = []
    values: list[float] = []
    for point in points:
        shown = value(point)
        if shown is None:
            continue
        if moments and point.at - moments[-1] > step:
            moments.append(moments[-1] + step)
            values.append(math.nan)
        moments.append(float(point.at))
        values.append(shown)
    return Series(tuple(moments), tuple(values))


def mean_of(point: MetricPoint) -> float:
    """Of what was told."""
    return point.mean


def p95_of(point: MetricPoint) -> float | None:
    """Of a latency."""
    return None if point.sketch is None else point.sketch.quantile(0.95)
