"""The answer: figures, distribution, drivers, tables; live while it runs and final after."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mcdesk.ui.presenters.results import Figure, OutputPage
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.widgets.parts import (
    EmptyState,
    FigureCard,
    PageHeader,
    Segments,
    bounded_choice,
    button,
    card,
    label,
    set_icon,
)
from mcdesk.ui.widgets.rating_strip import RatingStrip
from mcdesk.ui.widgets.rows_table import RowsTable

TABLES = ("Statistics", "Percentiles", "Errors", "Compare")
COMPARISON = TABLES.index("Compare")
NO_COMPARISON = ("Choose earlier runs with the button Compare",)
PARTS = 10_000


class ResultsView(QWidget):
    """Shows what it is given; tells which output, chart or action a person wants."""

    output_chosen = Signal(int)
    cancel_wanted = Signal()
    rerun_wanted = Signal()
    open_wanted = Signal()
    row_opened = Signal(int, int)
    compare_wanted = Signal()

    def __init__(self, theme: Theme, charts: QWidget) -> None:
        super().__init__()
        self.setObjectName("resultsPage")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        outer.addWidget(self._stack)
        empty = EmptyState(
            "No results yet",
            "Open a workbook, mark inputs and outputs, and run it.",
            "resultsEmpty",
            ("Open workbook\u2026", self.open_wanted.emit),
        )
        self._stack.addWidget(empty)
        body = QWidget()
        self._stack.addWidget(body)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN - 6)
        layout.setSpacing(GUTTER - 4)
        self._title, self._only_output = "", ""
        self.header = self._header(theme)
        layout.addWidget(self.header)
        self._progress = ProgressStrip()
        self._progress.cancel.clicked.connect(self.cancel_wanted)
        layout.addWidget(self._progress)
        self.rating = RatingStrip(theme)
        layout.addWidget(self.rating)
        figures = QHBoxLayout()
        figures.setSpacing(GUTTER - 4)
        self._figures = [FigureCard("", f"figure{number}") for number in range(4)]
        for each in self._figures:
            figures.addWidget(each, 1)
        layout.addLayout(figures)
        lower = QHBoxLayout()
        lower.setSpacing(GUTTER - 4)
        lower.addWidget(charts, 1)
        lower.addWidget(self._tables())
        layout.addLayout(lower, 1)

    def show_empty(self) -> None:
        """There is nothing to show."""
        self._stack.setCurrentIndex(0)

    def show_heading(self, title: str, subtitle: str) -> None:
        """Show which run this is."""
        self._stack.setCurrentIndex(1)
        self._title = title
        self._show_title()
        self.header.subtitle.setText(subtitle)

    def show_outputs(self, names: Sequence[str], chosen: int) -> None:
        """Which outputs there are."""
        self._outputs.blockSignals(True)
        self._outputs.clear()
        self._outputs.addItems(list(names))
        self._outputs.setCurrentIndex(chosen)
        self._outputs.blockSignals(False)
        self._outputs.setVisible(len(names) > 1)
        self._only_output = names[0] if len(names) == 1 else ""
        self._show_title()

    def show_progress(self, fraction: float, text: str) -> None:
        """How far a running simulation is."""
        self._progress.show_progress(fraction, text)
        self._rerun.setEnabled(False)

    def end_progress(self) -> None:
        """It has ended."""
        self._progress.hide()
        self._rerun.setEnabled(True)

    def choose_beside(self, step: int) -> None:
        """Choose the output after (1) or before (-1) the one that is shown."""
        number = self._outputs.currentIndex() + step
        if 0 <= number < self._outputs.count():
            self._outputs.setCurrentIndex(number)
            self.output_chosen.emit(number)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show four figures."""
        for place, figure in zip(self._figures, figures, strict=False):
            place.show_figure(figure.value, figure.note, figure.title, is_doubtful=figure.is_doubtful)

    def show_output(self, page: OutputPage) -> None:
        """Show the figures and tables of an output."""
        self.show_figures(page.figures)
        statistics, percentiles, errors = self._row_tables
        statistics.show_rows(page.statistics)
        percentiles.show_rows(page.percentiles)
        errors.show_rows(page.errors)
        # before there are statistics nobody knows
        self._errors_stack.setCurrentIndex(int(bool(page.statistics) and not page.errors))

    def show_comparison(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show the statistics of this run beside those of others."""
        self._comparison.set_headers(("", "This run", *names) if names else ("",))
        self._comparison.show_rows(rows or [NO_COMPARISON])

    def open_comparison(self) -> None:
        """Bring the comparison to the front of the tables."""
        self._table_choice.choose(COMPARISON)
        self._tables_stack.setCurrentIndex(COMPARISON)

    def _show_title(self) -> None:
        """With the output where there is no choice of outputs that would say it."""
        parts = [part for part in (self._title, self._only_output) if part]
        self.header.title.setText("  \u00b7  ".join(parts))

    def _header(self, theme: Theme) -> PageHeader:
        header = PageHeader("Results", "resultsHeader")
        self._outputs = bounded_choice("outputChoice", "Output", 300)
        self._outputs.setMinimumWidth(190)
        self._outputs.setToolTip("Ctrl+Page Up and Ctrl+Page Down")
        self._outputs.activated.connect(self.output_chosen)
        header.add(self._outputs)
        self.compare_button = button("Compare", "compareButton", "", "Show earlier runs beside this one")
        set_icon(self.compare_button, "history", theme)
        self.compare_button.clicked.connect(self.compare_wanted)
        header.add(self.compare_button)
        self._rerun = button("Run again", "rerunButton", "", "With the same set-up and another seed")
        set_icon(self._rerun, "rerun", theme)
        self._rerun.clicked.connect(self.rerun_wanted)
        header.add(self._rerun)
        return header

    def _tables(self) -> QFrame:
        frame, inside = card("tablesCard")
        frame.setFixedWidth(404)
        self._table_choice, self._tables_stack = Segments(TABLES, "tableChoice"), QStackedWidget()
        stack = self._tables_stack
        inside.addWidget(self._table_choice)
        self._table_choice.chosen.connect(stack.setCurrentIndex)
        self._row_tables = (
            RowsTable(("", "Value", "95 % interval"), "statisticsTable", "Statistics"),
            RowsTable(("", "Value", "95 % interval"), "percentilesTable", "Percentiles"),
            RowsTable(("Error", "Trials", "Where"), "errorsTable", "Errors by kind"),
        )
        for number, table in enumerate(self._row_tables):
            table.let_rows_open("See the workbook in this trial")
            table.row_opened.connect(partial(self.row_opened.emit, number))
        statistics, percentiles, errors = self._row_tables
        self._errors_stack = QStackedWidget()
        self._errors_stack.addWidget(errors)
        none = label("No errors", "muted", "noErrors")
        none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._errors_stack.addWidget(none)
        for each in (statistics, percentiles, self._errors_stack):
            stack.addWidget(each)
        self._comparison = RowsTable(("",), "comparisonTable", "Runs side by side", 3)
        stack.addWidget(self._comparison)
        self.show_comparison((), ())
        inside.addWidget(stack, 1)
        return frame


class ProgressStrip(QFrame):
    """A bar, what it means in words, and the way to end it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("progressStrip")
        self.setProperty("card", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 10, 8)
        row.setSpacing(14)
        self._bar = QProgressBar()
        self._bar.setObjectName("runProgress")
        self._bar.setAccessibleName("Progress of the simulation")
        self._bar.setRange(0, PARTS)
        self._bar.setTextVisible(False)
        row.addWidget(self._bar, 1)
        self._text = label("", "muted", "runProgressText")
        self._text.setMinimumWidth(300)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text)
        self.cancel = button("Cancel", "cancelButton", "quiet", "End it; the trials that are done are kept")
        row.addWidget(self.cancel)
        self.hide()

    def show_progress(self, fraction: float, text: str) -> None:
        """Never goes back while it is shown."""
        wanted = round(fraction * PARTS)
        self._bar.setValue(max(wanted, self._bar.value()) if self.isVisible() else wanted)
        self._text.setText(text)
        self.show()
