"""Joins results and grid: what a person points at among the results is seen in the whole workbook."""

from dataclasses import replace

from PySide6.QtCore import QObject

from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.grid.cell_marks import CellMarks
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.results import statistics_rows
from mcdesk.ui.presenters.results_presenter import ResultsPresenter
from mcdesk.ui.presenters.trial_presenter import (
    TrialPage,
    TrialPresenter,
    wish_of_error,
    wish_of_percentile,
    wish_of_trial,
    wish_of_value,
    wishes_of_statistics,
)
from mcdesk.ui.presenters.trial_source import TrialWish
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.workbench import Workbench


class TrialBench(QObject):
    """Made once; the model page shows a trial from `look` to `close`."""

    def __init__(
        self,
        window: MainWindow,
        pages: tuple[ModelView, ResultsView, ResultCharts],
        workbench: Workbench,
        model: ModelPresenter,
        trials: TrialPresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._model, self._trials = window, workbench, model, trials
        self._page, self._results_page, self._charts = pages
        # which workbook the grid shows: the file of the run, or the open one
        self._shown_sha256: str | None = None
        self._is_replaced = False
        self._marks: CellMarks | None = None
        self._connect()

    @property
    def _results(self) -> ResultsPresenter:
        return self._workbench.results

    def look(self, wish: TrialWish | None) -> None:
        """Show a trial of the run on the results page."""
        if wish is not None and self._results.result is not None:
            self._trials.look(self._results.result, self._results.text_of, wish)

    def close(self) -> None:
        """Go back to the results."""
        if self._trials.is_open:
            self._leave()
            self._window.show_page(self._results_page)

    def _connect(self) -> None:
        trials, banner = self._trials, self._page.banner
        trials.began.connect(self._begin)
        trials.shown.connect(self._show)
        trials.ended_there.connect(lambda wish: banner.show_end(wish.step))
        trials.failed.connect(self._fail)
        banner.step_wanted.connect(trials.step)
        banner.close_wanted.connect(self.close)
        self._model.opened.connect(lambda _: self._end())
        self._results_page.row_opened.connect(self._look_at_row)
        self._charts.histogram.value_chosen.connect(self._look_at_value)
        self._charts.scatter.trial_chosen.connect(self._look_at_trial)

    def _begin(self, wish: TrialWish) -> None:
        result, open_model = self._results.result, self._model.model
        if self._trials.page is None and result is not None:
            if open_model is None or open_model.workbook.sha256 != result.model_sha256:
                self._window.notice.show_note(
                    "Looking for the trial\u2026", "The workbook of the run is read."
                )
                return
            self._page.show_looking(True)
            self._window.show_page(self._page)
        self._page.banner.show_search(f"{wish.label} of {wish.name}" if wish.label else wish.name)

    def _show(self, page: TrialPage) -> None:
        seen, grid = page.seen, self._page.grid
        workbook = seen.loaded.workbook
        is_first = self._shown_sha256 is None
        if self._shown_sha256 is None:
            self._marks = grid.marks
            open_model = self._model.model
            self._shown_sha256 = "" if open_model is None else open_model.workbook.sha256
        if self._shown_sha256 != workbook.sha256:
            self._shown_sha256, self._is_replaced = workbook.sha256, True
            name = self._results.result.title if self._results.result is not None else workbook.path.name
            self._page.show_title(name, "As it was when it was run")
            grid.show_workbook(workbook)
        grid.set_marks(seen.inputs, seen.outputs)
        grid.set_overlay(seen.cells)
        if is_first and seen.cell is not None:
            grid.go_to(seen.cell)
        self._page.show_looking(True)
        self._page.banner.show_trial(page.title, page.text, page.value)
        self._window.show_page(self._page)

    def _fail(self, error: McdeskError) -> None:
        self._window.notice.show_failure(error)
        if self._trials.page is None:
            self._leave()
            self._window.show_page(self._results_page)
        else:
            page = self._trials.page
            self._page.banner.show_trial(page.title, page.text, page.value)

    def _leave(self) -> None:
        """Show again what was there before."""
        marks, is_replaced = self._marks, self._is_replaced
        self._end()
        self._workbench.show_open_model(is_replaced=is_replaced)
        if marks is not None:
            kept = self._page.grid.marks
            self._page.grid.show_marks(replace(marks, inputs=kept.inputs, outputs=kept.outputs))

    def _end(self) -> None:
        self._marks, self._is_replaced = None, False
        self._trials.close()
        self._shown_sha256 = None
        self._page.grid.set_overlay(None)
        self._page.show_looking(False)

    def _look_at_row(self, table: int, row: int) -> None:
        output = self._results.output
        if output is None:
            return
        if table == 0:
            wishes = wishes_of_statistics(output)
            name = statistics_rows(output, self._results.text_of)[row][0]
            self.look(wishes.get(name))
        elif table == 1:
            self.look(wish_of_percentile(output, row))
        else:
            self.look(wish_of_error(output, row))

    def _look_at_value(self, value: float) -> None:
        if self._results.output is not None:
            self.look(wish_of_value(self._results.output, value))

    def _look_at_trial(self, trial: int) -> None:
        if self._results.output is not None:
            self.look(wish_of_trial(self._results.output, trial))
