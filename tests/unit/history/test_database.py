"""Statements, transactions, and the timing of every query."""

import itertools
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from mcdesk.history import opening
from mcdesk.history.database import Database
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryLog, QueryTiming, QueryType, percentile, summarize
from mcdesk.history.schema import NEWEST_VERSION

INSERT = "INSERT INTO users (email, name, tier, created_at) VALUES (?, '', 'trial', '')"
COUNT = "SELECT count(*) FROM users"


def slow_clock(seconds_per_look: float) -> "itertools.count[float]":
    return itertools.count(0.0, seconds_per_look)


def open_slow(path: Path, seconds_per_query: float) -> Database:
    """A database whose clock claims that each query takes this long."""
    ticks = slow_clock(seconds_per_query)
    return open_database(path, clock=lambda: next(ticks), now=lambda: datetime(2026, 1, 2, tzinfo=UTC))


def test_that_a_statement_returns_rows_and_the_count_of_changes(database: Database) -> None:
    inserted = database.execute(QueryType.AUTHENTICATION, INSERT, ("a@b",))
    found = database.execute(QueryType.AUTHENTICATION, "SELECT email, tier FROM users")

    assert inserted.changed_count == 1
    assert found.rows == [("a@b", "trial")]
    assert found.changed_count == 0


def test_that_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction():
        database.execute(QueryType.AUTHENTICATION, INSERT, ("a@b",))
        raise KeyError

    assert database.execute(QueryType.AUTHENTICATION, COUNT).rows == [(0,)]
    with database.transaction():
        database.execute(QueryType.AUTHENTICATION, INSERT, ("a@b",))
    assert database.execute(QueryType.AUTHENTICATION, COUNT).rows == [(1,)]


def test_that_a_fault_in_our_own_sql_is_not_dressed_up(database: Database) -> None:
    with pytest.raises(sqlite.OperationalError):
        database.execute(QueryType.AUTHENTICATION, "SELECT nonsense FROM users")


def test_that_wrong_types_are_refused_by_the_tables(database: Database) -> None:
    with pytest.raises(sqlite.IntegrityError):
        database.execute(QueryType.AUTHENTICATION, INSERT.replace("'trial'", "'royal'"), ("a@b",))


def test_that_every_query_counts_under_its_type(database: Database) -> None:
    for _ in range(3):
        database.execute(QueryType.FILE_ACCESS, COUNT)
    database.execute(QueryType.USER_HISTORY, COUNT)

    count_by_type = {statistics.query_type: statistics.count for statistics in database.statistics()}

    assert count_by_type[QueryType.FILE_ACCESS] == 3
    assert count_by_type[QueryType.USER_HISTORY] == 1
    assert count_by_type[QueryType.PROGRESS_UPDATE] == 0


def test_that_timings_outlive_the_process_that_took_them(tmp_path: Path) -> None:
    with open_slow(tmp_path / "mcdesk.db", 0.004) as first:
        first.execute(QueryType.FILE_ACCESS, COUNT)

    with open_database(tmp_path / "mcdesk.db") as second:
        statistics = second.statistics()[list(QueryType).index(QueryType.FILE_ACCESS)]

    assert statistics.count == 1
    assert statistics.max_milliseconds == pytest.approx(4.0)


def test_that_a_slow_query_is_kept_with_sql_and_plan(tmp_path: Path) -> None:
    sql = "SELECT email FROM users WHERE email = ? AND is_active"
    with open_slow(tmp_path / "mcdesk.db", 0.150) as database:
        database.execute(QueryType.AUTHENTICATION, sql, ("secret@x",))
        database.execute(QueryType.FILE_ACCESS, COUNT)
        (slow,) = database.slow_queries()

    assert slow.query_type is QueryType.AUTHENTICATION
    assert slow.milliseconds == pytest.approx(150.0)
    assert slow.at == "2026-01-02T00:00:00.000000Z"
    assert slow.sql == sql
    assert "users_email_active" in str(slow.plan)


def test_that_failing_to_keep_timings_does_not_fail_the_query(tmp_path: Path) -> None:
    with open_slow(tmp_path / "mcdesk.db", 2.0) as database:
        database.execute(QueryType.AUTHENTICATION, "DROP TABLE query_timings")

        assert database.execute(QueryType.AUTHENTICATION, COUNT).rows == [(0,)]


def test_that_a_slow_query_inside_a_transaction_is_kept_after_it(tmp_path: Path) -> None:
    with open_slow(tmp_path / "mcdesk.db", 2.0) as database:
        with database.transaction():
            database.execute(QueryType.AUTHENTICATION, INSERT, ("a@b",))
            assert database.slow_queries() == ()
        database.save_timings()

        assert len(database.slow_queries()) == 1


def test_that_timings_wait_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with open_slow(path, 2.0) as database, open_database(path) as other:
        with other.transaction():
            database.execute(QueryType.AUTHENTICATION, COUNT)
            assert database.slow_queries() == ()
        database.save_timings()

        assert len(database.slow_queries()) == 1


def test_that_closing_twice_is_allowed(tmp_path: Path) -> None:
    database = open_database(tmp_path / "mcdesk.db")

    database.close()
    database.close()


def test_that_closing_does_not_wait_for_another_writer(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    database = open_database(path)
    database.execute(QueryType.AUTHENTICATION, COUNT)
    started = time.monotonic()

    with open_database(path) as other, other.transaction():
        database.close()
        seconds = time.monotonic() - started

    assert seconds < 2.0


def test_that_a_transaction_inside_another_is_a_part_of_it(database: Database) -> None:
    with pytest.raises(KeyError), database.transaction():
        with database.transaction():
            database.execute(QueryType.AUTHENTICATION, INSERT, ("a@b",))
        assert database.in_transaction
        raise KeyError

    assert not database.in_transaction
    assert database.execute(QueryType.AUTHENTICATION, COUNT).rows == [(0,)]


def test_that_a_durable_transaction_waits_for_the_disk_and_no_other_does(database: Database) -> None:
    def level() -> object:
        return database.execute(QueryType.AUTHENTICATION, "PRAGMA synchronous").rows[0][0]

    levels = [level()]
    with pytest.raises(KeyError), database.transaction(is_durable=True):
        levels.append(level())
        raise KeyError
    levels.append(level())

    assert levels == [1, 2, 1]


def test_that_a_swept_file_holds_nothing_of_what_was_deleted(database: Database, tmp_path: Path) -> None:
    with database.transaction():
        for number in range(50):
            database.execute(QueryType.AUTHENTICATION, INSERT, (f"secret{number}@x",))
    database.execute(QueryType.AUTHENTICATION, "DELETE FROM users")

    assert database.sweep()
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())


def test_that_sweeping_gives_way_to_another_process(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_MILLISECONDS", 20)

    with open_database(tmp_path / "mcdesk.db") as other, database.transaction():
        assert not other.sweep()


def test_that_health_tells_driver_journal_and_integrity(database: Database) -> None:
    health = database.health()

    assert (health.journal_mode, health.integrity, health.schema_version) == ("wal", "ok", NEWEST_VERSION)
    assert health.driver.startswith("sqlcipher3")
    assert health.file_bytes > 0


@pytest.mark.parametrize(
    ("query_type", "milliseconds"),
    [
        ("progress_update", 50),
        ("authentication", 100),
        ("simulation_lookup", 200),
        ("user_history", 300),
        ("file_access", 500),
        ("result_retrieval", 1000),
    ],
)
def test_that_a_query_is_slow_above_the_threshold_of_its_type(query_type: str, milliseconds: float) -> None:
    kind = QueryType(query_type)

    assert not QueryTiming(kind, "", milliseconds).is_slow
    assert QueryTiming(kind, "", milliseconds + 0.1).is_slow


def test_that_percentiles_are_measured_values() -> None:
    values = [float(value) for value in range(1, 101)]

    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50.0, 95.0, 99.0, 100.0]
    assert percentile([7.0], 50) == 7.0
    assert percentile([], 50) is None


def test_that_no_queries_give_no_figures() -> None:
    statistics = summarize(QueryType.FILE_ACCESS, [])

    assert statistics.count == 0
    assert statistics.p50_milliseconds is None
    assert statistics.max_milliseconds is None


def test_that_timings_put_back_keep_their_order() -> None:
    log = QueryLog()
    timings = [QueryTiming(QueryType.FILE_ACCESS, str(number), 1.0) for number in range(4)]
    for timing in timings:
        log.add(timing)

    log.put_back(log.take_unsaved())

    assert log.take_unsaved() == tuple(timings)
    assert log.take_unsaved() == ()
