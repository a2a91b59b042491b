"""What keeps the history's file sound and small: checks, a backup, a vacuum, statistics for the planner.

Each opens a connection of its own, so that it may run in any thread while the history is in use, and looks
at its token often.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged, DiskFull, OptionInvalid
from mcdesk.foundation.group_access import restrict_access
from mcdesk.history.driver import ChosenDriver, Connection, choose_driver, connect
from mcdesk.history.sql_tokens import quoted
from mcdesk.history.store_errors import disk_full, told_error, told_file_error

BUSY_SECONDS = 5.0
MOST_FINDINGS = 100
# A millisecond or two of SQLite's machine.
_STEPS_BETWEEN_LOOKS = 20_000
# 4 MB at the usual size of a page.
_PAGES_AT_ONCE = 1_024
_ROWS_AT_ONCE = 1_000
# What SQLite keeps beside a database that is open, or was not closed.
COMPANIONS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class MaintenanceResult:
    """What was done: `text` for a person, `milliseconds` it took, `is_sound` unless a check found faults."""

    text: str
    milliseconds: float
    is_sound: bool = True


class Maintenance:
    """Looks after the history at `path`; each method may be ended by `token`."""

    def __init__(
        self,
        path: Path,
        token: CancelToken | None = None,
        clock: Callable[[], float] = time.perf_counter,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._path = path
        self._token = token or CancelToken()
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._driver: ChosenDriver = choose_driver()

    def optimize(self) -> MaintenanceResult:
        """Renew the statistics that the planner goes by, where they are old.

        Raises:
            Cancelled: if somebody asked; then some statistics may be new.
            McdeskError: DatabaseBusy, DiskFull, DatabaseDamaged or StoreError, if the file is at fault.
        """
        started = self._clock()
        with self._opened() as connection:
            # 0x10002: look at all tables, not only those that this connection has asked.
            steps = connection.execute("PRAGMA optimize(0x10003)").fetchall()
            connection.execute("PRAGMA optimize(0x10002)")
        text = f"Statistics renewed: {len(steps)} tables" if steps else "The statistics are up to date"
        return MaintenanceResult(text, self._passed(started))

    def check_quickly(self) -> MaintenanceResult:
        """Look at the structure of the file, and at the values of its tables; not whether indexes agree.

        Raises:
            Cancelled: if somebody asked.
            McdeskError: DatabaseBusy or StoreError, if the file cannot be read. Damage is a result.
        """
        return self._check("quick_check")

    def check_thoroughly(self) -> MaintenanceResult:
        """Look at all of the file: structure, values, whether indexes agree, texts, and what rows refer to.

        Raises:
            Cancelled, McdeskError: as `check_quickly`.
        """
        return self._check("integrity_check")

    def vacuum(self) -> MaintenanceResult:
        """Write the file anew without unused pages; nobody else may write meanwhile.

        Raises:
            Cancelled: if somebody asked; then the file is as before.
            McdeskError: DatabaseBusy while another one writes, DiskFull, DatabaseDamaged or StoreError.
        """
        started = self._clock()
        with self._opened() as connection:
            before = self._path.stat().st_size
            connection.execute("VACUUM")
            # Until the log is copied back, the file keeps its length.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        freed = max(before - self._path.stat().st_size, 0)
        text = f"Written anew, {freed / 1e6:.1f} MB smaller" if freed else "Written anew, no smaller"
        return MaintenanceResult(text, self._passed(started))

    def back_up(self, target: Path) -> MaintenanceResult:
        """Copy the history, as it is at this moment, to a file; others may write meanwhile.

        The file appears under its name once it is whole and was checked; one that was there is replaced.

        Raises:
            Cancelled: if somebody asked; then nothing was written.
            OptionInvalid: if the target is the history itself, or a database in use.
            McdeskError: DiskFull, StoreError, DatabaseBusy or DatabaseDamaged; then nothing was written.
        """
        started = self._clock()
        self._refuse_target(target)
        partial = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            self._make_partial(partial)
            self._copy_to(partial)
            byte_count = partial.stat().st_size
            _write_through(partial)
            partial.replace(target)
        except OSError as error:
            raise told_file_error(error, target) from error
        except DiskFull as error:
            # The history was only read.
            raise disk_full(target) from error
        finally:
            for name in (partial.name, *(f"{partial.name}{each}" for each in COMPANIONS)):
                with suppress(OSError):
                    partial.with_name(name).unlink(missing_ok=True)
        return MaintenanceResult(f"{byte_count / 1e6:.1f} MB copied to {target}", self._passed(started))

    def _check(self, pragma: str) -> MaintenanceResult:
        started = self._clock()
        try:
            with self._opened() as connection:
                rows = connection.execute(f"PRAGMA {pragma}({MOST_FINDINGS})").fetchall()
                findings = [str(row[0]) for row in rows if row[0] != "ok"]
                if pragma == "integrity_check":
                    rows = connection.execute("PRAGMA foreign_key_check").fetchall()[:MOST_FINDINGS]
                    findings += [f"a row of {row[0]!s} refers to none of {row[2]!s}" for row in rows]
                    _read_all(connection)
        except DatabaseDamaged as error:
            findings = [error.title]
        text = "\n".join(findings) or "ok"
        return MaintenanceResult(text, self._passed(started), is_sound=not findings)

    def _refuse_target(self, target: Path) -> None:
        own = [self._path, *(self._path.with_name(f"{self._path.name}{each}") for each in COMPANIONS)]
        if any(_is_same(target, each) for each in own):
            raise OptionInvalid(f"{target} is the history itself", "Choose another name for the backup.")
        if target.is_dir():
            raise OptionInvalid(f"{target} is a folder", "Choose a name for the backup.")
        if any(target.with_name(f"{target.name}{each}").exists() for each in COMPANIONS):
            # Its log would be taken for the copy's.
            raise OptionInvalid(f"{target} is a database in use", "Choose another name for the backup.")

    def _make_partial(self, partial: Path) -> None:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        restrict_access(partial)

    def _copy_to(self, partial: Path) -> None:
        copy = connect(self._driver, partial, self._busy_seconds, origin=self._path)
        try:
            with self._opened() as source:
                # One moment for all of it: else the copy begins anew whenever somebody writes.
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
                source.backup(copy, pages=_PAGES_AT_ONCE, progress=self._look_at_token)
                # The file is to be whole without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE").fetchall()
                copy.set_progress_handler(self._is_over, _STEPS_BETWEEN_LOOKS)
                finding = copy.execute("PRAGMA quick_check(1)").fetchall()[0][0]
            if finding != "ok":
                raise DatabaseDamaged(
                    f"{self._path} is damaged ({finding!s})", "Keep the backups from before."
                )
        finally:
            copy.close()

    def _look_at_token(self, status: int, remaining: int, total: int) -> None:
        self._token.raise_if_cancelled()

    def _is_over(self) -> int:
        return int(self._token.is_cancelled)

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        """A connection that the token interrupts, what SQLite says being told as ours."""
        self._token.raise_if_cancelled()
        connection: Connection | None = None
        try:
            # SQLite would make an empty file.
            self._path.stat()
            connection = connect(self._driver, self._path, self._busy_seconds)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.set_progress_handler(self._is_over, _STEPS_BETWEEN_LOOKS)
            yield connection
        except OSError as error:
            raise told_file_error(error, self._path) from error
        except (self._driver.module.Error, UnicodeDecodeError) as error:
            self._token.raise_if_cancelled()
            told = told_error(error, self._path)
            if isinstance(told, DatabaseBusy):
                raise DatabaseBusy(
                    f"{self._path} is being written", "Try again when no simulation runs."
                ) from error
            if told is None:
                raise
            raise told from error
        finally:
            if connection is not None:
                connection.close()

    def _passed(self, started: float) -> float:
        return (self._clock() - started) * 1000.0


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except OSError:
        return False


def _read_all(connection: Connection) -> None:
    """Read each value once: SQLite's own checks do not see whether a text is one."""
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        rows = connection.execute(f"SELECT * FROM {quoted(str(name))}")
        while rows.fetchmany(_ROWS_AT_ONCE):
            pass


def _write_through(path: Path) -> None:
    """Wait until the disk has it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
