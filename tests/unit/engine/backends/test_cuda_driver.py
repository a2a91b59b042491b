"""What the driver says, in one line each: no driver, no GPU, an old driver, an old GPU, a missing library."""

import ctypes
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mcdesk.engine.backends import cuda_driver
from mcdesk.engine.backends.cuda_driver import Gpu, Obstacle, cuda_obstacles, find_gpu

_CAPABILITY_MAJOR = 75


@dataclass(frozen=True)
class FakeDriver:
    """Answers as the driver's library does: a status, and the answer where a pointer points."""

    start_status: int = 0
    count: int = 1
    version: int = 13_000
    capability: tuple[int, int] = (9, 0)

    def cuInit(self, flags: int) -> int:
        return self.start_status

    def cuDeviceGetCount(self, found: object) -> int:
        return _answered(found, self.count)

    def cuDriverGetVersion(self, found: object) -> int:
        return _answered(found, self.version)

    def cuDeviceGet(self, found: object, ordinal: int) -> int:
        return _answered(found, ordinal)

    def cuDeviceGetName(self, name: ctypes.Array, size: int, device: int) -> int:
        name.value = b"NVIDIA H100"
        return 0

    def cuDeviceGetAttribute(self, found: object, attribute: int, device: int) -> int:
        return _answered(found, self.capability[attribute - _CAPABILITY_MAJOR])


def _answered(found: object, value: int) -> int:
    found._obj.value = value
    return 0


def _loader(driver: FakeDriver) -> Callable[[str], object]:
    return lambda library: driver


def _missing(library: str) -> object:
    raise OSError(f"{library}: cannot open shared object file")


def test_that_a_gpu_is_found_with_its_capability() -> None:
    assert find_gpu(_loader(FakeDriver())) == Gpu("NVIDIA H100", 90, 13)


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        (FakeDriver(start_status=100), "There is no NVIDIA GPU"),
        (FakeDriver(count=0), "There is no NVIDIA GPU"),
        (FakeDriver(start_status=999), "The NVIDIA driver does not start (error 999)"),
        (
            FakeDriver(version=11_040),
            "The NVIDIA driver knows CUDA up to 11.4; mcdesk needs a driver for CUDA 12 or later",
        ),
        (
            FakeDriver(capability=(6, 1)),
            "The GPU (NVIDIA H100) is too old: it has compute capability 6.1, and mcdesk needs 7.5 or later",
        ),
    ],
)
def test_that_what_is_wrong_is_one_line(driver: FakeDriver, reason: str) -> None:
    assert find_gpu(_loader(driver)) == Obstacle(reason)


def test_that_a_missing_driver_is_named() -> None:
    assert find_gpu(_missing) == Obstacle("There is no NVIDIA driver")


@pytest.mark.parametrize(
    ("has_cupy", "has_compiler", "load", "beginnings"),
    [
        (True, True, _loader(FakeDriver()), []),
        (True, False, _loader(FakeDriver()), ["NVRTC, the compiler of CUDA, is not installed"]),
        (False, True, _loader(FakeDriver()), ["CuPy is not installed; install mcdesk[cuda13]"]),
        (False, True, _missing, ["CuPy is not installed", "There is no NVIDIA driver"]),
    ],
)
def test_that_every_obstacle_has_its_line(
    has_cupy: bool,
    has_compiler: bool,
    load: Callable[[str], object],
    beginnings: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cuda_driver, "_has_cupy", lambda: has_cupy)
    monkeypatch.setattr(cuda_driver, "open_nvrtc", lambda major: object() if has_compiler else None)

    found = list(cuda_obstacles(load))

    assert len(found) == len(beginnings)
    assert all(line.startswith(beginning) for line, beginning in zip(found, beginnings, strict=True))
    assert not [line for line in found if "\n" in line]


def test_that_a_start_loads_neither_cupy_nor_the_driver() -> None:
    script = (
        "import ctypes, sys, types; sys.modules['cupy'] = None; ctypes.CDLL = None;"
        "import mcdesk.engine.backends, mcdesk.engine.backends.cuda_device"
    )

    completed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (completed.returncode, completed.stderr) == (0, "")
