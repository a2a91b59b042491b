"""Whether programs can run on a GPU here, asked of the driver itself, without CuPy and without a context."""

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mcdesk.engine.backends.nvrtc import OLDEST_ARCHITECTURE, open_nvrtc
from mcdesk.foundation.cuda_add_on import is_application

OLDEST_CUDA_MAJOR = 12
_LIBRARY = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
_NO_DEVICE = 100
_CAPABILITY_MAJOR, _CAPABILITY_MINOR = 75, 76
_NAME_BYTES = 100


@dataclass(frozen=True, slots=True)
class Gpu:
    """The first GPU; `capability` 90 stands for 9.0, `cuda_major` is the newest CUDA of its driver."""

    name: str
    capability: int
    cuda_major: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is none that can be used, in one line."""

    reason: str


def cuda_obstacles(load: Callable[[str], object] = ctypes.CDLL) -> Iterator[str]:
    """What keeps programs from a GPU here, each in one line; nothing if all is well.

    Args:
        load: loads the driver's library, or raises OSError.
    """
    # the cheapest first: most computers answer here, and nothing is loaded
    if not _has_cupy():
        yield f"CuPy is not installed; {_how_to_install()}"
    gpu = find_gpu(load)
    if isinstance(gpu, Obstacle):
        yield gpu.reason
    elif open_nvrtc(gpu.cuda_major) is None:
        yield f"NVRTC, the compiler of CUDA, is not installed; {_how_to_install()}"


def find_gpu(load: Callable[[str], object] = ctypes.CDLL) -> Gpu | Obstacle:
    """The GPU that programs run on."""
    try:
        library = load(_LIBRARY)
    except OSError:
        return Obstacle("There is no NVIDIA driver")
    driver = _Driver(library)
    status = driver.status("cuInit", 0)
    if status == _NO_DEVICE or (status == 0 and driver.number("cuDeviceGetCount") == 0):
        return Obstacle("There is no NVIDIA GPU")
    if status != 0:
        return Obstacle(f"The NVIDIA driver does not start (error {status})")
    version = driver.number("cuDriverGetVersion") or 0
    if version // 1000 < OLDEST_CUDA_MAJOR:
        return Obstacle(
            f"The NVIDIA driver knows CUDA up to {version // 1000}.{version % 1000 // 10};"
            f" mcdesk needs a driver for CUDA {OLDEST_CUDA_MAJOR} or later"
        )
    return _judged(driver.gpu(version // 1000))


def _how_to_install() -> str:
    if is_application():
        return "`mcdesk doctor` says how to add it to the application"
    return "install mcdesk[cuda13], or mcdesk[cuda12] for an older driver"


def _has_cupy() -> bool:
    return importlib.util.find_spec("cupy") is not None


def _judged(gpu: Gpu) -> Gpu | Obstacle:
    if gpu.capability >= OLDEST_ARCHITECTURE:
        return gpu
    return Obstacle(
        f"The GPU ({gpu.name}) is too old: it has compute capability {gpu.capability / 10:.1f},"
        f" and mcdesk needs {OLDEST_ARCHITECTURE / 10:.1f} or later"
    )


class _Driver:
    def __init__(self, library: object) -> None:
        self._library = library

    def status(self, function: str, *arguments: object) -> int:
        return int(getattr(self._library, function)(*arguments))

    def number(self, function: str, *arguments: object) -> int | None:
        found = ctypes.c_int()
        return found.value if self.status(function, ctypes.byref(found), *arguments) == 0 else None

    def gpu(self, cuda_major: int) -> Gpu:
        device = self.number("cuDeviceGet", 0) or 0
        name = ctypes.create_string_buffer(_NAME_BYTES)
        self.status("cuDeviceGetName", name, _NAME_BYTES, device)
        major, minor = (
            self.number("cuDeviceGetAttribute", attribute, device) or 0
            for attribute in (_CAPABILITY_MAJOR, _CAPABILITY_MINOR)
        )
        return Gpu(name.value.decode(errors="replace"), 10 * major + minor, cuda_major)
