"""What is read from an NVIDIA driver, and what remains when it fails."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from mcdesk.machine.devices import Device, DeviceKind, GpuReading
from mcdesk.machine.nvml import NvmlSession, open_nvml


class FakeNvmlError(Exception):
    """The driver's refusal."""


def fake_library(**answers: object) -> ModuleType:
    """The driver's library with two GPUs; an exception among the answers is raised."""
    library = ModuleType("pynvml")
    memory = SimpleNamespace(total=80_000_000_000, used=1_000_000_000)
    defaults: dict[str, object] = {
        "nvmlInit": None,
        "nvmlShutdown": None,
        "nvmlSystemGetDriverVersion": b"575.1",
        "nvmlDeviceGetCount": 2,
        "nvmlDeviceGetHandleByIndex": "handle",
        "nvmlDeviceGetName": "H100",
        "nvmlDeviceGetMemoryInfo": memory,
        "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=40),
        "nvmlDeviceGetTemperature": 51,
        "nvmlDeviceGetPowerUsage": 120_500,
    }
    for name, answer in (defaults | answers).items():
        setattr(library, name, _function(answer))
    library.NVMLError = FakeNvmlError  # type: ignore[attr-defined]
    library.NVML_TEMPERATURE_GPU = 0  # type: ignore[attr-defined]
    return library


def _function(answer: object) -> object:
    def call(*arguments: object) -> object:
        if callable(answer):
            return answer(*arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return call


def test_that_devices_carry_name_memory_and_driver() -> None:
    devices = NvmlSession(fake_library()).devices()

    assert devices[1] == Device(DeviceKind.CUDA, 1, "H100", 80_000_000_000, driver="575.1")


def test_that_a_reading_is_in_fractions_degrees_and_watts() -> None:
    readings = NvmlSession(fake_library()).read()

    assert readings[0] == GpuReading(0, 0.4, 1_000_000_000, 80_000_000_000, 51.0, 120.5)


def test_that_what_the_driver_refuses_is_no_data() -> None:
    refusal = FakeNvmlError("not supported")
    library = fake_library(nvmlDeviceGetPowerUsage=refusal, nvmlDeviceGetUtilizationRates=refusal)

    reading = NvmlSession(library).read()[0]

    assert reading.power_watts is None
    assert reading.busy_fraction is None
    assert reading.temperature_celsius == 51.0


def test_that_a_lost_gpu_leaves_the_ordinal_of_the_other() -> None:
    def handle(ordinal: int) -> str:
        if ordinal == 0:
            raise FakeNvmlError("GPU is lost")
        return "handle"

    session = NvmlSession(fake_library(nvmlDeviceGetHandleByIndex=handle))

    assert [device.ordinal for device in session.devices()] == [1]
    assert [reading.ordinal for reading in session.read()] == [1]


def test_that_a_driver_that_has_gone_leaves_no_gpus() -> None:
    session = NvmlSession(fake_library(nvmlDeviceGetCount=FakeNvmlError("uninitialized")))

    assert session.devices() == ()
    assert session.read() == ()
    session.close()


@pytest.mark.parametrize("failure", [FakeNvmlError("library not found"), OSError("cannot load")])
def test_that_without_a_driver_there_is_no_session(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", fake_library(nvmlInit=failure))

    assert open_nvml() is None


def test_that_with_a_driver_there_is_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", fake_library())

    session = open_nvml()

    assert session is not None
    assert len(session.devices()) == 2
