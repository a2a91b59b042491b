"""What reads what in the open workbook, for whoever asks beside the window; found once, when first asked."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from mcdesk.dispatch.moment_serial import serial_of
from mcdesk.dispatch.run_types import local_now
from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.model.workbook import Workbook
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task

if TYPE_CHECKING:
    from mcdesk.formulas.tracing import Tracer

T = TypeVar("T")
TracerWork = Callable[["Tracer", CellLabels, CancelToken], T]
_LOOK_SECONDS = 0.05


class ModelTracer(QObject):
    """Knows one workbook at a time; work on one that is no longer open is cancelled."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._bench: _Bench | None = None
        self._tasks: set[Task] = set()

    def open(self, workbook: Workbook) -> None:
        """From now on this workbook is meant."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._bench = _Bench(workbook)

    def ask(
        self, work: TracerWork[T], on_done: Callable[[T], None], on_error: Callable[[McdeskError], None]
    ) -> Task | None:
        """Do `work` in a thread, one at a time; None if no workbook is open."""
        bench = self._bench
        if bench is None:
            return None

        def tell_done(result: T) -> None:
            self._tasks.discard(task)
            on_done(result)

        def tell_error(error: McdeskError) -> None:
            self._tasks.discard(task)
            on_error(error)

        task = self._background.start(lambda token: bench.do(work, token), tell_done, tell_error)
        self._tasks.add(task)
        return task


class _Bench:
    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._now_serial = serial_of(local_now(), workbook.date_1904)
        self._tracer: Tracer | None = None
        self._labels: CellLabels | None = None
        # guards the tracer, which is for one thread at a time
        self._lock = threading.Lock()

    def do(self, work: TracerWork[T], token: CancelToken) -> T:
        while not self._lock.acquire(timeout=_LOOK_SECONDS):
            token.raise_if_cancelled()
        try:
            token.raise_if_cancelled()
            if self._tracer is None or self._labels is None:
                self._tracer = workshop.build_tracer(self._workbook, self._now_serial)
                self._labels = CellLabels(self._workbook)
            token.raise_if_cancelled()
            return work(self._tracer, self._labels, token)
        finally:
            self._lock.release()
