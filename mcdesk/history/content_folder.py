"""Files named by the SHA-256 of what they hold: equal content is kept once, and a file is whole or absent.

Where the data folder is encrypted they are sealed; their names are the hashes of what was sealed.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mcdesk.foundation.group_access import make_folder, restrict_access
from mcdesk.foundation.kept_file import SealingWriter, sealing_key
from mcdesk.history.store_errors import told_file_error


class ByteSink(Protocol):
    """What receives the content of a new file."""

    def write(self, data: bytes, /) -> int:
        """Take in the next bytes."""
        ...


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A file of the folder: lower-case hexadecimal hash, and its length."""

    sha256: str
    byte_count: int


class ContentFolder:
    """A folder of such files, `ab/cdef...` followed by a suffix; files being written lie at its top."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str, suffix: str) -> Path:
        """Where the file with this hash is, if it is there."""
        return self._folder / sha256[:2] / f"{sha256[2:]}{suffix}"

    def add(self, write: Callable[[ByteSink], None], suffix: str) -> StoredContent:
        """Keep what `write` writes; when this returns, it is on the disk.

        Raises:
            DiskFull, StoreError: if it cannot be written; then nothing is left of it.
        """
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            make_folder(self._folder)
            descriptor, name = tempfile.mkstemp(suffix=".partial", dir=self._folder)
            partial = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    key = sealing_key(partial)
                    sealing = None if key is None else SealingWriter(file, key)
                    sink = _HashingSink(sealing or file)
                    write(sink)
                    if sealing is not None:
                        sealing.finish()
                    file.flush()
                    os.fsync(file.fileno())
                content = StoredContent(sink.digest.hexdigest(), sink.byte_count)
                self._take_place(partial, self.path(content.sha256, suffix))
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            raise told_file_error(error, self._folder) from error
        return content

    def remove_except(self, kept: Collection[str], older_than: float) -> int:
        """Delete files whose hash is not among `kept`, and unfinished ones; return how many.

        Args:
            kept: the hashes in use.
            older_than: seconds since the epoch; younger files may belong to a run that is just
                being recorded, and stay.
        """
        removed_count = 0
        if not self._folder.is_dir():
            return 0
        for path in sorted(self._folder.rglob("*")):
            if path.parent.name + path.stem in kept or not path.is_file():
                continue
            # A file that another process has open cannot be deleted on Windows: next time, then.
            with suppress(OSError):
                if path.stat().st_mtime < older_than:
                    path.unlink()
                    removed_count += 1
        return removed_count

    def remove(self, sha256: str, older_than: float) -> int:
        """Delete the files with this hash, whatever their suffix, and return how many.

        Args:
            sha256: the hash, which nobody needs any more.
            older_than: seconds since the epoch; a younger file was written again meanwhile, and stays.
        """
        removed_count = 0
        for path in sorted((self._folder / sha256[:2]).glob(f"{sha256[2:]}*")):
            with suppress(OSError):
                if path.stat().st_mtime < older_than:
                    path.unlink()
                    removed_count += 1
        return removed_count

    def _take_place(self, partial: Path, final: Path) -> None:
        make_folder(final.parent)
        restrict_access(partial)
        try:
            partial.replace(final)
        except PermissionError:
            # Windows does not replace a file that somebody has mapped; it has the same content.
            if not final.is_file():
                raise
        _sync_folder(final.parent)


class _HashingSink:
    def __init__(self, file: ByteSink) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.byte_count = 0

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        self.byte_count += len(data)
        return self._file.write(data)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
