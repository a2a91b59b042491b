"""The about box: version, what mcdesk is made with, licences."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mcdesk import __version__
from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.widgets.parts import button, label
from mcdesk.ui.widgets.rows_table import RowsTable

PICTURE_PIXELS = 48


class AboutDialog(QDialog):
    """The rows come later, as they are read from files."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About mcdesk")
        self.resize(760, 560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 16)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(14)
        picture = QLabel()
        picture.setPixmap(pixmap("mcdesk", "#000000", PICTURE_PIXELS, self.devicePixelRatioF()))
        head.addWidget(picture)
        texts = QVBoxLayout()
        texts.addWidget(label(f"mcdesk {__version__}", "heading", "aboutVersion"))
        texts.addWidget(label("Monte Carlo simulation of Excel workbooks, on this computer alone", "muted"))
        head.addLayout(texts, 1)
        layout.addLayout(head)
        self._table = RowsTable(("Made with", "Version", "Licence"), "aboutTable", "Libraries and licences")
        layout.addWidget(self._table, 1)
        close = button("Close", "closeAbout", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        layout.addLayout(row)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Name, version and licence of each."""
        self._table.show_rows(rows)
