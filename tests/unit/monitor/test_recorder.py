"""What is told is written down within seconds; whatever fails there is counted and nobody else notices."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.foundation.metrics import HOUR, MINUTE, SECOND, MetricPoint, Metrics, whole
from mcdesk.history.database import Database
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.monitor import recorder as module
from mcdesk.monitor.recorder import RecentMetrics, Recorder

FAST = 0.01
PATIENCE = 20.0


def wait_until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    return path


def total(path: Path, name: str, seconds: int = SECOND) -> float:
    with open_database(path) as database:
        found = whole(MetricStore(database).series(name, 0, time.time() + HOUR, seconds))
    return 0.0 if found is None else found.total


def test_that_what_is_told_is_written_down_soon(path: Path) -> None:
    metrics = Metrics()
    recorder = Recorder(metrics, lambda: open_database(path), seconds_between=FAST)
    recorder.start()
    metrics.count("trials", 5.0)

    wait_until(lambda: total(path, "trials") == 5.0)
    recorder.stop()


def test_that_the_end_writes_the_rest_as_minutes_and_hours_too(path: Path) -> None:
    metrics = Metrics()
    recorder = Recorder(metrics, lambda: open_database(path), seconds_between=3600.0)
    recorder.start()
    metrics.count("trials", 5.0)
    recorder.stop()

    assert [total(path, "trials", seconds) for seconds in (SECOND, MINUTE, HOUR)] == [5.0, 5.0, 5.0]
    assert recorder.dropped == 0


def test_that_it_may_be_stopped_before_it_began(path: Path) -> None:
    Recorder(Metrics(), lambda: open_database(path)).stop()


def test_that_a_dropped_table_costs_measurements_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_AFTER_FAILURE", FAST)
    with open_database(path) as database:
        database.execute(QueryType.MONITORING, "ALTER TABLE metric_rollups RENAME TO gone")
    metrics = Metrics()
    recorder = Recorder(metrics, lambda: open_database(path), seconds_between=FAST)
    recorder.start()
    metrics.count("trials")
    wait_until(lambda: recorder.dropped > 0)

    with open_database(path) as database:
        database.execute(QueryType.MONITORING, "ALTER TABLE gone RENAME TO metric_rollups")
    metrics.count("later", 7.0)

    # it goes on by itself once the table is back; what was told before that may be lost
    def is_written() -> bool:
        metrics.count("later", 7.0)
        return total(path, "later") > 0.0

    wait_until(is_written)
    recorder.stop()


def test_that_what_was_told_without_a_database_is_written_once_there_is_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS_AFTER_FAILURE", FAST)
    tries = []

    def open_at_last() -> Database:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("no")
        return open_database(path)

    metrics = Metrics()
    recorder = Recorder(metrics, open_at_last, seconds_between=FAST)
    metrics.count("trials", 5.0)
    recorder.start()

    wait_until(lambda: total(path, "trials") == 5.0)
    recorder.stop()
    assert recorder.dropped == 0


def test_that_a_watch_that_fails_keeps_nothing_from_being_written(path: Path) -> None:
    seen: list[float] = []
    failed = threading.Event()

    class Failing:
        def look(self, database: Database, points: tuple[MetricPoint, ...], now: float) -> None:
            seen.extend(point.total for point in points if point.name == "trials")
            if not failed.is_set():
                failed.set()
                raise RuntimeError("a fault")

    metrics = Metrics()
    recorder = Recorder(metrics, lambda: open_database(path), (Failing(),), seconds_between=FAST)
    recorder.start()
    assert failed.wait(PATIENCE)
    metrics.count("trials", 3.0)
    wait_until(lambda: seen == [3.0])
    recorder.stop()

    assert total(path, "trials") == 3.0


def test_that_values_that_were_lost_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    metrics.gauge("queue.waiting", float("nan"))
    recorder = Recorder(metrics, lambda: open_database(path), seconds_between=FAST)
    recorder.start()

    wait_until(lambda: total(path, "metrics.lost") == 1.0)
    recorder.stop()
    assert total(path, "metrics.lost") == 1.0


def test_that_recent_measurements_go_after_their_time() -> None:
    clock = [100.0]
    metrics, recent = Metrics(lambda: clock[0]), RecentMetrics(10.0)
    for moment in (100.0, 105.0, 109.0):
        clock[0] = moment
        metrics.count("trials")
    recent.add(metrics.take(), 109.0)
    assert len(recent.of("trials")) == 3

    recent.add((), 112.0)
    assert [point.at for point in recent.of("trials")] == [105, 109]
    recent.add((), 200.0)
    assert recent.of("trials") == ()
