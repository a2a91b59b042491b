"""The copy in memory that statements are planned on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.history.copy_filling import CopyFilling, TableSize
from mcdesk.history.driver import Connection, choose_driver, connect
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType

from .large_history import fill

RUNS = 4_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as database:
        fill(database, run_count=RUNS, account_count=50)
    return path


@pytest.fixture
def memory() -> Iterator[Connection]:
    connection = connect(choose_driver(), Path(":memory:"), 1.0)
    yield connection
    connection.close()


def statistics(connection: Connection, index: str) -> list[int]:
    sql = "SELECT stat FROM sqlite_stat1 WHERE idx = ?"
    return [int(figure) for figure in str(connection.execute(sql, (index,)).fetchall()[0][0]).split()]


def test_that_all_rows_are_copied_and_no_trigger(path: Path, memory: Connection) -> None:
    filling = CopyFilling(memory, choose_driver(), None)

    filling.fill(path)

    assert filling.size_by_table["leases"] == TableSize(RUNS, RUNS)
    assert memory.execute("SELECT count(*) FROM leases").fetchall() == [(RUNS,)]
    others = memory.execute("SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')")
    assert others.fetchall() == [(0,)]


def test_that_a_sample_has_the_figures_of_the_whole_table(path: Path, memory: Connection) -> None:
    with open_database(path) as database:
        for table in ("sqlite_stat1", "sqlite_stat4"):
            database.execute(QueryType.USER_HISTORY, f"DELETE FROM {table}")
    filling = CopyFilling(memory, choose_driver(), most_rows=800)

    filling.fill(path)

    assert filling.size_by_table["simulation_results"] == TableSize(RUNS, 800)
    rows, rows_of_a_person, *_ = statistics(memory, "simulation_results_user_created")
    assert rows == RUNS
    assert pytest.approx(rows_of_a_person, rel=0.5) == RUNS / 50
    # A name is one of a kind in a sample and in all rows.
    assert statistics(memory, "sqlite_autoindex_simulation_results_1") == [RUNS, 1]


def test_that_the_figures_of_the_file_itself_go_before_those_of_a_sample(
    path: Path, memory: Connection
) -> None:
    sql = "UPDATE sqlite_stat1 SET stat = '5000 7 6' WHERE idx = 'simulation_results_user_created'"
    with open_database(path) as database:
        database.execute(QueryType.USER_HISTORY, sql)

    CopyFilling(memory, choose_driver(), most_rows=800).fill(path)

    assert statistics(memory, "simulation_results_user_created") == [5000, 7, 6]


def test_that_nonsense_among_the_statistics_of_the_file_does_no_harm(path: Path, memory: Connection) -> None:
    sql = "UPDATE sqlite_stat1 SET stat = 'none' WHERE tbl = 'simulation_results'"
    with open_database(path) as database:
        database.execute(QueryType.USER_HISTORY, sql)

    CopyFilling(memory, choose_driver(), most_rows=800).fill(path)

    assert statistics(memory, "simulation_results_user_created")[0] == RUNS
