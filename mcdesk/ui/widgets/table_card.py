"""A card with a heading and a small table, which is as high as its rows, or says why there are none."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.parts import CARD_PADDING, label
from mcdesk.ui.widgets.rows_table import ROW_HEIGHT, RowsTable

MOST_ROWS = 12
_HEAD = 34


class TableCard(QFrame):
    """Fed by `show_table`; `head` takes what stands beside the heading."""

    def __init__(self, title: str, name: str, headers: Sequence[str], note: str = "") -> None:
        super().__init__()
        self.setObjectName(f"{name}Card")
        self.setProperty("card", "true")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_PADDING, CARD_PADDING - 3, CARD_PADDING, CARD_PADDING - 3)
        layout.setSpacing(6)
        self.head = QHBoxLayout()
        self.head.setSpacing(GUTTER)
        self.head.addWidget(label(title, "cardTitle"))
        self.head.addWidget(label(note, "small"), 1)
        layout.addLayout(self.head)
        self.body = layout
        self.table = RowsTable(headers, name, title)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        layout.addWidget(self.table)
        self._empty = label("", "muted", f"{name}Empty")
        self._empty.setWordWrap(True)
        layout.addWidget(self._empty)
        layout.addStretch(1)
        self._shown: tuple[Sequence[str], Sequence[Sequence[str]]] | None = None

    def add_below(self, widget: QWidget) -> None:
        """Something under the table."""
        self.body.insertWidget(self.body.count() - 1, widget)

    def show_table(self, headers: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
        """Show these rows, or that there are none."""
        self._empty.setText(empty)
        self._empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        shown = tuple(headers), tuple(map(tuple, rows))
        if shown == self._shown:
            return
        if self._shown is None or self._shown[0] != shown[0]:
            self.table.set_headers(headers)
        self._shown = shown
        self.table.show_rows(rows)
        self.table.setFixedHeight(_HEAD + ROW_HEIGHT * min(len(rows), MOST_ROWS))
