"""The first bytes of a database, read beside SQLite without taking its locks away."""

import os
import threading
from pathlib import Path

# with which every database begins that is not encrypted
PLAIN_HEAD = b"SQLite format 3\0"

# guards the descriptors, by device and number of their files
_lock = threading.Lock()
_descriptors: dict[tuple[int, int], int] = {}


def read_head(path: Path) -> bytes:
    """The first bytes of a file, as many as a plain database begins with; none where it is not there.

    On POSIX the locks of a process on a file end when it closes the file anywhere: SQLite would go on
    without its own, and another process would take itself for alone. So what was opened here stays open
    until the file is deleted.
    """
    try:
        if os.name == "nt":
            # where the locks are those of a handle, and an open file cannot be replaced
            with path.open("rb") as file:
                return file.read(len(PLAIN_HEAD))
        with _lock:
            return os.pread(_descriptor(path), len(PLAIN_HEAD), 0)
    except OSError:
        return b""


def _descriptor(path: Path) -> int:
    for key, descriptor in tuple(_descriptors.items()):
        if not os.fstat(descriptor).st_nlink:
            os.close(_descriptors.pop(key))
    state = path.stat()
    key = state.st_dev, state.st_ino
    if key not in _descriptors:
        _descriptors[key] = os.open(path, os.O_RDONLY)
    return _descriptors[key]
