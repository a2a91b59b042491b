"""Memory for the values of many trials: no page of it is real before it is written, and it is used again."""

import mmap
import sys
import weakref
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

_FEWEST_BYTES = 1 << 20
# Kept for the next simulation of this process: what sensitivity looks at of eighty inputs, and outputs.
_MOST_SPARE_BYTES = 192 << 20
# what is much larger than needed is left to others
_MOST_EXCESS = 2

# Taken from and added to by single steps only, because arrays end in any thread at any moment.
_spare: list[mmap.mmap] = []


def unwritten(count: int, dtype: np.dtype[T]) -> NDArray[T]:
    """An array, (count,), whose elements are not set.

    NumPy asks Linux for pages of 2 MiB. Most of those were never in use since a virtual machine began, and
    its host then takes five times as long to find the memory as for small pages, which come from what
    other processes gave back. What was written once costs nothing the next time.
    """
    byte_count = count * dtype.itemsize
    if sys.platform == "win32" or byte_count < _FEWEST_BYTES:
        return np.empty(count, dtype=dtype)
    memory = _spare_memory(byte_count)
    if memory is None:
        memory = mmap.mmap(-1, byte_count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    values = np.frombuffer(memory, dtype=dtype, count=count)
    weakref.finalize(values, _give_back, memory).atexit = False
    return values


def _spare_memory(byte_count: int) -> mmap.mmap | None:
    for each in tuple(_spare):
        if byte_count <= len(each) <= _MOST_EXCESS * byte_count:
            try:
                _spare.remove(each)
            except ValueError:  # another thread took it
                continue
            return each
    return None


def _give_back(memory: mmap.mmap) -> None:
    if len(memory) > _MOST_SPARE_BYTES:
        return
    _spare.append(memory)
    while sum(map(len, tuple(_spare))) > _MOST_SPARE_BYTES:
        try:
            del _spare[0]  # the one that was given back first
        except IndexError:  # another thread was quicker
            return
