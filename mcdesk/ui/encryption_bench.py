"""Joins the card of the settings page to what is known of the encryption of the folder."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mcdesk.foundation.vault import KeyPlace
from mcdesk.ui.frame import Frame
from mcdesk.ui.presenters.encryption_presenter import EncryptionPresenter
from mcdesk.ui.views.encryption_dialogs import DecryptDialog, EncryptDialog, RecoveryKeyDialog
from mcdesk.ui.views.settings_view import SettingsView

if TYPE_CHECKING:
    from mcdesk.history.encryption_state import FolderKey


class EncryptionBench(QObject):
    """Made once; looks each time that the page is shown."""

    def __init__(self, frame: Frame, page: SettingsView, presenter: EncryptionPresenter) -> None:
        super().__init__(frame.window)
        self._theme, self._window, self._page, self._presenter = frame.theme, frame.window, page, presenter
        card = page.encryption
        presenter.changed.connect(card.show_lines)
        presenter.key_found.connect(self._show_key)
        presenter.key_prepared.connect(self._ask_to_encrypt)
        presenter.failed.connect(self._window.notice.show_failure)
        card.encrypt_wanted.connect(presenter.prepare_key)
        card.key_wanted.connect(presenter.find_key)
        card.decrypt_wanted.connect(self._ask_to_decrypt)
        self._window.page_shown.connect(self._look)

    def _look(self) -> None:
        if self._window.page is self._page:
            self._presenter.refresh()

    def _show_key(self, found: "FolderKey") -> None:
        dialog = RecoveryKeyDialog(self._theme, found.key.recovery_text, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_to_encrypt(self, found: "FolderKey") -> None:
        is_typed = found.place is KeyPlace.VARIABLE
        dialog = EncryptDialog(self._theme, found.key.recovery_text, is_typed, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: self._presenter.convert(is_on=True, found=found))
        dialog.open()

    def _ask_to_decrypt(self) -> None:
        dialog = DecryptDialog(self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: self._presenter.convert(is_on=False))
        dialog.open()
