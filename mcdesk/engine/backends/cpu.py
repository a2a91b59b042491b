"""The CPU back end: the program compiled by LLVM, vectors of trials, threads over ranges of trials."""

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.cpu_code import CpuCode
from mcdesk.engine.backends.llvm_machine import Machine
from mcdesk.engine.backends.stage_groups import StageGroup, shared_arrays, stage_groups
from mcdesk.engine.ir import DTYPE_BY_TYPE, EvaluatedStage, Program, SlotArray, Type
from mcdesk.engine.passes.finite_numbers import assuming_finite
from mcdesk.engine.passes.loop_fusion import with_fused_loops
from mcdesk.foundation.cancellation import CancelToken

# so many steps between two looks at the cancel token
_PIECE_STEPS = 64
_FEWEST_STEPS_IN_THREAD = 16
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
        lanes: trials of one step; those that suit the processor if not given.
        threads: by default those of MCDESK_THREADS, or one for each core.
    """

    name = "cpu"
    warnings: tuple[str, ...] = ()

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        lanes: int | None = None,
        threads: int | None = None,
    ) -> None:
        self._program = with_fused_loops(program)
        self._evaluators = evaluators
        self._machine = Machine()
        self._layout = self._machine.layout(lanes)
        self._threads = threads or _thread_count()
        self._groups = stage_groups(self._program)
        self._assumed = assuming_finite(self._program)
        self._slots = (*program.slots, SlotArray(Type.NUMBER, len(program.stages)))
        self._built: dict[frozenset[int], _Built] = {}
        self._buffers: dict[int, SlotValues] = {}

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
        shared = shared_arrays(self._groups)
        kept = tuple(sorted(wanted | shared))
        doubt = self._assumed.doubt
        quick = CpuCode(self._assumed.program, (*kept, doubt), self._layout, self._machine)
        careful = CpuCode(self._program, kept, self._layout, self._machine)
        return _Built(quick, careful, doubt)


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


def _thread_count() -> int:
    asked = os.environ.get("MCDESK_THREADS", "")
    return int(asked) if asked.isdecimal() and int(asked) else os.cpu_count() or 1


def _parts(steps: int, threads: int) -> list[range]:
    count = max(min(threads, steps // _FEWEST_STEPS_IN_THREAD), 1)
    ends = [steps * part // count for part in range(count + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
