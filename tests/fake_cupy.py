"""Stands for CuPy where there is no GPU: device memory is NumPy's, kernels are those that g++ compiled."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from tests.host_cuda import HostModule

POOL_UNIT_BYTES = 512


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


class FakePool:
    """A pool of device memory, which rounds up as CuPy's does; nothing in it waits to be used again."""

    def __init__(self) -> None:
        self._limit = 0
        self._used = 0
        self.most_used = 0

    def set_limit(self, size: int) -> None:
        self._limit = size

    def used_bytes(self) -> int:
        return self._used

    def free_bytes(self) -> int:
        return 0

    def free_all_blocks(self) -> None:
        """Nothing waits."""

    def malloc(self, size: int) -> int:
        """The bytes that are taken for so many."""
        taken = -(-size // POOL_UNIT_BYTES) * POOL_UNIT_BYTES
        if self._limit and self._used + taken > self._limit:
            raise FakeOutOfMemory(f"Out of memory allocating {taken:,} bytes (limit set to {self._limit:,})")
        self._used += taken
        self.most_used = max(self.most_used, self._used)
        return taken

    def give_back(self, taken: int) -> None:
        self._used -= taken


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
        self._pool = FakePool()
        self.pools: list[FakePool] = []
        self.tiles_by_launch: list[int] = []
        self.cuda = SimpleNamespace(
            MemoryPool=self._new_pool,
            using_allocator=self._using_allocator,
            memory=SimpleNamespace(OutOfMemoryError=FakeOutOfMemory),
            driver=SimpleNamespace(CUDADriverError=FakeRuntimeError),
            runtime=SimpleNamespace(
                CUDARuntimeError=FakeRuntimeError,
                memGetInfo=lambda: (1 << 40, 1 << 40),
                deviceSynchronize=lambda: None,
            ),
        )

    def empty(self, size: int, dtype: type) -> FakeArray:
        if self._used + size > self._capacity:
            raise FakeOutOfMemory(f"Out of memory allocating {size:,} bytes")
        pool = self._pool
        taken = pool.malloc(size)
        self._used += size
        # whatever was there before
        values = np.full(size, 0xA5, dtype=dtype)
        weakref.finalize(values, self._free, size)
        weakref.finalize(values, pool.give_back, taken)
        return FakeArray(values)

    def _new_pool(self) -> FakePool:
        self.pools.append(FakePool())
        return self.pools[-1]

    @contextmanager
    def _using_allocator(self, allocator: Callable[[int], int]) -> Iterator[None]:
        before = self._pool
        self._pool = next(pool for pool in self.pools if pool.malloc == allocator)
        try:
            yield
        finally:
            self._pool = before

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
