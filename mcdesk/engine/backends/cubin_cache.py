"""Compiled kernels on disk, by their text, compiler and architecture."""

import hashlib
from pathlib import Path

from mcdesk.engine.backends.code_cache import CodeCache, CodeTold
from mcdesk.engine.backends.nvrtc import Nvrtc
from mcdesk.foundation.errors import RunFailed


class CubinCache:
    """A folder of cubins.

    Args:
        told: whether a cubin was there, for each that is asked for.
    """

    def __init__(self, folder: Path, told: CodeTold = lambda _: None) -> None:
        self._cache = CodeCache(folder, ".cubin", told)

    def cubin(self, compiler: Nvrtc, text: str, architecture: int) -> Path:
        """The file with the machine code of a text, compiled unless it is there.

        Raises:
            RunFailed: if it cannot be compiled, or cannot be kept.
        """
        key = hashlib.sha256(f"{compiler.identity}\nsm_{architecture}\n{text}".encode()).hexdigest()
        found = self._cache.find(key)
        if found is not None:
            return found.path
        code = compiler.compile(text, architecture)
        try:
            return self._cache.write(key, code)
        except OSError as error:
            folder = self._cache.folder
            raise RunFailed(f"Compiled kernels cannot be kept in {folder}: {error.strerror}") from error
