"""The memory and the kernels of the first GPU: the only door to CuPy, which is imported on first use."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, Bytes
from mcdesk.foundation.errors import DeviceLost

_OUT_OF_MEMORY = 2  # of the driver and of the runtime


class DeviceMemoryExhausted(Exception):
    """The GPU has no room for this much; less may fit."""


class DeviceBytes(Protocol):
    """Memory of the device."""

    def __getitem__(self, which: slice) -> "DeviceBytes":
        """A part of it."""

    def get(self) -> Bytes:
        """A copy on this side."""

    def set(self, values: Bytes) -> None:
        """Fill it from this side."""


Kernel = Callable[[tuple[int, ...], tuple[int, ...], tuple[object, ...]], None]


class CudaDevice:
    """The current device of CuPy.

    Every method raises DeviceMemoryExhausted or DeviceLost where the device fails.

    Raises:
        DeviceLost: if CuPy cannot be loaded.
    """

    def __init__(self) -> None:
        try:
            import cupy
        except ImportError as error:
            raise DeviceLost(f"CuPy cannot be loaded: {error}") from error
        self._cupy = cupy
        self._failures = (cupy.cuda.runtime.CUDARuntimeError, cupy.cuda.driver.CUDADriverError)

    def free_bytes(self) -> int:
        """Memory that may still be taken."""
        with self._failing():
            pool = self._cupy.get_default_memory_pool()
            return int(self._cupy.cuda.runtime.memGetInfo()[0]) + int(pool.free_bytes())

    def allocate(self, size: int) -> DeviceBytes:
        """So many bytes, of any content; at least one."""
        with self._failing():
            memory: DeviceBytes = self._cupy.empty(max(size, 1), dtype=np.uint8)
            return memory

    def upload(self, values: Bytes, memory: DeviceBytes) -> None:
        """Copy to the device."""
        with self._failing():
            memory.set(values)

    def download(self, memory: DeviceBytes) -> Bytes:
        """Copy from the device."""
        with self._failing():
            return memory.get()

    def kernels(self, cubin: Path, name_by_number: Mapping[int, str]) -> dict[int, Kernel]:
        """The kernels of a compiled module."""
        with self._failing():
            module = self._cupy.RawModule(path=str(cubin))
            return {number: module.get_function(name) for number, name in name_by_number.items()}

    def launch(self, kernel: Kernel, tiles: int, arguments: tuple[object, ...]) -> None:
        """Run a kernel on so many tiles, and wait for its end."""
        with self._failing():
            kernel((tiles,), (TILE_TRIALS,), arguments)
            self._cupy.cuda.runtime.deviceSynchronize()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except self._cupy.cuda.memory.OutOfMemoryError as error:
            raise DeviceMemoryExhausted(str(error)) from error
        except self._failures as error:
            # local memory of the threads is taken at the launch
            if getattr(error, "status", None) == _OUT_OF_MEMORY:
                raise DeviceMemoryExhausted(str(error)) from error
            raise DeviceLost(f"The GPU failed: {' '.join(str(error).split())}") from error
