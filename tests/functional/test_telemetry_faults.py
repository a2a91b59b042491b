"""A driver that hangs, crashes or loses its GPU, and what a real load looks like from outside."""

import itertools
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mcdesk.machine.devices import MachineReading
from mcdesk.machine.telemetry import Telemetry, TelemetryState
from tests import fake_nvml
from tests.fake_nvml import FOLDER_VARIABLE, UUIDS, FakeDriver
from tests.functional.people import ROOT, wait_until

# From the last reading, or from the crash, to the process that takes over.
MOST_SECONDS_TO_RESTART = 5.0
MOST_RESTARTS = 3
LONG_SECONDS = 30
LOAD_BYTES = 200_000_000
WRITTEN_BYTES = 64 * 2**20
# Readings come once a second: the first one after a load began may have only a part of it.
READINGS_WITHIN_TWO_SECONDS = 2
BUSY = "while True: pass"
ALLOCATE = "import sys; held = bytearray(int(sys.argv[1])); print(len(held), flush=True); input()"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("device")]


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return FakeDriver(tmp_path)


@pytest.fixture
def told() -> list[MachineReading]:
    return []


@pytest.fixture
def watched(tmp_path: Path, driver: FakeDriver, told: list[MachineReading]) -> Iterator[Telemetry]:
    del driver
    before = spawned_children()
    made = Telemetry(tmp_path, told.append, load_gpu_library=fake_nvml.load, pci_folder=tmp_path)
    made.start()
    yield made
    made.stop()
    assert spawned_children() <= before


def spawned_children() -> set[int]:
    """Those that multiprocessing started, and that have a command line yet."""
    return {each.pid for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())}


def processor_seconds(process_id: int) -> float:
    times = psutil.Process(process_id).cpu_times()
    return float(times.user + times.system)


def next_readings(
    told: list[MachineReading], count: int = READINGS_WITHIN_TWO_SECONDS
) -> list[MachineReading]:
    begun = len(told)
    wait_until(lambda: len(told) >= begun + count)
    return told[begun : begun + count]


@pytest.mark.parametrize("question", ["nvmlDeviceGetUtilizationRates", "nvmlDeviceGetMemoryInfo"])
def test_that_a_driver_that_hangs_costs_its_process_and_readings_go_on(
    watched: Telemetry, driver: FakeDriver, told: list[MachineReading], question: str
) -> None:
    wait_until(lambda: len(told) >= 2)
    hung = watched.process_id

    driver.behave({question: ["hang", LONG_SECONDS]})
    wait_until(lambda: watched.latest() is None)
    stale_seconds = time.monotonic() - told[-1].at_seconds
    driver.behave({})
    assert watched.state is TelemetryState.DEGRADED
    wait_until(lambda: watched.process_id not in (hung, None))
    restart_seconds = time.monotonic() - told[-1].at_seconds
    wait_until(lambda: watched.state is TelemetryState.RUNNING)

    latest = watched.latest()
    sys.stdout.write(f"no reading after {stale_seconds:.2f} s, restart after {restart_seconds:.2f} s\n")
    assert 3.0 < stale_seconds < 4.0
    assert restart_seconds < MOST_SECONDS_TO_RESTART
    assert watched.restart_count == 1
    assert hung is not None
    assert not psutil.pid_exists(hung)
    assert latest is not None
    assert latest.gpus[0].busy_fraction == 0.4


def test_that_a_crash_costs_its_process_and_readings_go_on(
    watched: Telemetry, driver: FakeDriver, told: list[MachineReading]
) -> None:
    wait_until(lambda: len(told) >= 1)
    crashing = watched.process_id
    assert crashing is not None

    driver.behave({"nvmlDeviceGetMemoryInfo": ["crash"]})
    wait_until(lambda: watched.process_id != crashing)
    driver.behave({})
    wait_until(lambda: watched.process_id not in (crashing, None))
    restart_seconds = time.monotonic() - told[-1].at_seconds
    count = len(told)
    wait_until(lambda: len(told) > count)

    sys.stdout.write(f"restart after {restart_seconds:.2f} s\n")
    assert restart_seconds < MOST_SECONDS_TO_RESTART
    assert watched.restart_count == 1
    assert watched.state is TelemetryState.RUNNING
    assert not psutil.pid_exists(crashing)


@pytest.mark.parametrize("behaviour", [{"nvmlInit": ["crash"]}, {}], ids=["as it opens", "as it is asked"])
def test_that_it_is_given_up_after_three_restarts(
    watched: Telemetry, driver: FakeDriver, behaviour: dict[str, object]
) -> None:
    wait_until(lambda: watched.latest() is not None)
    driver.behave(behaviour | {"nvmlDeviceGetMemoryInfo": ["crash"]})

    seen = set()
    while watched.state is not TelemetryState.GIVEN_UP:
        seen |= {watched.process_id} - {None}
        time.sleep(0.01)

    assert len(seen) <= MOST_RESTARTS + 1
    assert watched.restart_count == MOST_RESTARTS
    assert watched.process_id is None
    assert watched.latest() is None
    if "nvmlInit" in behaviour:
        assert driver.opened_count == MOST_RESTARTS + 1
    driver.behave({})
    watched.start()
    wait_until(lambda: watched.state is TelemetryState.RUNNING)


def test_that_a_driver_that_hangs_as_it_opens_is_ended_too(tmp_path: Path, driver: FakeDriver) -> None:
    driver.behave({"nvmlInit": ["hang", LONG_SECONDS]})
    watched = Telemetry(tmp_path, load_gpu_library=fake_nvml.load, pci_folder=tmp_path)
    watched.start()
    try:
        wait_until(lambda: driver.opened_count == 1)
        opened_at, hung = time.monotonic(), watched.process_id
        driver.behave({})
        wait_until(lambda: watched.process_id not in (hung, None))
        restart_seconds = time.monotonic() - opened_at
        wait_until(lambda: watched.state is TelemetryState.RUNNING)
    finally:
        watched.stop()

    sys.stdout.write(f"restart after {restart_seconds:.2f} s\n")
    assert restart_seconds < MOST_SECONDS_TO_RESTART


@pytest.mark.parametrize("behaviour", [{"uuids": UUIDS[1:]}, {"*": ["error", 15]}], ids=["unlisted", "told"])
def test_that_a_gpu_that_is_lost_midway_is_told_from_none(
    watched: Telemetry, driver: FakeDriver, told: list[MachineReading], behaviour: dict[str, object]
) -> None:
    wait_until(lambda: len(told) >= 1)

    driver.behave(behaviour)
    reading = next_readings(told)[-1]

    assert [gpu.uuid for gpu in reading.gpus] == list(UUIDS)
    assert reading.gpus[0].is_lost
    assert reading.gpus[0].busy_fraction is None
    assert reading.gpus[1].is_lost == ("*" in behaviour)
    assert watched.restart_count == 0


def test_that_a_gpu_that_was_lost_with_its_driver_is_told_from_none(
    watched: Telemetry, driver: FakeDriver, told: list[MachineReading]
) -> None:
    wait_until(lambda: len(told) >= 1)
    before = watched.process_id

    driver.behave({"nvmlDeviceGetMemoryInfo": ["crash"], "uuids": UUIDS})
    wait_until(lambda: watched.process_id != before)
    driver.behave({"uuids": UUIDS[1:]})
    count = len(told)
    wait_until(lambda: len(told) > count)

    assert [(gpu.uuid, gpu.is_lost) for gpu in told[-1].gpus] == [(UUIDS[0], True), (UUIDS[1], False)]


@pytest.mark.usefixtures("watched")
def test_that_a_busy_child_shows_within_two_seconds(told: list[MachineReading]) -> None:
    next_readings(told)
    begun = len(told)

    with subprocess.Popen([sys.executable, "-c", BUSY]) as busy:
        wait_until(lambda: processor_seconds(busy.pid) > 0.2)
        # others want the cores too: what it had of them is asked of the system
        used_seconds = processor_seconds(busy.pid)
        next_readings(told)
        busy.kill()

    cores = psutil.cpu_count() or 1
    pairs = list(itertools.pairwise(told[begun - 1 :]))
    own = [
        (after.own_cpu_fraction or 0.0) * (after.at_seconds - before.at_seconds) for before, after in pairs
    ]
    all_busy = [
        (after.cpu_busy_fraction or 0.0) * (after.at_seconds - before.at_seconds) for before, after in pairs
    ]
    assert cores * sum(own) > 0.9 * used_seconds
    assert cores * sum(all_busy) > 0.9 * used_seconds


@pytest.mark.usefixtures("watched")
def test_that_memory_that_a_child_allocates_shows_within_two_seconds(told: list[MachineReading]) -> None:
    before = next_readings(told)[-1].own_memory_bytes

    command = [sys.executable, "-c", ALLOCATE, str(LOAD_BYTES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        during = next_readings(told)[-1].own_memory_bytes
        holder.communicate(b"\n")
    after = next_readings(told)[-1].own_memory_bytes

    assert before is not None
    assert during is not None
    assert after is not None
    assert LOAD_BYTES < during - before < 1.3 * LOAD_BYTES
    assert abs(after - before) < 0.1 * LOAD_BYTES


@pytest.mark.skipif(sys.platform != "linux", reason="what the disks write is looked up in a file of Linux")
@pytest.mark.usefixtures("watched")
def test_that_bytes_that_reach_the_disk_show_within_two_seconds(told: list[MachineReading]) -> None:
    counted = {name for name in os.listdir("/sys/block") if Path("/sys/block", name, "device").exists()}
    if not counted:
        pytest.skip("the system counts no disk")
    before, disk_before = next_readings(told)[-1], written_bytes(counted)

    # the folders of tests may lie in memory
    with tempfile.TemporaryFile(dir=ROOT) as file:
        file.write(secrets.token_bytes(WRITTEN_BYTES))
        file.flush()
        os.fsync(file.fileno())
    disk_bytes = written_bytes(counted) - disk_before
    found = next_readings(told)

    if disk_bytes < WRITTEN_BYTES:
        pytest.skip("this tree is on no disk that the system counts")
    assert None not in (before.disk_written_bytes, found[-1].disk_written_bytes)
    assert (found[-1].disk_written_bytes or 0) - (before.disk_written_bytes or 0) >= disk_bytes
    spans = [after.at_seconds - earlier.at_seconds for earlier, after in itertools.pairwise(told)]
    rates = [each.disk_written_bytes_per_second or 0.0 for each in told[1:]]
    assert sum(rate * span for rate, span in zip(rates, spans, strict=True)) >= disk_bytes
    assert max(each.disk_busy_fraction or 0.0 for each in told) > 0.0


def written_bytes(disks: set[str]) -> int:
    """As the kernel counts it, in sectors of 512 bytes."""
    lines = [line.split() for line in Path("/proc/diskstats").read_text().splitlines()]
    return sum(512 * int(words[9]) for words in lines if words[2] in disks)
