"""The queue: a row for each simulation, and who is entitled to which share of the device."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.ui.formatting import count_text
from mcdesk.ui.presenters.queue_rows import QueuePage, QueueRow, ShareRow
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.views.queue_table import QueueTable
from mcdesk.ui.widgets.parts import EmptyState, PageHeader, Segments, button, card, label, set_icon
from mcdesk.ui.widgets.rows_table import RowsTable

# the last three are what one simulation may take
_SHARES = ("Weight", "Entitled", "Last minute", "Usage", "Credit", "Memory", "Device", "Longest")


class QueueView(QWidget):
    """Shows the queue; each signal carries the simulation that is meant.

    `rerun_wanted` also carries what is added to the seed, `move_wanted` whether it goes up; `page_wanted` the
    place from which on rows are needed.
    """

    cancel_wanted = Signal(str)
    opened = Signal(str)
    rerun_wanted = Signal(str, int)
    move_wanted = Signal(str, bool)
    page_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("queuePage")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(GUTTER)
        self.header = PageHeader("Queue", "queueHeader")
        self._rerun = button("Run again", "rerunJobButton", "", "The same with another seed")
        set_icon(self._rerun, "play", theme)
        self._cancel = button("Cancel simulation", "cancelJobButton", "", "Delete")
        set_icon(self._cancel, "stop", theme)
        for each in (self._rerun, self._cancel):
            self.header.add(each)
        layout.addWidget(self.header)
        frame, inside = card("queueCard")
        inside.setContentsMargins(8, 6, 8, 8)
        self.table = QueueTable(theme)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._empty = EmptyState(
            "Nothing runs and nothing waits",
            "Simulations that you start here or in a terminal appear on this page.",
            "queueEmpty",
            None,
        )
        inside.addWidget(self.table, 1)
        inside.addWidget(self._empty, 1)
        layout.addWidget(frame, 3)
        self._shares = _Shares()
        layout.addWidget(self._shares, 2)
        self._connect()
        self.show_page(QueuePage())

    def show_page(self, page: QueuePage) -> None:
        """Show the queue as it is now."""
        self.table.show_page(page)
        self.table.setVisible(bool(page.count))
        self._empty.setVisible(not page.count)
        self._shares.show_rows(page.accounts, page.tiers)
        others = f"  \u00b7  {count_text(page.hidden)} of other people" if page.hidden else ""
        counts = f"{count_text(page.running)} running, {count_text(page.waiting)} waiting"
        self.header.subtitle.setText(counts + others)
        self._enable()

    def menu_of(self, row: QueueRow) -> QMenu:
        """What can be done with a simulation."""
        menu, table = QMenu(self), self.table
        menu.setObjectName("queueMenu")
        # what waits has nothing to show
        menu.addAction("Open results\tEnter", lambda: table.opened.emit(row)).setEnabled(not row.is_waiting)
        menu.addAction("Run again with the same seed", lambda: self.rerun_wanted.emit(row.id, 0))
        menu.addAction("Run again with another seed", lambda: self.rerun_wanted.emit(row.id, 1))
        menu.addSeparator()
        for text, is_up in (("Move up\tAlt+Up", True), ("Move down\tAlt+Down", False)):
            action = menu.addAction(text)
            action.triggered.connect(lambda _, is_up=is_up: table.move_wanted.emit(row, is_up))
            action.setEnabled(row.is_waiting)
        menu.addSeparator()
        ends = "Cancel\tDelete" if row.is_waiting else "Cancel\u2026\tDelete"
        menu.addAction(ends, lambda: table.cancel_wanted.emit(row))
        return menu

    def _connect(self) -> None:
        table = self.table
        table.row_chosen.connect(self._enable)
        table.page_wanted.connect(self.page_wanted)
        table.opened.connect(self._open)
        table.cancel_wanted.connect(self._cancel_row)
        table.move_wanted.connect(self._move)
        table.customContextMenuRequested.connect(self._show_menu)
        self._cancel.clicked.connect(lambda: self._with_chosen(self._cancel_row))
        self._rerun.clicked.connect(lambda: self._with_chosen(lambda row: self.rerun_wanted.emit(row.id, 1)))

    def _enable(self) -> None:
        for each in (self._cancel, self._rerun):
            each.setEnabled(self.table.chosen is not None)

    def _with_chosen(self, do: Callable[[QueueRow], object]) -> None:
        if self.table.chosen is not None:
            do(self.table.chosen)

    def _open(self, row: QueueRow) -> None:
        if not row.is_waiting:
            self.opened.emit(row.id)

    def _move(self, row: QueueRow, is_up: bool) -> None:
        if row.is_waiting:
            self.move_wanted.emit(row.id, is_up)

    def _cancel_row(self, row: QueueRow) -> None:
        if row.is_waiting and not row.trials_done:
            self.cancel_wanted.emit(row.id)
            return
        box = QMessageBox(self)
        box.setObjectName("cancelQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        # the title comes from the file, and must not be taken for HTML
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"End {row.title}?")
        box.setInformativeText(f"The {count_text(row.trials_done)} trials that are done are kept.")
        end = box.addButton("End simulation", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("Go on", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        stay.setFocus()
        box.finished.connect(
            lambda _: self.cancel_wanted.emit(row.id) if box.clickedButton() is end else None
        )
        box.finished.connect(box.deleteLater)
        box.open()

    def _show_menu(self, place: QPoint) -> None:
        row = self.table.row_at(self.table.rowAt(place.y()))
        if row is not None:
            menu = self.menu_of(row)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.table.viewport().mapToGlobal(place))


class _Shares(QWidget):
    """By account, and by tier."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, inside = card("sharesCard")
        outer.addWidget(frame)
        head = QHBoxLayout()
        head.addWidget(label("Fair shares of the device", "cardTitle"), 1)
        choice = Segments(("Accounts", "Tiers"), "sharesOf")
        head.addWidget(choice)
        inside.addLayout(head)
        self._stack = QStackedWidget()
        self._accounts = RowsTable(
            ("Account", "Tier", *_SHARES), "sharesTable", "Fair shares of accounts", 10
        )
        self._tiers = RowsTable(("Tier", "Accounts", *_SHARES), "tiersTable", "Fair shares of tiers", 10)
        for each in (self._accounts, self._tiers):
            self._stack.addWidget(each)
        choice.chosen.connect(self._stack.setCurrentIndex)
        inside.addWidget(self._stack, 1)
        self._shown: tuple[tuple[ShareRow, ...], tuple[ShareRow, ...]] = ((), ())

    def show_rows(self, accounts: tuple[ShareRow, ...], tiers: tuple[ShareRow, ...]) -> None:
        if self._shown != (accounts, tiers):
            self._shown = accounts, tiers
            self._accounts.show_rows([row.texts for row in accounts])
            self._tiers.show_rows([row.texts for row in tiers])
