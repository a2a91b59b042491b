"""The history in the sidebar: search, and the runs, newest first."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from mcdesk.ui.presenters.history_presenter import HistoryFilter
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import button, label, set_icon
from mcdesk.ui.widgets.two_line_list import Line, TwoLineList


class HistoryPanel(QWidget):
    """Tells which run a person wants to see or to delete."""

    row_opened = Signal(int)
    delete_wanted = Signal(int)
    search_changed = Signal(str)
    filter_chosen = Signal(object)
    pin_wanted = Signal(int)
    note_wanted = Signal(int)
    rerun_wanted = Signal(int, int)
    export_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("historyPanel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(6)
        title = label("HISTORY", "label")
        title.setContentsMargins(10, 0, 0, 0)
        layout.addWidget(title)
        self._search = QLineEdit()
        self._search.setObjectName("historySearch")
        self._search.setAccessibleName("Search the history")
        self._search.setPlaceholderText("Search")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self.search_changed)
        self._chosen = HistoryFilter.ALL
        self._filter = button("", "historyFilter", "quiet", "Which runs are listed")
        set_icon(self._filter, "filter", theme, 16)
        self._filter.setMenu(self._filter_menu())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._search, 1)
        row.addWidget(self._filter)
        layout.addLayout(row)
        self._empty = label("", "small", "historyEmpty")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(10, 4, 0, 0)
        layout.addWidget(self._empty)
        self.list = TwoLineList(theme, "historyList", "History, newest first")
        self.list.setStyleSheet("background: transparent;")
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        self.list.row_chosen.connect(self.row_opened)
        self.list.row_activated.connect(self.row_opened)
        self.list.remove_wanted.connect(self.delete_wanted)
        self.list.menu_wanted.connect(self._menu)
        # nothing is said of runs before it is known whether there are any
        for part in (self._search, self._filter, self._empty, self.list):
            part.hide()

    def show_reading(self, is_reading: bool) -> None:
        """Say that the history is being read, where no runs are listed yet."""
        if is_reading and self.list.isHidden():
            self._empty.setText("Reading the history\u2026")
        self._empty.setVisible(is_reading and self.list.isHidden())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these."""
        is_searching = bool(self._search.text()) or self._chosen is not HistoryFilter.ALL
        self.list.show_lines(lines)
        self.list.setVisible(bool(lines))
        self._empty.setText("Nothing found." if is_searching else "Your runs will appear here.")
        self._empty.setVisible(not lines)
        for part in (self._search, self._filter):
            part.setVisible(bool(lines) or is_searching)

    def mark(self, row: int | None) -> None:
        """Show which of the runs is the one that is looked at; None if it is none of them."""
        if row is None:
            self.list.clear_choice()
        else:
            self.list.choose(row)

    def _filter_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("historyFilterMenu")
        group = QActionGroup(menu)
        for each in HistoryFilter:
            entry = menu.addAction(each.value)
            entry.setCheckable(True)
            entry.setChecked(each is self._chosen)
            entry.triggered.connect(partial(self._choose, each))
            group.addAction(entry)
        return menu

    def _choose(self, wanted: HistoryFilter, _is_checked: bool = True) -> None:
        self._chosen = wanted
        self._filter.setAccessibleName(f"Which runs are listed: {wanted.value}")
        self.filter_chosen.emit(wanted)

    def menu_of(self, row: int) -> QMenu:
        """What can be done with a run."""
        menu = QMenu(self)
        menu.setObjectName("historyMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", lambda: self.row_opened.emit(row))
        menu.addAction("Pin or unpin", lambda: self.pin_wanted.emit(row))
        menu.addAction("Name and tags\u2026", lambda: self.note_wanted.emit(row))
        menu.addSeparator()
        menu.addAction("Run again with the same seed", lambda: self.rerun_wanted.emit(row, 0))
        menu.addAction("Run again with another seed", lambda: self.rerun_wanted.emit(row, 1))
        menu.addAction("Export\u2026", lambda: self.export_wanted.emit(row))
        menu.addSeparator()
        menu.addAction("Delete", lambda: self.delete_wanted.emit(row))
        return menu

    def _menu(self, row: int, place: QPoint) -> None:
        self.menu_of(row).popup(place)
