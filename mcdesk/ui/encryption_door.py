"""What threads beside the window do with the encryption of the folder; loaded by the first that needs it."""

from typing import TYPE_CHECKING

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.conversion_wish import ConversionWish
from mcdesk.foundation.paths import Folders
from mcdesk.ui.workshop import ProgressTold

if TYPE_CHECKING:
    from mcdesk.history.encryption_state import EncryptionState, FolderKey


def encryption_state(folders: Folders) -> "EncryptionState":
    """As `encryption_state.encryption_state`."""
    from mcdesk.history import encryption_state

    return encryption_state.encryption_state(folders)


def folder_key(folders: Folders) -> "FolderKey":
    """As `encryption_state.folder_key`."""
    from mcdesk.history import encryption_state

    return encryption_state.folder_key(folders)


def kept_key_id(found: "FolderKey") -> str:
    """As `encryption_state.kept`; by what is encrypted names the key."""
    from mcdesk.history import encryption_state

    return encryption_state.kept(found).id


def convert_folder(
    folders: Folders, wish: ConversionWish, cancel: CancelToken, on_progress: ProgressTold
) -> int:
    """As `conversion.convert`, with a key that is kept."""
    from mcdesk.foundation.vault import find_key
    from mcdesk.history import conversion

    return conversion.convert(folders, find_key(wish.key_id), wish.is_on, cancel, on_progress)
