"""The account card of the sidebar as a way to another account, and the dialog to sign in."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.ui.presenters.account_presenter import AccountPresenter, account_text
from mcdesk.ui.widgets.parts import answer_row, label
from mcdesk.ui.widgets.plain_tip import plain_tip


class AccountMenu(QObject):
    """Opens on a click on the card, or with Return or Space while it has the focus."""

    def __init__(self, card: QWidget, accounts: AccountPresenter) -> None:
        super().__init__(card)
        self._card, self._accounts = card, accounts
        card.setCursor(Qt.CursorShape.PointingHandCursor)
        card.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        card.setAccessibleName("Account")
        card.setToolTip("Choose the account that works here")
        card.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.type() == QEvent.Type.MouseButtonRelease or (
            is_key and isinstance(event, QKeyEvent) and event.key() in keys
        ):
            self.menu().popup(self._card.mapToGlobal(QPoint(0, -8)))
            return True
        return super().eventFilter(watched, event)

    def menu(self) -> QMenu:
        """What can be chosen now."""
        made = QMenu(self._card)
        made.setObjectName("accountMenu")
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        current = self._accounts.current
        for choice in self._accounts.choices:
            account = choice.account
            text = account_text(account)
            entry = made.addAction(text if choice.is_open else f"{text}\u2026")
            entry.setObjectName(f"account.{account.email}")
            entry.setToolTip(plain_tip(account.email))
            entry.setCheckable(True)
            entry.setChecked(current is not None and current.id == account.id)
            act = self._accounts.choose if choice.is_open else self.ask_password
            entry.triggered.connect(partial(act, account.email))
        made.addSeparator()
        out = made.addAction("Sign out")
        out.setObjectName("signOut")
        out.setEnabled(any(each.is_open and each.account.has_password for each in self._accounts.choices))
        out.triggered.connect(self._accounts.sign_out)
        return made

    def ask_password(self, email: str) -> None:
        """Sign in as an account that has a password."""
        dialog = SignInDialog(email, self._card.window())
        dialog.accepted.connect(lambda: self._accounts.sign_in(email, dialog.password))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class SignInDialog(QDialog):
    """Asks for the password of one account."""

    def __init__(self, email: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("signInDialog")
        self.setWindowTitle("Sign in")
        self.setMinimumWidth(380)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(f"Sign in as {email}", "cardTitle"))
        self._field = QLineEdit()
        self._field.setObjectName("password")
        self._field.setAccessibleName("Password")
        self._field.setPlaceholderText("Password")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        layout.addWidget(self._field)
        layout.addLayout(answer_row(self, "Sign in", "signIn")[0])

    @property
    def password(self) -> str:
        """What was typed."""
        return self._field.text()
