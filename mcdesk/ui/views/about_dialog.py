"""The about box: version, what mcdesk is made with, licences."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mcdesk import __version__
from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.widgets.parts import button, label
from mcdesk.ui.widgets.rows_table import RowsTable

PICTURE_PIXELS = 48


class AboutDialog(QDialog):
    """The rows come later, as they are read from files; so does the text of a licence.

    `licence_wanted` tells the name of a row that was chosen.
    """

    licence_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About mcdesk")
        self.resize(760, 640)
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
        self._table.let_rows_open("Show the text of the licence")
        self._table.row_opened.connect(self._ask_for_text)
        layout.addWidget(self._table, 3)
        self._text = QPlainTextEdit()
        self._text.setObjectName("licenceText")
        self._text.setAccessibleName("Text of the licence")
        self._text.setPlaceholderText("Click a row to read the text of its licence")
        self._text.setReadOnly(True)
        layout.addWidget(self._text, 2)
        close = button("Close", "closeAbout", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        layout.addLayout(row)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Name, version and licence of each."""
        self._table.show_rows(rows)

    def show_text(self, text: str) -> None:
        """The text of the licence that was asked for."""
        self._text.setPlainText(text)

    def _ask_for_text(self, row: int) -> None:
        item = self._table.item(row, 0)
        if item is not None:
            self.licence_wanted.emit(item.text())
