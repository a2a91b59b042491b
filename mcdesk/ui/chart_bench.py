"""Joins the charts to what their pictures are made from, and to the files that they are saved in."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.background import Background
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.charts.chart_export import ChartFile
from mcdesk.ui.presenters.detail_presenter import (
    DetailPresenter,
    Scattered,
    Settled,
    Wanted,
    live_trail,
)
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.views.notice import Notice
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.workbench import Workbench

NOT_KEPT = "The trials of this run were not kept"
# Of a long run every other point is left out again and again, so that the line stays short.
MOST_POINTS = 160


class ChartBench(QObject):
    """Made once."""

    def __init__(
        self,
        charts: ResultCharts,
        workbench: Workbench,
        details: DetailPresenter,
        background: Background,
        notice: Notice,
    ) -> None:
        super().__init__(workbench)
        self._charts, self._workbench, self._details = charts, workbench, details
        self._background, self._notice = background, notice
        # of a run that has not ended: what was seen of each output, by its cell
        self._trails: dict[str, list[tuple[int, OutputStatistics]]] = {}
        workbench.results.output_shown.connect(self._show)
        charts.convergence_wanted.connect(lambda: self._ask(details.settle))
        charts.scatter_wanted.connect(lambda: self._ask(details.scatter))
        details.settled.connect(self._settled)
        details.scattered.connect(self._scattered)
        details.failed.connect(self._failed)
        for menu in charts.menus:
            menu.save_wanted.connect(self._save)

    def _show(
        self, result: ShownResult | None, output: OutputStatistics | None, text_of: Formatter | None
    ) -> None:
        if result is None or not result.is_live:
            self._trails.clear()
        self._charts.show_output(result, output, text_of)
        if result is None:
            self._details.forget()
            self._charts.show_convergence(None)
            self._charts.show_scatter(None)
        elif result.is_live and output is not None:
            self._note(result)
            self._charts.show_convergence(live_trail(self._trails[output.cell]))

    def _note(self, result: ShownResult) -> None:
        for each in result.statistics.outputs:
            trail = self._trails.setdefault(each.cell, [])
            if not trail or trail[-1][0] < each.trials:
                trail.append((each.trials, each))
            if len(trail) > MOST_POINTS:
                del trail[1:-1:2]

    def _wanted(self) -> Wanted | None:
        results = self._workbench.results
        if results.result is None or results.output is None:
            return None
        number = self._charts.input_number
        inputs = results.result.statistics.inputs
        cell = inputs[number].cell if 0 <= number < len(inputs) else ""
        across_text = results.text_of_cell(cell)
        return Wanted(results.result, results.output, number, across_text)

    def _ask(self, ask: Callable[[Wanted], None]) -> None:
        wanted = self._wanted()
        if wanted is not None:
            ask(wanted)

    def _is_shown(self, wanted: Wanted) -> bool:
        results = self._workbench.results
        return results.result is wanted.result and results.output is wanted.output

    def _settled(self, made: Settled) -> None:
        if self._is_shown(made.wanted):
            self._charts.show_convergence(made.picture, NOT_KEPT)

    def _scattered(self, made: Scattered) -> None:
        if self._is_shown(made.wanted) and made.wanted.input_number == self._charts.input_number:
            self._charts.show_scatter(made.picture, "The output has no trials without error")

    def _failed(self, error: McdeskError) -> None:
        for show in (self._charts.show_convergence, self._charts.show_scatter):
            show(None, error.title)

    def _save(self, file: ChartFile) -> None:
        def work(_: CancelToken) -> None:
            file.write()

        def written(_: None) -> None:
            self._notice.show_note(f"{file.path.name} is saved", str(file.path.parent))

        self._background.start(work, written, self._notice.show_failure)
