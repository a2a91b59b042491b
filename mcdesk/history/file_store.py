"""The library of model files: each workbook that was simulated, kept once by its content."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.errors import WorkbookUnreadable
from mcdesk.history.content_folder import ContentFolder
from mcdesk.history.database import Database
from mcdesk.history.driver import Row
from mcdesk.history.query_timing import QueryType

COPY_BYTES = 1 << 20

_COLUMNS = "id, user_id, name, path, sha256, bytes, created_at"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A workbook of the library; `path` is where it was read from, which may be gone by now."""

    id: int
    user_id: int
    name: str
    path: str
    sha256: str
    byte_count: int
    created_at: str


class FileStore:
    """Registers workbooks by content: the same content of the same person is one entry."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._contents = ContentFolder(folder)

    def register(self, user_id: int, source: Path) -> StoredFile:
        """Copy a workbook into the library and return its entry, the old one if it is known.

        Raises:
            WorkbookUnreadable: if the file cannot be read.
            DiskFull, StoreError: if the copy cannot be written.
        """
        try:
            file = source.open("rb")
        except OSError as error:
            raise WorkbookUnreadable(f"{source} cannot be read: {error.strerror or error}") from error
        with file:
            suffix = source.suffix.lower()
            content = self._contents.add(lambda sink: shutil.copyfileobj(file, sink, COPY_BYTES), suffix)
        sql = (
            "INSERT INTO uploaded_files (user_id, name, path, sha256, bytes, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (user_id, sha256) DO UPDATE SET name = excluded.name, path = excluded.path"
            f" RETURNING {_COLUMNS}"
        )
        place = (source.name, str(source.absolute()))
        values = (user_id, *place, content.sha256, content.byte_count, self._database.utc_text())
        return _stored_file(self._database.execute(QueryType.FILE_ACCESS, sql, values).rows[0])

    def files(self, user_id: int, limit: int = 100) -> tuple[StoredFile, ...]:
        """The files of a person, the newest first."""
        sql = f"SELECT {_COLUMNS} FROM uploaded_files WHERE user_id = ? ORDER BY created_at DESC LIMIT ?"
        return tuple(
            map(_stored_file, self._database.execute(QueryType.FILE_ACCESS, sql, (user_id, limit)).rows)
        )

    def path(self, file: StoredFile) -> Path:
        """Where the library keeps the content."""
        return self.content_path(file.sha256, file.name)

    def content_path(self, sha256: str, name: str) -> Path:
        """Where the library keeps the content of this hash that was read from a file of this name."""
        return self._contents.path(sha256, Path(name).suffix.lower())

    def remove_unused(self, hashes: Collection[str], older_than: float) -> int:
        """Delete the copies of these contents that no entry names; return how many."""
        unused = set(hashes) - self._used_hashes()
        return sum(self._contents.remove(sha256, older_than) for sha256 in sorted(unused))

    def remove_orphans(self, older_than: float) -> int:
        """Delete copies that no entry names and that are older (seconds since the epoch)."""
        return self._contents.remove_except(self._used_hashes(), older_than)

    def _used_hashes(self) -> set[str]:
        sql = "SELECT DISTINCT sha256 FROM uploaded_files"
        return {str(row[0]) for row in self._database.execute(QueryType.FILE_ACCESS, sql).rows}


def _stored_file(row: Row) -> StoredFile:
    key, user_id, name, path, sha256, byte_count, created_at = row
    return StoredFile(
        id=int(key or 0),
        user_id=int(user_id or 0),
        name=str(name),
        path=str(path),
        sha256=str(sha256),
        byte_count=int(byte_count or 0),
        created_at=str(created_at),
    )
