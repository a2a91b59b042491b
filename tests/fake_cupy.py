"""Stands for CuPy where there is no GPU: device memory is NumPy's, kernels are those that g++ compiled."""

import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from tests.host_cuda import HostModule


class FakeArray:
    """Memory of the device, or a part of it."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __getitem__(self, which: slice) -> "FakeArray":
        return FakeArray(self.values[which])

    def get(self) -> np.ndarray:
        return self.values.copy()

    def set(self, values: np.ndarray) -> None:
        assert (values.shape, values.dtype) == (self.values.shape, self.values.dtype)
        self.values[...] = values


class FakeOutOfMemory(Exception):
    """As CuPy's pool raises it."""


class FakeRuntimeError(Exception):
    """As CuPy raises it for a status of the driver or of the runtime."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class FakeCupy:
    """The parts of CuPy that are used.

    Args:
        capacity: bytes of device memory.
        before_launch: told the number of each launch, from 0; what it raises is the device's failure.
    """

    def __init__(self, capacity: int = 1 << 30, before_launch: Callable[[int], None] | None = None) -> None:
        self._capacity = capacity
        self._used = 0
        self._before_launch = before_launch or (lambda number: None)
        self.tiles_by_launch: list[int] = []
        self.cuda = SimpleNamespace(
            memory=SimpleNamespace(OutOfMemoryError=FakeOutOfMemory),
            driver=SimpleNamespace(CUDADriverError=FakeRuntimeError),
            runtime=SimpleNamespace(
                CUDARuntimeError=FakeRuntimeError,
                memGetInfo=lambda: (1 << 40, 1 << 40),
                deviceSynchronize=lambda: None,
            ),
        )

    def get_default_memory_pool(self) -> SimpleNamespace:
        return SimpleNamespace(free_bytes=lambda: 0)

    def empty(self, size: int, dtype: type) -> FakeArray:
        if self._used + size > self._capacity:
            raise FakeOutOfMemory(f"Out of memory allocating {size:,} bytes")
        self._used += size
        # whatever was there before
        values = np.full(size, 0xA5, dtype=dtype)
        weakref.finalize(values, self._free, size)
        return FakeArray(values)

    def RawModule(self, path: str) -> SimpleNamespace:
        try:
            module = HostModule(Path(path))
        except OSError as error:
            raise FakeRuntimeError(200, "CUDA_ERROR_INVALID_IMAGE: device kernel image is invalid") from error
        return SimpleNamespace(get_function=lambda name: self._kernel(module, name))

    def _kernel(self, module: HostModule, name: str) -> Callable[..., None]:
        def kernel(grid: tuple[int], block: tuple[int], arguments: tuple[object, ...]) -> None:
            self._before_launch(len(self.tiles_by_launch))
            self.tiles_by_launch.append(grid[0])
            given = [
                each.values.ctypes.data if isinstance(each, FakeArray) else int(each) for each in arguments
            ]
            module.launch(name, grid[0], block[0], given)

        return kernel

    def _free(self, size: int) -> None:
        self._used -= size
