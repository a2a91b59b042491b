"""Puts the newest sound copy in the place of a damaged history; the damaged file is kept as it is."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged, McdeskError, OptionInvalid
from mcdesk.history.daily_copy import DAMAGED, daily_copies
from mcdesk.history.maintenance import COMPANIONS, Maintenance
from mcdesk.history.opening import backups_of, open_database
from mcdesk.history.store_errors import told_file_error

LOCK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Repair:
    """`kept` is where the damaged file is now; `copy` is what took its place, None where there was none."""

    kept: Path
    copy: Path | None


def repair(path: Path, now: datetime) -> Repair:
    """Move a damaged history aside, and put the newest sound copy in its place; without one it is empty.

    The file that was damaged, with its log, is renamed and otherwise left alone.

    Raises:
        OptionInvalid: if the history is sound.
        McdeskError: DatabaseNewer, DatabaseBusy or StoreError; then nothing was changed.
    """
    if not path.exists():
        raise OptionInvalid(f"There is no history at {path}", "The next start makes an empty one.")
    # without a lock first: where there is nothing to do nothing is to be left
    _refuse_a_sound_one(path)
    try:
        with FileLock(path.with_name(f"{path.name}.repair"), LOCK_SECONDS):
            _refuse_a_sound_one(path)
            copy = next(_sound((*daily_copies(path), *reversed(backups_of(path)))), None)
            kept = path.with_name(f"{path.name}{DAMAGED}{now:%Y%m%dT%H%M%SZ}")
            partial = path.with_name(f"{path.name}.restored")
            if copy is not None:
                Maintenance(copy).back_up(partial)
            _move(path, kept)
            if copy is not None:
                partial.replace(path)
            return Repair(kept, copy)
    except Timeout as error:
        raise DatabaseBusy(f"{path} is being repaired", "Try again in a moment.") from error
    except OSError as error:
        raise told_file_error(error, path) from error


def _refuse_a_sound_one(path: Path) -> None:
    # before anything opens it for writing: a damaged one stays as it is
    if not Maintenance(path).check_thoroughly().is_sound:
        return
    with suppress(DatabaseDamaged):
        open_database(path).close()
        raise OptionInvalid(f"{path} is sound", "Nothing was changed: there is nothing to repair.")


def _sound(copies: Iterable[Path]) -> Iterator[Path]:
    for each in copies:
        with suppress(McdeskError):
            if Maintenance(each).check_thoroughly().is_sound:
                yield each


def _move(path: Path, kept: Path) -> None:
    # the log first: beside the copy it would be taken for the copy's
    for suffix in (*COMPANIONS, ""):
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").rename(kept.with_name(f"{kept.name}{suffix}"))
