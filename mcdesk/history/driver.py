"""Which SQLite library is used, and what may be asked of it.

One library per process and file: two of them on one file corrupt its write-ahead log.
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, cast

from mcdesk.foundation.errors import KeyMissing
from mcdesk.foundation.vault import Key, vault_of
from mcdesk.history.file_head import PLAIN_HEAD, read_head

SqlValue = None | int | float | str | bytes
Row = tuple[SqlValue, ...]

PREFERRED_MODULE = "sqlcipher3.dbapi2"
FALLBACK_MODULE = "sqlite3"
MEMORY = ":memory:"

# First versions without the bug that can lose a committed write when the write-ahead log is reset.
FIXED_LINES = ((3, 44, 6), (3, 50, 7))
FIXED_FROM = (3, 51, 3)


class Cursor(Protocol):
    """What we use of a DB-API cursor."""

    rowcount: int

    def fetchall(self) -> list[Row]:
        """All rows that are left."""
        ...

    def fetchmany(self, size: int) -> list[Row]:
        """At most so many rows; none where none are left."""
        ...


class Connection(Protocol):
    """What we use of a DB-API connection of SQLite."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def execute(self, sql: str, parameters: Sequence[SqlValue] = ...) -> Cursor:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Sequence[Sequence[SqlValue]]) -> Cursor:
        """Run one statement for each row of parameters."""
        ...

    def set_progress_handler(self, handler: Callable[[], int] | None, n: int) -> None:
        """Have a function called after every n steps of SQLite's machine; 1 breaks the statement off."""
        ...

    def backup(
        self, target: Self, *, pages: int = ..., progress: Callable[[int, int, int], None] | None = ...
    ) -> None:
        """Copy the file page by page; what `progress` raises ends it."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class Driver(Protocol):
    """What we use of a DB-API module for SQLite."""

    __name__: str
    sqlite_version_info: tuple[int, ...]
    Error: type[Exception]

    def connect(self, database: str, *, timeout: float, isolation_level: None) -> Connection:
        """Open a file, creating it if it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenDriver:
    """A driver and the journal that is safe with it: `wal`, or `truncate` for a SQLite with the bug."""

    module: Driver
    journal_mode: str

    @property
    def description(self) -> str:
        """Name and version, for `mcdesk health`."""
        version = ".".join(str(part) for part in self.module.sqlite_version_info)
        return f"{self.module.__name__.partition('.')[0]}, SQLite {version}"


def choose_driver() -> ChosenDriver:
    """The driver of this process: sqlcipher3, or Python's own where that cannot be loaded."""
    try:
        module = importlib.import_module(PREFERRED_MODULE)
    except ImportError:
        module = importlib.import_module(FALLBACK_MODULE)
    driver = cast(Driver, module)
    return ChosenDriver(driver, "wal" if is_wal_safe(driver.sqlite_version_info) else "truncate")


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite has the fix for the reset of the write-ahead log."""
    in_fixed_line = any(version[:2] == line[:2] and version >= line for line in FIXED_LINES)
    return version >= FIXED_FROM or in_fixed_line


def connect(driver: ChosenDriver, path: Path, busy_seconds: float, origin: Path | None = None) -> Connection:
    """Open a connection without the driver's own transactions: we begin and end them ourselves.

    A file that is encrypted is opened with its key, and a new one encrypted where its folder is.

    Args:
        origin: of which an empty file is to become a copy, encrypted if that is.

    Raises:
        KeyMissing: if the key cannot be had.
    """
    key = database_key(path, origin)
    connection = driver.module.connect(str(path), timeout=busy_seconds, isolation_level=None)
    if key is not None:
        try:
            _unlock(driver, connection, key)
        except BaseException:
            connection.close()
            raise
    return connection


def database_key(path: Path, origin: Path | None = None) -> Key | None:
    """The key of a database, or of one that is to be made; None where there is none.

    Raises:
        KeyMissing: if it cannot be had.
    """
    vault = None if str(path) == MEMORY else vault_of(path)
    if vault is None and origin is None:
        return None
    # none of one that is not there yet, or in memory
    head = read_head(path)
    if not head and origin is not None:
        return database_key(origin)
    if vault is None or head == PLAIN_HEAD:
        return None
    return vault.key() if head or vault.is_on else None


def quoted_key(key: Key) -> str:
    """A key as the library takes it: the very bits, from which it derives nothing slowly."""
    return f"\"x'{key.derived(b'database').hex()}'\""


def _unlock(driver: ChosenDriver, connection: Connection, key: Key) -> None:
    if driver.module.__name__ != PREFERRED_MODULE:
        raise KeyMissing(
            "The data is encrypted, and sqlcipher3, which opens it, cannot be loaded",
            "Install it with pip, or mcdesk again.",
        )
    # else the library writes to standard error what we tell ourselves
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = {quoted_key(key)}")
