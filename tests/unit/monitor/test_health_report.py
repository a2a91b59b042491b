"""The state of everything, and the alerts that follow from it."""

from pathlib import Path

from mcdesk.history.alert_store import AlertStore
from mcdesk.history.database import DatabaseHealth
from mcdesk.history.query_timing import QueryStatistics, QueryType
from mcdesk.history.run_record import RunStatus
from mcdesk.machine.devices import Device, DeviceKind, Inventory, MachineReading
from mcdesk.monitor.dashboard import Surroundings, read_dashboard
from mcdesk.monitor.health_report import HealthReport, health_report

from .conftest import Measured


def report(
    measured: Measured, *, integrity: str = "ok", disk_free_bytes: int | None = None, slow_count: int = 0
) -> HealthReport:
    cpu = Device(DeviceKind.CPU, 0, "a processor", 1, 1)
    measured.reader()
    return health_report(
        inventory=Inventory(cpu, (), 1, 1, "Linux"),
        reading=MachineReading(0.0, None, None, None, disk_free_bytes, None, None, ()),
        database=DatabaseHealth(Path("mcdesk.db"), "a driver", "wal", 1, integrity, 1),
        queries=[QueryStatistics(QueryType.FILE_ACCESS, 2, slow_count, 1.0, 1.0, 1.0, 1.0)],
        dashboard=read_dashboard(measured.database, Surroundings("cpu", 2), measured.period()),
    )


def test_that_nothing_is_alarming_where_nothing_is_wrong(measured: Measured) -> None:
    found = report(measured)

    assert (found.status, found.exit_code, found.alerts) == ("good", 0, ())


def test_that_slow_queries_raise_an_alert(measured: Measured) -> None:
    assert report(measured, slow_count=2).alerts == ("2 file_access queries took over 500 ms",)


def test_that_a_full_disk_raises_an_alert(measured: Measured) -> None:
    assert report(measured, disk_free_bytes=5_000_000).alerts == ("Only 5 MB of disk space are free",)


def test_that_failures_degrade_the_health_and_raise_an_alert(measured: Measured) -> None:
    for status in (RunStatus.COMPLETED, RunStatus.FAILED):
        measured.run(status)
    found = report(measured)

    assert (found.status, found.exit_code) == ("degraded", 1)
    assert found.alerts == ("Only 50 % of the simulations succeeded",)


def test_that_a_damaged_database_degrades_the_health(measured: Measured) -> None:
    found = report(measured, integrity="page 3")

    assert (found.status, found.exit_code) == ("degraded", 1)
    assert found.alerts == ("The database is damaged: page 3",)


def test_that_progress_that_was_seen_at_once_makes_health_excellent(measured: Measured) -> None:
    for _ in range(20):
        measured.metrics.observe("progress.response", 12.0)

    assert report(measured).status == "excellent"


def test_that_an_alert_that_stands_is_told_with_what_to_do(measured: Measured) -> None:
    AlertStore(measured.database).begin("hot_gpu", measured.now, 91.0, 87.0)

    (told,) = report(measured).alerts

    assert told.startswith("The GPU is at 91 °C. It slows down")


def test_that_what_an_alert_tells_is_told_once(measured: Measured) -> None:
    for status in (RunStatus.COMPLETED, RunStatus.FAILED):
        measured.run(status)
    alerts = AlertStore(measured.database)
    alerts.begin("low_disk", measured.now, 5.0, 1_000.0)
    alerts.begin("few_successes", measured.now, 50.0, 95.0)

    told = report(measured, disk_free_bytes=5_000_000).alerts

    assert len(told) == 2, told
