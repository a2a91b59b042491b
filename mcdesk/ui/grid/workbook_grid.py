"""A workbook: name box and formula above, the cells, the sheets as tabs below, a bar to find text."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress, format_a1
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.cell_marks import CellMarks, keys_of
from mcdesk.ui.grid.cell_texts import CellTexts
from mcdesk.ui.grid.find_bar import FindBar
from mcdesk.ui.grid.formula_bar import FormulaBar
from mcdesk.ui.grid.places import find_place
from mcdesk.ui.grid.search_run import SearchRun
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.grid.sheet_tabs import SheetTabs
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.theme.theme import Theme


class WorkbookGrid(QWidget):
    """One view, and a table for each sheet that was looked at; each keeps its place.

    The signals carry a CellAddress; `menu_wanted` also where on the screen; `notice` a sentence.
    """

    current_changed = Signal(object)
    input_key = Signal(object)
    output_key = Signal(object)
    cell_activated = Signal(object)
    menu_wanted = Signal(object, QPoint)
    notice = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("workbookGrid")
        self.setAccessibleName("Workbook")
        self._workbook: Workbook | None = None
        self._texts: CellTexts | None = None
        self._tables: dict[int, SheetTable] = {}
        self._places: dict[int, tuple[CellAddress, int, int]] = {}
        self._marks = CellMarks()
        self._overlay: Mapping[CellAddress, Scalar] = {}
        self._is_showing_formulas = False
        # where the first hit is looked for, until there is one
        self._find_start: CellAddress | None = None
        self._is_first_hit_wanted = False
        self.view = SheetView(theme)
        self._bar = FormulaBar()
        self._find = FindBar(theme)
        self._tabs = SheetTabs()
        self._search = SearchRun(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bar)
        layout.addWidget(self._find)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._tabs)
        self._connect()

    @property
    def current_cell(self) -> CellAddress | None:
        """The cell with the frame around it."""
        return self.view.current_cell

    @property
    def tabs(self) -> QTabBar:
        """The tabs of the sheets that are shown."""
        return self._tabs.bar

    def show_workbook(self, workbook: Workbook) -> None:
        """Show another workbook from its first visible sheet on."""
        for table in self._tables.values():
            table.deleteLater()
        self._workbook, self._texts = workbook, CellTexts(workbook)
        self._tables, self._places, self._overlay = {}, {}, {}
        self._marks = CellMarks()
        self._find_start = None
        self._search.end()
        self._bar.show_caption("")
        self._show_sheet(self._tabs.show_sheets(workbook))
        if self._find.isVisible():
            self._look_for(self._find.text)

    def go_to(self, cell: CellAddress) -> None:
        """Show a cell, and make it the current one."""
        self._tabs.choose(cell.sheet)
        self.view.go_to(cell.row, cell.column)

    def set_marks(self, inputs: Collection[CellAddress], outputs: Collection[CellAddress]) -> None:
        """Tint these as inputs and outputs."""
        self._mark(replace(self._marks, inputs=frozenset(inputs), outputs=frozenset(outputs)))

    def set_traces(self, precedents: Collection[CellAddress], dependents: Collection[CellAddress]) -> None:
        """Tint what a cell depends on, and what depends on it."""
        self._mark(replace(self._marks, precedents=frozenset(precedents), dependents=frozenset(dependents)))

    def set_differing(self, cells: Collection[CellAddress]) -> None:
        """Tint the cells whose calculated value is not the one in the file."""
        self._mark(replace(self._marks, differing=frozenset(cells)))

    @property
    def marks(self) -> CellMarks:
        """All that is tinted."""
        return self._marks

    def show_marks(self, marks: CellMarks) -> None:
        """Tint what was tinted before."""
        self._mark(marks)

    def set_overlay(self, values: Mapping[CellAddress, Scalar] | None, caption: str = "") -> None:
        """Show these values, such as those of the trial that `caption` names; None shows the file's again."""
        self._overlay = values or {}
        self._bar.show_caption(caption if values is not None else "")
        for table in self._tables.values():
            table.show_overlay(self._overlay)
        self._show_current()

    def set_showing_formulas(self, is_wanted: bool) -> None:
        """Show formulas, or values."""
        self._is_showing_formulas = is_wanted
        for table in self._tables.values():
            table.show_formulas(is_wanted)

    def focus_name_box(self) -> None:
        """Let a person type where to go."""
        self._bar.focus_name()

    def open_find(self) -> None:
        """Let a person type what to find."""
        self._find_start = self.current_cell
        self._find.open()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Find):
            self.open_find()
        elif event.key() == Qt.Key.Key_Escape and self._find.isVisible():
            self._find.close_bar()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        view, find = self.view, self._find
        view.input_key.connect(self.input_key)
        view.output_key.connect(self.output_key)
        view.activated_cell.connect(self.cell_activated)
        view.menu_wanted.connect(self.menu_wanted)
        view.notice.connect(self.notice)
        view.current_moved.connect(self._on_current_moved)
        self._bar.place_typed.connect(self._go_to_typed)
        self._tabs.sheet_chosen.connect(self._show_sheet)
        find.text_changed.connect(self._look_for)
        find.next_wanted.connect(lambda: self._go_to_hit(is_back=False))
        find.previous_wanted.connect(lambda: self._go_to_hit(is_back=True))
        find.closed.connect(self._end_find)
        self._search.progressed.connect(self._show_hits)

    def _show_sheet(self, sheet: int) -> None:
        before = self.view.current_cell
        if before is not None and before.sheet in self._tables:
            across, down = self.view.horizontalScrollBar(), self.view.verticalScrollBar()
            self._places[before.sheet] = (before, across.value(), down.value())
        self.view.show_table(self._table(sheet))
        self._tables[sheet].show_hits(frozenset(keys_of(self._search.hits, sheet)))
        place = self._places.get(sheet)
        if place is None:
            self.view.go_to(0, 0)
            return
        self.view.go_to(place[0].row, place[0].column)
        self.view.horizontalScrollBar().setValue(place[1])
        self.view.verticalScrollBar().setValue(place[2])

    def _table(self, sheet: int) -> SheetTable:
        table = self._tables.get(sheet)
        if table is None:
            assert self._workbook is not None
            table = SheetTable(self._workbook, self._workbook.sheets[sheet], self._texts, self)
            self._tables[sheet] = table
            table.show_formulas(self._is_showing_formulas)
            table.show_overlay(self._overlay)
            table.show_marks(self._marks.of_sheet(sheet), self._marks.covered_traces(sheet))
        return table

    def _mark(self, marks: CellMarks) -> None:
        self._marks = marks
        for sheet, table in self._tables.items():
            table.show_marks(marks.of_sheet(sheet), marks.covered_traces(sheet))

    def _on_current_moved(self, cell: CellAddress) -> None:
        self._show_current()
        self.current_changed.emit(cell)

    def _show_current(self) -> None:
        cell = self.current_cell
        if cell is not None:
            table = self._tables[cell.sheet]
            text = table.formula_text(cell.row, cell.column) or table.shown_text(cell.row, cell.column)
            self._bar.show_cell(format_a1(cell.row, cell.column), text)

    def _go_to_typed(self, typed: str) -> None:
        current = self.current_cell
        if self._workbook is None or current is None or not typed:
            return
        place = find_place(self._workbook, typed, current.sheet)
        self._bar.show_wrong(place is None)
        if place is not None:
            self._tabs.choose(place.sheet)
            self.view.choose_area(place.top, place.left, place.bottom, place.right)
            self.view.setFocus()
            self._show_current()

    def _look_for(self, wanted: str) -> None:
        if self._workbook is None or self._texts is None:
            return
        self._is_first_hit_wanted = bool(wanted)
        self._search.begin(self._workbook, wanted, self._texts)
        self._frame_hits()
        self._find.show_count(self._search.count_text if wanted else "")

    def _show_hits(self) -> None:
        self._find.show_count(self._search.count_text)
        self._frame_hits()
        if self._is_first_hit_wanted and self._find_start is not None:
            first = self._search.first_from(self._find_start)
            if first is not None:
                self._is_first_hit_wanted = False
                self.go_to(first)

    def _frame_hits(self) -> None:
        current = self.current_cell
        if current is not None:
            hits = frozenset(keys_of(self._search.hits, current.sheet))
            if hits != self._tables[current.sheet].hits:
                self._tables[current.sheet].show_hits(hits)

    def _go_to_hit(self, is_back: bool) -> None:
        current = self.current_cell
        if current is not None:
            hit = self._search.before(current) if is_back else self._search.after(current)
            if hit is not None:
                self._find_start = hit
                self.go_to(hit)

    def _end_find(self) -> None:
        self._search.end()
        for table in self._tables.values():
            table.show_hits(frozenset())
        self.view.setFocus()
