"""A fault of mcdesk itself, as a report that can be copied; nothing of the work is lost by it."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from mcdesk.ui.widgets.parts import button, label

MOST_CHARACTERS = 100_000


class CrashDialog(QDialog):
    """One for all faults of a session: another is added to what it shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crashDialog")
        self.setWindowTitle("mcdesk met a fault")
        self.resize(680, 460)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(label("mcdesk met a fault of its own", "cardTitle"))
        text = label(
            "Your set-up is kept and simulations go on. You may go on, too. The report below has nothing "
            "of your workbook; copy it for whoever looks after mcdesk.",
            "muted",
        )
        text.setWordWrap(True)
        layout.addWidget(text)
        self._report = QPlainTextEdit()
        self._report.setObjectName("crashReport")
        self._report.setAccessibleName("Report of the fault")
        self._report.setReadOnly(True)
        layout.addWidget(self._report, 1)
        row = QHBoxLayout()
        copy = button("Copy report", "copyReport")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._report.toPlainText()))
        close = button("Go on", "goOn", "primary")
        close.clicked.connect(self.accept)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        layout.addLayout(row)

    def add(self, report: str) -> None:
        """Show another fault, after those before."""
        if self._report.document().characterCount() < MOST_CHARACTERS:
            self._report.appendPlainText(report)
        if not self.isVisible():
            self.open()
