"""What was told in this session, to be read again and copied."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.ui.presenters.messages import Messages
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import EmptyState, button
from mcdesk.ui.widgets.two_line_list import Line, TwoLineList


class MessagesDialog(QDialog):
    """Follows the list while it is open."""

    def __init__(self, theme: Theme, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("messagesDialog")
        self.setWindowTitle("Messages")
        self.resize(640, 460)
        self._messages = messages
        self._list = TwoLineList(theme, "messagesList", "Messages, newest first")
        empty = EmptyState("No messages", "What goes wrong in this session is kept here.", "noMessages", None)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._stack, 1)
        row = QHBoxLayout()
        self._copy = button("Copy all", "copyMessages")
        self._copy.clicked.connect(self._copy_all)
        self._clear = button("Clear", "clearMessages")
        self._clear.clicked.connect(messages.clear)
        close = button("Close", "closeMessages", "primary")
        close.clicked.connect(self.accept)
        row.addWidget(self._copy)
        row.addWidget(self._clear)
        row.addStretch(1)
        row.addWidget(close)
        layout.addLayout(row)
        messages.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        kept = self._messages.kept
        self._list.show_lines(
            [
                Line(each.title, each.text, f"{each.at:%H:%M:%S}", "bad" if each.is_failure else "accent")
                for each in kept
            ]
        )
        self._stack.setCurrentIndex(1 if kept else 0)
        self._copy.setEnabled(bool(kept))
        self._clear.setEnabled(bool(kept))

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(each.line for each in self._messages.kept))
