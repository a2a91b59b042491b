"""The machine code of a program for one choice of kept slot arrays."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.backend import SlotValues
from mcdesk.engine.backends.llvm_machine import CompiledFunctions, Machine
from mcdesk.engine.backends.llvm_text import FunctionWriter
from mcdesk.engine.backends.llvm_values import Layout
from mcdesk.engine.backends.stage_groups import stage_groups
from mcdesk.engine.ir import DTYPE_BY_TYPE, Program
from mcdesk.engine.passes.dead_code import without_dead_code

_ALIGNMENT = 64


class CpuCode:
    """One function for each group of compiled stages; what the kept arrays do not need is left out."""

    def __init__(self, program: Program, kept: Sequence[int], layout: Layout, machine: Machine) -> None:
        self.kept = tuple(kept)
        self._program = program
        self._layout = layout
        self._machine = machine
        self._functions: CompiledFunctions | None = None
        self._scratch_bytes = 0
        self._tables = [np.ascontiguousarray(table.values) for table in program.tables]
        self._table_pointers = np.array([table.ctypes.data for table in self._tables], dtype=np.int64)
        self._own = threading.local()

    def compile(self) -> None:
        """Make the functions, unless that was done."""
        if self._functions is not None:
            return
        program = without_dead_code(self._program, self.kept)
        places = {array: place for place, array in enumerate(self.kept)}
        scratch = self._scratch_offsets(program)
        named = [
            (f"group{number}", group.stages)
            for number, group in enumerate(stage_groups(program))
            if group.stages
        ]
        texts = [
            FunctionWriter(program, self._layout, scratch, places).text(name, stages)
            for name, stages in named
        ]
        self._functions = self._machine.compile("\n".join(texts), [name for name, _ in named])

    def call(self, group: int, trials: tuple[int, int, int], kept: Sequence[SlotValues], row: int) -> None:
        """Run a group.

        Args:
            trials: the first trial (even), the number of steps, and the seed as a signed number.
            kept: the kept arrays from their first trial of this call on.
            row: length of their rows in elements.
        """
        assert self._functions is not None
        pointers = np.array([each.ctypes.data for each in kept], dtype=np.int64)
        self._functions.call(
            f"group{group}",
            *(*trials, self._scratch(), pointers.ctypes.data, row, self._table_pointers.ctypes.data),
        )

    def _scratch(self) -> int:
        """Address of this thread's own memory."""
        memory: NDArray[np.uint8] | None = getattr(self._own, "memory", None)
        if memory is None:
            memory = self._own.memory = np.empty(self._scratch_bytes + _ALIGNMENT, dtype=np.uint8)
        return int(memory.ctypes.data) + -int(memory.ctypes.data) % _ALIGNMENT

    def _scratch_offsets(self, program: Program) -> dict[int, int]:
        offsets: dict[int, int] = {}
        size = 0
        for array, slot in enumerate(program.slots):
            if array in self.kept:
                continue
            offsets[array] = size
            needed = slot.length * self._layout.lanes * DTYPE_BY_TYPE[slot.type].itemsize
            size += -(-needed // _ALIGNMENT) * _ALIGNMENT
        self._scratch_bytes = size
        return offsets
