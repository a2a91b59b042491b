"""Databases of earlier versions: brought up to date with a copy kept, or left as they were."""

import errno
from pathlib import Path

import pytest

from mcdesk.foundation.errors import DiskFull, StoreError
from mcdesk.history import opening, schema
from mcdesk.history.opening import backups_of, open_database
from tests.unit.history.test_opening import raw
from tests.unit.history.test_opening import sqlite as library

PERSON = "INSERT INTO users (email, name, tier, created_at) VALUES ('ann@x', 'Ann', 'trial', '2026-01-01')"


def make_old(path: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as that version left it, with one account."""
    with monkeypatch.context() as patched:
        patched.setattr(schema, "_MIGRATIONS", schema._MIGRATIONS[:version])
        patched.setattr(schema, "NEWEST_VERSION", version)
        patched.setattr(opening, "NEWEST_VERSION", version)
        open_database(path).close()
    raw(path, PERSON)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = library.connect(str(path))
    try:
        found: list[tuple[object, ...]] = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return found


def state(path: Path) -> list[tuple[object, ...]]:
    """Every table and index, and who is in it."""
    # what SQLite itself keeps of them is left out
    tables = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
    return [*rows(path, tables), *rows(path, "SELECT email, name, tier FROM users")]


@pytest.mark.parametrize("version", range(1, schema.NEWEST_VERSION))
def test_that_each_earlier_schema_becomes_that_of_a_new_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    path, new = tmp_path / "mcdesk.db", tmp_path / "new.db"
    make_old(path, version, monkeypatch)
    before = state(path)
    open_database(new).close()
    raw(new, PERSON)

    open_database(path).close()

    assert state(path) == state(new)
    assert [backup.name for backup in backups_of(path)] == [f"mcdesk.db.schema-{version}"]
    assert state(backups_of(path)[0]) == before


def test_that_a_backup_in_the_place_of_the_database_brings_the_earlier_version_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    make_old(path, 1, monkeypatch)
    open_database(path).close()

    backups_of(path)[0].replace(path)

    assert rows(path, "PRAGMA user_version") == [(1,)]
    with open_database(path) as database:
        assert database.health().schema_version == schema.NEWEST_VERSION


def test_that_without_a_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mcdesk.db"
    make_old(path, 1, monkeypatch)
    before = state(path)
    (tmp_path / "mcdesk.db.schema-1").mkdir()

    with pytest.raises(StoreError, match=r"schema-1 cannot be read or written"):
        open_database(path)

    assert state(path) == before
    assert rows(path, "PRAGMA user_version") == [(1,)]


def test_that_a_disk_that_fills_up_meanwhile_is_told_and_freed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mcdesk.db"
    make_old(path, 1, monkeypatch)

    def fill(partial: Path) -> None:
        assert partial.is_file()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(opening, "restrict_access", fill)

    with pytest.raises(DiskFull):
        open_database(path)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["mcdesk.db"]
    assert rows(path, "PRAGMA user_version") == [(1,)]
