"""Runs that this window handed in: each followed in a thread, shown by one timer."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.run_types import RunQueue, RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import Folders
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task

FRAME_MILLISECONDS = 16


@dataclass(slots=True)
class RunHandle:
    """A run of this window.

    Attributes:
        progress: the latest, written by the run's thread and read by the window's; always a whole value.
        simulation_id: its name in the queue, once it is handed in there; written by the run's thread.
    """

    number: int
    title: str
    request: RunRequest
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
    """Starts and follows runs.

    Attributes:
        queue: where runs are handed in; None until the desk is open, or where it cannot be.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        background: Background,
        folders: Folders,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self.folders = folders
        self.queue: RunQueue | None = None
        self._shown: dict[int, SimulationProgress | None] = {}
        self.runs: list[RunHandle] = []
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._show)

    @property
    def running(self) -> tuple[RunHandle, ...]:
        """Those that have not ended."""
        return tuple(run for run in self.runs if not run.is_over)

    def run(self, request: RunRequest, title: str) -> RunHandle:
        """Begin; `progressed` and `ended` follow."""
        handle = RunHandle(len(self.runs), title, request)
        self.runs.append(handle)
        queue, folders = self.queue, self.folders

        def note(told: SimulationProgress) -> None:
            handle.progress = told

        def handed_in(simulation_id: str) -> None:
            handle.simulation_id = simulation_id

        def work(cancel: CancelToken) -> RunReport:
            with workshop.open_services(folders) as services:
                context = replace(services.run_context, queue=queue, on_handed_in=handed_in)
                return workshop.run_simulation(request, context, note, cancel)

        handle.task = self._background.start(
            work, lambda report: self._end(handle, report, None), lambda error: self._end(handle, None, error)
        )
        self._timer.start()
        self.started.emit(handle)
        return handle

    def cancel(self, handle: RunHandle) -> None:
        """End a run soon; the trials that are done are kept."""
        if handle.task is not None and not handle.is_over:
            handle.is_cancelled = True
            handle.task.ask_to_end()

    def _show(self) -> None:
        for handle in self.running:
            if handle.progress is not self._shown.get(handle.number):
                self._shown[handle.number] = handle.progress
                self.progressed.emit(handle)

    def _end(self, handle: RunHandle, report: RunReport | None, error: McdeskError | None) -> None:
        handle.report, handle.error, handle.task = report, error, None
        self._shown.pop(handle.number, None)
        if not self.running:
            self._timer.stop()
        self.ended.emit(handle)
