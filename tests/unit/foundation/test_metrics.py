"""What is told of the program while it works: added up by second, from any thread, never failing."""

import math
import threading

import pytest

from mcdesk.foundation import metrics as module
from mcdesk.foundation.metrics import MetricKind, Metrics, joined


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_that_values_are_added_up_by_metric_and_second() -> None:
    clock = Clock()
    metrics = Metrics(clock)
    metrics.count("chunks")
    metrics.count("chunks", 2.0)
    metrics.gauge("waiting", 5.0)
    clock.now = 1_001.5
    metrics.count("chunks")
    metrics.observe("query", 4.0)
    metrics.observe("query", 2.0)

    points = {(point.name, point.at): point for point in metrics.take()}

    assert points.keys() == {("chunks", 1000), ("waiting", 1000), ("chunks", 1001), ("query", 1001)}
    assert (points["chunks", 1000].count, points["chunks", 1000].total) == (2, 3.0)
    assert points["waiting", 1000].kind is MetricKind.GAUGE
    query = points["query", 1001]
    assert (query.least, query.most, query.mean) == (2.0, 4.0, 3.0)
    assert query.sketch is not None
    assert query.sketch.quantile(1.0) == pytest.approx(4.0, rel=0.01)
    assert metrics.take() == ()


def test_that_nothing_is_lost_between_threads() -> None:
    metrics = Metrics()

    def tell() -> None:
        for _ in range(5_000):
            metrics.count("events")

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    counted = 0.0
    while any(thread.is_alive() for thread in threads):
        counted += sum(point.total for point in metrics.take())
    counted += sum(point.total for point in metrics.take())

    assert counted == 20_000.0
    assert metrics.lost == 0


def test_that_what_nobody_takes_is_bounded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PENDING", 3)
    metrics = Metrics()
    for value in (1.0, 2.0, math.nan, 3.0, 4.0):
        metrics.gauge("load", value)

    assert metrics.lost == 2
    assert [point.most for point in metrics.take()][-1] == 3.0


def test_that_seconds_join_to_minutes() -> None:
    clock = Clock()
    metrics = Metrics(clock)
    for second, value in ((1_020.0, 4.0), (1_079.9, 8.0), (1_080.0, 16.0)):
        clock.now = second
        metrics.observe("query", value)
    seconds = metrics.take()

    minutes = joined(reversed(seconds), 60)

    assert [(point.at, point.count, point.most) for point in minutes] == [(1020, 2, 8.0), (1080, 1, 16.0)]
    first = minutes[0].sketch
    assert first is not None
    assert len(first) == 2
    # what they were made of is as it was
    assert [len(point.sketch or ()) for point in seconds] == [1, 1, 1]
    assert joined(minutes, 3600) == joined(seconds, 3600)
