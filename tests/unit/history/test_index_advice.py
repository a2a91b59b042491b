"""Which indexes the history lacks, and what makes and unmakes them."""

import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import OptionInvalid, StoreError
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.driver import choose_driver, connect
from mcdesk.history.file_store import FileStore
from mcdesk.history.index_advice import Advice, AdviceLimits, Recommendation, advise
from mcdesk.history.index_change import applied_indexes, apply, undo
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.statement_catalogue import Statement

from .large_history import fill
from .program_use import use_for_a_day

LOOKUP = QueryType.SIMULATION_LOOKUP
OFTEN = 5_000


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of twenty people with many files, none of whom is missing an index."""
    path = tmp_path_factory.mktemp("history") / "mcdesk.db"
    with open_database(path) as database:
        AccountStore(database).local_account()
        fill(database, run_count=10_000, account_count=20, files_each=1000)
    return path


@pytest.fixture
def path(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_once, tmp_path / "mcdesk.db"))


def without(path: Path, *names: str) -> None:
    """Take indexes away."""
    with open_database(path) as database:
        for name in names:
            database.execute(LOOKUP, f"DROP INDEX {name}")


def used(path: Path, use: Callable[[Database], object], times: int = OFTEN) -> tuple[Statement, ...]:
    """The statements of a use of the history, taken for this frequent."""
    with open_database(path) as database:
        use(database)
        return tuple(replace(each, count=times) for each in database.statements())


def slowly_used(path: Path, use: Callable[[Database], object]) -> tuple[Statement, ...]:
    """The same where every query takes a second."""
    with open_database(path, clock=itertools.count(step=1.0).__next__) as database:
        use(database)
        return database.statements()


def _plan(database: Database, sql: str) -> str:
    rows = database.execute(LOOKUP, f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?")).rows
    return "; ".join(str(row[3]) for row in rows)


def the_only(advice: Advice) -> Recommendation:
    (recommendation,) = advice.recommendations
    return recommendation


def list_active(database: Database) -> None:
    """What the promised index is for; the program has no such statement now."""
    sql = "SELECT simulation_id FROM simulation_results WHERE status IN ('pending', 'running', 'completed')"
    database.execute(LOOKUP, sql)


USES: dict[str, Callable[[Database], object]] = {
    "simulation_results_user_created": lambda database: RunStore(database).runs_of(3),
    "uploaded_files_user_created": lambda database: FileStore(database, Path("files")).files(3),
}


@pytest.mark.parametrize("name", USES)
def test_that_a_promised_index_that_is_missing_is_missed(path: Path, name: str) -> None:
    without(path, name)

    found = the_only(advise(path, used(path, USES[name])))

    assert "SCAN" in found.plan_before or "TEMP B-TREE FOR ORDER BY" in found.plan_before
    assert "SCAN" not in found.plan_after
    assert "TEMP B-TREE" not in found.plan_after
    assert found.name in found.plan_after
    assert found.gain is not None
    assert found.gain > 1.5
    assert "ms before" in found.timing


def test_that_the_index_of_active_simulations_is_missed_where_they_are_few(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as database:
        AccountStore(database).local_account()
        fill(database, run_count=10_000, account_count=20, completed_percent=2)
    without(path, "simulation_results_active")

    found = the_only(advise(path, used(path, list_active)))

    assert found.plan_before == "SCAN simulation_results"
    assert found.name in found.plan_after


def test_that_the_index_of_addresses_is_missed_by_many_people(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as database:
        fill(database, run_count=10, account_count=10_000, files_each=1)
    without(path, "users_email_active")

    found = the_only(advise(path, used(path, lambda database: AccountStore(database).find("p9@x.org"))))

    assert found.plan_before == "SCAN users"
    assert found.plan_after.startswith("SEARCH users USING INDEX")
    assert found.index.keys == ("email",)


def test_that_an_index_is_missed_by_a_slow_statement_without_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as database:
        AccountStore(database).local_account()
        fill(database, run_count=20_000, account_count=1)
    without(path, "simulation_results_user_status_created")

    found = the_only(
        advise(path, slowly_used(path, lambda database: RunStore(database).runs_of(1, 50, RunStatus.FAILED)))
    )

    assert "SCAN" not in found.plan_before
    assert set(found.index.keys[:2]) <= {"user_id", "status", "created_at DESC"}
    assert "status" in found.index.keys


def test_that_the_shipped_schema_lacks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    # By this clock no statement is slow, and advice is not broken off, however busy the machine is.
    stopped = itertools.repeat(0.0).__next__
    with open_database(path, clock=stopped) as database:
        AccountStore(database).local_account()
        fill(database, run_count=20_000)
    with open_database(path, clock=stopped) as database:
        use_for_a_day(database, tmp_path)
        statements = database.statements()
        of_chunks = [each.sql for each in statements if "FROM chunks" in each.sql and "SELECT" in each.sql]
        plans = [_plan(database, sql) for sql in of_chunks]

    advice = advise(path, statements, clock=stopped)

    assert len(plans) >= 3
    assert not [sql for sql, plan in zip(of_chunks, plans, strict=True) if "TEMP B-TREE" in plan]
    assert advice.recommendations == ()
    assert advice.is_complete
    assert advice.statement_count > 100


def test_that_advice_changes_nothing_in_the_file(path: Path) -> None:
    without(path, "simulation_results_user_created")
    statements = used(path, USES["simulation_results_user_created"])
    before = hashlib.sha256(path.read_bytes()).digest()

    assert advise(path, statements).recommendations

    assert hashlib.sha256(path.read_bytes()).digest() == before


def test_that_a_file_that_is_too_large_is_sampled_and_not_timed(path: Path) -> None:
    without(path, "uploaded_files_user_created")
    statements = used(path, USES["uploaded_files_user_created"])

    found = the_only(
        advise(
            path, statements, AdviceLimits(most_copied_bytes=0, most_sampled_rows=5_000, most_seconds=120.0)
        )
    )

    assert found.index.keys == ("user_id", "created_at DESC")
    assert (found.milliseconds_before, found.milliseconds_after, found.gain) == (None, None, None)
    assert found.timing == "not timed"


def test_that_what_seldom_runs_is_not_worth_an_index(path: Path) -> None:
    without(path, "uploaded_files_user_created")

    assert advise(path, used(path, USES["uploaded_files_user_created"], times=1)).recommendations == ()


def test_that_an_index_is_left_out_that_a_longer_one_replaces(path: Path) -> None:
    without(path, "chunks_taken")
    by_person = Statement("SELECT count(*) FROM chunks WHERE user_id = ?", LOOKUP, 10_000)
    sql = "SELECT max(trials) FROM chunks WHERE user_id = ? AND began_at > ?"

    found = advise(path, [by_person, Statement(sql, LOOKUP, 1, is_slow=True)])

    assert the_only(advise(path, [by_person])).index.keys == ("user_id",)
    assert the_only(found).index.keys == ("user_id", "began_at")


def test_that_advice_ends_when_its_time_is_over_or_somebody_asks(path: Path) -> None:
    statements = used(path, list_active, times=1)
    token = CancelToken()
    token.cancel()

    advice = advise(path, statements, AdviceLimits(most_seconds=0.0))

    assert not advice.is_complete
    assert advice.recommendations == ()
    with pytest.raises(Cancelled):
        advise(path, statements, token=token)


@pytest.fixture
def lacking(path: Path) -> Iterator[tuple[Database, Recommendation]]:
    """A history without an index, and the advice to make it."""
    without(path, "simulation_results_user_created")
    found = the_only(advise(path, used(path, USES["simulation_results_user_created"])))
    with open_database(path) as database:
        yield database, found


def names_of(database: Database) -> set[str]:
    rows = database.execute(LOOKUP, "SELECT name FROM sqlite_schema WHERE type = 'index'").rows
    return {str(row[0]) for row in rows}


def test_that_an_applied_index_is_used_and_not_advised_again(
    lacking: tuple[Database, Recommendation],
) -> None:
    database, found = lacking

    applied = apply(database, found)

    assert found.name in applied.plan
    assert advise(database.path, [found.statement]).recommendations == ()
    apply(database, found)
    assert found.name in names_of(database)


def test_that_an_applied_index_is_taken_away_again(lacking: tuple[Database, Recommendation]) -> None:
    database, found = lacking
    before = names_of(database)

    assert applied_indexes(database) == ()
    apply(database, found)
    assert applied_indexes(database) == (found.name,)
    undo(database, found.name)
    undo(database, found.name)

    assert names_of(database) == before
    assert applied_indexes(database) == ()
    assert the_only(advise(database.path, [found.statement])).index == found.index


def test_that_an_index_of_the_schema_is_not_taken_away(lacking: tuple[Database, Recommendation]) -> None:
    database, _ = lacking
    before = names_of(database)

    with pytest.raises(OptionInvalid):
        undo(database, "users_email_active")

    assert names_of(database) == before


def test_that_a_numbered_parameter_is_given_once(path: Path) -> None:
    sql = "SELECT id FROM leases WHERE beat_at >= ?1 AND beat_at <= ?1"
    found = the_only(advise(path, [Statement(sql, LOOKUP, 10_000)]))

    with open_database(path) as database:
        assert found.name in apply(database, found).plan


def test_that_an_applied_index_of_some_rows_is_not_advised_again(path: Path) -> None:
    sql = "SELECT trials FROM simulation_results WHERE status = 'failed' AND model_sha256 > ?"
    statement = Statement(sql, LOOKUP, 10_000, is_slow=True)
    found = the_only(advise(path, [statement]))

    with open_database(path) as database:
        apply(database, found)

    assert advise(path, [statement]).recommendations == ()


HOSTILE = {
    "a view for a table": (
        "DROP TABLE rates",
        "CREATE VIEW rates (device, program_sha256, steps, trials_per_second, measured_at)"
        " AS SELECT 1, 2, 3, 4, 5",
    ),
    "a generated column": ("ALTER TABLE rates ADD COLUMN more TEXT AS (hex(steps))",),
    "a column that is gone": ("ALTER TABLE rates DROP COLUMN steps",),
}


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE.keys())
def test_that_tables_that_are_not_ours_are_refused(path: Path, statements: tuple[str, ...]) -> None:
    with open_database(path) as database:
        for sql in statements:
            database.execute(LOOKUP, sql)

    with pytest.raises(StoreError, match="The table rates of the history is not as mcdesk makes it"):
        advise(path, [Statement("SELECT * FROM rates", LOOKUP, 1)])


def test_that_no_trigger_and_no_expression_of_the_file_is_run(path: Path) -> None:
    connection = connect(choose_driver(), path, 1.0)
    connection.execute(
        "CREATE TRIGGER hostile BEFORE UPDATE ON leases BEGIN SELECT RAISE(ABORT, 'it was run'); END"
    )
    connection.execute("CREATE INDEX hostile_index ON leases (device)")
    connection.execute("PRAGMA writable_schema = ON")
    # No value of the column is JSON: to make this index anew is to fail.
    connection.execute(
        "UPDATE sqlite_schema SET sql = 'CREATE INDEX hostile_index ON leases (json(device))'"
        " WHERE name = 'hostile_index'"
    )
    connection.close()
    statement = Statement("UPDATE leases SET outcome = 'expired' WHERE beat_at = ?", LOOKUP, 100_000)

    found = the_only(advise(path, [statement]))

    assert found.index.keys == ("beat_at",)


def test_that_an_index_that_somebody_made_counts(path: Path) -> None:
    statement = Statement("SELECT id FROM leases WHERE beat_at = ? AND epoch = 1", LOOKUP, 1, True)
    with open_database(path) as database:
        database.execute(LOOKUP, "CREATE INDEX theirs ON leases (beat_at DESC, tier)")

    assert advise(path, [statement]).recommendations == ()


def test_that_advice_on_a_history_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        advise(tmp_path / "absent.db", [])

    assert list(tmp_path.iterdir()) == []
