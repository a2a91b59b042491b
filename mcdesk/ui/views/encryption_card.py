"""The card of the settings page that says whether what mcdesk keeps is encrypted, and offers to change it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.ui.presenters.encryption_presenter import EncryptionLines
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.parts import button, card, label

LOOKING = EncryptionLines("Looking\u2026", "")


class EncryptionCard(QFrame):
    """Each signal is one of its buttons."""

    encrypt_wanted = Signal()
    decrypt_wanted = Signal()
    key_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card("encryptionCard")
        outer.addWidget(frame)
        inside.addWidget(label("Encryption", "cardTitle"))
        row = QHBoxLayout()
        row.setSpacing(GUTTER // 2)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self._title = label("", "strong", "encryptionTitle")
        self._text = label("", "muted", "encryptionText")
        for part in (self._title, self._text):
            part.setWordWrap(True)
            texts.addWidget(part)
        row.addLayout(texts, 1)
        self._key = button("Recovery key\u2026", "showRecoveryKey", tip="Show the key to write it down")
        self._decrypt = button("Decrypt\u2026", "decrypt", tip="Have what mcdesk keeps be readable again")
        self._encrypt = button("Encrypt\u2026", "encrypt", tip="Encrypt what mcdesk keeps")
        for made, signal in (
            (self._key, self.key_wanted),
            (self._decrypt, self.decrypt_wanted),
            (self._encrypt, self.encrypt_wanted),
        ):
            made.clicked.connect(signal)
            row.addWidget(made)
        inside.addLayout(row)
        self.show_lines(LOOKING)

    def show_lines(self, lines: EncryptionLines) -> None:
        """Show this."""
        self._title.setText(lines.title)
        role = "strongBad" if lines.is_trouble else "strong"
        if role != self._title.property("role"):
            self._title.setProperty("role", role)
            self._title.style().unpolish(self._title)
            self._title.style().polish(self._title)
        self._text.setText(lines.text)
        self._text.setVisible(bool(lines.text))
        self._key.setVisible(lines.has_key)
        self._decrypt.setVisible(lines.can_decrypt)
        self._encrypt.setVisible(lines.can_encrypt)
