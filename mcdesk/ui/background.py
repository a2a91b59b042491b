"""Work in threads beside the window: the result comes back as a call in the window's thread."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal, Slot
from shiboken6 import isValid

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import McdeskError

T = TypeVar("T")
MOST_THREADS = 4
SECONDS_TO_END = 3.0

logger = logging.getLogger(__name__)


class Task(QObject):
    """One piece of work; `cancel` ends it soon, and nothing is told of it any more."""

    _finished = Signal(object)
    _failed = Signal(object)

    def __init__(
        self, on_done: Callable[[Any], None], on_error: Callable[[McdeskError], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.token = CancelToken()
        self._is_wanted = True
        self._has_run = False
        self._on_done = on_done
        self._on_error = on_error
        self._work: Callable[[CancelToken], object] = _told_already
        self._finished.connect(self._tell_done)
        self._failed.connect(self._tell_error)

    def cancel(self) -> None:
        """Nobody wants it any more."""
        self._is_wanted = False
        self.token.cancel()

    def ask_to_end(self) -> None:
        """Have it end soon; what comes of it is told."""
        self.token.cancel()

    def run(self, work: Callable[[CancelToken], object]) -> None:
        """In a thread of the pool, which is not the last to hold what the work needs."""
        self._work = work
        try:
            result = work(self.token)
        except (Cancelled, McdeskError) as error:
            self._failed.emit(error)
        except Exception as error:
            logger.exception("work in the background met a fault")
            self._failed.emit(McdeskError(f"mcdesk met a fault: {error}", "The log has the details."))
        else:
            self._finished.emit(result)
        finally:
            self._has_run = True

    @Slot(object)
    def _tell_done(self, result: object) -> None:
        if self._is_wanted and _is_there(self._on_done):
            self._on_done(result)
        self._leave()

    @Slot(object)
    def _tell_error(self, error: McdeskError) -> None:
        if self._is_wanted and _is_there(self._on_error):
            self._on_error(error)
        self._leave()

    @Slot()
    def _leave(self) -> None:
        """Be deleted once the thread has left the signal that it told this by: it may still be inside."""
        # who was told may have closed the window, which takes its tasks along
        if not isValid(self):
            return
        if not self._has_run:
            QTimer.singleShot(0, self._leave)
            return
        # these may be the last to hold the parent, which would take this along while it is being deleted
        QTimer.singleShot(0, partial(_told_already, (self._on_done, self._on_error, self._work)))
        self._on_done = self._on_error = self._work = _told_already
        self.deleteLater()


def _told_already(_: object) -> None:
    pass


def _is_there(told: Callable[..., object]) -> bool:
    """Whether Qt has not deleted who is told: a window that closes takes its presenters along."""
    owner = getattr(told, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


class Background(QObject):
    """A pool of threads that the presenters give work to.

    Args:
        most_threads: what is given beyond them waits.
    """

    def __init__(self, parent: QObject | None = None, most_threads: int = MOST_THREADS) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(most_threads)

    def start(
        self,
        work: Callable[[CancelToken], T],
        on_done: Callable[[T], None],
        on_error: Callable[[McdeskError], None],
    ) -> Task:
        """Do `work` in a thread; one of the two others is called in this one when it is over.

        Args:
            work: takes a token to look at; it touches no widget.
        """
        task = Task(on_done, on_error, self)
        self._pool.start(lambda: task.run(work))
        return task

    def end(self) -> bool:
        """Cancel all work and wait for it a moment; whether all has ended."""
        for task in self.findChildren(Task):
            task.cancel()
        return self._pool.waitForDone(int(SECONDS_TO_END * 1000))
