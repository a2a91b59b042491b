"""The workbook: its cells on the left, what is marked in it on the right."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.presenters.traces_presenter import TraceWay
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.views.carried_card import CarriedCard
from mcdesk.ui.views.marks_panel import MarksPanel
from mcdesk.ui.views.trace_bar import TraceBar
from mcdesk.ui.views.trial_banner import TrialBanner
from mcdesk.ui.widgets.parts import EmptyState, PageHeader, Segments, button, card, set_icon
from mcdesk.ui.widgets.plain_tip import plain_tip

# In the grid; brackets as Excel has them.
TRACE_KEYS = {"T": TraceWay.BOTH, "[": TraceWay.DEPENDS_ON, "]": TraceWay.INFLUENCES}
MENU_TEXTS = {
    TraceWay.BOTH: "Show what it depends on and influences",
    TraceWay.DEPENDS_ON: "Show what it depends on",
    TraceWay.INFLUENCES: "Show what it influences",
}


class ModelView(QWidget):
    """Tells what a person wants done with a cell; `trace_wanted` also carries a TraceWay."""

    open_wanted = Signal()
    run_wanted = Signal()
    input_wanted = Signal(object)
    output_wanted = Signal(object)
    remove_wanted = Signal(object)
    trace_wanted = Signal(object, object)
    trace_end_wanted = Signal()
    load_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme, grid: WorkbookGrid, panel: MarksPanel) -> None:
        super().__init__()
        self.setObjectName("modelPage")
        self.grid, self.panel = grid, panel
        self._is_looking = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack)
        empty = EmptyState(
            "No workbook is open",
            "Drop one anywhere in the window, or choose a file.",
            "modelEmpty",
            ("Open workbook\u2026", self.open_wanted.emit),
        )
        self._stack.addWidget(empty)
        body = QWidget()
        self._stack.addWidget(body)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN - 6)
        layout.setSpacing(GUTTER - 4)
        self.header = self._header(theme)
        layout.addWidget(self.header)
        self.banner = TrialBanner(theme)
        layout.addWidget(self.banner)
        row = QHBoxLayout()
        row.setSpacing(GUTTER - 4)
        frame, inside = card("gridCard")
        inside.setContentsMargins(6, 6, 6, 6)
        self.trace_bar = TraceBar(theme)
        inside.addWidget(self.trace_bar)
        inside.addWidget(self.grid)
        left = QVBoxLayout()
        left.setSpacing(GUTTER - 6)
        self.carried = CarriedCard(theme)
        left.addWidget(self.carried)
        left.addWidget(frame, 1)
        row.addLayout(left, 1)
        row.addWidget(self.panel)
        layout.addLayout(row, 1)
        self._connect()

    def show_title(self, title: str, subtitle: str) -> None:
        """Show which workbook this is."""
        self._stack.setCurrentIndex(1)
        self.header.title.setText(title)
        self.header.subtitle.setText(subtitle)

    def show_can_run(self, reason: str) -> None:
        """Whether it can be run; if not, `reason` says what is missing."""
        self.run_button.setEnabled(not reason)
        self.run_button.setToolTip(plain_tip(reason) or "Ctrl+Enter")

    def show_looking(self, is_looking: bool) -> None:
        """Whether the grid shows a trial: then nothing is marked in it."""
        self._is_looking = is_looking
        self.panel.setVisible(not is_looking)
        self.banner.setVisible(is_looking)
        self.run_button.setVisible(not is_looking)
        if is_looking:
            self.trace_end_wanted.emit()
            self.grid.view.setFocus()

    def show_empty(self) -> None:
        """No workbook is open."""
        self._stack.setCurrentIndex(0)

    def _header(self, theme: Theme) -> PageHeader:
        header = PageHeader("", "modelHeader")
        showing = Segments(("Values", "Formulas"), "showing")
        showing.chosen.connect(lambda number: self.grid.set_showing_formulas(number == 1))
        header.add(showing)
        trace = button("Trace", "traceButton", "", "What the cell depends on and what it influences (T)")
        set_icon(trace, "link", theme)
        trace.clicked.connect(lambda: self._trace(TraceWay.BOTH))
        header.add(trace)
        header.add(self._more(theme))
        self.open_button = button("Open workbook\u2026", "openButton", "", "Ctrl+O")
        set_icon(self.open_button, "open", theme)
        self.open_button.clicked.connect(self.open_wanted)
        header.add(self.open_button)
        self.run_button = button("Run simulation", "runButton", "primary", "Ctrl+Enter")
        set_icon(self.run_button, "play", theme)
        self.run_button.clicked.connect(self.run_wanted)
        header.add(self.run_button)
        return header

    def _more(self, theme: Theme) -> QPushButton:
        made = button("", "moreButton", "", "More: load or save the set-up")
        set_icon(made, "more", theme)
        menu = QMenu(made)
        menu.setObjectName("moreMenu")
        menu.addAction("Load set-up\u2026", self.load_wanted.emit)
        menu.addAction("Save set-up\u2026\tCtrl+S", self.save_wanted.emit)
        made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
        return made

    def _connect(self) -> None:
        grid, panel = self.grid, self.panel
        grid.input_key.connect(lambda cell: self._mark(self.input_wanted, cell))
        grid.output_key.connect(lambda cell: self._mark(self.output_wanted, cell))
        grid.menu_wanted.connect(self._menu)
        self.trace_bar.end_wanted.connect(self.trace_end_wanted)
        for key, way in TRACE_KEYS.items():
            action = QAction(f"Trace: {way.value}", grid.view)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(self._trace_by_key, way))
            grid.view.addAction(action)
        panel.cell_chosen.connect(grid.go_to)
        panel.input_opened.connect(self.input_wanted)
        panel.output_opened.connect(self.output_wanted)
        panel.remove_wanted.connect(self.remove_wanted)

    def _mark(self, wanted: SignalInstance, cell: CellAddress) -> None:
        if not self._is_looking:
            wanted.emit(cell)

    def _menu(self, cell: CellAddress, place: QPoint) -> None:
        if self._is_looking:
            return
        menu = QMenu(self)
        menu.addAction("Make it an input\u2026\tI", lambda: self.input_wanted.emit(cell))
        menu.addAction("Make it an output\tO", lambda: self.output_wanted.emit(cell))
        menu.addAction("Neither", lambda: self.remove_wanted.emit(cell))
        menu.addSeparator()
        for key, way in TRACE_KEYS.items():
            menu.addAction(f"{MENU_TEXTS[way]}\t{key}", partial(self.trace_wanted.emit, cell, way))
        if self.trace_bar.isVisible():
            menu.addAction("End the tracing\tEsc", self.trace_end_wanted.emit)
        menu.exec(place)

    def _trace_by_key(self, way: TraceWay) -> None:
        # Qt gives the keys of the widget with the focus to it although a menu is open
        if QApplication.activePopupWidget() is None:
            self._trace(way)

    def _trace(self, way: TraceWay) -> None:
        cell = self.grid.current_cell
        # a trial may be of another workbook than the open one
        if cell is not None and not self._is_looking:
            self.trace_wanted.emit(cell, way)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_looking:
            self.banner.close_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape and self.trace_bar.isVisible():
            self.trace_end_wanted.emit()
        else:
            super().keyPressEvent(event)
