"""What disks do between two readings."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from mcdesk.machine.disk_meter import DiskMeter, DiskUse, disk_counters


def disk(read: int, written: int, busy: int | None = None) -> Any:
    times = {} if busy is None else {"busy_time": busy}
    return SimpleNamespace(read_bytes=read, write_bytes=written, **times)


def meter_of(*readings: dict[str, Any]) -> DiskMeter:
    left = iter(readings)
    return DiskMeter(lambda: next(left))


def test_that_the_first_reading_has_totals_and_no_rates() -> None:
    meter = meter_of({"a": disk(5, 7, 1), "b": disk(1, 2, 1)})

    assert meter.read(10.0) == DiskUse(6, 9, None, None, None)


def test_that_rates_are_of_all_disks_and_busy_is_the_busiest() -> None:
    meter = meter_of(
        {"a": disk(0, 0, 100), "b": disk(50, 0, 0)},
        {"a": disk(400, 80, 600), "b": disk(150, 20, 1_500)},
    )
    meter.read(10.0)

    assert meter.read(12.0) == DiskUse(550, 100, 250.0, 50.0, 0.75)


def test_that_a_disk_whose_counter_began_anew_does_not_count() -> None:
    meter = meter_of(
        {"a": disk(900, 900, 900), "b": disk(0, 0, 0)}, {"a": disk(1, 1, 1), "b": disk(10, 20, 250)}
    )
    meter.read(0.0)

    use = meter.read(1.0)

    assert use == DiskUse(11, 21, 10.0, 20.0, 0.25)


def test_that_a_disk_that_was_plugged_in_has_no_rate_yet() -> None:
    meter = meter_of({}, {"a": disk(900, 900)}, {"a": disk(901, 902)})

    assert meter.read(0.0) is None
    assert meter.read(1.0) == DiskUse(900, 900, None, None, None)
    assert meter.read(2.0) == DiskUse(901, 902, 1.0, 2.0, None)


def test_that_a_disk_is_at_most_always_busy() -> None:
    meter = meter_of({"a": disk(0, 0, 0)}, {"a": disk(0, 0, 1_020)})
    meter.read(0.0)

    use = meter.read(1.0)

    assert use is not None
    assert use.busy_fraction == 1.0


def test_that_no_time_between_two_readings_gives_no_rates() -> None:
    meter = meter_of({"a": disk(0, 0, 0)}, {"a": disk(5, 0, 0)})
    meter.read(1.0)

    assert meter.read(1.0) == DiskUse(5, 0, None, None, None)


@pytest.mark.parametrize(("system", "names"), [("linux", ["sda"]), ("win32", ["sda", "sda1", "dm-0"])])
def test_that_linux_counts_disks_and_not_what_is_built_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, names: list[str]
) -> None:
    (tmp_path / "sda" / "device").mkdir(parents=True)
    (tmp_path / "dm-0").mkdir()
    counters = {name: disk(1, 1) for name in ("sda", "sda1", "dm-0")}
    monkeypatch.setattr(psutil, "disk_io_counters", lambda **_: counters)
    monkeypatch.setattr("sys.platform", system)

    assert list(disk_counters(tmp_path)) == names


def test_that_a_system_without_counters_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "disk_io_counters", lambda **_: None)

    assert DiskMeter().read(0.0) is None
