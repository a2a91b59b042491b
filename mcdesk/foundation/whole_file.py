"""Files that appear whole or not at all, and the room that there is for them."""

import errno
import json
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


def read_json(path: Path) -> object:
    """What a file holds as JSON; None where it is gone or damaged."""
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found


def write_json(path: Path, value: object) -> None:
    """Put a value in its place as JSON, as `write_whole`; the folder is made if it is missing.

    Raises:
        OSError: if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, json.dumps(value).encode())


def take_place(finished: Path, path: Path) -> None:
    """Put a finished file in its place; never in that of a device or a pipe, which would be gone.

    Raises:
        OSError: if that cannot be done.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is no file", str(path))
    finished.replace(path)
