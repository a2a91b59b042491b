"""Joins the page of the model to what is found out beside the window: suggestions, traces, comparison."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from mcdesk.formulas.setup_texts import MOST_CORRELATED, SetupFile
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.mark_dialogs import MarkDialogs, starting_distribution
from mcdesk.ui.presenters.check_presenter import Certificate, CheckPresenter
from mcdesk.ui.presenters.model_presenter import LoadedSetup, ModelPresenter, OpenModel
from mcdesk.ui.presenters.model_tracer import ModelTracer
from mcdesk.ui.presenters.suggestions_presenter import Suggestion, SuggestionsPresenter
from mcdesk.ui.presenters.traces_presenter import Trace, TracesPresenter
from mcdesk.ui.views.marks_panel import CHECKED, MARKED, SUGGESTED
from mcdesk.ui.views.model_view import ModelView

SETUP_FILES = "Set-ups (*.toml);;All files (*)"


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands behind the page, beside its marks."""

    tracer: ModelTracer
    suggestions: SuggestionsPresenter
    traces: TracesPresenter
    check: CheckPresenter


class ModelBench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        view: ModelView,
        model: ModelPresenter,
        findings: Findings,
        dialogs: MarkDialogs,
    ) -> None:
        super().__init__(window)
        self._dialogs, self.findings = dialogs, findings
        self._window, self._view, self._model = window, view, model
        model.opened.connect(self._on_opened)
        self._connect_suggestions()
        self._connect_traces()
        self._connect_check()
        view.panel.correlations_wanted.connect(self.edit_correlations)
        model.setup_changed.connect(self._count_correlations)
        self._connect_setups()

    def edit_correlations(self) -> None:
        """Show how the inputs move together, to be changed."""
        model, presenter = self._model.model, self._model
        marks = self._view.panel.inputs[:MOST_CORRELATED]
        if model is None or len(marks) < 2:
            self._window.notice.show_note("There is nothing to correlate", "Mark two inputs first.")
            return
        inputs = [(each.cell, each.title) for each in marks]
        known = presenter.setup.correlations
        self._dialogs.edit_correlations(model, inputs, known, presenter.set_correlations)

    def load_setup(self) -> None:
        """Ask for a set-up file and take it."""
        if self._model.model is not None:
            folder = str(self._model.model.workbook.path.parent)
            chosen, _ = QFileDialog.getOpenFileName(self._window, "Load set-up", folder, SETUP_FILES)
            if chosen:
                self._model.load_setup(Path(chosen))

    def save_setup(self) -> None:
        """Ask where to write the set-up, and write it."""
        if self._model.model is not None:
            path = str(self._model.model.workbook.path.with_suffix(".toml"))
            chosen, _ = QFileDialog.getSaveFileName(self._window, "Save set-up", path, SETUP_FILES)
            if chosen:
                self._model.save_setup(Path(chosen))

    def _connect_setups(self) -> None:
        model, view = self._model, self._view
        model.carried.connect(view.carried.show_carried)
        model.saved.connect(
            lambda path: self._window.notice.show_note(f"Saved {path.name}", str(path.parent))
        )
        model.loaded.connect(self._on_loaded)
        view.carried.undo_wanted.connect(model.undo)
        view.carried.cell_chosen.connect(self._go_to_text)
        view.grid.cell_activated.connect(self._edit_if_input)
        view.load_wanted.connect(self.load_setup)
        view.save_wanted.connect(self.save_setup)

    def _on_loaded(self, loaded: LoadedSetup) -> None:
        # results of the set-up before would be taken for those of this one
        self._window.show_page(self._view)
        self._window.notice.show_note(f"Loaded {loaded.path.name}", _contents(loaded.setup))

    def _edit_if_input(self, cell: CellAddress) -> None:
        if self._model.input_at(cell) is not None:
            self._view.input_wanted.emit(cell)

    def _go_to_text(self, text: str) -> None:
        cell = None if self._model.model is None else self._model.model.cell_of(text)
        if cell is not None:
            self._view.grid.go_to(cell)

    def _count_correlations(self) -> None:
        self._view.panel.show_correlation_count(len(self._model.setup.correlations))

    def _on_opened(self, opened: OpenModel) -> None:
        self.findings.tracer.open(opened.workbook)
        self.findings.suggestions.forget()
        self.findings.traces.end()
        self.findings.check.open(opened)
        is_unmarked = not self._model.input_count and not self._model.output_count
        self._view.panel.show_tab(SUGGESTED if is_unmarked else MARKED)
        self._view.grid.view.setFocus()

    def _connect_suggestions(self) -> None:
        found, panel = self.findings.suggestions, self._view.panel.suggestions
        found.changed.connect(panel.show_suggestions)
        found.watch.changed.connect(panel.show_progress)
        found.failed.connect(self._window.notice.show_failure)
        self._model.setup_changed.connect(found.follow_setup)
        self._view.panel.tab_shown.connect(self._on_tab_shown)
        panel.look_wanted.connect(found.want)
        panel.cancel_wanted.connect(found.cancel)
        panel.cell_chosen.connect(self._view.grid.go_to)
        panel.output_taken.connect(self._take_output)
        panel.input_taken.connect(self._take_input)

    def _connect_traces(self) -> None:
        traces, view = self.findings.traces, self._view
        view.trace_wanted.connect(traces.show)
        view.trace_end_wanted.connect(traces.end)
        traces.changed.connect(self._show_trace)
        traces.failed.connect(self._window.notice.show_failure)

    def _show_trace(self, trace: Trace | None) -> None:
        model = self._model.model
        address = "" if trace is None or model is None else model.cell_text(trace.cell)
        self._view.trace_bar.show_trace(trace, address)
        sides = () if trace is None else (trace.depends_on, trace.influences)
        empty: frozenset[CellAddress] = frozenset()
        found = [empty if side is None else side.cells for side in sides] or [empty, empty]
        self._view.grid.set_traces(*found)

    def _connect_check(self) -> None:
        check, panel = self.findings.check, self._view.panel.check
        check.changed.connect(self._show_certificate)
        check.watch.changed.connect(panel.show_progress)
        check.failed.connect(self._window.notice.show_failure)
        panel.cell_chosen.connect(self._view.grid.go_to)
        panel.look_wanted.connect(check.want)
        panel.cancel_wanted.connect(check.cancel)

    def _show_certificate(self, found: Certificate | None) -> None:
        self._view.panel.check.show_certificate(found)
        self._view.grid.set_differing(frozenset() if found is None else found.differing)
        self._view.panel.show_check_count(0 if found is None else found.open_count)

    def _on_tab_shown(self, tab: int) -> None:
        if tab == SUGGESTED:
            self.findings.suggestions.want()
        elif tab == CHECKED:
            self.findings.check.want()

    def _take_output(self, taken: Suggestion) -> None:
        self._model.set_output(taken.cell, taken.name)

    def _take_input(self, taken: Suggestion) -> None:
        text = starting_distribution(taken.value)
        self._model.set_input(taken.cell, text, taken.name)
        self._window.notice.show_note(
            f"{taken.title} is uncertain now: {text}",
            "That is \u00b110 % around its value. Double-click it in the grid or under Marked to change it.",
        )


def _contents(setup: SetupFile) -> str:
    counts = {"input": len(setup.inputs), "output": len(setup.outputs), "value": len(setup.values)}
    inputs, outputs, values = (f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items())
    return f"{inputs}, {outputs}, {values} changed"
