"""The instruments are on while somebody wants them, and their readings are measurements of their own."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.foundation.metrics import Metrics
from mcdesk.history import metric_names
from mcdesk.history.opening import open_database
from mcdesk.machine.devices import GpuReading, MachineReading
from mcdesk.monitor.monitoring import SECONDS_AFTER_WORK, Monitoring, WorkWatch

from .conftest import Measured

READING = MachineReading(0.0, 0.5, 2_000, 8_000, 10**12, 0, 0, ())


class Instruments:
    """What stands in place of those of this computer."""

    def __init__(self, told: Callable[[MachineReading], None]) -> None:
        self.told = told
        self.is_on = False
        self.starts = 0
        self.newest: MachineReading | None = None

    def start(self) -> None:
        self.is_on = True
        self.starts += 1

    def stop(self) -> None:
        self.is_on = False

    def latest(self) -> MachineReading | None:
        return self.newest


class Made:
    """A monitoring with such instruments."""

    def __init__(self, folder: Path) -> None:
        path = folder / "mcdesk.db"
        self.metrics = Metrics()
        self.instruments: Instruments
        self.monitoring = Monitoring(
            self.metrics, lambda: open_database(path), "cpu", folder, self._make_instruments
        )

    def _make_instruments(self, told: Callable[[MachineReading], None]) -> Instruments:
        self.instruments = Instruments(told)
        return self.instruments


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_that_instruments_are_on_while_anybody_wants_them(made: Made) -> None:
    assert not made.instruments.is_on
    made.monitoring.want_readings("dashboard", True)
    made.monitoring.want_readings("queue", True)
    made.monitoring.want_readings("dashboard", False)
    assert (made.instruments.is_on, made.instruments.starts) == (True, 1)

    made.monitoring.want_readings("queue", False)
    made.monitoring.want_readings("queue", False)
    assert not made.instruments.is_on


def test_that_the_end_switches_them_off(made: Made) -> None:
    made.monitoring.start()
    made.monitoring.want_readings("dashboard", True)
    made.monitoring.stop()

    assert not made.instruments.is_on


def test_that_readings_are_gauges_and_what_is_not_known_is_none(made: Made) -> None:
    gpu = GpuReading(1, 0.25, 300, 400, None, None)
    made.instruments.told(replace(READING, gpus=(gpu,)))

    told = {point.name: point.total for point in made.metrics.take()}

    assert told == {
        metric_names.CPU: 0.5,
        metric_names.MEMORY_USED: 2_000,
        metric_names.DISK_FREE: 10**12,
        f"{metric_names.GPU_BUSY}.1": 0.25,
        f"{metric_names.GPU_MEMORY}.1": 300,
    }


def test_that_what_is_told_until_the_end_is_written(made: Made, tmp_path: Path) -> None:
    made.monitoring.start()
    made.metrics.count("trials", 3.0)
    made.monitoring.stop()

    with open_database(tmp_path / "mcdesk.db") as database:
        measured = Measured(database, tmp_path, now=time.time())
        assert measured.reader().total("trials") == 3.0
    assert made.monitoring.dropped == 0


def test_that_long_work_has_readings_and_a_short_one_has_none(measured: Measured) -> None:
    wanted: list[bool] = []
    watch = WorkWatch(wanted.append)

    def work(seconds: int, is_working: bool) -> None:
        for _ in range(seconds):
            measured.pass_by(1.0)
            if is_working:
                measured.metrics.observe(metric_names.CHUNK, 80.0)
            watch.look(measured.database, measured.metrics.take(), measured.now)

    work(2, is_working=True)
    work(int(SECONDS_AFTER_WORK) + 1, is_working=False)
    assert wanted == []
    work(4, is_working=True)
    assert wanted == [True]
    work(2, is_working=False)
    work(2, is_working=True)
    assert wanted == [True], "a pause is no end"
    work(int(SECONDS_AFTER_WORK) + 1, is_working=False)
    assert wanted == [True, False]
