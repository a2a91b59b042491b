"""One line that says what is being done, with a thin bar and a way to stop it; hidden while nothing is."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import ElidedLabel, button, set_icon


class ProgressLine(QWidget):
    """`show_progress` may be called as often as one likes."""

    cancel_wanted = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        self._text = ElidedLabel("", "small", f"{name}Text")
        self._bar = QProgressBar()
        self._bar.setObjectName(f"{name}Bar")
        self._bar.setTextVisible(False)
        texts.addWidget(self._text)
        texts.addWidget(self._bar)
        row.addLayout(texts, 1)
        self.stop = button("", f"{name}Stop", "quiet", "Stop looking")
        set_icon(self.stop, "close", theme, 14)
        self.stop.clicked.connect(self.cancel_wanted)
        row.addWidget(self.stop)
        self.hide()

    def show_progress(self, text: str, done: int, total: int) -> None:
        """So many of so many; a total of 0 is one that is not known, and shows no bar."""
        counted = f"{text}: {done:,} of {total:,}" if total else f"{text}\u2026"
        self._text.setText(counted)
        self._bar.setVisible(total > 0)
        self._bar.setMaximum(max(total, 1))
        self._bar.setValue(done)
        self._bar.setAccessibleName(text)
        self.show()
