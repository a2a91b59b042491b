"""Joins the history in the sidebar and the account card to what stands behind them."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from mcdesk.dispatch.run_types import RunRequest
from mcdesk.dispatch.stored_setup import repeated_request
from mcdesk.history.run_record import RunRecord
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.history_presenter import HistoryPresenter
from mcdesk.ui.presenters.results import ShownResult, model_title
from mcdesk.ui.views.account_menu import AccountMenu
from mcdesk.ui.views.history_panel import HistoryPanel
from mcdesk.ui.views.note_dialog import NoteDialog
from mcdesk.ui.views.notice import Offer
from mcdesk.ui.workbench import Workbench


class HistoryBench(QObject):
    """Owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        panel: HistoryPanel,
        workbench: Workbench,
        desk: Desk,
        accounts: AccountPresenter,
        history: HistoryPresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._desk, self._panel = window, workbench, desk, panel
        self._accounts, self._history = accounts, history
        self.account_menu = AccountMenu(window.sidebar.account_card, accounts)
        notice = window.notice
        accounts.changed.connect(self._account_changed)
        accounts.failed.connect(notice.show_failure)
        panel.filter_chosen.connect(history.choose)
        panel.pin_wanted.connect(history.toggle_pin)
        panel.note_wanted.connect(self._write_note)
        panel.rerun_wanted.connect(self._rerun)
        panel.export_wanted.connect(self._export)
        history.listed.connect(lambda _: self._mark_shown())
        workbench.results.output_shown.connect(self._follow_shown)
        history.deleted.connect(self._offer_undo)
        history.exported.connect(lambda path: notice.show_note("The run is exported.", path))

    def rerun_shown(self) -> None:
        """Run what the results page shows with another seed, whichever workbook is open meanwhile."""
        shown = self._workbench.results.result
        if shown is not None:
            self.repeat(shown.simulation_id, 1)

    def undo(self) -> bool:
        """Have a run back that was just deleted, if the history is in use; whether that was so."""
        panel, notice = self._panel, self._window.notice
        focused = self._window.focusWidget()
        # without a row the list is hidden, and cannot have the focus
        is_here = panel.list.isHidden() or (focused is not None and panel.isAncestorOf(focused))
        if not is_here or not notice.has_offer:
            return False
        notice.accept_offer()
        return True

    def _follow_shown(self, result: ShownResult | None, *_: object) -> None:
        # who goes through the list by key is further on already
        if result is None or not self._panel.list.hasFocus():
            self._mark_shown()

    def _mark_shown(self) -> None:
        shown = self._workbench.results.result
        ids = [record.simulation_id for record in self._history.shown]
        is_listed = shown is not None and shown.simulation_id in ids
        self._panel.mark(ids.index(shown.simulation_id) if shown is not None and is_listed else None)

    def _offer_undo(self, record: RunRecord) -> None:
        offer = Offer("Undo", self._history.undo_delete, partial(self._history.settle, record))
        self._window.notice.show_offer(f"{self._history.title_of(record)} is deleted.", offer)

    def _account_changed(self) -> None:
        account = self._accounts.current
        self._workbench.work_as(account)
        self._history.refresh()
        if account is None and self._accounts.choices:
            self._window.notice.show_note(
                "Sign in to run simulations", "Click the account below the history."
            )

    def _write_note(self, row: int) -> None:
        record = self._history.shown[row]
        note = self._history.note_of(record)
        stem = model_title(Path(record.model_name))
        dialog = NoteDialog(note.title, note.tags, stem, self._window)
        dialog.accepted.connect(
            lambda: self._history.keep_note(record, replace(note, title=dialog.title, tags=dialog.tags))
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _rerun(self, row: int, seed_step: int) -> None:
        self.repeat(self._history.shown[row].simulation_id, seed_step)

    def repeat(self, simulation_id: str, seed_step: int) -> None:
        """Run a simulation again on the workbook as it was.

        Args:
            seed_step: is added to its seed; if there is a run of that, the next one without is taken.
        """

        def work(room: DeskRoom) -> tuple[RunRequest, RunRecord]:
            folder, kept = room.services.folders.data / "reopened", room.services.history
            record = kept.runs.record(simulation_id)
            return repeated_request(record, kept.files, folder, seed_step), record

        def launch(found: tuple[RunRequest, RunRecord]) -> None:
            request, record = found
            if seed_step:
                request = self._workbench.with_unused_seed(request, record.model_sha256)
            self._workbench.launch(request, self._history.title_of(record))

        self._desk.ask(work, launch, self._window.notice.show_failure)

    def _export(self, row: int) -> None:
        name = f"{self._history.title_of(self._history.shown[row])}.json".replace("/", "-")
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export run", name, "JSON (*.json)")
        if chosen:
            self._history.export(row, Path(chosen))
