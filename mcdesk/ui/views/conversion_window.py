"""What is seen instead of the window while the folder is encrypted or decrypted."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.ui.formatting import percent_text
from mcdesk.ui.presenters.progress_watch import Progress
from mcdesk.ui.widgets.parts import button, label

WIDTH = 460
_STEPS = 1000


class ConversionWindow(QWidget):
    """To close it is to ask for a stop; it goes when the work has ended."""

    stop_wanted = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle("mcdesk")
        self.setFixedWidth(WIDTH)
        self._has_ended = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(10)
        layout.addWidget(label(title, "cardTitle", "conversionTitle"))
        self._text = label("Looking what there is to do\u2026", "muted", "conversionText")
        layout.addWidget(self._text)
        self._bar = QProgressBar()
        self._bar.setObjectName("conversionBar")
        self._bar.setAccessibleName(title)
        self._bar.setTextVisible(False)
        self._bar.setMaximum(_STEPS)
        layout.addWidget(self._bar)
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 0)
        row.addStretch(1)
        self._stop = button("Stop", "stopConversion", tip="What is done stays; it can go on later")
        self._stop.clicked.connect(self._ask_to_stop)
        row.addWidget(self._stop)
        layout.addLayout(row)

    def show_progress(self, progress: Progress | None) -> None:
        """How many bytes of how many; None when it is over."""
        if progress is None:
            return
        part = progress.done / progress.total if progress.total else 0.0
        self._bar.setValue(round(_STEPS * part))
        if self._stop.isEnabled():
            self._text.setText(f"{percent_text(part)} of {progress.total / 1e6:,.1f} MB")

    def close_now(self) -> None:
        """Without being asked."""
        self._has_ended = True
        self.close()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._has_ended:
            event.ignore()
            self._ask_to_stop()

    def _ask_to_stop(self) -> None:
        self._stop.setEnabled(False)
        self._text.setText("Stopping after the file that is being written\u2026")
        self.stop_wanted.emit()
