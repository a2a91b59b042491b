"""Machine code on disk, by what decides it; the folder may be deleted at any time."""

from pathlib import Path

from mcdesk.foundation.whole_file import write_whole

MOST_FILES = 500


class CodeCache:
    """Files of one kind in a folder; several processes may use it at once."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self._suffix = suffix

    def path(self, key: str) -> Path:
        """Where the code of a key is, or would be."""
        return self.folder / f"{key}{self._suffix}"

    def write(self, key: str, code: bytes) -> Path:
        """Keep the code of a key, whole or not at all.

        Raises:
            OSError: if it cannot be kept.
        """
        path = self.path(key)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, code)
        self._forget_oldest()
        return path

    def _forget_oldest(self) -> None:
        paths = sorted(self.folder.glob(f"*{self._suffix}"), key=lambda path: path.stat().st_mtime)
        for path in paths[: max(len(paths) - MOST_FILES, 0)]:
            path.unlink(missing_ok=True)
