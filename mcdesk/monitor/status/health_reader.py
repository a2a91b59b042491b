"""The state of this mcdesk, read again and again, without what would wake a GPU or take long."""

import time
from collections.abc import Callable

from mcdesk.history.database import Database
from mcdesk.machine.devices import Inventory, MachineReading
from mcdesk.monitor.dashboard import Surroundings, read_dashboard
from mcdesk.monitor.figures.time_ranges import Period, TimeRange
from mcdesk.monitor.health_report import HealthReport, health_report

# a month is read in seconds where much was measured; and who asks every minute wants to know about now
RANGE = TimeRange.HOUR
# all of the file is read for it
SECONDS_BETWEEN_CHECKS = 3_600.0


class HealthReader:
    """Used by the thread of the database.

    Args:
        inventory: the devices, as they were when the service began.
        reading: how busy the computer is now.
        now: seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        inventory: Inventory,
        surroundings: Surroundings,
        reading: Callable[[], MachineReading],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._inventory = inventory
        self._surroundings = surroundings
        self._reading = reading
        self._now = now
        self._integrity: str | None = None
        self._checked_at = 0.0

    def report(self) -> HealthReport:
        """As `mcdesk health` has it; the integrity of the file is that of the last look at all of it.

        Raises:
            McdeskError: if the history cannot be read.
        """
        now, database = self._now(), self._database
        if not 0.0 <= now - self._checked_at < SECONDS_BETWEEN_CHECKS:
            self._integrity, self._checked_at = None, now
        found = database.health(self._integrity)
        self._integrity = found.integrity
        figures = read_dashboard(database, self._surroundings, Period(RANGE, now))
        return health_report(self._inventory, self._reading(), found, database.statistics(), figures)
