"""Runs that this window handed in: each followed in a thread to its end, shown in the frames of the feed."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from mcdesk.dispatch.job_news import JobNews, onward, progress_of
from mcdesk.dispatch.run_types import RunQueue, RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.desk import Desk

LISTENER = "runs"


@dataclass(slots=True)
class RunHandle:
    """A run of this window.

    Attributes:
        followed: what the run's thread has found in the database; written there, always a whole value.
        progress: the furthest that was told, by the run's thread or by who executes the queue.
        simulation_id: its name in the queue, once it is handed in there; written by the run's thread.
    """

    number: int
    title: str
    request: RunRequest
    followed: SimulationProgress | None = None
    progress: SimulationProgress | None = None
    simulation_id: str = ""
    report: RunReport | None = None
    error: McdeskError | None = None
    is_cancelled: bool = False
    task: Task | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.report is not None or self.error is not None

    @property
    def fraction(self) -> float:
        """The part of its trials that is done, 0 to 1."""
        if self.report is not None:
            return self.report.trials_done / max(self.report.plan.trials, 1)
        return 0.0 if self.progress is None else self.progress.trials_done / max(self.progress.trials, 1)


class RunPresenter(QObject):
    """Starts and follows runs; those that are begun before the desk is open wait for it.

    Attributes:
        queue: where runs are handed in; None until the desk is open, or where it cannot be.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self, background: Background, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._feed = background, desk.feed
        self.folders, self._metrics, self._caches = desk.folders, desk.metrics, desk.caches
        self.queue: RunQueue | None = None
        self._is_open = False
        self.runs: list[RunHandle] = []
        desk.feed.frame.connect(self._show)

    @property
    def running(self) -> tuple[RunHandle, ...]:
        """Those that have not ended."""
        return tuple(run for run in self.runs if not run.is_over)

    @property
    def fraction(self) -> float:
        """The part of all trials of those that is done, 0 to 1."""
        running = self.running
        total = sum(run.request.plan.trials for run in running)
        return sum(run.fraction * run.request.plan.trials for run in running) / max(total, 1)

    def open(self, queue: RunQueue | None) -> None:
        """The desk is open, or cannot be: from now on runs begin at once, in this queue or without one."""
        self.queue, self._is_open = queue, True
        for handle in self.running:
            if handle.task is None:
                self._begin(handle)

    def run(self, request: RunRequest, title: str) -> RunHandle:
        """Begin; `progressed` and `ended` follow."""
        handle = RunHandle(len(self.runs), title, request)
        self.runs.append(handle)
        self._feed.listen(LISTENER, True)
        if self._is_open:
            self._begin(handle)
        self.started.emit(handle)
        return handle

    def cancel(self, handle: RunHandle) -> None:
        """End a run soon; the trials that are done are kept."""
        if handle.is_over:
            return
        handle.is_cancelled = True
        if handle.task is None:
            self._end(handle, None, Cancelled("Interrupted"))
        else:
            handle.task.ask_to_end()

    def _begin(self, handle: RunHandle) -> None:
        request, queue, folders = handle.request, self.queue, self.folders
        metrics, caches = self._metrics, self._caches

        def note(told: SimulationProgress) -> None:
            handle.followed = told
            self._feed.wake()

        def handed_in(simulation_id: str) -> None:
            handle.simulation_id = simulation_id

        def work(cancel: CancelToken) -> RunReport:
            with workshop.open_services(folders, metrics, caches) as services:
                context = replace(services.run_context, queue=queue, on_handed_in=handed_in)
                return workshop.run_simulation(request, context, note, cancel)

        handle.task = self._background.start(
            work, lambda report: self._end(handle, report, None), lambda error: self._end(handle, None, error)
        )

    def _show(self, told: tuple[JobNews, ...]) -> None:
        news_by_id = {news.simulation_id: news for news in told}
        for handle in self.running:
            shown, news = handle.progress, news_by_id.get(handle.simulation_id)
            if handle.followed is not None:
                handle.progress = onward(handle.progress, handle.followed)
            if news is not None:
                handle.progress = onward(handle.progress, progress_of(news))
            if handle.progress != shown:
                self.progressed.emit(handle)

    def _end(self, handle: RunHandle, report: RunReport | None, error: McdeskError | None) -> None:
        handle.report, handle.error, handle.task = report, error, None
        self._feed.listen(LISTENER, bool(self.running))
        self.ended.emit(handle)
