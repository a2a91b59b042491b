"""Above the grid while it shows one trial: which one it is, the ones beside it, and the way back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import ElidedLabel, button, label, set_icon


class TrialBanner(QFrame):
    """Hidden until there is a trial."""

    step_wanted = Signal(int)
    close_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("trialBanner")
        self.setAccessibleName("Trial")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 7, 8, 7)
        row.setSpacing(10)
        self._title = label("", "cardTitle", "trialTitle")
        row.addWidget(self._title)
        self._text = ElidedLabel("", "muted", "trialText")
        row.addWidget(self._text, 1)
        self._value = label("", "cardTitle", "trialValue")
        row.addWidget(self._value)
        self._previous = button(
            "Previous", "trialPrevious", "quiet", "The trial with the next lower value (Alt+Left)"
        )
        self._next = button("Next", "trialNext", "quiet", "The trial with the next higher value (Alt+Right)")
        self._close = button("Back to results", "trialClose", "", "Escape")
        for made, icon in ((self._previous, "left"), (self._next, "right"), (self._close, "close")):
            set_icon(made, icon, theme, 15)
            row.addWidget(made)
        self._previous.setShortcut("Alt+Left")
        self._next.setShortcut("Alt+Right")
        self._previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._next.clicked.connect(lambda: self.step_wanted.emit(1))
        self._close.clicked.connect(self.close_wanted)
        self.hide()

    def show_search(self, text: str) -> None:
        """It is being looked for."""
        self._show("Looking for the trial\u2026", text)
        self._allow(is_lower=False, is_higher=False)

    def show_trial(self, title: str, text: str, value: str) -> None:
        """The grid shows this one."""
        self._show(title, text, value)
        self._allow(is_lower=True, is_higher=True)

    def show_end(self, step: int) -> None:
        """There is none beyond the trial that is shown."""
        self._allow(is_lower=step > 0, is_higher=step < 0)

    def _show(self, title: str, text: str, value: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._value.setText(value)
        self.setAccessibleDescription(f"{title}, {text} {value}")
        self.show()

    def _allow(self, *, is_lower: bool, is_higher: bool) -> None:
        self._previous.setEnabled(is_lower)
        self._next.setEnabled(is_higher)
