"""The rows behind a card or a chart of the dashboard, with a way back to it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mcdesk.ui.presenters.dashboard_tables import TableText
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.parts import Segments, button, card, label, set_icon
from mcdesk.ui.widgets.rows_table import RowsTable

GROUPS = ("Day", "Tier", "Account", "Model")


class DashboardRows(QWidget):
    """`back_wanted` leads to the figures; `group_wanted` has the number of one of GROUPS."""

    back_wanted = Signal()
    group_wanted = Signal(int)
    save_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        frame, inside = card("dashboardRowsCard")
        head = QHBoxLayout()
        head.setSpacing(GUTTER)
        back = button("Back", "dashboardBack", "", "Back to all figures (Escape)")
        set_icon(back, "left", theme)
        back.setShortcut("Escape")
        back.clicked.connect(self.back_wanted)
        head.addWidget(back)
        self._title = label("", "cardTitle", "dashboardRowsTitle")
        head.addWidget(self._title, 1)
        self._groups = Segments(GROUPS, "rowsBy")
        self._groups.chosen.connect(self.group_wanted)
        head.addWidget(self._groups)
        save = button("Save as CSV\u2026", "dashboardRowsSave", "", "Save these rows")
        set_icon(save, "save", theme)
        save.clicked.connect(self.save_wanted)
        head.addWidget(save)
        inside.addLayout(head)
        self.table = RowsTable(("",), "dashboardRows", "Rows")
        inside.addWidget(self.table, 1)
        self._empty = label("", "muted", "dashboardRowsEmpty")
        inside.addWidget(self._empty)
        layout.addWidget(frame)
        self.title = ""
        self.shown: TableText = TableText((), (), "")

    @property
    def group(self) -> int:
        """The number of the one of GROUPS that is chosen."""
        return self._groups.current

    def show_rows(self, title: str, text: TableText, is_grouped: bool = False) -> None:
        """Show these; `is_grouped` offers the groups."""
        self.title, self.shown = title, text
        self._title.setText(title)
        self._groups.setVisible(is_grouped)
        self.table.set_headers(text.headers)
        self.table.show_rows(text.rows)
        self.table.setVisible(bool(text.rows))
        self._empty.setText(text.empty)
        self._empty.setVisible(not text.rows)
