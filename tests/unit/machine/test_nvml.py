"""What is read from an NVIDIA driver, and what remains when it fails."""

import sys
from collections import Counter
from types import ModuleType, SimpleNamespace

import pynvml
import pytest

from mcdesk.machine.devices import Device, DeviceKind, GpuReading
from mcdesk.machine.nvml import NvmlSession, open_nvml

QUESTIONS = {
    "nvmlDeviceGetMemoryInfo": ("memory_used_bytes", "memory_total_bytes"),
    "nvmlDeviceGetUtilizationRates": ("busy_fraction",),
    "nvmlDeviceGetTemperature": ("temperature_celsius",),
    "nvmlDeviceGetPowerUsage": ("power_watts",),
}
VALUES = tuple(name for names in QUESTIONS.values() for name in names)
CODES = sorted(
    code
    for name, code in vars(pynvml).items()
    if name.startswith("NVML_ERROR_") and code != pynvml.NVML_ERROR_GPU_IS_LOST
)
NOT_SUPPORTED = pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
LOST = pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)


class Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def fake_library(**answers: object) -> ModuleType:
    """The driver's library with two GPUs; an exception among the answers is raised."""
    library = ModuleType("pynvml")
    memory = SimpleNamespace(total=80_000_000_000, used=1_000_000_000)
    defaults: dict[str, object] = {
        "nvmlInit": None,
        "nvmlShutdown": None,
        "nvmlSystemGetDriverVersion": b"575.1",
        "nvmlDeviceGetCount": 2,
        "nvmlDeviceGetHandleByIndex": lambda index: f"handle {index}",
        "nvmlDeviceGetUUID": lambda handle: f"GPU of {handle}",
        "nvmlDeviceGetName": "H100",
        "nvmlDeviceGetMemoryInfo": memory,
        "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=40),
        "nvmlDeviceGetTemperature": 51,
        "nvmlDeviceGetPowerUsage": 120_500,
    }
    for name, answer in (defaults | answers).items():
        setattr(library, name, _function(answer))
    library.NVMLError = pynvml.NVMLError  # type: ignore[attr-defined]
    library.NVML_TEMPERATURE_GPU = 0  # type: ignore[attr-defined]
    library.NVML_ERROR_GPU_IS_LOST = pynvml.NVML_ERROR_GPU_IS_LOST  # type: ignore[attr-defined]
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

    uuid = "GPU of handle 0"
    assert readings[0] == GpuReading(0, 0.4, 1_000_000_000, 80_000_000_000, 51.0, 120.5, uuid)
    assert [reading.ordinal for reading in readings] == [0, 1]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("code", CODES)
def test_that_what_the_driver_refuses_is_no_data_and_nothing_else_is(question: str, code: int) -> None:
    reading = NvmlSession(fake_library(**{question: pynvml.NVMLError(code)})).read()[0]

    missing = {name for name in VALUES if getattr(reading, name) is None}
    assert missing == set(QUESTIONS[question])
    assert not reading.is_lost


def test_that_a_handle_is_asked_for_once() -> None:
    asked: Counter[int] = Counter()

    def handle(index: int) -> str:
        asked[index] += 1
        return f"handle {index}"

    session = NvmlSession(fake_library(nvmlDeviceGetHandleByIndex=handle))
    for _ in range(3):
        session.read()

    assert asked == {0: 1, 1: 1}


def test_that_temperature_and_power_are_asked_for_every_five_seconds() -> None:
    clock, asked = Clock(), []
    library = fake_library(
        nvmlDeviceGetCount=1,
        nvmlDeviceGetTemperature=lambda *_: asked.append(("celsius", clock.seconds)) or 50,
        nvmlDeviceGetPowerUsage=lambda *_: asked.append(("watts", clock.seconds)) or 1_000,
    )
    session = NvmlSession(library, now=clock)

    readings = []
    for _ in range(11):
        readings += session.read()
        # a little less than a second, as timers may have it
        clock.seconds += 0.99

    assert [round(seconds) for name, seconds in asked if name == "watts"] == [100, 105, 110]
    assert [name for name, _ in asked] == ["celsius", "watts"] * 3
    assert {(each.temperature_celsius, each.power_watts) for each in readings} == {(50.0, 1.0)}


def test_that_a_temperature_that_is_refused_meanwhile_is_kept_no_longer_than_five_seconds() -> None:
    clock, answers = Clock(), iter([50])

    def celsius(*_: object) -> int:
        for answer in answers:
            return answer
        raise NOT_SUPPORTED

    session = NvmlSession(fake_library(nvmlDeviceGetTemperature=celsius, nvmlDeviceGetCount=1), now=clock)

    found = []
    for _ in range(7):
        found.append(session.read()[0].temperature_celsius)
        clock.seconds += 1.0

    assert found == [50.0] * 5 + [None] * 2


@pytest.mark.parametrize("question", QUESTIONS)
def test_that_a_gpu_is_lost_whichever_question_says_so(question: str) -> None:
    def answer(handle: str, *_: object) -> object:
        if handle == "handle 0":
            raise LOST
        return SimpleNamespace(total=2, used=1, gpu=40) if question in tuple(QUESTIONS)[:2] else 30

    readings = NvmlSession(fake_library(**{question: answer})).read()

    assert readings[0] == GpuReading(0, uuid="GPU of handle 0", is_lost=True)
    assert not readings[1].is_lost
    assert readings[1].busy_fraction == 0.4


def test_that_a_lost_gpu_is_not_asked_again() -> None:
    asked = []

    def memory(handle: str) -> object:
        asked.append(handle)
        raise LOST

    session = NvmlSession(fake_library(nvmlDeviceGetMemoryInfo=memory, nvmlDeviceGetCount=1))

    assert [session.read()[0].is_lost for _ in range(3)] == [True] * 3
    assert asked == ["handle 0"]
    assert session.devices() == ()


def test_that_a_gpu_that_the_list_loses_is_lost_and_the_other_keeps_its_ordinal() -> None:
    listed = ["a", "b"]
    library = fake_library(
        nvmlDeviceGetCount=lambda: len(listed),
        nvmlDeviceGetHandleByIndex=lambda index: listed[index],
        nvmlDeviceGetUUID=lambda handle: f"GPU-{handle}",
    )
    session = NvmlSession(library)
    before = session.read()
    del listed[0]

    after = session.read()

    assert [(each.uuid, each.is_lost) for each in before] == [("GPU-a", False), ("GPU-b", False)]
    assert [(each.uuid, each.is_lost) for each in after] == [("GPU-a", True), ("GPU-b", False)]
    assert [each.ordinal for each in after] == [0, 1]
    assert after[0].busy_fraction is None
    assert after[1].busy_fraction == 0.4
    assert session.known == ("GPU-a", "GPU-b")


def test_that_a_gpu_that_is_listed_again_is_no_longer_lost() -> None:
    listed = ["a"]
    library = fake_library(
        nvmlDeviceGetCount=lambda: len(listed), nvmlDeviceGetHandleByIndex=lambda index: listed[index]
    )
    session = NvmlSession(library)
    listed.clear()
    lost = session.read()
    listed.append("a")

    found = session.read()

    assert [each.is_lost for each in (*lost, *found)] == [True, False]


def test_that_a_new_session_knows_which_gpu_is_missing() -> None:
    library = fake_library(nvmlDeviceGetCount=1, nvmlDeviceGetUUID="GPU-b")

    readings = NvmlSession(library, known=("GPU-a", "GPU-b")).read()

    assert [(each.uuid, each.is_lost) for each in readings] == [("GPU-a", True), ("GPU-b", False)]


def test_that_a_gpu_that_gives_no_handle_is_the_one_that_was_at_its_place() -> None:
    library = fake_library(nvmlDeviceGetCount=1, nvmlDeviceGetHandleByIndex=NOT_SUPPORTED)

    assert NvmlSession(library, known=("GPU-a",)).read() == (GpuReading(0, uuid="GPU-a"),)


def test_that_a_gpu_that_is_lost_from_the_start_leaves_the_ordinal_of_the_other() -> None:
    def handle(ordinal: int) -> str:
        if ordinal == 0:
            raise LOST
        return "handle"

    session = NvmlSession(fake_library(nvmlDeviceGetHandleByIndex=handle))

    assert [device.ordinal for device in session.devices()] == [1]
    assert session.read()[0] == GpuReading(0, is_lost=True)
    assert session.read()[1].busy_fraction == 0.4


def test_that_a_gpu_without_uuid_has_its_values() -> None:
    session = NvmlSession(fake_library(nvmlDeviceGetUUID=NOT_SUPPORTED))

    assert [(each.uuid, each.busy_fraction) for each in session.read()] == [(None, 0.4), (None, 0.4)]
    assert session.known == ("index 0", "index 1")


def test_that_a_driver_that_has_gone_leaves_no_gpus() -> None:
    session = NvmlSession(fake_library(nvmlDeviceGetCount=pynvml.NVMLError(pynvml.NVML_ERROR_UNINITIALIZED)))

    assert session.devices() == ()
    assert session.read() == ()
    session.close()


@pytest.mark.parametrize("failure", [NOT_SUPPORTED, OSError("cannot load")])
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
