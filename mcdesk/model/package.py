"""The zip package of a workbook and the limits against hostile files; opens nothing outside of the file."""

import hashlib
import posixpath
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError, WorkbookUnreadable
from mcdesk.foundation.kept_file import open_kept

_CHUNK_BYTES = 64 * 1024
# More than 2,000 entries of a zip need; zipfile itself reads parts in far smaller pieces.
_READ_BYTES = 1_000_000
_HEAD_BYTES = 4096
_SHOWN_CHARACTERS = 200
_ENCRYPTED_FLAG = 0x1
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGED = "the file is damaged"
# What zipfile, zlib, expat and look-ups by what a file names raise on damaged bytes.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
_SAVE_AS = "Open it in Excel and save it as .xlsx."


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What a workbook may cost to read; beyond it the file is taken for hostile."""

    inflated_bytes: int = 200_000_000
    part_ratio: int = 100
    ratio_floor_bytes: int = 1_000_000
    part_count: int = 2_000
    cell_count: int = 2_000_000
    seconds: float = 30.0


class ReadBudget:
    """What is left of the limits while one file is read; also looks at the cancel token."""

    def __init__(
        self,
        limits: ReadLimits,
        cancel: CancelToken | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._cancel = cancel
        self._now = now
        self._deadline = now() + limits.seconds
        self._bytes_left = limits.inflated_bytes

    def spend(self, byte_count: int) -> None:
        """Count inflated bytes.

        Raises:
            PartRefused: when the bytes or the seconds are used up.
            Cancelled: if the reading was cancelled.
        """
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()
        self._bytes_left -= byte_count
        if self._bytes_left < 0:
            raise PartRefused(f"it inflates to more than {self.limits.inflated_bytes // 1_000_000} MB")
        if self._now() > self._deadline:
            raise PartRefused(f"reading it takes more than {self.limits.seconds:g} seconds")


class PartRefused(McdeskError):
    """Why a part is not read; never leaves the reader: the package adds the names of file and part."""


class Package:
    """An open workbook file: its parts by name, in any case, and their relationships."""

    def __init__(self, path: Path, file: IO[bytes], budget: ReadBudget) -> None:
        self.path = path
        self.budget = budget
        with self.refusing():
            _refuse_other_formats(file)
            self._zip = zipfile.ZipFile(_BoundedFile(file))
            self._members = {_normal(entry.filename): entry for entry in self._zip.infolist()}
            self._refuse_bombs()
            self._refuse_document_types()

    @property
    def part_count(self) -> int:
        """Number of parts."""
        return len(self._members)

    def has_part(self, name: str) -> bool:
        """Tell whether there is a part of that name, in any case."""
        return _normal(name) in self._members

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the inflated bytes of a part, counted against the budget.

        Raises:
            PartRefused: if there is no such part or the budget is used up.
        """
        entry = self._members.get(_normal(name))
        if entry is None:
            raise PartRefused("this part is missing")
        with self._zip.open(entry) as part:
            while chunk := part.read(_CHUNK_BYTES):
                self.budget.spend(len(chunk))
                yield chunk

    @contextmanager
    def refusing(self, where: str = "") -> Iterator[None]:
        """Turn every failure of a damaged or hostile file into one WorkbookUnreadable that names it."""
        try:
            yield
        except PartRefused as error:
            raise self._unreadable(error.title, where) from error
        except ValueError as error:
            raise self._unreadable(f"{_DAMAGED}, {error}", where) from error
        except _DAMAGES as error:
            raise self._unreadable(_DAMAGED, where) from error

    def _unreadable(self, reason: str, where: str) -> WorkbookUnreadable:
        place = f" ({_one_line(where)})" if where else ""
        title = f"{_one_line(self.path.name)} cannot be read: {_one_line(reason)}{place}"
        return WorkbookUnreadable(title, _SAVE_AS)

    def _refuse_bombs(self) -> None:
        limits, entries = self.budget.limits, self._zip.infolist()
        if len(entries) > limits.part_count:
            raise PartRefused(f"it has more than {limits.part_count} parts")
        if sum(entry.file_size for entry in entries) > limits.inflated_bytes:
            raise PartRefused(f"it inflates to more than {limits.inflated_bytes // 1_000_000} MB")
        for entry in entries:
            is_large = entry.file_size > limits.ratio_floor_bytes
            if is_large and entry.file_size > limits.part_ratio * entry.compress_size:
                raise PartRefused(f"{entry.filename} is packed more than {limits.part_ratio}:1")
            if entry.flag_bits & _ENCRYPTED_FLAG:
                raise PartRefused("it is protected by a password")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise PartRefused(f"{entry.filename} is packed in an unknown way")

    def _refuse_document_types(self) -> None:
        for name, entry in self._members.items():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            with self._zip.open(entry) as part:
                # Without the zero bytes, UTF-16 reads like ASCII.
                head = part.read(_HEAD_BYTES).replace(b"\0", b"")
            self.budget.spend(0)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise PartRefused(f"{entry.filename} has a document type, which no workbook needs")


class _BoundedFile:
    """The file as zipfile sees it: zipfile reads the whole table of contents at once, however long."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, byte_count: int = -1) -> bytes:
        if byte_count > _READ_BYTES:
            raise PartRefused("its table of contents is too long")
        return self._file.read(_READ_BYTES if byte_count < 0 else byte_count)


@contextmanager
def open_package(path: Path, budget: ReadBudget) -> Iterator[tuple[Package, str, int]]:
    """Open a workbook file; yields its package, its SHA-256 and its length in bytes.

    Raises:
        WorkbookUnreadable: if there is no such file, or it is no workbook, or a hostile one.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WorkbookUnreadable(f"{path.name or path} is not a file", "Choose an .xlsx or .xlsm file.")
        if status.st_size > budget.limits.inflated_bytes:
            size_megabytes = budget.limits.inflated_bytes // 1_000_000
            raise WorkbookUnreadable(
                f"{path.name} cannot be read: it is larger than {size_megabytes} MB", _SAVE_AS
            )
        file = open_kept(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WorkbookUnreadable(
            f"{path.name or path} cannot be opened: {reason}", "Check the path and its permissions."
        ) from error
    with file:
        try:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            byte_count = file.tell()
            file.seek(0)
        except OSError as error:
            raise WorkbookUnreadable(
                f"{path.name} cannot be read: {error.strerror or error}", "Check the disk or the network."
            ) from error
        yield Package(path, file, budget), sha256, byte_count


def resolve_target(source: str, target: str) -> str:
    """Return the part that a relationship of `source` means: `../tables/table1.xml`, `/xl/styles.xml`."""
    target = unquote(target).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")


def relationships_part(source: str) -> str:
    """Return the part that holds the relationships of a part, or of the package for an empty name."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _one_line(text: str) -> str:
    """Return text from the file as it may be shown: short, without line ends and control characters."""
    text = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_other_formats(file: IO[bytes]) -> None:
    head = file.read(len(_OLE_MAGIC))
    file.seek(0)
    if not head:
        raise PartRefused("the file is empty")
    if head == _OLE_MAGIC:
        raise PartRefused("it is protected by a password, or in the old .xls format")
    if not head.startswith(b"PK"):
        raise PartRefused("it is not an Excel workbook (.xlsx or .xlsm)")
