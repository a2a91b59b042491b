"""Machine code on disk, by what decides it; the folder may be deleted at any time."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.whole_file import write_whole

# Some thousand programs, of 30 to 50 kB mostly; large ones have half a megabyte.
MOST_BYTES = 256_000_000
# What a process that was ended has left of a file.
_UNFINISHED_SECONDS = 86_400.0
_DIGEST_CHARACTERS = 32
_FOLDER_CHARACTERS = 2

# Whether the code that was asked for was there.
CodeTold = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A file, and what is in it."""

    path: Path
    code: bytes


class CodeCache:
    """Files of one kind in a folder; several processes may use it at once.

    The name of a file has a hash of what is in it, so that a damaged one is taken for missing. The file that
    was used longest ago makes room first.

    Args:
        told: whether code was there, for each that is read.
        most_bytes: of all files of this kind.
    """

    def __init__(
        self, folder: Path, suffix: str, told: CodeTold = lambda _: None, most_bytes: int = MOST_BYTES
    ) -> None:
        self.folder = folder
        self._suffix = suffix
        self._told = told
        self._most_bytes = most_bytes

    def is_kept(self, key: str) -> bool:
        """Whether there is code of a key, sound or damaged."""
        return next(self._paths(key), None) is not None

    def find(self, key: str) -> KeptCode | None:
        """The code of a key; None where there is none, or only what is damaged."""
        found = next((each for path in self._paths(key) if (each := _sound(path)) is not None), None)
        self._told(found is not None)
        return found

    def write(self, key: str, code: bytes) -> Path:
        """Keep the code of a key, whole or not at all.

        Raises:
            OSError: if it cannot be kept.
        """
        path = self._folder(key) / f"{key}-{_digest(code)}{self._suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, code)
        self._make_room(path)
        return path

    def _paths(self, key: str) -> Iterator[Path]:
        return self._folder(key).glob(f"{key}-*{self._suffix}")

    def _folder(self, key: str) -> Path:
        """One of many, as a look through thousands of names takes tens of milliseconds."""
        return self.folder / key[:_FOLDER_CHARACTERS]

    def _make_room(self, written: Path) -> None:
        for file in _files(self.folder.rglob("*.unfinished")):
            if time.time() - file.used_at > _UNFINISHED_SECONDS:
                _remove(file.path)
        files = sorted(_files(self.folder.rglob(f"*{self._suffix}")), key=lambda file: file.used_at)
        too_many_bytes = sum(file.byte_count for file in files) - self._most_bytes
        for file in files:
            if too_many_bytes > 0 and file.path != written:
                too_many_bytes -= file.byte_count
                _remove(file.path)


@dataclass(frozen=True, slots=True)
class _File:
    """A file, its length, and when it was used, in seconds since 1970."""

    path: Path
    byte_count: int
    used_at: float


def _files(paths: Iterable[Path]) -> Iterator[_File]:
    """Those that no other process has removed meanwhile."""
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            yield _File(path, status.st_size, status.st_mtime)


def _sound(path: Path) -> KeptCode | None:
    """What a file holds, which is marked as used now; a damaged one is removed."""
    try:
        code = path.read_bytes()
    except OSError:
        return None
    if not path.stem.endswith(f"-{_digest(code)}"):
        _remove(path)
        return None
    # what cannot be written is not removed by anybody either
    with suppress(OSError):
        os.utime(path)
    return KeptCode(path, code)


def _remove(path: Path) -> None:
    # some systems keep what another process has open
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _digest(code: bytes) -> str:
    return hashlib.sha256(code).hexdigest()[:_DIGEST_CHARACTERS]
