"""Asks for a rating after a run of this window, and keeps the answer in the history."""

from dataclasses import replace

from PySide6.QtCore import QObject

from mcdesk.foundation.settings import Settings, read_settings, write_settings
from mcdesk.history.run_record import RunStatus
from mcdesk.ui import workshop
from mcdesk.ui.background import Background
from mcdesk.ui.desk import Desk
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.run_presenter import RunHandle
from mcdesk.ui.widgets.rating_strip import RatingStrip
from mcdesk.ui.workbench import Presenters

# who has let it pass so often in a row is not asked again in this session
MOST_IGNORED = 3


class RatingBench(QObject):
    """Made once; nobody is asked about a result that was known already, or that failed."""

    def __init__(
        self,
        window: MainWindow,
        strip: RatingStrip,
        presenters: Presenters,
        desk: Desk,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window, self._strip, self._desk, self._background = window, strip, desk, background
        self._rated: str | None = None
        self._ignored = 0
        self._asks = False
        desk.ready.connect(lambda _: self._read_settings())
        # another result is shown then
        presenters.runs.started.connect(lambda _: strip.hide())
        presenters.history.opened.connect(lambda _: strip.hide())
        presenters.runs.ended.connect(self._ended)
        strip.rated.connect(self._keep)
        strip.refused.connect(self._refuse)

    def _read_settings(self) -> None:
        def told(settings: Settings) -> None:
            self._asks = settings.asks_rating is not False

        self._desk.ask(lambda room: room.services.settings, told, lambda _: None)

    def _ended(self, handle: RunHandle) -> None:
        report = handle.report
        is_new = report is not None and not report.is_cached and report.status is RunStatus.COMPLETED
        if report is None or not is_new or not self._asks or self._ignored >= MOST_IGNORED:
            return
        self._ignored += 1
        self._rated = report.simulation_id
        self._strip.ask()

    def _keep(self, rating: int) -> None:
        name, self._ignored = self._rated, 0
        if name is not None:
            self._desk.ask(
                lambda room: workshop.rate_run(room.services, name, rating),
                lambda _: None,
                self._window.notice.show_failure,
            )

    def _refuse(self) -> None:
        self._asks = False
        data = self._desk.folders.data
        self._background.start(
            lambda _: write_settings(data, replace(read_settings(data), asks_rating=False)),
            lambda _: self._window.notice.show_note(
                "You will not be asked again", "The settings have a switch for it."
            ),
            self._window.notice.show_failure,
        )
