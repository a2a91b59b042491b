"""Compiled kernels on disk, by what decides their machine code; the folder may be deleted at any time."""

import hashlib
import os
import tempfile
from pathlib import Path

from mcdesk.engine.backends.nvrtc import Nvrtc
from mcdesk.foundation.errors import RunFailed

MOST_FILES = 500


class CubinCache:
    """A folder of cubins; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cubin(self, compiler: Nvrtc, text: str, architecture: int) -> Path:
        """The file with the machine code of a text, compiled unless it is there.

        Raises:
            RunFailed: if it cannot be compiled, or cannot be kept.
        """
        key = hashlib.sha256(f"{compiler.identity}\nsm_{architecture}\n{text}".encode()).hexdigest()
        path = self._folder / f"{key}.cubin"
        if not path.is_file():
            self._write(path, compiler.compile(text, architecture))
        return path

    def _write(self, path: Path, cubin: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # whole or not at all: another process may be looking for it
            handle, unfinished = tempfile.mkstemp(dir=self._folder, suffix=".unfinished")
            with os.fdopen(handle, "wb") as file:
                file.write(cubin)
            Path(unfinished).replace(path)
            self._forget_oldest()
        except OSError as error:
            raise RunFailed(f"Compiled kernels cannot be kept in {self._folder}: {error.strerror}") from error

    def _forget_oldest(self) -> None:
        paths = sorted(self._folder.glob("*.cubin"), key=lambda path: path.stat().st_mtime)
        for path in paths[: max(len(paths) - MOST_FILES, 0)]:
            path.unlink(missing_ok=True)
