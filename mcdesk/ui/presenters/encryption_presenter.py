"""Whether what mcdesk keeps is encrypted, where the key is, and the way to have it otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.foundation.conversion_wish import ConversionWish
from mcdesk.foundation.paths import Folders
from mcdesk.foundation.vault import KeyPlace
from mcdesk.ui import encryption_door
from mcdesk.ui.background import Background
from mcdesk.ui.formatting import quoted_commands

if TYPE_CHECKING:
    from mcdesk.history.encryption_state import EncryptionState, FolderKey

TEXT_BY_PLACE = {
    None: "",
    KeyPlace.KEYRING: "The key is in the keyring of this system.",
    KeyPlace.VARIABLE: "The key comes from the variable MCDESK_RECOVERY_KEY.",
}


@dataclass(frozen=True, slots=True)
class EncryptionLines:
    """What the card says.

    Attributes:
        can_encrypt, can_decrypt: what it offers; both where a conversion was cut off.
        has_key: whether the recovery key can be shown.
        is_trouble: whether something is wrong with the key.
    """

    title: str
    text: str
    can_encrypt: bool = False
    can_decrypt: bool = False
    has_key: bool = False
    is_trouble: bool = False


class EncryptionPresenter(QObject):
    """`changed` has EncryptionLines, `key_found` and `key_prepared` the FolderKey that was asked for.

    `restart_wanted` has the ConversionWish that mcdesk is to begin anew with; `failed` a McdeskError.
    """

    changed = Signal(object)
    key_found = Signal(object)
    key_prepared = Signal(object)
    restart_wanted = Signal(object)
    failed = Signal(object)

    def __init__(self, folders: Folders, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders, self._background = folders, background

    def refresh(self) -> None:
        """Look how it stands."""
        self._background.start(
            lambda _: encryption_door.encryption_state(self._folders), self._tell, self.failed.emit
        )

    def find_key(self) -> None:
        """Ask for the key of the folder."""
        self._ask(self.key_found.emit)

    def prepare_key(self) -> None:
        """Ask for the key that the folder is to be encrypted with: its own, or a new one."""
        self._ask(self.key_prepared.emit)

    def convert(self, *, is_on: bool, found: "FolderKey | None" = None) -> None:
        """Have mcdesk begin anew to encrypt or decrypt; with a key that the person has seen."""
        folders = self._folders
        self._background.start(
            lambda _: encryption_door.kept_key_id(found or encryption_door.folder_key(folders)),
            lambda key_id: self.restart_wanted.emit(ConversionWish(is_on, key_id)),
            self.failed.emit,
        )

    def _ask(self, on_found: "Callable[[FolderKey], None]") -> None:
        self._background.start(
            lambda _: encryption_door.folder_key(self._folders), on_found, self.failed.emit
        )

    def _tell(self, state: "EncryptionState") -> None:
        self.changed.emit(encryption_lines(state, str(self._folders.data)))


def encryption_lines(state: "EncryptionState", folder: str) -> EncryptionLines:
    """What is said of this."""
    if state.trouble is not None:
        detail = quoted_commands(state.trouble.detail)
        return EncryptionLines(f"{state.trouble.title}.", detail, is_trouble=True)
    count, done = state.unconverted_count, "encrypted" if state.is_on else "decrypted"
    on, back = ("encrypt", "decrypt") if state.is_on else ("decrypt", "encrypt")
    if count:
        files = "1 file is" if count == 1 else f"{count:,} files are"
        return EncryptionLines(
            f"{files} not {done} yet.",
            f"The conversion was cut off: {on} to go on, {back} to take it back.",
            can_encrypt=True,
            can_decrypt=True,
            has_key=True,
        )
    if state.is_on:
        return EncryptionLines(
            "Encrypted",
            f"Without its key nobody can read what is in {folder}. {TEXT_BY_PLACE[state.key_place]}",
            can_decrypt=True,
            has_key=True,
        )
    return EncryptionLines(
        "Not encrypted",
        f"Whoever has the disk can read the history, the results and the copies of workbooks in {folder}.",
        can_encrypt=True,
    )
