"""What a person is asked before mcdesk begins anew to encrypt or decrypt, and the key to write down."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import answer_row, button, card, label, set_icon

WIDTH = 560
_GROUPS_IN_A_LINE = 7
_RESTART = (
    "mcdesk closes, {}s, and opens again. Close every other mcdesk that uses this folder first;"
    " simulations that run go on afterwards."
)


class EncryptDialog(QDialog):
    """Accepted only by who says that the recovery key is written down.

    Args:
        recovery_text: the key for a person.
        is_typed: whether it comes from the variable, and no keyring has it.
    """

    def __init__(self, theme: Theme, recovery_text: str, is_typed: bool, parent: QWidget) -> None:
        super().__init__(parent)
        layout = _dressed(self, "encryptDialog", "Encrypt what mcdesk keeps?")
        layout.addWidget(
            _text(
                "The history, results, set-ups and copies of workbooks will be encrypted on this disk."
                " Your workbooks stay as they are, and so do files that you export."
            )
        )
        layout.addWidget(_key_card(theme, recovery_text))
        keeps = (
            "The key comes from the variable MCDESK_RECOVERY_KEY, and is needed at each start."
            if is_typed
            else "The keyring of this system gets the key, so that you are not asked for it."
        )
        layout.addWidget(
            _text(f"{keeps} If it is ever lost there, nothing but this recovery key opens your data.")
        )
        layout.addWidget(_text(_RESTART.format("encrypt")))
        written = QCheckBox("I have written the recovery key down, in another place")
        written.setObjectName("keyIsWritten")
        written.setAccessibleName(written.text())
        layout.addWidget(written)
        row, accept = answer_row(self, "Encrypt and restart", "acceptEncryption")
        accept.setEnabled(False)
        written.toggled.connect(accept.setEnabled)
        layout.addLayout(row)
        _fit(self, layout)


class DecryptDialog(QDialog):
    """Asks whether what is kept is to be readable again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = _dressed(self, "decryptDialog", "Decrypt what mcdesk keeps?")
        layout.addWidget(
            _text(
                "Whoever has the disk can read it then. The key stays in the keyring: copies of the folder"
                " that lie elsewhere still need it."
            )
        )
        layout.addWidget(_text(_RESTART.format("decrypt")))
        layout.addLayout(answer_row(self, "Decrypt and restart", "acceptDecryption")[0])
        _fit(self, layout)


class RecoveryKeyDialog(QDialog):
    """The key once more."""

    def __init__(self, theme: Theme, recovery_text: str, parent: QWidget) -> None:
        super().__init__(parent)
        layout = _dressed(self, "recoveryKeyDialog", "Recovery key")
        layout.addWidget(_text("It opens your data without the keyring of this system. Keep it elsewhere."))
        layout.addWidget(_key_card(theme, recovery_text))
        row = QHBoxLayout()
        row.addStretch(1)
        close = button("Close", "closeRecoveryKey", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(close)
        layout.addLayout(row)
        _fit(self, layout)


def _dressed(dialog: QDialog, name: str, title: str) -> QVBoxLayout:
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    dialog.setFixedWidth(WIDTH)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(22, 20, 22, 18)
    layout.setSpacing(12)
    layout.addWidget(label(title, "cardTitle"))
    return layout


def _fit(dialog: QDialog, layout: QVBoxLayout) -> None:
    """As high as its lines are in this width: Qt takes them for narrower, and would spread what is left."""
    dialog.ensurePolished()
    for part in dialog.findChildren(QWidget):
        part.ensurePolished()
    dialog.setFixedHeight(layout.heightForWidth(WIDTH))


def _text(text: str) -> QLabel:
    made = label(text, "muted")
    made.setWordWrap(True)
    return made


def _key_card(theme: Theme, recovery_text: str) -> QWidget:
    frame, inside = card("recoveryKeyCard")
    head = QHBoxLayout()
    head.addWidget(label("Recovery key", "label"))
    head.addStretch(1)
    copy = button("Copy", "copyRecoveryKey", "quiet", "Copy the recovery key")
    copy.setAccessibleName("Copy the recovery key")
    set_icon(copy, "copy", theme, 15)
    head.addWidget(copy)
    inside.addLayout(head)
    shown = label(_in_lines(recovery_text), name="recoveryKey")
    shown.setAccessibleName("Recovery key")
    shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    shown.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    inside.addWidget(shown)

    def put() -> None:
        QGuiApplication.clipboard().setText(recovery_text)
        copy.setText(" Copied")

    copy.clicked.connect(put)
    # a screen may be too low for the dialog, and a key has to be read whole
    frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return frame


def _in_lines(recovery_text: str) -> str:
    groups = recovery_text.split("-")
    starts = range(0, len(groups), _GROUPS_IN_A_LINE)
    return "-\n".join("-".join(groups[start : start + _GROUPS_IN_A_LINE]) for start in starts)
