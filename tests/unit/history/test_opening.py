"""How the database is made, brought up to date, and refused."""

import multiprocessing
import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged, DatabaseNewer, DiskFull, StoreError
from mcdesk.history import opening, schema
from mcdesk.history.database import Database
from mcdesk.history.driver import ChosenDriver, choose_driver, is_wal_safe
from mcdesk.history.opening import open_database
from mcdesk.history.people import people_of
from mcdesk.history.query_timing import QueryType
from mcdesk.services import folders_under


def pragma(database: Database, name: str) -> object:
    return database.execute(QueryType.USER_HISTORY, f"PRAGMA {name}").rows[0][0]


def raw(path: Path, *statements: str) -> None:
    """Run statements on the file behind mcdesk's back, through the same library."""
    connection = sqlite.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_that_the_driver_is_sqlcipher_with_a_safe_log() -> None:
    driver = choose_driver()

    assert driver.module.__name__ == "sqlcipher3.dbapi2"
    assert driver.journal_mode == "wal"
    assert driver.description.startswith("sqlcipher3, SQLite 3.")


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_that_versions_with_the_reset_bug_do_without_the_log(version: tuple[int, ...], is_safe: bool) -> None:
    assert is_wal_safe(version) is is_safe


def test_that_without_sqlcipher_pythons_own_library_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.history.driver.PREFERRED_MODULE", "sqlcipher3.absent")

    assert choose_driver().module.__name__ == "sqlite3"


def test_that_a_driver_with_the_bug_opens_a_truncated_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsafe = ChosenDriver(choose_driver().module, "truncate")
    monkeypatch.setattr(opening, "choose_driver", lambda: unsafe)

    with open_database(tmp_path / "mcdesk.db") as database:
        assert pragma(database, "journal_mode") == "truncate"
        assert pragma(database, "synchronous") == 2


def test_that_a_new_database_is_set_up_as_designed(database: Database) -> None:
    assert pragma(database, "journal_mode") == "wal"
    assert pragma(database, "synchronous") == 1
    assert pragma(database, "foreign_keys") == 1
    assert pragma(database, "trusted_schema") == 0
    assert pragma(database, "auto_vacuum") == 2
    assert pragma(database, "busy_timeout") == 5000
    assert pragma(database, "application_id") == schema.APPLICATION_ID
    assert pragma(database, "user_version") == schema.NEWEST_VERSION


def test_that_all_tables_are_strict(database: Database) -> None:
    sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict"

    rows = database.execute(QueryType.USER_HISTORY, sql).rows

    assert [name for (name,) in rows if not str(name).startswith("sqlite_")] == []


def test_that_the_file_is_made_with_its_folder_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "mcdesk.db"
    with open_database(path) as database:
        database.execute(
            QueryType.AUTHENTICATION,
            "INSERT INTO users (email, name, tier, created_at) VALUES ('a@b', 'a', 'trial', '')",
        )

    with open_database(path) as database:
        assert database.execute(QueryType.AUTHENTICATION, "SELECT email FROM users").rows == [("a@b",)]


def test_that_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    raw(path, "PRAGMA user_version = 999")
    before = path.read_bytes()

    with pytest.raises(DatabaseNewer, match="later version"):
        open_database(path)

    assert path.read_bytes() == before


def test_that_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    raw(path, "CREATE TABLE other (x)")

    with pytest.raises(DatabaseDamaged, match="another program"):
        open_database(path)


@pytest.mark.parametrize("content", [b"no database at all" * 400, b"SQLite format 3\x00" + b"\x00" * 4080])
def test_that_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mcdesk.db"
    path.write_bytes(content)

    with pytest.raises(DatabaseDamaged, match="damaged or not a database"):
        open_database(path)

    assert path.read_bytes() == content


def test_that_a_damaged_page_is_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    content = bytearray(path.read_bytes())
    content[3 * 4096 : 4 * 4096] = os.urandom(4096)
    path.write_bytes(content)

    with pytest.raises(DatabaseDamaged):
        open_database(path)


def test_that_a_folder_in_the_place_of_the_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "mcdesk.db").mkdir()

    with pytest.raises(StoreError, match="cannot be read or written"):
        open_database(tmp_path / "mcdesk.db")


def test_that_a_file_in_the_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be read or written"):
        open_database(tmp_path / "home" / "mcdesk.db")


def test_that_an_older_database_is_backed_up_and_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    newest = schema.NEWEST_VERSION
    add = ("9999_rating", "ALTER TABLE simulation_results ADD COLUMN rating INTEGER")
    monkeypatch.setattr(schema, "_MIGRATIONS", (*schema._MIGRATIONS, add))
    monkeypatch.setattr(schema, "NEWEST_VERSION", newest + 1)
    monkeypatch.setattr(opening, "NEWEST_VERSION", newest + 1)

    with open_database(path) as database:
        assert pragma(database, "user_version") == newest + 1
        assert database.execute(QueryType.USER_HISTORY, "SELECT rating FROM simulation_results").rows == []

    assert (tmp_path / f"mcdesk.db.schema-{newest}").is_file()


def test_that_no_other_library_opens_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # two SQLite libraries on one file corrupt it; sqlite-utils, which migrates, has Python's at hand
    opened: list[str] = []
    is_watched = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "sqlite3.connect" and is_watched:
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    path = tmp_path / "mcdesk.db"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_MIGRATIONS", schema._MIGRATIONS[:1])
        patched.setattr(schema, "NEWEST_VERSION", 1)
        patched.setattr(opening, "NEWEST_VERSION", 1)
        open_database(path).close()
    with open_database(path) as database:
        database.health()
        database.sweep()
    by_ours = list(opened)
    sqlite3.connect(tmp_path / "other.db").close()
    is_watched.clear()

    assert by_ours == []
    assert opened == [str(tmp_path / "other.db")]


def test_that_people_of_the_first_schema_keep_their_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_MIGRATIONS", schema._MIGRATIONS[:1])
        patched.setattr(schema, "NEWEST_VERSION", 1)
        patched.setattr(opening, "NEWEST_VERSION", 1)
        open_database(path).close()
    insert = "INSERT INTO users (email, name, tier, created_at) VALUES ('{}', 'A', 'trial', '')"
    raw(path, insert.format("ann@x"), insert.format("bob@x"))
    path.chmod(0o644)

    with open_database(path) as database:
        people = people_of(database, folders_under(tmp_path))
        accounts = people.accounts.accounts()
        names = {people.audit.pseudonym(account) for account in accounts}

    assert [(each.email, each.has_password) for each in accounts] == [("ann@x", False), ("bob@x", False)]
    assert len(names) == 2
    if os.name != "nt":
        files = (path, tmp_path / "mcdesk.db.schema-1")
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]


def rights_of_the_files(folder: Path) -> set[int]:
    with open_database(folder / "mcdesk.db") as database:
        database.execute(QueryType.AUTHENTICATION, "DELETE FROM users")
        files = [path for path in folder.iterdir() if path.name.startswith("mcdesk.db")]
        assert len(files) == 3
        return {stat.S_IMODE(path.stat().st_mode) for path in files}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o755, 0o600), (0o2770, 0o660)])
def test_that_the_files_are_as_open_to_a_group_as_their_folder(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    tmp_path.chmod(folder_mode)

    assert rights_of_the_files(tmp_path) == {file_mode}


def test_that_a_failing_migration_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()
    broken = ("9999_broken", "CREATE TABLE half (x INTEGER) STRICT;\nCREATE NONSENSE")
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_MIGRATIONS", (*schema._MIGRATIONS, broken))
        patched.setattr(opening, "NEWEST_VERSION", schema.NEWEST_VERSION + 1)
        with pytest.raises(sqlite.OperationalError):
            open_database(path)

    with open_database(path) as database:
        assert pragma(database, "user_version") == schema.NEWEST_VERSION
        sql = "SELECT name FROM sqlite_schema WHERE name = 'half'"
        assert database.execute(QueryType.USER_HISTORY, sql).rows == []


def test_that_processes_may_start_at_the_same_moment(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        versions = pool.map(_open_and_read_version, [tmp_path / "mcdesk.db"] * 8, chunksize=1)

    assert versions == [schema.NEWEST_VERSION] * 8


def _open_and_read_version(path: Path) -> object:
    with open_database(path) as database:
        return pragma(database, "user_version")


def test_that_a_file_locked_for_too_long_is_one_clear_error(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_MILLISECONDS", 20)

    with (
        open_database(tmp_path / "mcdesk.db") as other,
        database.transaction(),
        pytest.raises(DatabaseBusy, match="in use"),
    ):
        other.execute(QueryType.PROGRESS_UPDATE, "DELETE FROM users")


def test_that_a_full_disk_is_one_clear_error_and_nothing_is_half_written(database: Database) -> None:
    limit = int(str(pragma(database, "page_count"))) + 1
    pragma(database, f"max_page_count = {limit}")
    insert = "INSERT INTO users (email, name, tier, created_at) VALUES (?, ?, 'trial', '')"

    with pytest.raises(DiskFull, match="full"), database.transaction():
        for number in range(100):
            database.execute(QueryType.AUTHENTICATION, insert, (f"{number}@x", "n" * 4000))

    assert database.execute(QueryType.AUTHENTICATION, "SELECT count(*) FROM users").rows == [(0,)]
    assert database.health().integrity == "ok"
