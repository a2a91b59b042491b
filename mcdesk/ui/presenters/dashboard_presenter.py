"""Reads the figures of the dashboard again and again while it is seen, and only then."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.foundation.errors import McdeskError
from mcdesk.ui import workshop
from mcdesk.ui.desk import Desk, DeskRoom

if TYPE_CHECKING:
    from mcdesk.history.kpi_grouping import Grouping
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.figures.time_ranges import TimeRange
    from mcdesk.monitor.kpis import KpiRow

# by the length of a range, in seconds: what changes slowly is read seldom
READ_MILLISECONDS = ((600, 2_000), (7_200, 5_000), (200_000, 15_000))
SELDOM_MILLISECONDS = 60_000
LISTENER = "dashboard"


class DashboardPresenter(QObject):
    """`read` has a Dashboard, `rows_read` what was asked for with its KpiRows.

    Args:
        now: seconds since 1970.
    """

    read = Signal(object)
    rows_read = Signal(object, object)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, parent: QObject | None = None, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._desk, self._now = desk, now
        self._range: TimeRange | None = None
        self._is_watched = False
        self._is_reading = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)

    def watch(self, is_watched: bool) -> None:
        """Whether somebody looks at the figures."""
        if is_watched == self._is_watched:
            return
        self._is_watched = is_watched
        if is_watched:
            self._read()
        else:
            self._timer.stop()
        # afterwards: the instruments take a moment to begin
        self._desk.ask(
            lambda room: room.monitoring.want_readings(LISTENER, is_watched),
            lambda _: None,
            self.failed.emit,
        )

    def choose(self, chosen: "TimeRange") -> None:
        """Read over another time from now on."""
        self._range = chosen
        if self._is_watched:
            self._read()

    def read_rows(self, grouping: "Grouping") -> None:
        """Read the figures of each day, tier, account or model once, over the time that is chosen."""
        chosen, now = self._range, self._now()
        if chosen is None:
            return
        self._desk.ask(
            lambda room: _rows(room, chosen, now, grouping),
            lambda rows: self.rows_read.emit(grouping, rows),
            self.failed.emit,
        )

    def _read(self) -> None:
        if self._is_reading or self._range is None:
            return
        self._is_reading = True
        chosen, now = self._range, self._now()
        self._desk.ask(lambda room: _dashboard(room, chosen, now), self._tell, self._fail)

    def _tell(self, found: "Dashboard") -> None:
        self._is_reading = False
        if found.period.range is self._range:
            self.read.emit(found)
        if self._is_watched:
            is_late = found.period.range is not self._range
            self._timer.start(0 if is_late else _milliseconds(found.period.range.seconds))

    def _fail(self, error: McdeskError) -> None:
        self._is_reading = False
        self.failed.emit(error)
        if self._is_watched:
            self._timer.start(SELDOM_MILLISECONDS)


def _milliseconds(seconds: int) -> int:
    return next((each for most, each in READ_MILLISECONDS if seconds <= most), SELDOM_MILLISECONDS)


def _dashboard(room: DeskRoom, chosen: "TimeRange", now: float) -> "Dashboard":
    return workshop.read_dashboard(room.services, chosen, now)


def _rows(room: DeskRoom, chosen: "TimeRange", now: float, grouping: "Grouping") -> "tuple[KpiRow, ...]":
    return workshop.read_kpi_rows(room.services, chosen, now, grouping)
