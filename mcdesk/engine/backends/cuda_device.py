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
    """The current device of CuPy, with a pool of memory for one program.

    Every method raises DeviceMemoryExhausted or DeviceLost where the device fails.

    Args:
        memory_bytes: what the pool may take at most; by default all that is free.

    Raises:
        DeviceLost: if CuPy cannot be loaded.
    """

    def __init__(self, memory_bytes: int | None = None) -> None:
        try:
            import cupy
        except ImportError as error:
            raise DeviceLost(f"CuPy cannot be loaded: {error}") from error
        self._cupy = cupy
        self._failures = (cupy.cuda.runtime.CUDARuntimeError, cupy.cuda.driver.CUDADriverError)
        self._memory_bytes = memory_bytes
        # not CuPy's own pool: a limit on that would be one of all simulations
        self._pool = cupy.cuda.MemoryPool()
        if memory_bytes is not None:
            # for CuPy a limit of zero is none
            self._pool.set_limit(size=max(memory_bytes, 1))

    def free_bytes(self) -> int:
        """Memory of the device that may still be taken, by this program or others."""
        with self._failing():
            return int(self._cupy.cuda.runtime.memGetInfo()[0]) + int(self._pool.free_bytes())

    def granted_bytes(self) -> int | None:
        """What is left of the memory of this program; None if there is no limit."""
        if self._memory_bytes is None:
            return None
        return max(self._memory_bytes - int(self._pool.used_bytes()), 0)

    def allocate(self, size: int) -> DeviceBytes:
        """So many bytes, of any content; at least one."""
        with self._failing(), self._cupy.cuda.using_allocator(self._pool.malloc):
            memory: DeviceBytes = self._cupy.empty(max(size, 1), dtype=np.uint8)
            return memory

    def give_back(self) -> None:
        """Let others have what is no longer used."""
        with self._failing():
            self._pool.free_all_blocks()

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
