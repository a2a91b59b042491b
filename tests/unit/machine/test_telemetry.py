"""Readings from a process of their own: what they are, who is told, and that nothing is left behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mcdesk.machine import telemetry
from mcdesk.machine.devices import GpuReading, MachineReading
from mcdesk.machine.telemetry import STALE_SECONDS, Telemetry, TelemetryState
from tests import fake_nvml
from tests.fake_nvml import FOLDER_VARIABLE, FakeDriver
from tests.unit.machine.test_gpu_watch import Bus

ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE_SECONDS = 30.0
PARENT = """
import os, sys, time
from pathlib import Path
from mcdesk.machine.telemetry import Telemetry
from tests import fake_nvml

if __name__ == "__main__":
    telemetry = Telemetry(Path(sys.argv[1]), load_gpu_library=fake_nvml.load)
    telemetry.start()
    while telemetry.latest() is None:
        time.sleep(0.01)
    print(telemetry.process_id, flush=True)
    time.sleep({seconds})
    print("ends now", flush=True)
    {then}
"""


class Clock:
    ahead_seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_seconds


class Readings:
    """Whoever is told."""

    def __init__(self) -> None:
        self.told: list[MachineReading] = []
        self._more = threading.Condition()

    def __call__(self, reading: MachineReading) -> None:
        with self._more:
            self.told.append(reading)
            self._more.notify_all()

    def wait_for(self, count: int) -> list[MachineReading]:
        with self._more:
            assert self._more.wait_for(lambda: len(self.told) >= count, PATIENCE_SECONDS)
            return list(self.told)


AT_EXIT = """
import atexit, time
from pathlib import Path

def tell():
    time.sleep(2.5)
    print(telemetry.restart_count, flush=True)

# before multiprocessing is imported, and so after it has ended its child processes
atexit.register(tell)
from mcdesk.machine.telemetry import Telemetry

if __name__ == "__main__":
    telemetry = Telemetry(Path.cwd())
    telemetry.start()
    while telemetry.latest() is None:
        time.sleep(0.01)
"""


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return FakeDriver(tmp_path)


@pytest.fixture
def readings() -> Readings:
    return Readings()


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    (tmp_path / "bus").mkdir()
    return Bus(tmp_path / "bus")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(
    tmp_path: Path, driver: FakeDriver, readings: Readings, bus: Bus, clock: Clock
) -> Iterator[Telemetry]:
    del driver
    made = Telemetry(tmp_path, readings, clock, fake_nvml.load, bus.folder)
    yield made
    made.stop()


def started(text: str, folder: Path) -> subprocess.Popen[str]:
    """A script in a process of its own, given the folder."""
    script = folder / "parent.py"
    script.write_text(text)
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ends(process_id: int) -> bool:
    """Whether a process comes to its end; that nobody has been told of it does not matter."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        try:
            if psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.slow
def test_that_a_reading_has_machine_gpus_and_own_use(watched: Telemetry, readings: Readings) -> None:
    watched.start()

    first, second = readings.wait_for(2)[:2]

    assert first.gpus == (
        GpuReading(0, 0.4, 1_000_000_000, 80_000_000_000, 51.0, 120.5, "GPU-a"),
        GpuReading(1, 0.4, 1_000_000_000, 80_000_000_000, 51.0, 120.5, "GPU-b"),
    )
    assert first.memory_total_bytes == psutil.virtual_memory().total
    assert first.own_memory_bytes is not None
    # the process that reads is among them
    assert first.own_memory_bytes > psutil.Process().memory_info().rss
    assert (first.cpu_busy_fraction, first.own_cpu_fraction) == (None, None)
    assert second.own_cpu_fraction is not None
    assert second.cpu_busy_fraction is not None


def test_that_the_process_that_reads_loads_little() -> None:
    script = (
        "import sys, mcdesk.machine.telemetry_child; print(*{name.split('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", script]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout

    loaded = set(told.split())
    assert {"psutil", "mcdesk"} <= loaded
    assert loaded & {"numpy", "PySide6", "sqlite_utils", "sqlcipher3", "llvmlite", "cupy", "pynvml"} == set()


def test_that_the_state_says_how_it_goes(watched: Telemetry, readings: Readings, clock: Clock) -> None:
    states = [watched.state]
    watched.start()
    states.append(watched.state)
    readings.wait_for(1)
    states.append(watched.state)
    clock.ahead_seconds = STALE_SECONDS + 1.0
    states.append(watched.state)
    watched.stop()
    states.append(watched.state)

    assert [state.value for state in states] == ["off", "starting", "running", "degraded", "off"]


def test_that_the_last_reading_is_none_after_three_seconds(
    watched: Telemetry, readings: Readings, clock: Clock
) -> None:
    watched.start()
    reading = readings.wait_for(1)[0]

    moment = reading.at_seconds - time.monotonic()
    clock.ahead_seconds = moment + STALE_SECONDS - 0.2
    assert watched.latest() is not None
    clock.ahead_seconds = moment + 2 * STALE_SECONDS
    assert watched.latest() is None


@pytest.mark.slow
def test_that_a_listener_that_raises_ends_nothing_and_is_logged(
    tmp_path: Path, driver: FakeDriver, caplog: pytest.LogCaptureFixture
) -> None:
    del driver
    readings = Readings()

    def listen(reading: MachineReading) -> None:
        readings(reading)
        raise ZeroDivisionError("a fault of the listener")

    watched = Telemetry(tmp_path, listen, load_gpu_library=fake_nvml.load)
    watched.start()
    readings.wait_for(2)
    watched.stop()

    assert watched.restart_count == 0
    assert "a fault of the listener" in caplog.text


def test_that_a_stop_leaves_no_process_and_no_reading(watched: Telemetry, readings: Readings) -> None:
    watched.start()
    readings.wait_for(1)
    process_id = watched.process_id
    assert process_id is not None

    watched.stop()

    assert ends(process_id)
    assert watched.latest() is None
    assert watched.process_id is None
    assert "mcdesk-telemetry" not in {thread.name for thread in threading.enumerate()}


def test_that_it_can_be_stopped_by_whom_it_tells_and_started_again(
    tmp_path: Path, driver: FakeDriver
) -> None:
    del driver
    readings = Readings()

    def listen(reading: MachineReading) -> None:
        watched.stop()
        readings(reading)

    watched = Telemetry(tmp_path, listen, load_gpu_library=fake_nvml.load)
    watched.start()
    readings.wait_for(1)
    assert watched.state is TelemetryState.OFF
    watched.start()
    readings.wait_for(2)

    assert watched.state is TelemetryState.OFF


@pytest.mark.slow
def test_that_a_second_start_changes_nothing(watched: Telemetry, readings: Readings) -> None:
    watched.start()
    readings.wait_for(1)
    process_id = watched.process_id

    watched.start()
    readings.wait_for(2)

    assert watched.process_id == process_id


HANGS = {"nvmlDeviceGetMemoryInfo": ["hang", 600]}


@pytest.mark.parametrize("then", ["os._exit(1)", "sys.exit()", "time.sleep(600)"])
@pytest.mark.parametrize(
    "behaviour",
    [pytest.param({}, id="reads"), pytest.param(HANGS, id="hangs", marks=pytest.mark.slow)],
)
def test_that_nothing_outlives_the_process_that_asks(
    driver: FakeDriver, tmp_path: Path, then: str, behaviour: dict[str, object]
) -> None:
    # long enough for the next reading where that is to hang
    parent = started(PARENT.format(seconds=1.2 if behaviour else 0.0, then=then), tmp_path)
    assert parent.stdout is not None
    child_id = int(parent.stdout.readline())
    driver.behave(behaviour)
    parent.stdout.readline()
    if "sleep" in then:
        parent.kill()
    _, complaints = parent.communicate(timeout=PATIENCE_SECONDS)

    assert ends(child_id)
    assert complaints == ""


@pytest.mark.slow
def test_that_no_process_takes_over_while_python_ends(tmp_path: Path) -> None:
    told, complaints = started(AT_EXIT, tmp_path).communicate(timeout=PATIENCE_SECONDS)

    assert (told, complaints) == ("0\n", "")


def test_that_no_process_is_started_where_the_system_refuses_one(
    watched: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError("too many processes")

    monkeypatch.setattr(telemetry, "_Child", refuse)
    monkeypatch.setattr(telemetry, "REST_SECONDS", 0.01)

    watched.start()
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while watched.state is not TelemetryState.GIVEN_UP:
        assert time.monotonic() < ends_at
        time.sleep(0.01)

    assert watched.latest() is None
    assert watched.restart_count == telemetry.MOST_RESTARTS


@pytest.mark.slow
def test_that_gpus_that_sleep_are_not_woken_until_they_wake_up(
    watched: Telemetry, readings: Readings, driver: FakeDriver, bus: Bus
) -> None:
    bus.add("0000:01:00.0", "suspended")
    watched.start()
    asleep = readings.wait_for(3)
    opened_while_asleep = driver.opened_count
    bus.set_status("0000:01:00.0", "active")

    awake = readings.wait_for(len(asleep) + 2)[-1]

    assert {each.gpus for each in asleep} == {(GpuReading(0, is_asleep=True),)}
    assert opened_while_asleep == 0
    assert awake.gpus[0].busy_fraction == 0.4
    assert driver.opened_count == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looked up as Linux has it")
def test_that_the_process_that_reads_steps_back_and_would_leave_no_core(
    watched: Telemetry, readings: Readings
) -> None:
    watched.start()
    readings.wait_for(1)

    process = psutil.Process(watched.process_id)
    assert process.nice() > psutil.Process().nice()
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
