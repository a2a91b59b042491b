"""The state of this mcdesk in one frozen value: devices, database, query times, figures, alerts."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.history.database import DatabaseHealth
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.machine.devices import Inventory, MachineReading
from mcdesk.monitor.alerts import LIMITS, Rule
from mcdesk.monitor.dashboard import Dashboard
from mcdesk.monitor.kpis import Kpis, health_status
from mcdesk.monitor.thresholds import LEAST_PROGRESS_SAMPLES, LEAST_SUCCESS_SHARE

DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What `mcdesk health` tells; `alerts` are sentences, empty if all is well.

    Attributes:
        queries: over the newest of each type, whenever they ran.
    """

    status: str
    inventory: Inventory
    reading: MachineReading
    database: DatabaseHealth
    queries: tuple[QueryStatistics, ...]
    dashboard: Dashboard
    alerts: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 where something is to be done, else 0."""
        return 1 if self.status == DEGRADED else 0


def health_report(
    inventory: Inventory,
    reading: MachineReading,
    database: DatabaseHealth,
    queries: Sequence[QueryStatistics],
    dashboard: Dashboard,
) -> HealthReport:
    """Judge what was measured; a progress response of too few frames is taken as not known."""
    experience = dashboard.experience
    progress = experience.progress
    is_known = progress is not None and progress.count >= LEAST_PROGRESS_SAMPLES
    milliseconds = progress.p95 if progress is not None and is_known else None
    return HealthReport(
        status=health_status(database.integrity, experience.error_share, milliseconds),
        inventory=inventory,
        reading=reading,
        database=database,
        queries=tuple(queries),
        dashboard=dashboard,
        alerts=_alerts(reading, database, queries, dashboard),
    )


def _alerts(
    reading: MachineReading,
    database: DatabaseHealth,
    queries: Sequence[QueryStatistics],
    dashboard: Dashboard,
) -> tuple[str, ...]:
    alerts = [
        f"{each.slow_count} {each.query_type.value} queries took over"
        f" {each.query_type.threshold_milliseconds:.0f} ms"
        for each in queries
        if each.slow_count
    ]
    if database.integrity != "ok":
        alerts.append(f"The database is damaged: {database.integrity}")
    # what an alert tells, with what to do, is told once
    standing = {shown.alert.rule for shown in dashboard.standing}
    free = None if reading.disk_free_bytes is None else reading.disk_free_bytes / 1e6
    is_low = free is not None and free < LIMITS[Rule.LOW_DISK].threshold
    if is_low and Rule.LOW_DISK not in standing:
        alerts.append(f"Only {free:,.0f} MB of disk space are free")
    if Rule.FEW_SUCCESSES not in standing:
        alerts += _success_alert(dashboard.kpis)
    told = (f"{shown.alert.message}. {shown.alert.remedy}" for shown in dashboard.standing)
    return (*alerts, *told)


def _success_alert(kpis: Kpis) -> list[str]:
    share = kpis.success_share
    if share is None or share >= LEAST_SUCCESS_SHARE:
        return []
    return [f"Only {share * 100:.0f} % of the simulations succeeded"]
