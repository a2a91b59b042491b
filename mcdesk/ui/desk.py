"""The thread that has the history and the queue open; the window asks it and is told in its own thread."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.metrics import Metrics
from mcdesk.foundation.paths import Folders
from mcdesk.ui import workshop
from mcdesk.ui.background import Task
from mcdesk.ui.job_feed import JobFeed

if TYPE_CHECKING:
    from mcdesk.dispatch.caches import Caches
    from mcdesk.dispatch.run_types import RunQueue
    from mcdesk.monitor.monitoring import Monitoring
    from mcdesk.services import Services

T = TypeVar("T")
# Longer than handing the queue over takes; what was acknowledged is in the database anyway.
SECONDS_TO_CLOSE = 8.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskRoom:
    """What lies open on the desk, for use in its thread alone; `queue` may be used in any."""

    services: "Services"
    queue: "RunQueue | None"
    monitoring: "Monitoring"


class PoolExecutor:
    """A QThreadPool that takes work as dispatch gives it."""

    def __init__(self, most_threads: int) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(most_threads)

    def submit(self, work: Callable[[], None], /) -> None:
        """Run this in a thread of the pool."""
        self._pool.start(work)

    def end(self) -> None:
        """Wait for all work to end."""
        self._pool.waitForDone()


class Desk(QObject):
    """Opened in a thread of its own, so that the first picture does not wait for a database.

    `alerts` has those that stand, a tuple of ShownAlert, whenever they change; `troubled` a McdeskError that
    keeps something beside the work from being done.

    Args:
        folders: of the data.
        metrics: are told what happens.

    Attributes:
        feed: what the queue's executor tells of the simulations that run.
    """

    ready = Signal(object)
    failed = Signal(object)
    alerts = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, folders: Folders, metrics: Metrics | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.folders = folders
        self.metrics = metrics or Metrics()
        self.feed = JobFeed(self)
        self._work: SimpleQueue[Callable[[DeskRoom], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mcdesk-desk", daemon=True)

    @cached_property
    def caches(self) -> "Caches":
        """What was read and compiled lately, for any thread; made when the window is filled."""
        return workshop.open_caches(self.metrics)

    def start(self) -> None:
        """Open everything; `ready` tells the queue when that is done, or `failed` why it cannot be."""
        self._thread.start()

    def ask(
        self,
        work: Callable[[DeskRoom], T],
        on_done: Callable[[T], None],
        on_error: Callable[[McdeskError], None],
    ) -> Task:
        """Do `work` in the desk's thread; what is asked first is done first."""
        task = Task(on_done, on_error, self)

        def answered(room: DeskRoom) -> None:
            def do(token: CancelToken) -> object:
                token.raise_if_cancelled()
                return work(room)

            task.run(do)

        self._work.put(answered)
        return task

    def end(self) -> None:
        """Hand the queue over and close everything; waits for that."""
        for task in self.findChildren(Task):
            task.cancel()
        self._work.put(None)
        if self._thread.is_alive():
            self._thread.join(SECONDS_TO_CLOSE)

    def _run(self) -> None:
        try:
            from mcdesk.services import MOST_RUNNERS, open_monitoring, open_queue, open_services

            runners = PoolExecutor(MOST_RUNNERS)
            with (
                open_services(self.folders, self.metrics, self.caches) as services,
                open_monitoring(services, self.alerts.emit, self.troubled.emit) as monitoring,
                open_queue(services, runners, self.feed) as context,
            ):
                self.ready.emit(context.queue)
                room = DeskRoom(services, context.queue, monitoring)
                while (work := self._work.get()) is not None:
                    work(room)
            runners.end()
        except McdeskError as error:
            self.failed.emit(error)
        except Exception as error:
            logger.exception("the desk met a fault")
            self.failed.emit(McdeskError(f"mcdesk met a fault: {error}", "The log has the details."))
