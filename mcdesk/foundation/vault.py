"""The key of an encrypted data folder: made, kept in the keyring of the system, found, written down.

Encrypts nothing itself: files are sealed in `kept_file.py`, the database by its own library.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from mcdesk.foundation.errors import KeyMissing, RecoveryKeyInvalid
from mcdesk.foundation.whole_file import write_whole

FILE_NAME = "encryption.json"
RECOVERY_VARIABLE = "MCDESK_RECOVERY_KEY"
SERVICE = "mcdesk"
KEY_BYTES = 32
ID_BYTES = 16
_CHECK_BYTES = 3
_LETTERS_TOGETHER = 4
# backups and the folders of runs lie two below the data folder
_MOST_LEVELS = 3


class KeyPlace(Enum):
    """Where a key comes from: the keyring of the system, or the variable that stands for one."""

    KEYRING = "keyring"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Key:
    """256 random bits. What is encrypted names the key by its id, from which nothing of it can be told."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """32 hexadecimal digits."""
        return self.derived(b"id")[:ID_BYTES].hex()

    @property
    def recovery_text(self) -> str:
        """All of the key for a person to write down, with a check on what they type."""
        data = self.secret + _check(self.secret)
        letters = base64.b32encode(data).decode()
        groups = range(0, len(letters), _LETTERS_TOGETHER)
        return "-".join(letters[start : start + _LETTERS_TOGETHER] for start in groups)

    def derived(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose, from which neither the key nor those of another purpose can be told."""
        return hmac.digest(self.secret, b"mcdesk " + purpose, "sha256")


@dataclass(frozen=True, slots=True)
class Vault:
    """What a data folder says of its encryption; `is_on` decides how new files are written."""

    folder: Path
    key_id: str
    is_on: bool

    def key(self) -> Key:
        """The key.

        Raises:
            KeyMissing: if the keyring does not give it.
        """
        return find_key(self.key_id)


def new_key() -> Key:
    """A key that nobody had before."""
    return Key(secrets.token_bytes(KEY_BYTES))


def recovered_key(text: str) -> Key:
    """The key that a person wrote down.

    Raises:
        RecoveryKeyInvalid: if a letter is wrong or missing.
    """
    letters = "".join(text.upper().replace("-", "").split())
    try:
        data = base64.b32decode(letters)
    except ValueError as error:
        raise RecoveryKeyInvalid("This is no recovery key", _SHAPE) from error
    secret, check = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(secret) != KEY_BYTES or check != _check(secret):
        raise RecoveryKeyInvalid("A letter of the recovery key is wrong or missing", _SHAPE)
    return Key(secret)


def keep_key(key: Key) -> None:
    """Put a key into the keyring of the system, and see that it can be had from there.

    Raises:
        KeyMissing: if the system has no keyring, or it is locked.
    """
    # a few hundredths of a second, which only an encrypted folder costs
    import keyring

    try:
        keyring.set_password(SERVICE, key.id, key.recovery_text)
        is_kept = keyring.get_password(SERVICE, key.id) == key.recovery_text
    except Exception as error:
        raise KeyMissing(f"The keyring of the system keeps no key: {_reason(error)}", _UNLOCK) from error
    if not is_kept:
        raise KeyMissing("The keyring of the system forgets keys", _UNLOCK)


def see_keyring() -> None:
    """See that the system has a keyring which answers; nothing is put into it.

    Raises:
        KeyMissing: if it has none, or it is locked.
    """
    import keyring

    try:
        keyring.get_password(SERVICE, "none")
    except Exception as error:
        raise KeyMissing(f"The keyring of the system keeps no key: {_reason(error)}", _UNLOCK) from error


def typed_key() -> Key | None:
    """The key in the variable that stands for a keyring where there is none.

    Raises:
        RecoveryKeyInvalid: if what is there is none.
    """
    typed = os.environ.get(RECOVERY_VARIABLE)
    return recovered_key(typed) if typed else None


@cache
def find_key(key_id: str) -> Key:
    """The key with this id; a failure is not remembered, as a keyring may be unlocked later.

    Raises:
        KeyMissing: if neither the variable nor the keyring has it.
    """
    if (typed := typed_key()) is not None and typed.id == key_id:
        return typed
    import keyring

    try:
        text = keyring.get_password(SERVICE, key_id)
    except Exception as error:
        reason = f"The data is encrypted, and its key cannot be had: {_reason(error)}"
        raise KeyMissing(reason, _RECOVER) from error
    if text is None:
        raise KeyMissing("The data is encrypted, and the keyring of the system has no key for it", _RECOVER)
    key = recovered_key(text)
    if key.id != key_id:
        raise KeyMissing("The data is encrypted, and the keyring has another key under its name", _RECOVER)
    return key


def vault_of(path: Path) -> Vault | None:
    """What the data folder that a file lies in says of its encryption; None where it was never on.

    Raises:
        KeyMissing: if what it says cannot be understood.
    """
    for folder in path.parents[:_MOST_LEVELS]:
        if (found := read_vault(folder)) is not None:
            return found
    return None


def read_vault(folder: Path) -> Vault | None:
    """The same of a data folder."""
    path = folder / FILE_NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        key_id, is_on = str(document["key_id"]), bool(document["is_on"])
        if len(bytes.fromhex(key_id)) != ID_BYTES:
            raise ValueError("not a name of a key")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise KeyMissing(f"{path} cannot be read, which names the key of the data", _RECOVER) from error
    return Vault(folder, key_id, is_on)


def write_vault(vault: Vault) -> None:
    """Have all that is written from now on be encrypted, or not.

    Raises:
        OSError: if it cannot be written.
    """
    document = {"key_id": vault.key_id, "is_on": vault.is_on}
    write_whole(vault.folder / FILE_NAME, json.dumps(document).encode())


def is_encrypted(folder: Path) -> bool:
    """Whether what is written into a data folder is to be encrypted; also where it cannot be told."""
    try:
        found = read_vault(folder)
    except KeyMissing:
        return True
    return found is not None and found.is_on


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"mcdesk recovery" + secret).digest()[:_CHECK_BYTES]


def _reason(error: Exception) -> str:
    """The first sentence of a keyring that refused, as part of one of ours."""
    from keyring.errors import NoKeyringError

    if isinstance(error, NoKeyringError):
        # its own words are for programmers
        return "no keyring was found"
    return str(error).partition(". ")[0].strip(" .!") or type(error).__name__


_SHAPE = "It is 14 groups of four letters and digits, as `mcdesk encryption key` prints it."
_UNLOCK = "Unlock it, or install one: GNOME Keyring or KWallet on Linux; Windows and macOS have theirs."
_RECOVER = (
    "Nothing is lost. Unlock the keyring, or give the recovery key that was written down:"
    " `mcdesk encryption recover`."
)
