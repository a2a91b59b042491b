"""Where the slot arrays and tables of a program lie in the memory of a CUDA device."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import DTYPE_BY_TYPE, Program

# Trials of one block of threads. Their elements lie side by side, at distances that the kernel's text knows:
# one pointer then serves all arrays, where a pointer for each would not fit into the registers.
TILE_TRIALS = 128
# What one thread keeps to itself; more of it would only spill from the caches of a device full of threads.
MOST_LOCAL_BYTES = 2048
_TABLE_ALIGNMENT = 8

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class MemoryLayout:
    """Places by slot array or table number.

    Memory is a row of tiles, one for each `TILE_TRIALS` trials. A tile holds the arrays one after the other,
    each `[length][TILE_TRIALS]`.

    Attributes:
        kept: arrays that outlive a kernel; bytes of one trial before the array.
        scratch: arrays that one kernel needs, too large for `local`; bytes of one trial before the array.
        local: arrays that each thread keeps to itself.
        tables: byte at which each table begins.
        kept_bytes, scratch_bytes: of one tile.
        table_bytes: of all tables.
    """

    kept: Mapping[int, int]
    scratch: Mapping[int, int]
    local: frozenset[int]
    tables: tuple[int, ...]
    kept_bytes: int
    scratch_bytes: int
    table_bytes: int


def memory_layout(program: Program, kept: Iterable[int]) -> MemoryLayout:
    """The layout in which these arrays outlive a kernel.

    The order is by size of the element, so that all are aligned.
    """
    outliving = frozenset(kept)
    others = frozenset(range(len(program.slots))) - outliving
    local = _small_arrays(program, others)
    kept_places, kept_bytes = _places(program, outliving)
    scratch_places, scratch_bytes = _places(program, others - local)
    tables: list[int] = []
    end = 0
    for table in program.tables:
        tables.append(end)
        end += -(-table.values.nbytes // _TABLE_ALIGNMENT) * _TABLE_ALIGNMENT
    return MemoryLayout(
        *(kept_places, scratch_places, local, tuple(tables)),
        *(kept_bytes * TILE_TRIALS, scratch_bytes * TILE_TRIALS, end),
    )


def packed_tables(program: Program, layout: MemoryLayout) -> Bytes:
    """The bytes of all tables at their places; at least one byte."""
    packed = np.zeros(max(layout.table_bytes, 1), dtype=np.uint8)
    for begin, table in zip(layout.tables, program.tables, strict=True):
        packed[begin : begin + table.values.nbytes] = np.ascontiguousarray(table.values).view(np.uint8)
    return packed


def read_array(
    program: Program, layout: MemoryLayout, kept: Bytes, array: int, count: int
) -> NDArray[np.generic]:
    """The first trials of one kept array in a copy of the device's memory: (length, count)."""
    tiles = _tiles(program, layout, kept, array)
    joined = tiles.transpose(1, 0, 2).reshape(tiles.shape[1], -1)
    return joined[:, :count]


def write_array(
    program: Program, layout: MemoryLayout, kept: Bytes, array: int, values: NDArray[np.generic]
) -> None:
    """Put (length, count) values into a copy of the device's memory; zeros beyond the last trial."""
    tiles = _tiles(program, layout, kept, array)
    whole = np.zeros((tiles.shape[1], tiles.shape[0] * TILE_TRIALS), dtype=tiles.dtype)
    whole[:, : values.shape[1]] = values
    tiles[...] = whole.reshape(tiles.shape[1], -1, TILE_TRIALS).transpose(1, 0, 2)


def _array_bytes(program: Program, array: int) -> int:
    """Bytes of one slot array in one trial."""
    slot = program.slots[array]
    return slot.length * DTYPE_BY_TYPE[slot.type].itemsize


def _small_arrays(program: Program, arrays: Iterable[int]) -> frozenset[int]:
    small: set[int] = set()
    total = 0
    for array in sorted(arrays, key=lambda each: (_array_bytes(program, each), each)):
        total += _array_bytes(program, array)
        if total > MOST_LOCAL_BYTES:
            break
        small.add(array)
    return frozenset(small)


def _places(program: Program, arrays: Iterable[int]) -> tuple[dict[int, int], int]:
    places: dict[int, int] = {}
    end = 0
    for array in sorted(arrays, key=lambda each: (-DTYPE_BY_TYPE[program.slots[each].type].itemsize, each)):
        places[array] = end
        end += _array_bytes(program, array)
    return places, end


def _tiles(program: Program, layout: MemoryLayout, kept: Bytes, array: int) -> NDArray[np.generic]:
    """A view of one kept array: (tiles, length, TILE_TRIALS)."""
    slot = program.slots[array]
    begin = layout.kept[array] * TILE_TRIALS
    end = begin + _array_bytes(program, array) * TILE_TRIALS
    own = kept.reshape(-1, layout.kept_bytes)[:, begin:end].view(DTYPE_BY_TYPE[slot.type])
    return own.reshape(-1, slot.length, TILE_TRIALS)
