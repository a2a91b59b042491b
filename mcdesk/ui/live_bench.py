"""Joins running simulations to the results page: what they find shows while they run."""

from PySide6.QtCore import QObject

from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.live_presenter import LiveLook, LivePresenter
from mcdesk.ui.presenters.run_presenter import RunHandle
from mcdesk.ui.views.queue_view import QueueView
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.workbench import Presenters, Workbench


class LiveBench(QObject):
    """Made once; watches the simulation that the results page shows, as long as it runs."""

    def __init__(
        self,
        window: MainWindow,
        pages: tuple[ResultsView, QueueView],
        workbench: Workbench,
        presenters: Presenters,
        live: LivePresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._workbench, self._presenters, self._live = window, workbench, presenters, live
        self._results_page, self._queue_page = pages
        presenters.runs.progressed.connect(self._progressed)
        self._queue_page.opened.connect(self.follow)
        presenters.history.under_way.connect(self.follow)
        live.looked.connect(self._looked)
        live.failed.connect(window.notice.show_failure)

    def follow(self, simulation_id: str) -> None:
        """Show what a simulation of the queue has found so far."""
        results = self._workbench.results
        own = [run for run in self._workbench.running if run.simulation_id == simulation_id]
        if own:
            results.follow(own[0])
            results.progress(own[0])
        else:
            results.follow_queued(simulation_id, "Simulation")
        self._live.watch(simulation_id)
        self._window.show_page(self._results_page)

    def _progressed(self, handle: RunHandle) -> None:
        if handle is self._workbench.results.handle and handle.simulation_id:
            self._live.watch(handle.simulation_id)

    def _looked(self, look: LiveLook) -> None:
        results = self._workbench.results
        if results.live_id != look.record.simulation_id:
            self._live.stop()
            return
        results.show_live(look)
        # a run of this window is told to have ended by who follows it
        if results.handle is None and not self._live.watched:
            self._presenters.history.open_run(look.record)
