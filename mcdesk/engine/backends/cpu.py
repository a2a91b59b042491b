"""The CPU back end: the program compiled by LLVM, vectors of trials, threads over ranges of trials."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.cpu_code import CpuCode, Manner, Source
from mcdesk.engine.backends.llvm_machine import Machine
from mcdesk.engine.backends.stage_groups import StageGroup, shared_arrays, stage_groups
from mcdesk.engine.backends.thread_count import thread_count
from mcdesk.engine.ir import (
    DTYPE_BY_TYPE,
    EvaluatedStage,
    Program,
    SlotArray,
    Type,
    program_hash,
    program_instructions,
)
from mcdesk.engine.passes.finite_numbers import assuming_finite
from mcdesk.engine.passes.loop_fusion import with_joined_loops
from mcdesk.foundation.cancellation import CancelToken

# so many steps between two looks at the cancel token
_PIECE_STEPS = 64
_FEWEST_STEPS_IN_THREAD = 16
_MANY_INSTRUCTIONS = 12_000
# Where more of the steps have to be run again, they are run as they are from the start.
_MOST_DOUBTED = 0.25


@dataclass(slots=True)
class _Built:
    """The code for one choice of wanted arrays.

    `quick` takes numbers for finite and doubts, in element k of array `doubt` for stage k; `careful`
    makes no assumption and is compiled when a trial is first in doubt.
    """

    quick: CpuCode
    careful: CpuCode
    doubt: int
    doubted_groups: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def compile_careful(self) -> None:
        with self.lock:
            self.careful.compile()


class CpuBackend:
    """Compiles on first use, once for each choice of wanted arrays.

    The arrays that `run` hands out are its own: they hold until the next run.

    Args:
        lanes: trials of one step; those that suit the program and the processor if not given.
        threads: by default those of MCDESK_THREADS, or one for each core.
        is_optimised: takes longer to compile and less to run.
        cache: where machine code is kept; by default nowhere.
    """

    name = "cpu"
    warnings = ()

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        lanes: int | None = None,
        threads: int | None = None,
        is_optimised: bool = False,
        cache: CodeCache | None = None,
    ) -> None:
        self._program = program
        self._evaluators = evaluators
        machine = Machine()
        self._layout = machine.layout(lanes or machine.width * _parts_for(program, is_optimised))
        self._manner = Manner(machine, self._layout, is_optimised, cache)
        self._threads = threads or thread_count()
        self._groups = stage_groups(program)
        self._slots = (*program.slots, SlotArray(Type.NUMBER, len(program.stages)))
        self._built: dict[frozenset[int], _Built] = {}
        self._buffers: dict[int, SlotValues] = {}

    @cached_property
    def _joined(self) -> Program:
        return with_joined_loops(self._program)

    def is_at_hand(self, wanted: Sequence[int]) -> bool:
        """Whether `build` takes no time because the code is kept."""
        chosen = frozenset(wanted)
        return chosen in self._built or self._codes(chosen).quick.is_kept()

    def build(self, wanted: Sequence[int]) -> None:
        """Compile for these slot arrays, unless that was done."""
        chosen = frozenset(wanted)
        if chosen not in self._built:
            built = self._codes(chosen)
            built.quick.compile()
            self._built[chosen] = built

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        self.build(request.wanted)
        built = self._built[frozenset(request.wanted)]
        # the code begins at even trials
        skipped = request.first % 2
        lanes = self._layout.lanes
        row = -(-(request.count + skipped) // lanes) * lanes
        arrays = {array: self._buffer(array, row) for array in (*built.careful.kept, built.doubt)}
        asked = slice(skipped, skipped + request.count)
        for number, group in enumerate(self._groups):
            token.raise_if_cancelled()
            if group.evaluated is not None:
                self._evaluate(group.evaluated, arrays, request, asked, token)
            else:
                _Execution(built, number, group, request, arrays, lanes).run(row, self._threads, token)
        return {array: arrays[array][:, asked] for array in request.wanted}

    def _evaluate(
        self,
        stage: EvaluatedStage,
        arrays: dict[int, SlotValues],
        request: ChunkRequest,
        asked: slice,
        token: CancelToken,
    ) -> None:
        read = {array: arrays[array][:, asked] for array in stage.reads}
        for array, values in self._evaluators[stage.evaluator](request.first, read, token).items():
            # trials that only fill up the steps
            arrays[array][:, : asked.start] = 0
            arrays[array][:, asked.stop :] = 0
            arrays[array][:, asked] = values

    def _buffer(self, array: int, row: int) -> SlotValues:
        """Memory that is used again: new pages cost more than what is computed into them."""
        slot = self._slots[array]
        known = self._buffers.get(array)
        if known is None or known.size < slot.length * row:
            known = self._buffers[array] = np.empty(slot.length * row, dtype=DTYPE_BY_TYPE[slot.type])
        return known[: slot.length * row].reshape(slot.length, row)

    def _codes(self, wanted: frozenset[int]) -> _Built:
        kept = tuple(sorted(wanted | shared_arrays(self._groups)))
        doubt = len(self._program.slots)
        careful = CpuCode(self._source("careful", lambda: self._joined), kept, self._manner)
        quick = self._source("quick", lambda: assuming_finite(self._joined).program)
        return _Built(CpuCode(quick, (*kept, doubt), self._manner), careful, doubt)

    def _source(self, kind: str, make: Callable[[], Program]) -> Source:
        groups = tuple(number for number, group in enumerate(self._groups) if group.stages)
        return Source(f"{kind} {self._program_hash}", make, groups, self._program.tables)

    @cached_property
    def _program_hash(self) -> str:
        return "" if self._manner.cache is None else program_hash(self._program)


class _Execution:
    """One group of stages over the trials of one request."""

    def __init__(
        self,
        built: _Built,
        number: int,
        group: StageGroup,
        request: ChunkRequest,
        arrays: Mapping[int, SlotValues],
        lanes: int,
    ) -> None:
        self._built = built
        self._number = number
        self._lanes = lanes
        self._first = request.first - request.first % 2
        self._seed = request.seed - (1 << 64) if request.seed >= 1 << 63 else request.seed
        self._arrays = arrays
        self._doubts = arrays[built.doubt][group.places[0] : group.places[-1] + 1]

    def run(self, row: int, threads: int, token: CancelToken) -> None:
        """All trials: rows of the kept arrays are `row` elements long."""
        parts = _parts(row // self._lanes, threads)
        if len(parts) == 1:
            self._work(parts[0], row, token)
            return
        with ThreadPoolExecutor(len(parts)) as pool:
            for done in [pool.submit(self._work, part, row, token) for part in parts]:
                done.result()

    def _work(self, part: range, row: int, token: CancelToken) -> None:
        for first in range(part.start, part.stop, _PIECE_STEPS):
            token.raise_if_cancelled()
            steps = range(first, min(first + _PIECE_STEPS, part.stop))
            if self._number in self._built.doubted_groups:
                self._call(self._built.careful, steps, row)
                continue
            self._call(self._built.quick, steps, row)
            self._settle(steps, row)

    def _settle(self, steps: range, row: int) -> None:
        """Run the steps that are in doubt once more."""
        doubts = self._doubts[:, steps.start * self._lanes : steps.stop * self._lanes]
        if not doubts.any():
            return
        self._built.compile_careful()
        is_doubted = doubts.reshape(len(doubts), len(steps), self._lanes).any(axis=(0, 2))
        places = np.flatnonzero(is_doubted) + steps.start
        for _, run in groupby(enumerate(places.tolist()), lambda pair: pair[1] - pair[0]):
            inside = [place for _, place in run]
            self._call(self._built.careful, range(inside[0], inside[-1] + 1), row)
        if len(steps) == _PIECE_STEPS and len(places) > _MOST_DOUBTED * _PIECE_STEPS:
            self._built.doubted_groups.add(self._number)

    def _call(self, code: CpuCode, steps: range, row: int) -> None:
        code.call(
            self._number,
            (self._first + steps.start * self._lanes, len(steps), self._seed),
            [self._arrays[array][:, steps.start * self._lanes :] for array in code.kept],
            row,
        )


def _parts_for(program: Program, is_optimised: bool) -> int:
    """Vectors side by side: more keep the processor busy, until the code no longer fits its caches."""
    if sum(1 for _ in program_instructions(program)) > _MANY_INSTRUCTIONS:
        return 1
    return 4 if is_optimised else 2


def _parts(steps: int, threads: int) -> list[range]:
    count = max(min(threads, steps // _FEWEST_STEPS_IN_THREAD), 1)
    ends = [steps * part // count for part in range(count + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
