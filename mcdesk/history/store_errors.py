"""From failures of SQLite and of the file system to the errors that a person is told."""

import errno
from pathlib import Path

from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged, DiskFull, McdeskError, StoreError
from mcdesk.foundation.whole_file import free_bytes

# SQLite's primary result codes.
BUSY_CODES = (5, 6)
INTERRUPTED_CODE = 9
FULL_CODE = 13
DAMAGED_CODES = (11, 26)
FILE_CODES = (3, 8, 10, 14)  # permission, read-only, input/output, cannot open
# the index of the log is 32 KB at the least
LEAST_BESIDE_BYTES = 65_536
# What the driver says, without a code, of a value that is no text.
_NO_TEXT = "Could not decode to UTF-8"
FULL_ERRNOS = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def told_error(error: Exception, path: Path) -> McdeskError | None:
    """The error to raise for a failure of SQLite, or None if it is a fault of our own statement."""
    if isinstance(error, UnicodeDecodeError) or str(error).startswith(_NO_TEXT):
        return damaged(path, "a text in it is none")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in BUSY_CODES:
        advice = "Close the other program, or try again in a moment."
        return DatabaseBusy(f"{path} is in use by another program", advice)
    if code == FULL_CODE:
        return disk_full(path)
    if code in DAMAGED_CODES:
        return damaged(path, str(error))
    if code in FILE_CODES:
        if _is_full(path.parent):
            return disk_full(path)
        return StoreError(f"{path} cannot be read or written: {error}", _look_at_folder(path))
    return None


def is_broken_off(error: Exception) -> bool:
    """Whether a progress handler ended the statement."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == INTERRUPTED_CODE


def damaged(path: Path, finding: str) -> DatabaseDamaged:
    """The error for a file that is no sound database; it says how to go on without losing the file."""
    return DatabaseDamaged(
        f"{path} is damaged or not a database of mcdesk ({finding})",
        "Nothing was changed. `mcdesk history repair` keeps the file under another name and puts the newest"
        " copy in its place.",
    )


def disk_full(path: Path) -> DiskFull:
    """The error for a disk without room."""
    return DiskFull(f"The disk that holds {path} is full", "Free some space and try again.")


def told_file_error(error: OSError, path: Path) -> McdeskError:
    """The error to raise for a failure of the file system."""
    if error.errno in FULL_ERRNOS:
        return disk_full(path)
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return StoreError(
            f"{path} cannot be read or written: a file stands in the place of its folder",
            "Set MCDESK_HOME to a folder.",
        )
    reason = error.strerror or str(error)
    return StoreError(f"{path} cannot be read or written: {reason}", _look_at_folder(path))


def _is_full(folder: Path) -> bool:
    """Whether there is no room for what SQLite keeps beside a file that it reads."""
    free = free_bytes(folder)
    return free is not None and free < LEAST_BESIDE_BYTES


def _look_at_folder(path: Path) -> str:
    return f"Check that {path.parent} exists and that you may write there, or set MCDESK_HOME."
