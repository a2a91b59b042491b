"""The CPU back end: the program compiled by LLVM, vectors of trials, threads over ranges of trials."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.llvm_machine import CompiledFunctions, Machine
from mcdesk.engine.backends.llvm_text import FunctionWriter
from mcdesk.engine.backends.stage_groups import StageGroup, shared_arrays, stage_groups
from mcdesk.engine.ir import DTYPE_BY_TYPE, EvaluatedStage, Program
from mcdesk.foundation.cancellation import CancelToken

# so many vectors between two looks at the cancel token
_PIECE_VECTORS = 64
_FEWEST_VECTORS_IN_THREAD = 16
_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class _Built:
    """Functions for one choice of kept arrays."""

    functions: CompiledFunctions
    kept: tuple[int, ...]
    scratch_bytes: int


class CpuBackend:
    """Compiles on first use, once for each choice of wanted arrays.

    Args:
        lanes: trials of one vector; those that suit the processor if not given.
        threads: by default those of MCDESK_THREADS, or one for each core.
    """

    name = "cpu"

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        lanes: int | None = None,
        threads: int | None = None,
    ) -> None:
        self._program = program
        self._evaluators = evaluators
        self._machine = Machine()
        self._lanes = lanes or self._machine.lanes
        self._threads = threads or _thread_count()
        self._groups = stage_groups(program)
        self._built: dict[frozenset[int], _Built] = {}
        self._tables = [np.ascontiguousarray(table.values) for table in program.tables]
        self._table_pointers = np.array([table.ctypes.data for table in self._tables], dtype=np.int64)

    def build(self, wanted: Sequence[int]) -> None:
        """Compile for these slot arrays, unless that was done."""
        chosen = frozenset(wanted)
        if chosen not in self._built:
            self._built[chosen] = self._compiled(chosen)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        self.build(request.wanted)
        built = self._built[frozenset(request.wanted)]
        row = -(-request.count // self._lanes) * self._lanes
        slots = self._program.slots
        arrays = {
            array: np.empty((slots[array].length, row), dtype=DTYPE_BY_TYPE[slots[array].type])
            for array in built.kept
        }
        for number, group in enumerate(self._groups):
            token.raise_if_cancelled()
            if group.evaluated is not None:
                self._evaluate(group.evaluated, arrays, request, token)
            else:
                _Execution(self, built, f"group{number}", request, arrays).run(row, token)
        return {array: arrays[array][:, : request.count] for array in request.wanted}

    def _evaluate(
        self,
        stage: EvaluatedStage,
        arrays: dict[int, SlotValues],
        request: ChunkRequest,
        token: CancelToken,
    ) -> None:
        read = {array: arrays[array][:, : request.count] for array in stage.reads}
        for array, values in self._evaluators[stage.evaluator](request.first, read, token).items():
            arrays[array][:, : request.count] = values
            # trials beyond the last, which fill up the vector
            arrays[array][:, request.count :] = 0

    def _compiled(self, wanted: frozenset[int]) -> _Built:
        kept = tuple(sorted(wanted | shared_arrays(self._groups)))
        places = {array: place for place, array in enumerate(kept)}
        scratch, size = self._scratch_offsets(set(kept))
        named = [(f"group{number}", group) for number, group in enumerate(self._groups) if group.stages]
        texts = [self._text(name, group, scratch, places) for name, group in named]
        functions = self._machine.compile("\n".join(texts), [name for name, _ in named])
        return _Built(functions, kept, size)

    def _text(self, name: str, group: StageGroup, scratch: dict[int, int], places: dict[int, int]) -> str:
        return FunctionWriter(self._program, self._lanes, scratch, places).text(name, group.stages)

    def _scratch_offsets(self, kept: set[int]) -> tuple[dict[int, int], int]:
        offsets: dict[int, int] = {}
        size = 0
        for array, slot in enumerate(self._program.slots):
            if array in kept:
                continue
            offsets[array] = size
            needed = slot.length * self._lanes * DTYPE_BY_TYPE[slot.type].itemsize
            size += -(-needed // _ALIGNMENT) * _ALIGNMENT
        return offsets, size


class _Execution:
    """One function over the trials of one request."""

    def __init__(
        self,
        backend: CpuBackend,
        built: _Built,
        name: str,
        request: ChunkRequest,
        arrays: dict[int, SlotValues],
    ) -> None:
        self._lanes, self._threads = backend._lanes, backend._threads
        self._tables = backend._table_pointers
        self._built = built
        self._name = name
        self._first = request.first
        self._seed = request.seed - (1 << 64) if request.seed >= 1 << 63 else request.seed
        kept = [arrays[array] for array in built.kept]
        self._pointers = np.array([each.ctypes.data for each in kept], dtype=np.int64)
        self._steps = np.array([each.itemsize * self._lanes for each in kept], dtype=np.int64)

    def run(self, row: int, token: CancelToken) -> None:
        """All trials: rows of the kept arrays are `row` elements long."""
        parts = _parts(row // self._lanes, self._threads)
        if len(parts) == 1:
            self._work(parts[0], row, token)
            return
        with ThreadPoolExecutor(len(parts)) as pool:
            for done in [pool.submit(self._work, part, row, token) for part in parts]:
                done.result()

    def _work(self, part: range, row: int, token: CancelToken) -> None:
        scratch: NDArray[np.uint8] = np.empty(self._built.scratch_bytes + _ALIGNMENT, dtype=np.uint8)
        start = scratch.ctypes.data + -scratch.ctypes.data % _ALIGNMENT
        for first in range(part.start, part.stop, _PIECE_VECTORS):
            token.raise_if_cancelled()
            count = min(_PIECE_VECTORS, part.stop - first)
            own = self._pointers + self._steps * first
            self._built.functions.call(
                self._name,
                *(self._first + first * self._lanes, count, self._seed, start),
                *(own.ctypes.data, row, self._tables.ctypes.data),
            )


def _thread_count() -> int:
    asked = os.environ.get("MCDESK_THREADS", "")
    return int(asked) if asked.isdecimal() and int(asked) else os.cpu_count() or 1


def _parts(vectors: int, threads: int) -> list[range]:
    count = max(min(threads, vectors // _FEWEST_VECTORS_IN_THREAD), 1)
    ends = [vectors * part // count for part in range(count + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
