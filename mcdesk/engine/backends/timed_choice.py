"""The CPU back end for long runs, compiled in the way that a short timing finds best for the program.

More trials in a step keep the processor busy where each operation waits for the one before, and cost
registers and cache where there is enough to do. Which of the two a program is no simple rule tells: of
eleven models some took a quarter less time with twice the vectors, others a quarter more. LLVM's own passes
spare a tenth of the time of some, and cost others as much.
"""

import math
import time
from collections.abc import Callable, Sequence

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.ir import EvaluatedStage, Program, step_count
from mcdesk.foundation.cancellation import Cancelled, CancelToken

_TURNS = 5
# some milliseconds of trials
_STEPS_AND_TRIALS = 200_000_000
_FEWEST_TRIALS, _MOST_TRIALS = 256, 65_536
# what each way may hold of the wanted arrays meanwhile, beside a run that has its own share of memory
_MOST_BYTES = 8_000_000
_BYTES = 8
# beyond it even the fewest trials, five times three ways, would take seconds
_MOST_STEPS = _STEPS_AND_TRIALS // _FEWEST_TRIALS


def long_run_backend(
    program: Program,
    evaluators: Sequence[SlotEvaluator],
    threads: int | None = None,
    cache: CodeCache | None = None,
) -> "CpuBackend | TimedChoice":
    """Optimised code, or whatever is faster; takes three times as long to compile where there is a choice."""
    usual = CpuBackend(program, evaluators, threads=threads, is_optimised=True, cache=cache)
    is_evaluated = any(isinstance(stage, EvaluatedStage) for stage in program.stages)
    if is_evaluated or usual.has_one_vector or step_count(program) > _MOST_STEPS:
        return usual
    plain = CpuBackend(program, evaluators, usual.lanes, threads, cache=cache)
    wider = CpuBackend(program, evaluators, 2 * usual.lanes, threads, is_optimised=True, cache=cache)
    return TimedChoice((usual, plain, wider), program)


class TimedChoice:
    """The fastest of some back ends of the same program, which all give the same bits.

    Args:
        now: seconds of a clock.

    Attributes:
        chosen: the fastest; the first until they are built.
    """

    name = "cpu"
    is_at_full_speed = True
    warnings = ()

    def __init__(
        self,
        candidates: Sequence[CpuBackend],
        program: Program,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._candidates = tuple(candidates)
        self._program = program
        self._now = now
        self._timing = CancelToken()
        self.chosen = candidates[0]

    def is_at_hand(self, wanted: Sequence[int]) -> bool:
        """Whether the code of all is kept."""
        return all(each.is_at_hand(wanted) for each in self._candidates)

    def build(self, wanted: Sequence[int]) -> None:
        """Compile all, and choose at the first time."""
        for each in self._candidates:
            each.build(wanted)
        if len(self._candidates) > 1:
            self.chosen = self._fastest(wanted)
            self._candidates = (self.chosen,)

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Compile."""
        self.build(request.wanted)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        self.build(request.wanted)
        return self.chosen.run(request, cancel)

    def close(self) -> None:
        """End a timing and the threads, and give back the memory."""
        self._timing.cancel()
        self.chosen.close()

    def _fastest(self, wanted: Sequence[int]) -> CpuBackend:
        best = dict.fromkeys(self._candidates, math.inf)
        request = ChunkRequest(0, 0, self._trials(wanted), tuple(wanted))
        try:
            # in turns, so that what disturbs the computer meets all; the first of them pays for the memory
            for _ in range(_TURNS):
                for each in self._candidates:
                    began = self._now()
                    each.run(request, self._timing)
                    best[each] = min(best[each], self._now() - began)
        except Cancelled:
            return self.chosen
        finally:
            for each in self._candidates:
                each.close()
        return min(self._candidates, key=lambda each: best[each])

    def _trials(self, wanted: Sequence[int]) -> int:
        """Enough to be timed, in whole steps of all ways."""
        elements = sum(self._program.slots[array].length for array in wanted)
        trials = _STEPS_AND_TRIALS // max(step_count(self._program), 1)
        trials = min(trials, _MOST_TRIALS, _MOST_BYTES // (_BYTES * max(elements, 1)))
        return max(trials, _FEWEST_TRIALS) // _FEWEST_TRIALS * _FEWEST_TRIALS
