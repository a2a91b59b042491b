"""A thin row that asks what a person thinks of a result, from 1 to 10; it may be ignored."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from mcdesk.history.run_record import LEAST_RATING, MOST_RATING
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import button, label, set_icon

THANKS_MILLISECONDS = 2_500
WIDTH, DIGIT = 34, 10


class RatingStrip(QWidget):
    """Hidden until `ask`; `rated` has the number, `refused` is for good."""

    rated = Signal(int)
    refused = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ratingStrip")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._text = label("", "muted", "ratingText")
        row.addWidget(self._text)
        row.addSpacing(8)
        self._numbers: list[QPushButton] = []
        for number in range(LEAST_RATING, MOST_RATING + 1):
            made = button(str(number), f"rate{number}", "quiet", f"{number} of {MOST_RATING}")
            # a digit more, so that the last one is not cut
            made.setFixedWidth(WIDTH if number < 10 else WIDTH + DIGIT)
            made.clicked.connect(lambda _, number=number: self._rate(number))
            row.addWidget(made)
            self._numbers.append(made)
        row.addStretch(1)
        self._never = button("Do not ask again", "ratingNever", "link", "Never ask for a rating")
        self._never.clicked.connect(self._refuse)
        row.addWidget(self._never)
        close = button("", "ratingClose", "quiet", "Close without a rating")
        set_icon(close, "close", theme, 14)
        close.clicked.connect(self.hide)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(THANKS_MILLISECONDS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def ask(self) -> None:
        """Ask about another result."""
        self._timer.stop()
        self._text.setText("How useful is this result?")
        self._show_choices(True)
        self.show()

    def _rate(self, number: int) -> None:
        self._text.setText(f"Thank you: {number} of {MOST_RATING}")
        self._show_choices(False)
        self._timer.start()
        self.rated.emit(number)

    def _refuse(self) -> None:
        self.hide()
        self.refused.emit()

    def _show_choices(self, is_shown: bool) -> None:
        for each in (*self._numbers, self._never):
            each.setVisible(is_shown)
