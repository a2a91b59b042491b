"""What a person is told of the encryption of a data folder, and the key that it is encrypted with first."""

from dataclasses import dataclass

from mcdesk.foundation.errors import KeyMissing, RecoveryKeyInvalid
from mcdesk.foundation.paths import Folders
from mcdesk.foundation.vault import Key, KeyPlace, keep_key, new_key, read_vault, see_keyring, typed_key
from mcdesk.history.conversion import unconverted
from mcdesk.history.store_errors import told_file_error


@dataclass(frozen=True, slots=True)
class EncryptionState:
    """How it stands with a folder.

    Attributes:
        is_on: whether what is written is encrypted.
        unconverted_count: files that are not yet as `is_on` says.
        key_place: where the key is; None where there is none, or it cannot be had.
        trouble: why it cannot be had.
    """

    is_on: bool
    unconverted_count: int
    key_place: KeyPlace | None = None
    trouble: KeyMissing | RecoveryKeyInvalid | None = None


@dataclass(frozen=True, slots=True)
class FolderKey:
    """The key of a folder, or a new one for it, which is kept nowhere yet."""

    key: Key
    place: KeyPlace
    is_new: bool = False


def encryption_state(folders: Folders) -> EncryptionState:
    """How it stands with this folder; asks for the key only where there is one.

    Raises:
        McdeskError: StoreError, if a file cannot be read.
    """
    try:
        vault = read_vault(folders.data)
    except KeyMissing as error:
        return EncryptionState(True, 0, trouble=error)
    is_on = vault is not None and vault.is_on
    try:
        count = len(unconverted(folders, is_on))
    except OSError as error:
        raise told_file_error(error, folders.data) from error
    if vault is None or not (is_on or count):
        return EncryptionState(is_on, count)
    try:
        found = folder_key(folders)
    except (KeyMissing, RecoveryKeyInvalid) as error:
        return EncryptionState(is_on, count, trouble=error)
    return EncryptionState(is_on, count, found.place)


def folder_key(folders: Folders) -> FolderKey:
    """The key of a folder, or one that it can be encrypted with.

    Raises:
        KeyMissing: if its key cannot be had, or the keyring would keep none.
        RecoveryKeyInvalid: if the variable that stands for the keyring has none.
    """
    vault, typed = read_vault(folders.data), typed_key()
    if vault is not None:
        key = vault.key()
        return FolderKey(key, KeyPlace.VARIABLE if key == typed else KeyPlace.KEYRING)
    if typed is not None:
        return FolderKey(typed, KeyPlace.VARIABLE)
    see_keyring()
    return FolderKey(new_key(), KeyPlace.KEYRING, is_new=True)


def kept(found: FolderKey) -> Key:
    """The key, which is in the keyring from now on if it is new.

    Raises:
        KeyMissing: if the keyring does not take it.
    """
    if found.is_new:
        keep_key(found.key)
    return found.key
