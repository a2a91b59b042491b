"""What the comparison with the values in the file found; a click goes to the cell."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mcdesk.ui.presenters.check_presenter import Certificate
from mcdesk.ui.presenters.progress_watch import Progress
from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import button, card, label
from mcdesk.ui.widgets.progress_line import ProgressLine
from mcdesk.ui.widgets.two_line_list import Line, TwoLineList

_ICON = QSize(20, 20)


class CheckPanel(QWidget):
    """`look_wanted` asks to compare."""

    cell_chosen = Signal(object)
    look_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("checkPanel")
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card("checkCard")
        outer.addWidget(frame)
        inside.addWidget(label("Compared with Excel", "cardTitle", "checkTitle"))
        row = QHBoxLayout()
        row.setSpacing(9)
        self._sign = QLabel()
        self._sign.setFixedSize(_ICON)
        self._sentence = label("", "", "certificate")
        self._sentence.setWordWrap(True)
        row.addWidget(self._sign)
        row.addWidget(self._sentence, 1)
        inside.addLayout(row)
        self._list = TwoLineList(theme, "checkList", "What to look at")
        inside.addWidget(self._list, 1)
        inside.addStretch(0)
        self._progress = ProgressLine(theme, "checkProgress")
        self._progress.cancel_wanted.connect(self.cancel_wanted)
        inside.addWidget(self._progress)
        self._again = button("Compare now", "compareNow", "link")
        self._again.clicked.connect(self.look_wanted)
        inside.addWidget(self._again)
        self._shown: Certificate | None = None
        self._list.row_chosen.connect(self._tell_cell)
        self._list.row_activated.connect(self._tell_cell)
        theme.changed.connect(self._show_sign)
        self.show_certificate(None)

    def show_certificate(self, found: Certificate | None) -> None:
        """Show this; None where nothing was compared yet."""
        self._shown = found
        untold = "Each formula cell is calculated and compared with the value that the file has."
        self._sentence.setText(untold if found is None else found.sentence)
        self._sign.setVisible(found is not None)
        findings = () if found is None else found.findings
        self._list.setVisible(bool(findings))
        self._list.show_lines([Line(each.title, each.text, "", each.mark, each.tip) for each in findings])
        self._again.setVisible(found is None and not self._progress.isVisibleTo(self))
        self._show_sign()

    def show_progress(self, progress: Progress | None) -> None:
        """How far the comparison is; None when it is over."""
        if progress is None:
            self._progress.hide()
        else:
            self._progress.show_progress(progress.text, progress.done, progress.total)
        self._again.setVisible(progress is None and self._shown is None)

    def _show_sign(self) -> None:
        if self._shown is not None:
            tokens = self._theme.tokens
            name, colour = (
                ("check", tokens.good) if not self._shown.open_count else ("warning", tokens.warning)
            )
            self._sign.setPixmap(pixmap(name, colour, _ICON.width(), self.devicePixelRatioF()))

    def _tell_cell(self, row: int) -> None:
        cell = None if self._shown is None else self._shown.findings[row].cell
        if cell is not None:
            self.cell_chosen.emit(cell)
