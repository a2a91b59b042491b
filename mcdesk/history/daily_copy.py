"""A copy of the history for each day on which it was used, so that damage costs a day at most."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.group_access import make_folder
from mcdesk.foundation.whole_file import free_bytes
from mcdesk.history.maintenance import Maintenance
from mcdesk.history.opening import backups_of

FOLDER = "backups"
KEPT_COPIES = 3
# between the name of a history that was damaged and the moment at which it was moved aside
DAMAGED = ".damaged-"
# so many times the size of the history have to be free: a copy must not be what fills the disk
LEAST_FREE_TIMES = 4


def daily_copies(path: Path) -> tuple[Path, ...]:
    """The copies of the history at `path`, the newest first."""
    return tuple(sorted((path.parent / FOLDER).glob(f"{path.stem}-????-??-??{path.suffix}"), reverse=True))


def every_copy(path: Path) -> tuple[Path, ...]:
    """All files beside the history at `path` that hold what it held, damaged ones and their logs too."""
    return (*daily_copies(path), *backups_of(path), *path.parent.glob(f"{path.name}{DAMAGED}*"))


def keep_copy(path: Path, today: date, token: CancelToken) -> Path | None:
    """Copy the history unless there is a copy of today, or the disk has little room; older ones are let go.

    Args:
        token: ends the copying.

    Returns:
        The copy; None where none was made.

    Raises:
        Cancelled: if the token ended it; then nothing was written.
        McdeskError: as `Maintenance.back_up`, also where the history is damaged: the older copies are kept.
    """
    target = path.parent / FOLDER / f"{path.stem}-{today.isoformat()}{path.suffix}"
    if target.exists() or not _has_room(path):
        return None
    make_folder(target.parent)
    Maintenance(path, token).back_up(target)
    for old in daily_copies(path)[KEPT_COPIES:]:
        with suppress(OSError):
            old.unlink()
    return target


def _has_room(path: Path) -> bool:
    free = free_bytes(path.parent)
    # without a history there is nothing to copy
    return free is not None and path.is_file() and free >= LEAST_FREE_TIMES * path.stat().st_size
