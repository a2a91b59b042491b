"""Who may use what mcdesk makes in a folder: its owner, and the folder's group where that may write there."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_GROUP_FILE = stat.S_IRGRP | stat.S_IWGRP


def restrict_access(path: Path) -> None:
    """Give a file or folder to its owner and, if the group of its folder may write there, to that group.

    Nobody else keeps a right. On Windows it has those that its folder hands on.
    """
    if os.name == "nt":
        return
    # What somebody else has made is theirs to restrict.
    with suppress(OSError):
        folder, mode = path.parent.stat().st_mode, path.stat().st_mode
        granted = 0
        if folder & stat.S_IWGRP:
            granted = stat.S_IRWXG | (folder & stat.S_ISGID) if stat.S_ISDIR(mode) else _GROUP_FILE
        path.chmod((mode & stat.S_IRWXU) | granted)


def make_folder(path: Path) -> None:
    """Make a folder, if it is not there, that is as open as the folder it lies in.

    Raises:
        OSError: if it cannot be made.
    """
    if not path.is_dir():
        path.mkdir(exist_ok=True)
        restrict_access(path)
