"""GPUs that sleep are not woken, and those that were lost are not taken for none."""

from pathlib import Path

import pytest

from mcdesk.machine.devices import Device, DeviceKind, GpuReading
from mcdesk.machine.gpu_sleep import GpuSleep
from mcdesk.machine.gpu_watch import GpuWatch
from mcdesk.machine.nvml import NvmlSession
from tests.unit.machine.test_nvml import fake_library

GPU_CLASS = "0x030000"
SOUND_CLASS = "0x040300"


class Bus:
    """A folder like that of Linux for the devices on the bus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, address: str, status: str, vendor: str = "0x10de", device_class: str = GPU_CLASS) -> None:
        device = self.folder / address
        (device / "power").mkdir(parents=True)
        (device / "vendor").write_text(vendor + "\n")
        (device / "class").write_text(device_class + "\n")
        self.set_status(address, status)

    def set_status(self, address: str, status: str) -> None:
        (self.folder / address / "power" / "runtime_status").write_text(status + "\n")


class Driver:
    """Counts how often it is opened."""

    def __init__(self, **answers: object) -> None:
        self.opened_with: list[tuple[str, ...]] = []
        self.closed_count = 0
        self.answers = answers

    def open(self, known: tuple[str, ...]) -> NvmlSession | None:
        self.opened_with.append(known)

        def close() -> None:
            self.closed_count += 1

        return NvmlSession(fake_library(nvmlShutdown=close, **self.answers), known)


@pytest.fixture
def bus(tmp_path: Path) -> Bus:
    return Bus(tmp_path)


def test_that_gpus_that_all_sleep_are_not_woken(bus: Bus) -> None:
    bus.add("0000:01:00.0", "suspended")
    bus.add("0000:02:00.0", "suspending", device_class="0x030200")
    driver = Driver()
    watch = GpuWatch(driver.open, GpuSleep(bus.folder))

    readings = [watch.read() for _ in range(5)]

    assert driver.opened_with == []
    assert readings == [(GpuReading(0, is_asleep=True), GpuReading(1, is_asleep=True))] * 5
    assert watch.devices() == tuple(Device(DeviceKind.CUDA, i, None, None) for i in range(2))
    assert driver.opened_with == []


@pytest.mark.parametrize("status", ["active", "unsupported", "resuming", "error"])
def test_that_gpus_are_asked_when_one_is_awake(bus: Bus, status: str) -> None:
    bus.add("0000:01:00.0", "suspended")
    bus.add("0000:02:00.0", status)
    driver = Driver()

    readings = GpuWatch(driver.open, GpuSleep(bus.folder)).read()

    assert [each.busy_fraction for each in readings] == [0.4, 0.4]
    assert len(driver.opened_with) == 1


def test_that_a_gpu_of_unknown_state_is_asked(bus: Bus) -> None:
    bus.add("0000:01:00.0", "suspended")
    (bus.folder / "0000:01:00.0" / "power" / "runtime_status").unlink()

    assert GpuSleep(bus.folder).sleeping_count() == 0


def test_that_the_sound_of_a_gpu_and_other_makers_are_no_sleeping_gpus(bus: Bus) -> None:
    bus.add("0000:01:00.1", "suspended", device_class=SOUND_CLASS)
    bus.add("0000:02:00.0", "suspended", vendor="0x1002")

    assert GpuSleep(bus.folder).sleeping_count() == 0
    assert GpuSleep(bus.folder / "missing").sleeping_count() == 0


def test_that_a_gpu_that_wakes_up_is_asked_and_let_go_when_it_sleeps_again(bus: Bus) -> None:
    bus.add("0000:01:00.0", "suspended")
    driver = Driver(nvmlDeviceGetCount=1)
    watch = GpuWatch(driver.open, GpuSleep(bus.folder))

    asleep = watch.read()
    bus.set_status("0000:01:00.0", "active")
    awake = watch.read()
    watch.read()
    bus.set_status("0000:01:00.0", "suspended")
    asleep_again = watch.read()

    assert [each[0].is_asleep for each in (asleep, awake, asleep_again)] == [True, False, True]
    assert awake[0].busy_fraction == 0.4
    assert asleep_again == (GpuReading(0, uuid="GPU of handle 0", is_asleep=True),)
    assert driver.opened_with == [()]
    assert driver.closed_count == 1


def test_that_a_gpu_that_does_not_come_back_from_its_sleep_is_lost(bus: Bus) -> None:
    bus.add("0000:01:00.0", "active")
    driver = Driver(nvmlDeviceGetCount=1)
    watch = GpuWatch(driver.open, GpuSleep(bus.folder))
    watch.read()
    bus.set_status("0000:01:00.0", "suspended")
    watch.read()
    bus.set_status("0000:01:00.0", "error")
    driver.answers = {"nvmlDeviceGetCount": 0}

    assert watch.read() == (GpuReading(0, uuid="GPU of handle 0", is_lost=True),)
    assert driver.opened_with == [(), ("GPU of handle 0",)]


def test_that_a_driver_that_does_not_start_is_asked_once(bus: Bus) -> None:
    opened = []
    watch = GpuWatch(opened.append, GpuSleep(bus.folder))

    assert [watch.read() for _ in range(3)] == [()] * 3
    assert opened == [()]


def test_that_without_a_driver_the_gpus_of_before_are_lost(bus: Bus) -> None:
    watch = GpuWatch(lambda _known: None, GpuSleep(bus.folder), known=("GPU-a", "index 1"))

    assert watch.read() == (GpuReading(0, uuid="GPU-a", is_lost=True), GpuReading(1, is_lost=True))


def test_that_a_closed_watch_lets_go_and_opens_nothing(bus: Bus) -> None:
    driver = Driver()
    watch = GpuWatch(driver.open, GpuSleep(bus.folder))
    watch.read()

    watch.close()

    assert watch.read() == ()
    assert (len(driver.opened_with), driver.closed_count) == (1, 1)
