"""How mcdesk is for who sits in front of it: how soon progress is seen, how the window answers."""

from dataclasses import dataclass

from mcdesk.foundation.metrics import MetricPoint
from mcdesk.history import metric_names
from mcdesk.monitor.figures.metric_reader import MetricReader
from mcdesk.monitor.figures.time_ranges import Series, p95_of, series_of
from mcdesk.monitor.kpis import experience_status


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, in milliseconds, over all of `count` times."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """One kind of thing that a person does, and how long the window was busy with it."""

    action: str
    latency: Latency


@dataclass(frozen=True, slots=True)
class Experience:
    """What was measured in windows; None where nothing was.

    Attributes:
        status: `excellent`, `good`, `degraded` or `unknown`.
        progress: from the end of a chunk to the frame that shows it.
        unchanged: chunks that changed nothing that can be seen, which are not among those.
        lag: by how much the window's thread was late.
        stalls: how often it was late by more than 250 ms.
        error_share: of the simulations that were not cancelled.
        progress_series, lag_series: 95th percentiles.
    """

    status: str
    progress: Latency | None
    unchanged: int
    lag: Latency | None
    stalls: int
    error_share: float | None
    actions: tuple[ActionFigures, ...]
    progress_series: Series
    lag_series: Series


def read_experience(reader: MetricReader, error_share: float | None) -> Experience:
    """The figures over the reader's period."""
    progress, step = latency_of(reader.whole(metric_names.PROGRESS)), reader.period.range.step
    status = experience_status(
        None if progress is None else progress.p95, 0 if progress is None else progress.count, error_share
    )
    actions = (
        ActionFigures(name.removeprefix(metric_names.ACTION), latency)
        for name in reader.names(metric_names.ACTION)
        if (latency := latency_of(reader.whole(name))) is not None
    )
    return Experience(
        status=status,
        progress=progress,
        unchanged=int(reader.total(metric_names.PROGRESS_UNCHANGED)),
        lag=latency_of(reader.whole(metric_names.LOOP_LAG)),
        stalls=int(reader.total(metric_names.STALLS)),
        error_share=error_share,
        actions=tuple(sorted(actions, key=lambda each: -each.latency.p95)),
        progress_series=series_of(reader.points(metric_names.PROGRESS), step, p95_of),
        lag_series=series_of(reader.points(metric_names.LOOP_LAG), step, p95_of),
    )


def latency_of(point: MetricPoint | None) -> Latency | None:
    """The figures of a latency; None where nothing was told, or its sketch is damaged."""
    if point is None or point.sketch is None:
        return None
    p50, p95, p99 = (point.sketch.quantile(fraction) for fraction in (0.5, 0.95, 0.99))
    if p50 is None or p95 is None or p99 is None:
        return None
    # a quantile is off by a part, the largest value is exact
    most = point.most
    return Latency(point.count, min(p50, most), min(p95, most), min(p99, most), most)
