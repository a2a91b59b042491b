"""A keyring for tests, and what is looked for in a data folder."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import keyring
import pytest

from mcdesk.foundation.vault import Vault, find_key, keep_key, new_key, write_vault
from tests.file_keyring import BACKEND, VARIABLE, FileKeyring


def use_keyring(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have this process, and those that it starts, keep keys in a file of a folder."""
    monkeypatch.setenv(VARIABLE, str(folder / "keyring.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", BACKEND)
    monkeypatch.setattr(keyring.core, "_keyring_backend", FileKeyring())
    find_key.cache_clear()


def lock_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no key can be had."""
    monkeypatch.setenv(VARIABLE, "")
    find_key.cache_clear()


def encrypted(folder: Path) -> Path:
    """A data folder, still empty, in which all that is written is encrypted."""
    folder.mkdir(exist_ok=True)
    key = new_key()
    keep_key(key)
    write_vault(Vault(folder, key.id, is_on=True))
    return folder


def files_with(folder: Path, markers: Iterable[bytes]) -> list[str]:
    """The files below a folder that hold one of these."""
    looked_for = tuple(markers)
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        # a file that is being written has another name, or is gone, a moment later
        with suppress(FileNotFoundError, IsADirectoryError):
            told = path.read_bytes() + str(path).encode()
            if any(marker in told for marker in looked_for):
                found.append(str(path.relative_to(folder)))
    return found
