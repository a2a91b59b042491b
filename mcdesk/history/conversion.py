"""Encrypts all that a data folder holds of people's work, or decrypts it, while nobody else uses it.

Each file is replaced whole, and says itself whether it is encrypted: a folder in which this was cut off is
read like any other, and the next attempt goes on with what is left.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import Timeout

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged
from mcdesk.foundation.group_access import restrict_access
from mcdesk.foundation.kept_file import is_sealed, open_kept, sealed
from mcdesk.foundation.paths import Folders
from mcdesk.foundation.vault import Key, Vault, write_vault
from mcdesk.foundation.whole_file import write_whole
from mcdesk.history.daily_copy import DAMAGED, daily_copies
from mcdesk.history.driver import ChosenDriver, Connection, choose_driver, connect, quoted_key
from mcdesk.history.file_head import PLAIN_HEAD, read_head
from mcdesk.history.maintenance import COMPANIONS
from mcdesk.history.opening import CONVERSION_LOCK, backups_of, being_converted, conversion_lock
from mcdesk.history.sql_tokens import quoted
from mcdesk.history.store_errors import damaged, told_error, told_file_error

LOCK_SECONDS = 2.0
_STEPS_BETWEEN_LOOKS = 20_000
_UNFINISHED = (".partial", ".unfinished", ".part", ".converted", ".restored")
# files of a run that are added to while it runs
_GROWING = "column-"

# is told the bytes that are done, and all of them
ConversionTold = Callable[[int, int], None]


def convert(
    folders: Folders, key: Key, is_on: bool, token: CancelToken, told: ConversionTold = lambda _d, _t: None
) -> int:
    """Encrypt the folder with a key that is kept, or decrypt it; how many files were converted.

    From the first moment on new files are written as `is_on` says. What a log or a cache holds is deleted
    where it is on.

    Raises:
        Cancelled: if the token ended it; the rest is as before, and both parts can be used.
        McdeskError: DatabaseBusy while somebody else uses the folder; DiskFull, DatabaseDamaged, StoreError.
    """
    path = folders.database
    try:
        folders.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with conversion_lock(path, LOCK_SECONDS), _alone(path) as history:
            restrict_access(path.with_name(CONVERSION_LOCK))
            write_vault(Vault(folders.data, key.id, is_on))
            _clear(folders, is_on)
            return _convert_all(folders, history, key if is_on else None, token, told)
    except Timeout as error:
        raise being_converted(path) from error
    except OSError as error:
        raise told_file_error(error, folders.data) from error


def unconverted(folders: Folders, is_on: bool) -> tuple[Path, ...]:
    """The files that are not yet as the setting says, the history last.

    Raises:
        OSError: if one cannot be read.
    """
    return (
        *(each for each in _files(folders) if is_sealed(each) != is_on),
        *_databases(folders.database, is_on),
    )


def _convert_all(
    folders: Folders,
    history: "_History | None",
    key: Key | None,
    token: CancelToken,
    told: ConversionTold,
) -> int:
    paths = unconverted(folders, key is not None)
    done, total = 0, sum(path.stat().st_size for path in paths)
    for path in paths:
        token.raise_if_cancelled()
        told(done, total)
        byte_count = path.stat().st_size
        if path == folders.database and history is not None:
            history.replace(key, token)
        elif _is_database(folders, path):
            with _alone(path) as copy:
                if copy is not None:
                    copy.replace(key, token)
        else:
            _convert_file(path, key)
        done += byte_count
    told(done, total)
    return len(paths)


def _files(folders: Folders) -> Iterator[Path]:
    trees = (folders.samples, folders.model_files, folders.running, *(folders.data / each for each in _TREES))
    found = [path for tree in trees for path in sorted(tree.rglob("*"))]
    found += [folders.data / each for each in _SINGLE_FILES]
    found += sorted(folders.data.glob(f"{folders.database.name}{DAMAGED}*"))
    yield from (path for path in found if path.is_file() and path.stat().st_size)


_TREES = ("setups", "reopened")
_SINGLE_FILES = ("recent.json", "window.json")


def _databases(path: Path, is_on: bool) -> Iterator[Path]:
    for each in (*daily_copies(path), *backups_of(path), path):
        head = read_head(each)
        if head and (head == PLAIN_HEAD) == is_on:
            yield each


def _is_database(folders: Folders, path: Path) -> bool:
    return path in (*daily_copies(folders.database), *backups_of(folders.database))


def _clear(folders: Folders, is_on: bool) -> None:
    """Delete what processes that were ended have left, and what is not kept of encrypted data."""
    trees = [folders.samples, folders.model_files, folders.running, *(folders.data / each for each in _TREES)]
    left = [path for tree in trees for path in tree.rglob("*")]
    left += [*folders.data.glob("*"), *(folders.data / "backups").glob("*")]
    for path in left:
        if path.name.endswith(_UNFINISHED) and path.is_file():
            path.unlink()
    if is_on:
        for name in ("code", "cubins"):
            shutil.rmtree(folders.cache / name, ignore_errors=True)
        for path in folders.logs.glob("mcdesk.log*"):
            with suppress(OSError):
                path.unlink()


def _convert_file(path: Path, key: Key | None) -> None:
    with open_kept(path) as file:
        data = file.read()
    write_whole(path, data if key is None else sealed(data, key, path.name.startswith(_GROWING)))
    restrict_access(path)


@contextmanager
def _alone(path: Path) -> Iterator["_History | None"]:
    """The database at a path, which nobody else has open until the end; None where there is none."""
    if not path.exists() or not path.stat().st_size:
        yield None
        return
    driver = choose_driver()
    try:
        connection = connect(driver, path, LOCK_SECONDS)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA main.locking_mode = EXCLUSIVE").fetchall()
            # only the last connection may give the write-ahead log up
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            yield _History(connection, driver, path)
        finally:
            connection.close()
    except driver.module.Error as error:
        told = told_error(error, path)
        if isinstance(told, DatabaseBusy):
            raise DatabaseBusy(f"{path} is in use", "Close every mcdesk that uses this folder.") from error
        if told is None:
            raise
        raise told from error


class _History:
    """A database that nobody else has open."""

    def __init__(self, connection: Connection, driver: ChosenDriver, path: Path) -> None:
        self._connection = connection
        self._driver = driver
        self._path = path

    def replace(self, key: Key | None, token: CancelToken) -> None:
        """Put an equal file in its place, encrypted with a key or with none; the connection is closed.

        Raises:
            Cancelled: if the token ended it; then nothing was changed.
        """
        partial = self._path.with_name(f"{self._path.name}.converted")
        self._connection.set_progress_handler(lambda: int(token.is_cancelled), _STEPS_BETWEEN_LOOKS)
        try:
            self._write(partial, key)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            restrict_access(partial)
            if os.name == "nt":
                # an open file cannot be replaced there, and whoever has it open keeps it from being
                self._connection.close()
            partial.replace(self._path)
            self._connection.close()
        except self._driver.module.Error:
            token.raise_if_cancelled()
            raise
        finally:
            for suffix in ("", *COMPANIONS):
                with suppress(OSError):
                    partial.with_name(f"{partial.name}{suffix}").unlink(missing_ok=True)

    def _write(self, partial: Path, key: Key | None) -> None:
        run = self._connection.execute
        if (finding := run("PRAGMA main.quick_check(1)").fetchall()[0][0]) != "ok":
            raise damaged(self._path, str(finding))
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        # an empty key is none
        run(f"ATTACH ? AS converted KEY {quoted_key(key) if key else _NO_KEY}", (str(partial),))
        run("PRAGMA converted.auto_vacuum = INCREMENTAL")
        run("SELECT sqlcipher_export('converted')").fetchall()
        for pragma in ("user_version", "application_id"):
            number = run(f"PRAGMA main.{pragma}").fetchall()[0][0]
            run(f"PRAGMA converted.{pragma} = {int(number or 0)}")
        tables = run("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall()
        for name in [quoted(str(row[0])) for row in tables if not str(row[0]).startswith("sqlite_")]:
            counts = [run(f"SELECT count(*) FROM {side}.{name}").fetchall() for side in ("main", "converted")]
            if counts[0] != counts[1]:
                raise DatabaseDamaged(f"{self._path} was not copied whole", "Nothing was changed.")
        if (finding := run("PRAGMA converted.quick_check(1)").fetchall()[0][0]) != "ok":
            raise damaged(partial, str(finding))
        run("ANALYZE converted")
        run("DETACH converted")


_NO_KEY = "''"
