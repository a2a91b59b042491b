"""Which run the results page shows: one that runs, one that has just ended, or one of the history."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from mcdesk.dispatch.job_news import progress_of
from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.formatting import count_text, number_text, rate_text
from mcdesk.ui.presenters.live_presenter import LiveLook
from mcdesk.ui.presenters.progress import progress_text
from mcdesk.ui.presenters.results import (
    Figure,
    OutputPage,
    ShownResult,
    error_rows,
    figures_of,
    model_title,
    percentile_rows,
    result_of_live,
    result_of_report,
    statistics_rows,
    subtitle_of_record,
)
from mcdesk.ui.presenters.run_presenter import RunHandle

FormatterOf = Callable[[str, str], Formatter]


class ResultsPage(Protocol):
    """The page that is filled."""

    def show_empty(self) -> None:
        """There is nothing to show."""

    def show_heading(self, title: str, subtitle: str) -> None:
        """Show which run this is."""

    def show_outputs(self, names: Sequence[str], chosen: int) -> None:
        """Which outputs there are."""

    def show_progress(self, fraction: float, text: str) -> None:
        """How far a running simulation is."""

    def end_progress(self) -> None:
        """It has ended."""

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show four figures."""

    def show_output(self, page: OutputPage) -> None:
        """Show the figures and tables of an output."""


class ResultsPresenter(QObject):
    """Fills the page.

    Args:
        formatter_of: how to write numbers of a cell (its address) of a model (its hash).
    """

    output_shown = Signal(object, object, object)

    def __init__(self, view: ResultsPage, formatter_of: FormatterOf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._formatter_of = formatter_of
        self._handle: RunHandle | None = None
        self.result: ShownResult | None = None
        # what a run that has not ended has found so far
        self._live: ShownResult | None = None
        self._live_trials = 0
        self.live_id = ""
        self._number = 0
        # cell and name of the output that a person chose: the number means another one in another model
        self._chosen = ("", "")
        view.show_empty()

    @property
    def handle(self) -> RunHandle | None:
        """The run of this window that is shown, if it is one."""
        return self._handle

    @property
    def output(self) -> OutputStatistics | None:
        """The output that is shown, of a run that has ended."""
        return None if self.result is None else self._output_of(self.result)

    @property
    def text_of(self) -> Formatter:
        """How values of the output are written."""
        shown = self.result or self._live
        output = None if shown is None else self._output_of(shown)
        return Formatter() if output is None else self.text_of_cell(output.cell)

    def text_of_cell(self, cell: str) -> Formatter:
        """How values of a cell of the run are written."""
        shown = self.result or self._live
        if shown is None:
            return Formatter()
        if shown.formats is not None:
            return shown.formats.formatter(cell)
        return self._formatter_of(shown.model_sha256, cell)

    def follow(self, handle: RunHandle) -> None:
        """Show a run from its beginning on."""
        self._handle = handle
        plan = handle.request.plan
        self._begin(handle.title, f"{count_text(plan.trials)} trials, seed {plan.seed}")

    def follow_queued(self, simulation_id: str, title: str) -> None:
        """Show a simulation of the queue that this window has not started."""
        self._handle = None
        self._begin(title, "")
        self.live_id = simulation_id

    def _begin(self, title: str, subtitle: str) -> None:
        self.result, self._live, self._live_trials, self.live_id = None, None, 0, ""
        self._view.show_heading(title, subtitle)
        self._view.show_outputs((), 0)
        self._view.show_output(OutputPage(tuple(Figure(name, "\u2013", "") for name in _NAMES), [], [], []))
        self.output_shown.emit(None, None, None)
        self._view.show_progress(0.0, "Prepares the model")

    def progress(self, handle: RunHandle) -> None:
        """The run has come further."""
        progress = handle.progress
        if handle is not self._handle or progress is None:
            return
        self.live_id = handle.simulation_id
        text = "Ends; the trials that are done are kept" if handle.is_cancelled else progress_text(progress)
        self._view.show_progress(handle.fraction, text)
        if self._live is None and progress.mean is not None and progress.half_width_95 is not None:
            mean = number_text(progress.mean)
            note = f"95 %: \u00b1 {number_text(progress.half_width_95, 2)}"
            trials = count_text(progress.trials_done)
            self._view.show_figures(
                (
                    Figure("Mean", mean, note),
                    Figure(_NAMES[1], "\u2013", ""),
                    Figure(_NAMES[2], "\u2013", ""),
                    Figure("Trials", trials, rate_text(progress.trials_per_second)),
                )
            )

    def show_live(self, look: LiveLook) -> None:
        """A simulation that is shown was looked at while it runs."""
        record, live = look.record, look.live
        if record.simulation_id != self.live_id:
            return
        if self._handle is None and look.job is not None:
            self._view.show_heading(model_title(Path(record.model_name)), subtitle_of_record(record))
            progress = progress_of(look.job)
            self._view.show_progress(progress.trials_done / max(progress.trials, 1), progress_text(progress))
        if live is None or live.trials_done <= self._live_trials:
            return
        rate = None if look.job is None else look.job.trials_per_second
        names = None if self._live is None else [each.name for each in self._live.statistics.outputs]
        self._live_trials, self._live = live.trials_done, result_of_live(record, live.outputs, rate)
        if names != [each.name for each in live.outputs]:
            self._show_names(self._live)
        self._show_output()

    def end(self, handle: RunHandle) -> None:
        """The run has ended."""
        if handle is not self._handle:
            return
        self._view.end_progress()
        if handle.report is not None:
            self.show_result(result_of_report(handle.report, handle.title))
            self._handle = handle

    def show_result(self, result: ShownResult) -> None:
        """Show a run that has ended."""
        self._handle, self.result = None, result
        self._live, self._live_trials, self.live_id = None, 0, ""
        self._view.end_progress()
        self._view.show_heading(result.title, result.subtitle)
        self._show_names(result)
        self._show_output()

    def choose(self, number: int) -> None:
        """Show this output."""
        self._number = number
        shown = self.result or self._live
        output = None if shown is None else self._output_of(shown)
        if output is not None:
            self._chosen = (output.cell, output.name)
        self._show_output()

    def _output_of(self, result: ShownResult) -> OutputStatistics | None:
        outputs = result.statistics.outputs
        return outputs[min(self._number, len(outputs) - 1)] if outputs else None

    def _show_names(self, result: ShownResult) -> None:
        outputs = result.statistics.outputs
        known = [(each.cell, each.name) for each in outputs]
        self._number = known.index(self._chosen) if self._chosen in known else 0
        self._view.show_outputs([each.name or each.cell for each in outputs], self._number)

    def _show_output(self) -> None:
        result = self.result or self._live
        output, text_of = None if result is None else self._output_of(result), self.text_of
        if result is None or output is None:
            return
        self._view.show_output(
            OutputPage(
                figures_of(result, output, text_of),
                statistics_rows(output, text_of),
                percentile_rows(output, text_of),
                error_rows(output),
            )
        )
        self.output_shown.emit(result, output, text_of)


_NAMES = ("Mean", "P10 \u2013 P90", "Standard deviation", "Trials")
