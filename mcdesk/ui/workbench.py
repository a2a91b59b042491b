"""Joins the pages to their presenters: what a person does on one shows on the others."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mcdesk.dispatch.run_types import RunRequest
from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.setup_texts import MOST_SEED, InputText
from mcdesk.foundation.cancellation import Cancelled
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.formatting import count_text
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.mark_dialogs import MarkDialogs
from mcdesk.ui.measuring.window_measures import WindowMeasures
from mcdesk.ui.presenters.account_presenter import account_text
from mcdesk.ui.presenters.encryption_presenter import EncryptionPresenter
from mcdesk.ui.presenters.history_presenter import HistoryPresenter, KeptRun
from mcdesk.ui.presenters.marks import input_marks, output_marks, value_marks
from mcdesk.ui.presenters.model_presenter import ModelPresenter, OpenModel
from mcdesk.ui.presenters.plan_form import plan_of
from mcdesk.ui.presenters.queue_presenter import QueuePresenter
from mcdesk.ui.presenters.recent_files import RecentFiles
from mcdesk.ui.presenters.results import model_title, result_of_record
from mcdesk.ui.presenters.results_presenter import ResultsPresenter
from mcdesk.ui.presenters.run_presenter import RunHandle, RunPresenter
from mcdesk.ui.shell import Shell
from mcdesk.ui.views.dashboard_view import DashboardView
from mcdesk.ui.views.history_panel import HistoryPanel
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.views.queue_view import QueueView
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.views.settings_view import SettingsView
from mcdesk.ui.views.start_view import StartView

if TYPE_CHECKING:
    from mcdesk.history.account_store import Account

SETUP_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class Pages:
    """The widgets."""

    start: StartView
    model: ModelView
    results: ResultsView
    queue: QueueView
    history: HistoryPanel
    dashboard: DashboardView
    settings: SettingsView


@dataclass(frozen=True, slots=True)
class Presenters:
    """What stands behind them."""

    model: ModelPresenter
    runs: RunPresenter
    queue: QueuePresenter
    history: HistoryPresenter


class Workbench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        pages: Pages,
        presenters: Presenters,
        dialogs: MarkDialogs,
        recent: RecentFiles,
    ) -> None:
        super().__init__(window)
        self._dialogs = dialogs
        self._window, self._pages, self._presenters, self._recent = window, pages, presenters, recent
        self._labels: CellLabels | None = None
        self._account: Account | None = None
        self._must_sign_in = False
        self.shell: Shell | None = None
        self.measures: WindowMeasures | None = None
        self.encryption: EncryptionPresenter | None = None
        self.results = ResultsPresenter(pages.results, self._formatter, self)
        self._connect_model()
        self._connect_results()
        recent.listed.connect(pages.start.show_recent)
        recent.refresh()

    def open(self, path: Path) -> None:
        """Open a workbook and show it; a set-up file is for the one that is open."""
        model = self._presenters.model
        if path.suffix.lower() == SETUP_SUFFIX and model.model is not None:
            model.load_setup(path)
        else:
            model.open(path)

    def browse(self) -> None:
        """Ask for a workbook."""
        path = self._window.ask_for_file()
        if path is not None:
            self.open(path)

    def run(self, seed_step: int = 0) -> None:
        """Simulate what is marked."""
        presenter, model = self._presenters.model, self._presenters.model.model
        if model is None or self.missing():
            return
        # a field of the plan may still have the focus
        self._pages.model.panel.plan.take()
        setup, path = presenter.setup, model.workbook.path
        request = RunRequest(path, setup, plan_of(setup, seed_step))
        if seed_step:
            request = self.with_unused_seed(request, model.workbook.sha256)
        self.launch(request, model_title(path))

    def launch(self, request: RunRequest, title: str) -> None:
        """Begin a simulation for the account that works here, and show it."""
        if self._must_sign_in:
            self._window.notice.show_note("Sign in first", "Click the account card below the history.")
            return
        handle = self._presenters.runs.run(replace(request, account=self._account), title)
        self.results.follow(handle)
        self._window.show_page(self._pages.results)

    def with_unused_seed(self, request: RunRequest, model_sha256: str) -> RunRequest:
        """The same with its seed, or the next that no run of this workbook has, kept or still running."""
        running = {each.request.plan.seed for each in self.running if each.request.model == request.model}
        taken = self._presenters.history.seeds_of(model_sha256) | running
        seed = request.plan.seed
        while seed in taken:
            seed = (seed + 1) % (MOST_SEED + 1)
        return replace(request, plan=replace(request.plan, seed=seed))

    @property
    def running(self) -> tuple[RunHandle, ...]:
        """Runs of this window that have not ended."""
        return self._presenters.runs.running

    @property
    def model(self) -> ModelPresenter:
        """The open workbook and its marks."""
        return self._presenters.model

    def label_of(self, cell: CellAddress) -> str:
        """What a cell of the open workbook is called; empty without name and label."""
        return "" if self._labels is None else self._labels.label(cell) or ""

    def work_as(self, account: "Account | None") -> None:
        """Whom to charge from now on; None while nobody has signed in."""
        self._account, self._must_sign_in = account, account is None
        if account is not None:
            self._window.notice.forget_failure()
        self._window.sidebar.show_account("Sign in" if account is None else account_text(account))

    def show_device(self, device: str, engine: str) -> None:
        """What computes, and with which engine."""
        self._window.sidebar.show_device(device)
        self._window.status_line.show_device(f"{device}  \u00b7  {engine}")

    def page_shown(self) -> None:
        """Another page is in front: the queue is looked at only while it is seen."""
        self._presenters.queue.watch(self._window.page is self._pages.queue)

    def _connect_model(self) -> None:
        window, pages, model = self._window, self._pages, self._presenters.model
        for asked in (pages.start.browse, pages.model.open_wanted, pages.results.open_wanted):
            asked.connect(self.browse)
        model.opened.connect(self._show_model)
        model.failed.connect(window.notice.show_failure)
        model.setup_changed.connect(self._show_setup)
        pages.model.run_wanted.connect(self.run)
        pages.model.input_wanted.connect(self._edit_input)
        pages.model.output_wanted.connect(self._toggle_output)
        pages.model.remove_wanted.connect(model.remove)
        pages.model.panel.plan.changed.connect(model.set_plan)

    def _connect_results(self) -> None:
        pages, window = self._pages, self._window
        runs, history = self._presenters.runs, self._presenters.history
        runs.progressed.connect(self.results.progress)
        runs.ended.connect(self._run_ended)
        pages.results.output_chosen.connect(self.results.choose)
        pages.results.cancel_wanted.connect(self.cancel_shown)
        for view in (pages.history, window.status_line):
            history.reading.connect(view.show_reading)
        history.listed.connect(pages.history.show_lines)
        history.opened.connect(self._show_kept)
        history.failed.connect(window.notice.show_failure)
        pages.history.row_opened.connect(history.open)
        pages.history.delete_wanted.connect(history.delete)
        pages.history.search_changed.connect(history.search)

    def show_open_model(self, *, is_replaced: bool) -> None:
        """Let the model page show the open workbook after a trial, which may have been of another one."""
        model = self._presenters.model.model
        if model is None:
            self._pages.model.show_empty()
            return
        if is_replaced:
            self._show_workbook(model)
        self._show_setup()

    def _show_model(self, model: OpenModel) -> None:
        path = model.workbook.path
        self._labels = CellLabels(model.workbook)
        self._recent.add(path)
        self._show_workbook(model)
        self._window.setWindowTitle(f"{path.name} \u2013 mcdesk")
        self._window.notice.forget_failure()
        self._window.show_page(self._pages.model)

    def _show_workbook(self, model: OpenModel) -> None:
        path = model.workbook.path
        cells = sum(sheet.cell_count for sheet in model.workbook.sheets)
        formulas = model.workbook.formula_cell_count
        self._pages.model.show_title(
            path.name,
            f"{count_text(cells)} cells, {count_text(formulas)} of them formulas  \u00b7  {path.parent}",
        )
        self._pages.model.grid.show_workbook(model.workbook)

    def _show_setup(self) -> None:
        presenter, model = self._presenters.model, self._presenters.model.model
        if model is None:
            return
        inputs = input_marks(model, presenter.setup, self.label_of)
        outputs = output_marks(model, presenter.setup, self.label_of)
        panel = self._pages.model.panel
        panel.show_marks(inputs, outputs, value_marks(model, presenter.setup, self.label_of))
        panel.plan.show_setup(presenter.setup)
        self._pages.model.grid.set_marks({mark.cell for mark in inputs}, {mark.cell for mark in outputs})
        self._pages.model.show_can_run(self.missing())

    def missing(self) -> str:
        """What has to be done before the open workbook can be run; empty where nothing has."""
        model = self._presenters.model
        if not model.output_count:
            return "Mark an output first: select its cell and press O"
        if not model.input_count:
            return "Mark an input first: select its cell and press I"
        return self._pages.model.panel.plan.fault

    def _edit_input(self, cell: CellAddress) -> None:
        presenter, model = self._presenters.model, self._presenters.model.model
        if model is None:
            return
        if any(each.cell == cell for each in model.declared.inputs):
            self._window.notice.show_note(
                f"{model.cell_text(cell)} draws by itself", "Its formula in the workbook says how."
            )
            return
        value = model.number_at(cell)
        if value is None:
            self._window.notice.show_note(
                f"{model.cell_text(cell)} holds no number", "An input is a cell with a number."
            )
            return
        place = model.cell_text(cell)
        known = presenter.input_at(cell) or InputText("", place, "", self.label_of(cell))
        self._dialogs.edit_input(place, value, known, partial(presenter.set_input, cell))

    def _toggle_output(self, cell: CellAddress) -> None:
        presenter, model = self._presenters.model, self._presenters.model.model
        if model is None:
            return
        if presenter.output_at(cell) is not None:
            presenter.remove(cell)
        elif model.holds_something(cell):
            presenter.set_output(cell, self.label_of(cell))
        else:
            self._window.notice.show_note(
                f"{model.cell_text(cell)} is empty", "An output is a cell with a formula or a number."
            )

    def _formatter(self, sha256: str, cell_text: str) -> Formatter:
        model = self._presenters.model.model
        if model is None or model.workbook.sha256 != sha256:
            return Formatter()
        cell = model.cell_of(cell_text)
        code = "General" if cell is None else model.format_at(cell)
        return Formatter(code, model.workbook.date_1904)

    def is_shown(self, simulation_id: str) -> bool:
        """Whether the open page shows how far this simulation is."""
        page = self._window.page
        if page is self._pages.results:
            return simulation_id == self.results.live_id
        return page is self._pages.queue

    def cancel_shown(self) -> None:
        """End the simulation that the results page follows, with the trials that are done."""
        if self.results.handle is not None:
            self._presenters.runs.cancel(self.results.handle)
        elif self.results.live_id:
            self._presenters.queue.cancel(self.results.live_id)

    def _run_ended(self, handle: RunHandle) -> None:
        self.results.end(handle)
        self._presenters.history.refresh()
        if isinstance(handle.error, Cancelled):
            self._window.notice.show_note(f"{handle.title} was cancelled before its first trials")
        elif handle.error is not None:
            self._window.notice.show_failure(handle.error)

    def _show_kept(self, kept: KeptRun) -> None:
        self.results.show_result(result_of_record(kept.record, kept.statistics))
        self._window.show_page(self._pages.results)
