"""Joins the results page to other runs of the history: outlines in its charts, columns in its table."""

from PySide6.QtCore import QObject

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.compare_presenter import (
    ComparedRun,
    ComparePresenter,
    RunChoice,
    comparison_rows,
)
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.views.compare_panel import ComparePanel
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.workbench import Workbench

LETTERS = "ABCDEFGH"


class CompareBench(QObject):
    """Made once."""

    def __init__(
        self,
        window: MainWindow,
        pages: tuple[ResultsView, ResultCharts],
        workbench: Workbench,
        compare: ComparePresenter,
    ) -> None:
        super().__init__(window)
        self._page, self._charts = pages
        self._compare, self._notice = compare, window.notice
        self._count = 0
        self._shown: tuple[ShownResult, OutputStatistics, Formatter] | None = None
        self._panel = ComparePanel(window)
        self._page.compare_wanted.connect(self._open)
        workbench.results.output_shown.connect(self._show)
        self._panel.toggled.connect(compare.choose)
        self._panel.clear_wanted.connect(compare.clear)
        compare.listed.connect(self._list)
        compare.compared.connect(self._compared)
        compare.failed.connect(window.notice.show_failure)

    def _open(self) -> None:
        self._compare.refresh()
        self._panel.open_below(self._page.compare_button)

    def _compared(self, runs: tuple[ComparedRun, ...]) -> None:
        self._refresh()
        is_more, self._count = len(runs) > self._count, len(runs)
        if not is_more:
            return
        self._page.open_comparison()
        if self._shown is not None and runs[-1].output_like(self._shown[1]) is None:
            output = self._shown[1]
            self._notice.show_note(
                f"{runs[-1].name} has no {output.name or output.cell}",
                "Outputs are compared that are of the same cell or have the same name.",
            )

    def _list(self, choices: tuple[RunChoice, ...]) -> None:
        shown = "" if self._shown is None else self._shown[0].simulation_id
        others = [choice for choice in choices if choice.simulation_id != shown]
        self._panel.show_choices(others, self._compare.chosen)

    def _show(
        self, result: ShownResult | None, output: OutputStatistics | None, text_of: Formatter | None
    ) -> None:
        self._shown = None
        if result is not None and output is not None and text_of is not None:
            self._shown = result, output, text_of
        self._refresh()

    def _refresh(self) -> None:
        self._panel.show_chosen(self._compare.chosen)
        if self._shown is None:
            self._page.show_comparison((), ())
            return
        result, output, text_of = self._shown
        runs = [run for run in self._compare.runs if run.simulation_id != result.simulation_id]
        others = [run.output_like(output) for run in runs]
        every = list(zip(LETTERS, runs, others, strict=False))
        found = [(f"{letter}: {run.name}", other) for letter, run, other in every if other is not None]
        self._charts.show_overlays(found)
        rows = comparison_rows(output, others, text_of) if runs else []
        # the whole names stand below the chart
        self._page.show_comparison([f"{letter}  {run.began}" for letter, run, _ in every], rows)
