"""The page of what was measured: figures over a time, and what is behind each of them."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.monitor.figures.time_ranges import TimeRange
from mcdesk.ui.presenters.dashboard_tables import moment_text
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.views.dashboard_overview import DashboardOverview
from mcdesk.ui.views.dashboard_rows import DashboardRows
from mcdesk.ui.widgets.parts import PageHeader, Segments, button, set_icon

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard

RANGES = tuple(TimeRange)
RANGE_TEXTS = ("5 minutes", "Hour", "Day", "30 days")
FIRST_RANGE = TimeRange.HOUR
EXPORTS = (("Picture\u2026", "png"), ("Table\u2026", "csv"), ("Report\u2026", "html"))


class DashboardView(QWidget):
    """Three places, of which one is in front: all figures, rows behind one of them, and the queries.

    `range_chosen` has a TimeRange, `export_wanted` the suffix of a file.
    """

    range_chosen = Signal(object)
    export_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("dashboardPage")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(GUTTER)
        self.header = PageHeader("Dashboard", "dashboardHeader")
        self._ranges = Segments(RANGE_TEXTS, "dashboardRange")
        self._ranges.choose(RANGES.index(FIRST_RANGE))
        self._ranges.chosen.connect(lambda number: self.range_chosen.emit(RANGES[number]))
        self.header.add(self._ranges)
        self.header.add(self._export_button(theme))
        layout.addWidget(self.header)
        self._stack = QStackedWidget()
        self.overview = DashboardOverview(theme)
        self.rows = DashboardRows(theme)
        for each in (self.overview, self.rows):
            self._stack.addWidget(each)
        layout.addWidget(self._stack, 1)
        self.rows.back_wanted.connect(self.show_overview)
        self.found: Dashboard | None = None
        self.header.subtitle.setText("Nothing was read yet")

    @property
    def range(self) -> TimeRange:
        """The time that is chosen."""
        return RANGES[self._ranges.current]

    def choose_range(self, number: int) -> None:
        """Choose one of RANGES, as a person does."""
        self._ranges.choose(number)
        self.range_chosen.emit(RANGES[number])

    def add_place(self, widget: QWidget) -> None:
        """Another place, which `show_place` brings to the front."""
        self._stack.addWidget(widget)

    def show_place(self, widget: QWidget) -> None:
        """Bring a place to the front."""
        self._stack.setCurrentWidget(widget)

    def show_overview(self) -> None:
        """Bring all figures to the front."""
        self._stack.setCurrentWidget(self.overview)

    @property
    def is_overview(self) -> bool:
        """Whether all figures are in front."""
        return self._stack.currentWidget() is self.overview

    def show_figures(self, found: "Dashboard") -> None:
        """Show these figures in place of those before."""
        self.found = found
        self.header.subtitle.setText(
            f"Measured on this computer, until {moment_text(found.period.end).split()[1]}"
        )
        self.overview.show_figures(found)

    def _export(self, suffix: str) -> None:
        self.export_wanted.emit(suffix)

    def _export_button(self, theme: Theme) -> QPushButton:
        made = button("Export", "dashboardExport", "", "Save as a picture, a table or a report")
        set_icon(made, "save", theme)
        menu = QMenu(made)
        for text, suffix in EXPORTS:
            menu.addAction(text).triggered.connect(partial(self._export, suffix))
        made.setMenu(menu)
        return made
