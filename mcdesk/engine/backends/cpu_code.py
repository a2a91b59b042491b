"""The machine code of a program for one choice of kept slot arrays."""

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.llvm_machine import CompiledFunctions, Machine
from mcdesk.engine.backends.llvm_text import GroupWriter
from mcdesk.engine.backends.llvm_values import Layout
from mcdesk.engine.backends.own_code import fingerprint
from mcdesk.engine.ir import DTYPE_BY_TYPE, Program, Table
from mcdesk.engine.passes.dead_code import without_dead_code
from mcdesk.engine.passes.flagged_numbers import resting_on_flags
from mcdesk.engine.stage_groups import stage_groups
from mcdesk.foundation.garbage import collection_paused

_ALIGNMENT = 64
_SIZE_BYTES = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """What is compiled: a program that is made when it is needed, known by a hash before.

    `groups` are the numbers of its groups of compiled stages, `tables` its tables, `doubt` the slot array of
    its doubts, if the processor's flags are to be asked instead of it.
    """

    key: str
    make: Callable[[], Program]
    groups: tuple[int, ...]
    tables: tuple[Table, ...]
    doubt: int | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is compiled, and where the result is kept."""

    machine: Machine
    layout: Layout
    is_optimised: bool
    cache: CodeCache | None

    @property
    def is_brief(self) -> bool:
        """Whether steps are shorter than the processor's vectors, as for a single trial: it runs no more."""
        return self.layout.lanes < self.machine.width

    @property
    def has_flags(self) -> bool:
        """Whether the processor is asked what its operations met; what runs once would pay for doubts."""
        return self.machine.has_flags and not self.is_brief


class CpuCode:
    """One function for each group of compiled stages; what the kept arrays do not need is left out."""

    def __init__(self, source: Source, kept: Sequence[int], manner: Manner) -> None:
        self.kept = tuple(kept)
        self._source = source
        self._manner = manner
        self._functions: CompiledFunctions | None = None
        self._scratch_bytes = 0
        self._tables = [np.ascontiguousarray(table.values) for table in source.tables]
        self._table_pointers = np.array([table.ctypes.data for table in self._tables], dtype=np.int64)
        self._table_address = int(self._table_pointers.ctypes.data)
        self._own = threading.local()

    def compile(self) -> None:
        """Make the functions, or find them where they are kept, unless that was done."""
        if self._functions is not None:
            return
        cache, key = self._manner.cache, self._key()
        found = None if cache is None else cache.find(key)
        if found is not None:
            kept = found.code
        else:
            kept = self._compiled()
            self._keep(key, kept)
        self._scratch_bytes = int.from_bytes(kept[:_SIZE_BYTES], "little")
        names = [f"group{number}" for number in self._source.groups]
        self._functions = self._manner.machine.load(kept[_SIZE_BYTES:], names)

    def is_kept(self) -> bool:
        """Whether the functions are made, or kept by an earlier run."""
        cache = self._manner.cache
        return self._functions is not None or (cache is not None and cache.is_kept(self._key()))

    def _key(self) -> str:
        manner = self._manner
        decisive = (self._source.key, self.kept, manner.layout, manner.is_optimised)
        return hashlib.sha256(f"{decisive} {manner.machine.identity} {fingerprint()}".encode()).hexdigest()

    @collection_paused()
    def _compiled(self) -> bytes:
        """The size of the scratch memory, and the object file."""
        program = without_dead_code(self._source.make(), self.kept)
        doubt = self._source.doubt
        if doubt is not None:
            program = resting_on_flags(program, doubt)
        places = {array: place for place, array in enumerate(self.kept)}
        layout = self._manner.layout
        scratch, size = _scratch_offsets(program, frozenset(self.kept), layout)
        writer = GroupWriter(program, layout, scratch, places, size, doubt)
        texts = [
            writer.text(f"group{number}", group)
            for number, group in enumerate(stage_groups(program))
            if group.stages
        ]
        manner = self._manner
        code = manner.machine.object_code("\n".join(texts), manner.is_optimised, manner.is_brief)
        return writer.scratch_bytes.to_bytes(_SIZE_BYTES, "little") + code

    def _keep(self, key: str, code: bytes) -> None:
        if self._manner.cache is None:
            return
        try:
            self._manner.cache.write(key, code)
        except OSError as error:
            logger.warning("machine code is not kept: %s", error)

    def call(self, group: int, trials: tuple[int, int, int], addresses: int, rows: int) -> None:
        """Run a group.

        Args:
            trials: the first trial (a multiple of 16), the number of steps, and the seed as a signed number.
            addresses: where the addresses of the kept arrays lie, int64, for the first trial of this call.
            rows: where the lengths of their rows lie, int64, in elements.
        """
        assert self._functions is not None
        self._functions.call(f"group{group}", *trials, self._scratch(), addresses, rows, self._table_address)

    def _scratch(self) -> int:
        """Address of this thread's own memory."""
        known: tuple[int, NDArray[np.uint8]] | None = getattr(self._own, "scratch", None)
        if known is None:
            memory = np.empty(self._scratch_bytes + _ALIGNMENT, dtype=np.uint8)
            address = int(memory.ctypes.data)
            known = self._own.scratch = address + -address % _ALIGNMENT, memory
        return known[0]


def _scratch_offsets(program: Program, kept: frozenset[int], layout: Layout) -> tuple[dict[int, int], int]:
    """Where each array that is not kept begins in the scratch memory, and the size of that."""
    offsets: dict[int, int] = {}
    size = 0
    for array, slot in enumerate(program.slots):
        if array in kept:
            continue
        offsets[array] = size
        needed = slot.length * layout.lanes * DTYPE_BY_TYPE[slot.type].itemsize
        size += -(-needed // _ALIGNMENT) * _ALIGNMENT
    return offsets, size
