"""Ctrl+F: what to look for, how many cells hold it, and the way from one to the next."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import button, label, set_icon

_FIELD_PIXELS = 240


class FindBar(QWidget):
    """Hidden until it is opened; tells what is typed at each letter."""

    text_changed = Signal(str)
    next_wanted = Signal()
    previous_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("findBar")
        self.setAccessibleName("Find")
        self._field = QLineEdit()
        self._field.setObjectName("findField")
        self._field.setAccessibleName("Text to find in values and formulas")
        self._field.setPlaceholderText("Find in values and formulas")
        self._field.setFixedWidth(_FIELD_PIXELS)
        self._field.textChanged.connect(self.text_changed)
        self._field.installEventFilter(self)
        self._count = label("", "small", "findCount")
        previous = button("", "findPrevious", "quiet", "Previous (Shift+Enter)")
        following = button("", "findNext", "quiet", "Next (Enter)")
        close = button("", "findClose", "quiet", "Close (Esc)")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._field)
        for each, name in ((previous, "up"), (following, "down"), (close, "close")):
            set_icon(each, name, theme, 15)
            row.addWidget(each)
        row.addSpacing(6)
        row.addWidget(self._count)
        row.addStretch(1)
        previous.clicked.connect(self.previous_wanted)
        following.clicked.connect(self.next_wanted)
        close.clicked.connect(self.close_bar)
        self.hide()

    @property
    def text(self) -> str:
        """What is looked for."""
        return self._field.text()

    def open(self) -> None:
        """Show the bar, ready to type."""
        self.show()
        self._field.setFocus()
        self._field.selectAll()
        if self.text:
            self.text_changed.emit(self.text)

    def close_bar(self) -> None:
        """Hide the bar."""
        self.hide()
        self.closed.emit()

    def show_count(self, text: str) -> None:
        """Say how many cells hold the text."""
        self._count.setText(text)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_bar()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                (self.previous_wanted if is_back else self.next_wanted).emit()
                return True
        return super().eventFilter(watched, event)
