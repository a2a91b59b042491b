"""The state of everything, and the alerts that follow from it."""

from pathlib import Path

from mcdesk.history.database import DatabaseHealth
from mcdesk.history.query_timing import QueryStatistics, QueryType
from mcdesk.machine.devices import Device, DeviceKind, Inventory, MachineReading
from mcdesk.monitor.health_report import HealthReport, health_report


def report(*, integrity: str = "ok", disk_free_bytes: int | None = None, slow_count: int = 0) -> HealthReport:
    cpu = Device(DeviceKind.CPU, 0, "a processor", 1, 1)
    return health_report(
        inventory=Inventory(cpu, (), 1, 1, "Linux"),
        reading=MachineReading(0.0, None, None, None, disk_free_bytes, None, None, ()),
        database=DatabaseHealth(Path("mcdesk.db"), "a driver", "wal", 1, integrity, 1),
        queries=[QueryStatistics(QueryType.FILE_ACCESS, 2, slow_count, 1.0, 1.0, 1.0, 1.0)],
        records=[],
    )


def test_that_nothing_is_alarming_where_nothing_is_wrong() -> None:
    found = report()

    assert (found.status, found.alerts) == ("good", ())


def test_that_slow_queries_raise_an_alert() -> None:
    assert report(slow_count=2).alerts == ("2 file_access queries took over 500 ms",)


def test_that_a_full_disk_raises_an_alert() -> None:
    assert report(disk_free_bytes=5_000_000).alerts == ("Only 5 MB of disk space are free",)


def test_that_a_damaged_database_degrades_the_health() -> None:
    found = report(integrity="page 3")

    assert found.status == "degraded"
    assert found.alerts == ("The database is damaged: page 3",)
