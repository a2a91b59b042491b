"""A keyring in a file, for tests and the processes that they start: `PYTHON_KEYRING_BACKEND` names it.

The file stands in MCDESK_TEST_KEYRING; without it the keyring is locked.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

VARIABLE = "MCDESK_TEST_KEYRING"
BACKEND = "tests.file_keyring.FileKeyring"


class FileKeyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]  # the library has a property of the class here

    def get_password(self, service: str, username: str) -> str | None:
        found = _entries().get(f"{service} {username}")
        return None if found is None else str(found)

    def set_password(self, service: str, username: str, password: str) -> None:
        _path().write_text(json.dumps(_entries() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        _path().write_text(json.dumps({k: v for k, v in _entries().items() if k != f"{service} {username}"}))


def _path() -> Path:
    name = os.environ.get(VARIABLE)
    if not name:
        raise KeyringLocked("the keyring is locked")
    return Path(name)


def _entries() -> dict[str, object]:
    path = _path()
    return json.loads(path.read_text()) if path.exists() else {}
