"""The CPU back end: the program compiled by LLVM, vectors of trials, threads over ranges of trials."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import cached_property

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.cpu_code import CpuCode, Manner, Source
from mcdesk.engine.backends.cpu_execution import Built, GroupExecution, Places, Room, parts_of, piece_steps
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.llvm_values import BLOCK_TRIALS
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
from mcdesk.engine.passes.loop_fusion import LONG_ROUND, SHORT_ROUND, with_joined_loops
from mcdesk.engine.stage_groups import shared_arrays, stage_groups
from mcdesk.engine.trial_memory import unwritten
from mcdesk.foundation.cancellation import CancelToken

_MANY_INSTRUCTIONS = 12_000


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
    is_at_full_speed = True
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
        machine = this_machine()
        self._layout = machine.layout(lanes or machine.width * _parts_for(program, is_optimised))
        self._manner = Manner(machine, self._layout, is_optimised, cache)
        self._threads = threads or thread_count()
        self._groups = stage_groups(program)
        self._piece_steps = piece_steps(program)
        self._slots = (*program.slots, SlotArray(Type.NUMBER, len(program.stages)))
        self._shared = shared_arrays(self._groups)
        self._built: dict[frozenset[int], Built] = {}
        self._buffers: dict[int, SlotValues] = {}
        self._rooms: list[Room] = []
        self._pool: ThreadPoolExecutor | None = None

    @property
    def lanes(self) -> int:
        """Trials of one step."""
        return self._layout.lanes

    @property
    def has_one_vector(self) -> bool:
        """Whether a step has no more trials than a vector."""
        return self._layout.parts == 1

    @cached_property
    def _joined(self) -> Program:
        return with_joined_loops(self._program, LONG_ROUND if self._manner.is_optimised else SHORT_ROUND)

    def is_at_hand(self, wanted: Sequence[int]) -> bool:
        """Whether `build` takes no time because the code is kept."""
        chosen = frozenset(wanted)
        return self._suitable(chosen) is not None or self._codes(chosen).codes[0].is_kept()

    def build(self, wanted: Sequence[int]) -> None:
        """Compile for these slot arrays, unless there is code that makes them and perhaps more."""
        self._built_for(frozenset(wanted))

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Compile."""
        self.build(request.wanted)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        built = self._built_for(frozenset(request.wanted))
        # the code begins at multiples of it
        skipped = request.first % BLOCK_TRIALS
        lanes = self._layout.lanes
        steps = -(-(request.count + skipped) // lanes)
        whole = {array: self._buffer(array, steps * lanes) for array in self._shared.union(request.wanted)}
        parts = parts_of(steps, self._threads)
        places = [Places(built, whole, room) for room in self._rooms_for(len(parts))]
        asked = slice(skipped, skipped + request.count)
        for number, group in enumerate(self._groups):
            token.raise_if_cancelled()
            if group.evaluated is not None:
                self._evaluate(group.evaluated, whole, request, asked, token)
            else:
                GroupExecution(built, number, group, request, places).run(parts, self._share, token)
        return {array: whole[array][:, asked] for array in request.wanted}

    def close(self) -> None:
        """End the threads and give back the memory; the next run would make them again."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        self._buffers.clear()
        self._rooms.clear()

    def _share(self, works: Sequence[Callable[[], None]]) -> None:
        """Run all, the first in the calling thread, the others in threads that stay."""
        if len(works) > 1 and self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads - 1, "mcdesk-trials")
        others = [] if self._pool is None else [self._pool.submit(work) for work in works[1:]]
        try:
            works[0]()
        finally:
            wait(others)
        for each in others:
            each.result()

    def _rooms_for(self, count: int) -> list[Room]:
        missing = range(len(self._rooms), count)
        self._rooms += [Room(self._slots, self._piece_steps * self._layout.lanes) for _ in missing]
        return self._rooms[:count]

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
            known = self._buffers[array] = unwritten(slot.length * row, DTYPE_BY_TYPE[slot.type])
        return known[: slot.length * row].reshape(slot.length, row)

    def _built_for(self, wanted: frozenset[int]) -> Built:
        built = self._suitable(wanted)
        if built is None:
            built = self._codes(wanted)
            built.codes[0].compile()
            self._built[wanted] = built
        return built

    def _suitable(self, wanted: frozenset[int]) -> Built | None:
        """Code that is there: what it makes beyond the wanted arrays costs far less than to compile."""
        if wanted in self._built:
            return self._built[wanted]
        larger = [chosen for chosen in self._built if chosen > wanted]
        return self._built[min(larger, key=len)] if larger else None

    def _codes(self, wanted: frozenset[int]) -> Built:
        kept = tuple(sorted(wanted | self._shared))
        doubt = len(self._program.slots)
        quick = self._source("quick", lambda: assuming_finite(self._joined).program)
        codes = [
            CpuCode(quick, (*kept, doubt), self._manner),
            CpuCode(self._source("careful", lambda: self._joined), kept, self._manner),
        ]
        if self._manner.has_flags:
            flagged = replace(quick, key=f"flagged {quick.key}", doubt=doubt)
            codes.insert(0, CpuCode(flagged, (*kept, doubt), self._manner))
        return Built(tuple(codes), self._layout.lanes, self._piece_steps)

    def _source(self, kind: str, make: Callable[[], Program]) -> Source:
        groups = tuple(number for number, group in enumerate(self._groups) if group.stages)
        return Source(f"{kind} {self._program_hash}", make, groups, self._program.tables)

    @cached_property
    def _program_hash(self) -> str:
        return "" if self._manner.cache is None else program_hash(self._program)


def _parts_for(program: Program, is_optimised: bool) -> int:
    """Vectors side by side: more keep the processor busy, until the code no longer fits its caches."""
    if sum(1 for _ in program_instructions(program)) > _MANY_INSTRUCTIONS:
        return 1
    return 4 if is_optimised else 2
