"""Files that appear whole or not at all, and the room that there is for them."""

import errno
import os
import shutil
import tempfile
from pathlib import Path


def free_bytes(folder: Path) -> int | None:
    """Of the disk that a folder is on; None where that cannot be asked."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in its place in one step; it is for its owner alone, whatever the folder allows to a group.

    Raises:
        OSError: if it cannot be written; then what was there is as before, and nothing is left beside it.
    """
    descriptor, name = tempfile.mkstemp(suffix=".unfinished", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def take_place(finished: Path, path: Path) -> None:
    """Put a finished file in its place; never in that of a device or a pipe, which would be gone.

    Raises:
        OSError: if that cannot be done.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is no file", str(path))
    finished.replace(path)
