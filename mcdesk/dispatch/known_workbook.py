"""A workbook file, read unless its very bytes were read before."""

import hashlib
import stat
from dataclasses import replace
from pathlib import Path

from mcdesk.dispatch.caches import Caches
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.kept_file import open_kept
from mcdesk.model.package import ReadLimits
from mcdesk.model.workbook import Workbook
from mcdesk.model.workbook_memory import workbook_bytes
from mcdesk.model.xlsx_reader import read_workbook


def known_workbook(path: Path, caches: Caches, cancel: CancelToken) -> Workbook:
    """What is in a file now, as `read_workbook`; equal bytes are read once, wherever they lie.

    Neither name nor times of a file are believed: hashing takes a millisecond for each megabyte.

    Raises:
        WorkbookUnreadable: if the file is missing, damaged, hostile or in another format.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    sha256 = _sha256(path)
    if sha256 is None:
        return read_workbook(path, cancel)
    found = caches.workbooks.value(
        sha256,
        lambda: read_workbook(path, cancel),
        # the file may have changed since it was hashed
        lambda made: workbook_bytes(made) if made.sha256 == sha256 else None,
        cancel,
    )
    return found if found.path == path else replace(found, path=path)


def _sha256(path: Path) -> str | None:
    """The hash of a file; None for one that the reader refuses, which says why."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > ReadLimits().inflated_bytes:
            return None
        with open_kept(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
