"""The state of this mcdesk in one frozen value: devices, database, query times, key figures, alerts."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.history.database import DatabaseHealth
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.history.run_record import RunRecord
from mcdesk.machine.devices import Inventory, MachineReading
from mcdesk.monitor.kpis import Kpis, health_status, kpis_of

LOW_DISK_BYTES = 1_000_000_000
LEAST_SUCCESS_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What `mcdesk health` tells; `alerts` are sentences, empty if all is well."""

    status: str
    inventory: Inventory
    reading: MachineReading
    database: DatabaseHealth
    queries: tuple[QueryStatistics, ...]
    kpis: Kpis
    alerts: tuple[str, ...]


def health_report(
    inventory: Inventory,
    reading: MachineReading,
    database: DatabaseHealth,
    queries: Sequence[QueryStatistics],
    records: Sequence[RunRecord],
) -> HealthReport:
    """Judge what was measured. The progress response is measured by the window, so it is unknown here."""
    kpis = kpis_of(records)
    error_share = None if kpis.success_share is None else 1.0 - kpis.success_share
    return HealthReport(
        status=health_status(database.integrity, error_share, progress_milliseconds=None),
        inventory=inventory,
        reading=reading,
        database=database,
        queries=tuple(queries),
        kpis=kpis,
        alerts=_alerts(reading, database, queries, kpis),
    )


def _alerts(
    reading: MachineReading, database: DatabaseHealth, queries: Sequence[QueryStatistics], kpis: Kpis
) -> tuple[str, ...]:
    alerts = [
        f"{each.slow_count} {each.query_type.value} queries took over"
        f" {each.query_type.threshold_milliseconds:.0f} ms"
        for each in queries
        if each.slow_count
    ]
    if database.integrity != "ok":
        alerts.append(f"The database is damaged: {database.integrity}")
    if reading.disk_free_bytes is not None and reading.disk_free_bytes < LOW_DISK_BYTES:
        alerts.append(f"Only {reading.disk_free_bytes / 1e6:,.0f} MB of disk space are free")
    if kpis.success_share is not None and kpis.success_share < LEAST_SUCCESS_SHARE:
        alerts.append(f"Only {kpis.success_share * 100:.0f} % of the simulations succeeded")
    return tuple(alerts)
