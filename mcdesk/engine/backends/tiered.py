"""The first trials at once from the reference back end, the rest from the compiled program.

The code is that which takes least time to make where it does not serve long. In long runs the program is
compiled once more, with more care. All give the same bits, so that nothing shows where one took over from
the other.
"""

import logging
import threading
from collections.abc import Callable, Sequence

from mcdesk.engine.backends.backend import ChunkRequest, CompilingBackend, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache, CodeTold
from mcdesk.engine.backends.compiler_thread import COMPILING_THREAD
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.timed_choice import long_run_backend
from mcdesk.engine.ir import Program, program_instructions, step_count
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.paths import user_folders
from mcdesk.foundation.vault import is_encrypted

# Rough costs on a slow core; they decide what is worth while, never a bit.
_SECONDS_PER_COMPILED_INSTRUCTION = 1e-4
_SECONDS_PER_OPTIMISED_INSTRUCTION = 4e-4
# twice the vectors of trials in a step: longer to compile and less to run, as optimised code
_SECONDS_PER_WIDENED_INSTRUCTION = 1e-5
_SPARED_SECONDS_PER_STEP_AND_TRIAL = 5e-12
# so many times what optimised code has to spare, and a tenth less pays for compiling three times as much
_TIMES_VERY_LONG = 8
_SECONDS_PER_STEP = 4e-6
_SECONDS_PER_STEP_AND_TRIAL = 1.5e-9
# Beyond it the compiler is waited for: both at once would slow each other down.
_LONGEST_FIRST_ANSWER = 0.15
_SECONDS_BETWEEN_LOOKS = 0.02

logger = logging.getLogger(__name__)


class TieredBackend:
    """Compiles in a thread as soon as that is worth while.

    Args:
        expected_trials: how many trials will be run in all, as far as that is known.
        compiled: runs the rest; by default the CPU back end.
        told: whether machine code was found on the disk, for each that is made or found.
    """

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        expected_trials: int = 0,
        compiled: CompilingBackend | None = None,
        told: CodeTold = lambda _: None,
    ) -> None:
        self._reference = ReferenceBackend(program, evaluators)
        cache = _code_cache(told)
        self._steps = step_count(program)
        count = sum(1 for _ in program_instructions(program))
        self._compile_seconds = count * _SECONDS_PER_COMPILED_INSTRUCTION
        self._expected_seconds = self._reference_seconds(expected_trials)
        spared_seconds = self._steps * expected_trials * _SPARED_SECONDS_PER_STEP_AND_TRIAL
        self._optimised: CompilingBackend | None = None
        # best first: any of them that is kept will do
        self._choices: tuple[CompilingBackend, ...] = (compiled,) if compiled is not None else ()
        if compiled is None and spared_seconds > count * _SECONDS_PER_OPTIMISED_INSTRUCTION:
            is_very_long = spared_seconds > _TIMES_VERY_LONG * count * _SECONDS_PER_OPTIMISED_INSTRUCTION
            self._optimised = (
                long_run_backend(program, evaluators, cache=cache)
                if is_very_long
                else CpuBackend(program, evaluators, is_optimised=True, cache=cache)
            )
        if compiled is None:
            wide = CpuBackend(program, evaluators, cache=cache)
            narrow = CpuBackend(program, evaluators, lanes=this_machine().width, cache=cache)
            self._choices = (wide, narrow)
            is_served_long = spared_seconds > count * _SECONDS_PER_WIDENED_INSTRUCTION
            compiled = wide if is_served_long and self._optimised is None else narrow
        self.compiled = compiled
        self._running: CompilingBackend | None = None
        self._thread: threading.Thread | None = None
        self._is_ready = False
        # the slot arrays for which kept code was looked for last
        self._looked_for: Sequence[int] | None = None

    @property
    def name(self) -> str:
        """Where the trials run, as far as that is known by now."""
        return self.compiled.name if self._is_ready else "cpu"

    @property
    def is_at_full_speed(self) -> bool:
        """Whether the compiler is done."""
        return self._is_ready

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of the back end that compiles."""
        return self.compiled.warnings

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Begin to compile; where the reference back end takes long for such a chunk, wait for the end."""
        seconds = self._reference_seconds(request.count)
        self._expected_seconds = max(self._expected_seconds, seconds)
        token = cancel or CancelToken()
        if self._thread is None:
            self._begin(request.wanted, token)
        if self._thread is not None and not self._is_ready and seconds > _LONGEST_FIRST_ANSWER:
            self._wait(self._thread, token)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        self.prepare(request, cancel)
        if self._is_ready:
            return self._compiled_backend().run(request, cancel)
        self._expected_seconds += self._reference_seconds(request.count)
        return self._reference.run(request, cancel)

    def close(self) -> None:
        """End the threads of the back end that runs; one that compiles ends by itself."""
        if self._running is not None:
            self._running.close()
            self._running = None

    def _compiled_backend(self) -> CompilingBackend:
        """The one that is to run now; the one before it is closed."""
        if self._running is not self.compiled:
            self.close()
            self._running = self.compiled
        return self._running

    def _begin(self, wanted: Sequence[int], cancel: CancelToken) -> None:
        """Take the code that is kept, and compile in a thread what is worth while."""
        if not self._is_ready and self._looked_for != wanted:
            self._looked_for = wanted
            # to find out what code would be kept takes seconds for the largest programs
            looking = _started(self._take_kept, wanted)
            self._wait(looking, cancel)
            looking.join()
        is_needed = not self._is_ready and self._expected_seconds > self._compile_seconds
        if is_needed or self._optimised is not None:
            self._thread = _started(self._compile, wanted)

    def _take_kept(self, wanted: Sequence[int]) -> None:
        for each in self._choices:
            if each.is_at_hand(wanted):
                each.build(wanted)
                self.compiled, self._is_ready = each, True
                return

    def _wait(self, thread: threading.Thread, cancel: CancelToken) -> None:
        while thread.is_alive() and not self._is_ready:
            cancel.raise_if_cancelled()
            thread.join(_SECONDS_BETWEEN_LOOKS)

    def _compile(self, wanted: Sequence[int]) -> None:
        try:
            self.compiled.build(wanted)
            self._is_ready = True
            if self._optimised is not None:
                self._optimised.build(wanted)
                self.compiled, self._optimised = self._optimised, None
        except Exception:  # whatever the compiler objects to, the reference back end can run it
            logger.exception("the program could not be compiled")

    def _reference_seconds(self, trials: int) -> float:
        return self._steps * (_SECONDS_PER_STEP + trials * _SECONDS_PER_STEP_AND_TRIAL)


def _started(work: Callable[[Sequence[int]], None], wanted: Sequence[int]) -> threading.Thread:
    thread = threading.Thread(target=work, args=(wanted,), name=COMPILING_THREAD, daemon=True)
    thread.start()
    return thread


def _code_cache(told: CodeTold) -> CodeCache | None:
    """Where machine code is kept; nowhere if the data is encrypted, as the numbers of the sheet are in it."""
    folders = user_folders()
    return None if is_encrypted(folders.data) else CodeCache(folders.cache / "code", ".o", told)
