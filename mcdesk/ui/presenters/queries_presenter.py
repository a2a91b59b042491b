"""The queries: the slow ones, which index they miss, and the care for the file of the database."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.desk import Desk

if TYPE_CHECKING:
    from mcdesk.history.index_advice import Advice, Recommendation
    from mcdesk.history.maintenance import MaintenanceResult
    from mcdesk.history.query_timing import QueryTiming
    from mcdesk.history.statement_catalogue import Statement
    from mcdesk.services import Services

# what Maintenance can do, by the names of its methods
CARE = {
    "optimize": "Renew statistics",
    "check_quickly": "Check quickly",
    "check_thoroughly": "Check thoroughly",
    "vacuum": "Write anew (vacuum)",
}
BACK_UP = "Back up\u2026"


@dataclass(frozen=True, slots=True)
class QueriesSeen:
    """The slow queries, the newest first, and the advised indexes that were made."""

    slow: "tuple[QueryTiming, ...]"
    applied: tuple[str, ...]


class QueriesPresenter(QObject):
    """One piece of longer work at a time; `working` has what it is, empty once it is over."""

    seen = Signal(object)
    advised = Signal(object)
    cared = Signal(str, object)
    working = Signal(str)
    failed = Signal(object)

    def __init__(self, background: Background, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._desk = background, desk
        self._task: Task | None = None

    def refresh(self) -> None:
        """Read the slow queries and what was made for them."""
        self._desk.ask(
            lambda room: QueriesSeen(*workshop.queries_seen(room.services)), self.seen.emit, self.failed.emit
        )

    def advise(self) -> None:
        """Look for indexes that the statements of this session, and all slow ones, lack."""
        self._desk.ask(
            lambda room: room.services.open_history.statements(), self._advise_on, self.failed.emit
        )

    def apply(self, recommendation: "Recommendation") -> None:
        """Make an index that was advised."""
        self._change(lambda room_services: workshop.apply_index(room_services, recommendation))

    def undo(self, name: str) -> None:
        """Take an advised index away."""
        self._change(lambda room_services: workshop.undo_index(room_services, name))

    def care(self, name: str) -> None:
        """Do one of CARE."""
        self._begin(
            CARE[name],
            lambda token: workshop.maintenance_of(self._desk.folders, token, name, None),
            lambda result: self._cared(CARE[name], result),
        )

    def back_up(self, target: Path) -> None:
        """Copy the history as it is now to a file."""
        self._begin(
            "Back up",
            lambda token: workshop.maintenance_of(self._desk.folders, token, "back_up", target),
            lambda result: self._cared("Back up", result),
        )

    def cancel(self) -> None:
        """End what is going on."""
        if self._task is not None:
            self._task.cancel()
            self._end()

    def _advise_on(self, statements: "tuple[Statement, ...]") -> None:
        def told(advice: "Advice") -> None:
            self._end()
            self.advised.emit(advice)

        path = self._desk.folders.database
        self._begin(
            "Look for missing indexes", lambda token: workshop.index_advice(path, statements, token), told
        )

    def _cared(self, title: str, result: "MaintenanceResult") -> None:
        self._end()
        self.cared.emit(title, result)

    def _begin(self, title: str, work: Callable[[CancelToken], object], on_done: Callable[..., None]) -> None:
        if self._task is not None:
            return
        self._task = self._background.start(work, on_done, self._fail)
        self.working.emit(title)

    def _change(self, change: "Callable[[Services], None]") -> None:
        self._desk.ask(
            lambda room: change(room.services),
            lambda _: self.refresh(),
            self.failed.emit,
        )

    def _fail(self, error: McdeskError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            self.failed.emit(error)

    def _end(self) -> None:
        self._task = None
        self.working.emit("")
