"""Measurements in the database: what was told is found again, by second, minute and hour, and no longer."""

import random
from pathlib import Path

import pytest

from mcdesk.foundation.metrics import HOUR, MINUTE, SECOND, TEN_MINUTES, MetricKind, Metrics, whole
from mcdesk.history.database import Database
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType

START = 1_800_000_000
DAY = 86_400


class Teller:
    """Metrics whose clock is set by hand."""

    def __init__(self) -> None:
        self.now = float(START)
        self.metrics = Metrics(lambda: self.now)


@pytest.fixture
def teller() -> Teller:
    return Teller()


@pytest.fixture
def store(database: Database) -> MetricStore:
    return MetricStore(database)


def test_that_a_second_is_found_as_it_was_told(store: MetricStore, teller: Teller) -> None:
    for value in (2.0, 8.0, 5.0):
        teller.metrics.gauge("queue.waiting", value)
    store.add(teller.metrics.take())

    (point,) = store.series("queue.waiting", START, START + 1, SECOND)

    assert (point.name, point.kind, point.at) == ("queue.waiting", MetricKind.GAUGE, START)
    assert (point.count, point.total, point.least, point.most) == (3, 15.0, 2.0, 8.0)


def test_that_nothing_is_known_of_a_metric_that_nobody_told(store: MetricStore) -> None:
    assert store.series("queue.waiting", 0, START, SECOND) == ()
    assert whole(store.series("queue.waiting", 0, START, HOUR)) is None
    assert store.names() == ()


def test_that_two_processes_add_up_in_the_same_second(tmp_path: Path, teller: Teller) -> None:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as one, open_database(path) as other:
        for database, milliseconds in ((one, 1.0), (other, 3.0), (one, 100.0)):
            teller.metrics.observe("chunk", milliseconds)
            MetricStore(database).add(teller.metrics.take())

        found = whole(MetricStore(other).series("chunk", START, START + 1, SECOND))

    assert found is not None
    assert (found.count, found.total, found.most) == (3, 104.0, 100.0)
    assert found.sketch is not None
    assert found.sketch.quantile(0.5) == pytest.approx(3.0, rel=0.01)


def test_that_hours_are_minutes_are_seconds(store: MetricStore, teller: Teller) -> None:
    rng = random.Random(7)
    told = [rng.expovariate(0.1) for _ in range(3 * HOUR // 10)]
    for value in told:
        teller.metrics.observe("chunk", value)
        teller.now += 10
    store.add(teller.metrics.take())
    store.roll_up(MINUTE, teller.now)
    store.roll_up(TEN_MINUTES, teller.now)
    store.roll_up(HOUR, teller.now)

    for seconds, count in ((SECOND, len(told)), (MINUTE, 180), (TEN_MINUTES, 18), (HOUR, 3)):
        points = store.series("chunk", START, teller.now, seconds)
        found = whole(points)
        assert len(points) == count
        assert found is not None
        assert found.sketch is not None
        assert found.count == len(told)
        assert found.total == pytest.approx(sum(told))
        assert found.most == max(told)
        assert found.sketch.quantile(0.95) == pytest.approx(sorted(told)[int(0.95 * len(told))], rel=0.02)


@pytest.mark.parametrize("name", ["a gauge", "a latency"])
def test_that_steps_are_added_up_whoever_does_it(store: MetricStore, teller: Teller, name: str) -> None:
    tell = teller.metrics.gauge if name == "a gauge" else teller.metrics.observe
    for number in range(10):
        tell(name, float(number))
        teller.now += 60
    store.add(teller.metrics.take())

    points = store.series(name, START, teller.now, SECOND, step=300)

    assert [(point.at, point.count, point.total, point.least, point.most) for point in points] == [
        (START, 5, 10.0, 0.0, 4.0),
        (START + 300, 5, 35.0, 5.0, 9.0),
    ]


def test_that_rolling_up_again_counts_nothing_twice(store: MetricStore, teller: Teller) -> None:
    for _ in range(5):
        teller.metrics.count("trials", 10.0)
        store.add(teller.metrics.take())
        store.roll_up(MINUTE, teller.now)
        store.roll_up(MINUTE, teller.now)
        teller.now += 20

    points = store.series("trials", START, teller.now, MINUTE)

    assert [point.total for point in points] == [30.0, 20.0]


def test_that_what_comes_late_is_in_its_minute(store: MetricStore, teller: Teller) -> None:
    teller.metrics.count("trials")
    late = teller.metrics.take()
    teller.now += 30
    teller.metrics.count("trials")
    store.add(teller.metrics.take())
    store.roll_up(MINUTE, teller.now)
    store.add(late)
    store.roll_up(MINUTE, teller.now)

    assert [point.count for point in store.series("trials", START, START + MINUTE, MINUTE)] == [2]


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [(SECOND, HOUR), (MINUTE, 7 * DAY), (TEN_MINUTES, 35 * DAY), (HOUR, 366 * DAY)],
    ids=["second", "minute", "ten minutes", "hour"],
)
def test_that_rows_go_once_they_are_too_old(
    store: MetricStore, database: Database, teller: Teller, seconds: int, kept: int
) -> None:
    _put(database, seconds, [START, START + seconds])

    assert store.forget_old(START + kept - 1) == 0
    assert store.forget_old(START + kept + 2 * HOUR) == 2
    assert _count(database) == 0


def test_that_the_seconds_of_a_minute_go_together(store: MetricStore, teller: Teller) -> None:
    for _ in range(MINUTE):
        teller.metrics.count("trials")
        teller.now += 1
    store.add(teller.metrics.take())
    store.roll_up(MINUTE, teller.now)
    for now in range(START + HOUR, START + HOUR + 3 * MINUTE):
        store.forget_old(now)
        store.roll_up(MINUTE, now)

        (minute,) = store.series("trials", START, START + MINUTE, MINUTE)
        assert minute.count == MINUTE


def test_that_many_old_rows_go_in_pieces(store: MetricStore, database: Database) -> None:
    _put(database, SECOND, range(START, START + 5_000))
    counts = []
    while forgotten := store.forget_old(START + DAY):
        counts.append(forgotten)

    assert sum(counts) == 5_000
    assert max(counts) <= 2_001


def test_that_a_damaged_sketch_takes_nothing_else_with_it(
    store: MetricStore, database: Database, teller: Teller
) -> None:
    teller.metrics.observe("chunk", 5.0)
    store.add(teller.metrics.take())
    database.execute(QueryType.MONITORING, "UPDATE metric_rollups SET sketch = x'00'")

    (point,) = store.series("chunk", START, START + 1, SECOND)

    assert (point.total, point.sketch) == (5.0, None)


def test_that_a_dropped_table_leaves_no_transaction_open(
    store: MetricStore, database: Database, teller: Teller
) -> None:
    database.execute(QueryType.MONITORING, "DROP TABLE metric_rollups")
    teller.metrics.count("trials")

    with pytest.raises(Exception, match="no such table"):
        store.add(teller.metrics.take())
    assert not database.in_transaction


def test_that_no_part_of_what_fails_is_kept(database: Database, teller: Teller) -> None:
    store = MetricStore(database)
    database.execute(
        QueryType.MONITORING,
        "CREATE TRIGGER no_b BEFORE INSERT ON metric_rollups"
        " WHEN new.metric_id = (SELECT id FROM metrics WHERE name = 'b')"
        " BEGIN SELECT raise(ABORT, 'no'); END",
    )
    teller.metrics.count("a")
    teller.metrics.count("b")
    with pytest.raises(Exception, match="no"):
        store.add(teller.metrics.take())
    database.execute(QueryType.MONITORING, "DROP TRIGGER no_b")

    assert _count(database) == 0
    teller.metrics.count("b")
    store.add(teller.metrics.take())
    assert [point.count for point in store.series("b", START, START + 1, SECOND)] == [1]


def _put(database: Database, seconds: int, moments: list[int] | range) -> None:
    database.execute(QueryType.MONITORING, "INSERT INTO metrics (id, name, kind) VALUES (1, 'x', 'gauge')")
    sql = (
        "INSERT INTO metric_rollups (metric_id, seconds, at, count, total, least, most)"
        " VALUES (1, ?, ?, 1, 1, 1, 1)"
    )
    with database.transaction():
        for at in moments:
            database.execute(QueryType.MONITORING, sql, (seconds, at))


def _count(database: Database) -> object:
    return database.execute(QueryType.MONITORING, "SELECT count(*) FROM metric_rollups").rows[0][0]
