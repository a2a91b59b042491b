"""Opens the history: makes it, checks it, refuses it, or brings it up to date; once per process and file."""

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from filelock import FileLock, Timeout

from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.errors import DatabaseBusy, DatabaseNewer, DiskFull
from mcdesk.foundation.group_access import restrict_access
from mcdesk.foundation.metrics import Metrics
from mcdesk.history.ballast import drop_ballast
from mcdesk.history.database import BUSY_MILLISECONDS, Database
from mcdesk.history.driver import ChosenDriver, Connection, choose_driver, connect
from mcdesk.history.schema import APPLICATION_ID, NEWEST_VERSION, migrate
from mcdesk.history.store_errors import damaged, told_error, told_file_error

if TYPE_CHECKING:
    import sqlite3

# Larger files are checked by `mcdesk health`: a start must not wait for it.
MOST_CHECKED_BYTES = 32_000_000
JOURNAL_LIMIT_BYTES = 64_000_000
# held by the process that converts the folder
CONVERSION_LOCK = "encryption.lock"
_OTHER_STARTS_SECONDS = 0.5

logger = logging.getLogger(__name__)


def open_database(
    path: Path,
    clock: Callable[[], float] = time.perf_counter,
    now: Callable[[], datetime] = utc_now,
    metrics: Metrics | None = None,
) -> Database:
    """Open the history at `path`, creating file and folder if need be; close it with `close`.

    The connection is the calling thread's. Opening a file that cannot be used changes nothing in it.

    Where the disk is full, the ballast beside the file is given up.

    Raises:
        DatabaseNewer: if a later version of mcdesk wrote it.
        DatabaseDamaged: if it is no database of mcdesk, or not a sound one.
        StoreError, DiskFull: if the file cannot be read or written.
    """
    driver = choose_driver()
    try:
        connection = _connected(driver, path)
    except DiskFull:
        if not drop_ballast(path.parent):
            raise
        connection = _connected(driver, path)
    return Database(connection, driver, path, clock, now, metrics)


def _connected(driver: ChosenDriver, path: Path) -> Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make_file(path)
        refuse_while_converted(path)
        identity = path.stat().st_ino
    except OSError as error:
        raise told_file_error(error, path) from error
    try:
        connection = connect(driver, path, BUSY_MILLISECONDS / 1000.0)
        try:
            _prepare(connection, driver, path, identity)
        except BaseException:
            connection.close()
            raise
    except (driver.module.Error, UnicodeDecodeError) as error:
        told = told_error(error, path)
        if told is None:
            raise
        raise told from error
    return connection


def _make_file(path: Path) -> None:
    """Make an empty database that nobody may read but its owner and, in a shared folder, the group.

    The log beside it and the index of the log get the rights of the file from SQLite.
    """
    if path.exists():
        return
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        restrict_access(path)


def _prepare(connection: Connection, driver: ChosenDriver, path: Path, identity: int) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    # A hostile file must not run functions from its schema; a damaged one must not be trusted.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    _refuse_what_is_not_ours(connection, path)
    if path.stat().st_ino != identity:
        # while this waited, another process put the converted file in its place
        raise being_converted(path)
    _set_journal(connection, driver)
    connection.execute("PRAGMA foreign_keys = ON")
    version = _number(connection, "user_version")
    if version < NEWEST_VERSION:
        _bring_up_to_date(connection, path, version)


def refuse_while_converted(path: Path) -> None:
    """Refuse to open the history while its folder is being encrypted or decrypted.

    Raises:
        DatabaseBusy: if another process does that now; what a killed one has left does not count.
    """
    if not path.with_name(CONVERSION_LOCK).exists():
        return
    try:
        # others that start at this moment hold it as well, for as long as it takes to let it go
        with conversion_lock(path, _OTHER_STARTS_SECONDS):
            pass
    except Timeout as error:
        raise being_converted(path) from error


def conversion_lock(path: Path, seconds: float) -> FileLock:
    """What the process holds that converts the folder of a history; raises Timeout after so long."""
    return FileLock(path.with_name(CONVERSION_LOCK), seconds, mode=0o660, poll_interval=0.01)


def being_converted(path: Path) -> DatabaseBusy:
    """The error for a folder in which another process is at work."""
    return DatabaseBusy(
        f"{path.parent} is being encrypted or decrypted by another process", "Try again when that has ended."
    )


def _refuse_what_is_not_ours(connection: Connection, path: Path) -> None:
    # One transaction: another process may be making the tables at this moment.
    connection.execute("BEGIN")
    version = _number(connection, "user_version")
    application_id = _number(connection, "application_id")
    is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall() == [(0,)]
    connection.execute("COMMIT")
    if application_id != APPLICATION_ID and not is_empty:
        raise damaged(path, "another program made it")
    if version > NEWEST_VERSION:
        raise DatabaseNewer(
            f"{path} was written by a later version of mcdesk (schema {version} > {NEWEST_VERSION})",
            "Install the later version, or set MCDESK_HOME to another folder.",
        )
    if path.stat().st_size <= MOST_CHECKED_BYTES:
        finding = connection.execute("PRAGMA quick_check(1)").fetchall()[0][0]
        if finding != "ok":
            raise damaged(path, str(finding))


def _set_journal(connection: Connection, driver: ChosenDriver) -> None:
    # Only an empty file takes it: pages that deletion frees are given back to the disk.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    if connection.execute("PRAGMA journal_mode").fetchall()[0][0] != driver.journal_mode:
        _switch_journal(connection, driver)
    # With the write-ahead log, a killed process loses nothing; a power cut may lose the last commits.
    is_wal = driver.journal_mode == "wal"
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if is_wal else 'FULL'}")
    connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_LIMIT_BYTES}")


def _switch_journal(connection: Connection, driver: ChosenDriver) -> None:
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000.0
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {driver.journal_mode}")
        except driver.module.Error:
            # The switch does not wait for another process that is switching; so we do.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _bring_up_to_date(connection: Connection, path: Path, version: int) -> None:
    # Imported here: a start of an up-to-date database is spared 0.15 s.
    import sqlite_utils

    if version > 0:
        _back_up(connection, path, version)
    wrapped = sqlite_utils.Database(
        cast("sqlite3.Connection", connection), recursive_triggers=False, execute_plugins=False, strict=True
    )
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while this one waited for the lock.
        if _number(connection, "user_version") < NEWEST_VERSION:
            migrate(wrapped)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(Exception):
            connection.execute("ROLLBACK")
        raise
    # Files of earlier versions, which knew no passwords, could be read by everybody.
    restrict_access(path)
    logger.info("database %s: schema %d to %d", path, version, NEWEST_VERSION)


def backups_of(path: Path) -> tuple[Path, ...]:
    """The copies of a database that were made before its schema was changed."""
    return tuple(sorted(path.parent.glob(f"{path.name}.schema-*")))


def _back_up(connection: Connection, path: Path, version: int) -> None:
    backup = path.with_name(f"{path.name}.schema-{version}")
    # Under a name of its own first: several processes may come to this point at once.
    partial = backup.with_name(f"{backup.name}.{os.getpid()}")
    try:
        partial.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(partial),))
        restrict_access(partial)
        partial.replace(backup)
    except OSError as error:
        raise told_file_error(error, backup) from error
    finally:
        # what a full disk has left of it would keep the disk full
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _number(connection: Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchall()[0][0] or 0)
