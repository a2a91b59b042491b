"""The first trials at once from the reference back end, the rest from the compiled program.

In long runs the program is compiled once more, with more care. All give the same bits, so that nothing
shows where one took over from the other.
"""

import logging
import threading
from collections.abc import Sequence

from mcdesk.engine.backends.backend import ChunkRequest, CompilingBackend, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.compiler_thread import COMPILING_THREAD
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program, program_instructions, step_count
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.paths import user_folders

# Rough costs on a slow core; they decide what is worth while, never a bit.
_SECONDS_PER_COMPILED_INSTRUCTION = 1e-4
_SECONDS_PER_OPTIMISED_INSTRUCTION = 4e-4
_SPARED_SECONDS_PER_STEP_AND_TRIAL = 5e-12
_SECONDS_PER_STEP = 4e-6
_SECONDS_PER_STEP_AND_TRIAL = 1.5e-9
_LONGEST_FIRST_ANSWER = 1.0
_SECONDS_BETWEEN_LOOKS = 0.02

logger = logging.getLogger(__name__)


class TieredBackend:
    """Compiles in a thread as soon as that is worth while.

    Args:
        expected_trials: how many trials will be run in all, as far as that is known.
        compiled: runs the rest; by default the CPU back end.
    """

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        expected_trials: int = 0,
        compiled: CompilingBackend | None = None,
    ) -> None:
        self._reference = ReferenceBackend(program, evaluators)
        cache = CodeCache(user_folders().cache / "code", ".o")
        self.compiled = compiled or CpuBackend(program, evaluators, cache=cache)
        self._steps = step_count(program)
        count = sum(1 for _ in program_instructions(program))
        self._compile_seconds = count * _SECONDS_PER_COMPILED_INSTRUCTION
        self._expected_seconds = self._reference_seconds(expected_trials)
        spared_seconds = self._steps * expected_trials * _SPARED_SECONDS_PER_STEP_AND_TRIAL
        self._optimised: CompilingBackend | None = None
        if compiled is None and spared_seconds > count * _SECONDS_PER_OPTIMISED_INSTRUCTION:
            self._optimised = CpuBackend(program, evaluators, is_optimised=True, cache=cache)
        self._thread: threading.Thread | None = None
        self._is_ready = False

    @property
    def name(self) -> str:
        """Where the trials run, as far as that is known by now."""
        return self.compiled.name if self._is_ready else "cpu"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of the back end that compiles."""
        return self.compiled.warnings

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        seconds = self._reference_seconds(request.count)
        self._expected_seconds = max(self._expected_seconds, seconds)
        if self._thread is None:
            self._begin(request.wanted)
        if self._thread is not None and not self._is_ready and seconds > _LONGEST_FIRST_ANSWER:
            self._wait(self._thread, token)
        if self._is_ready:
            return self.compiled.run(request, token)
        self._expected_seconds += seconds
        return self._reference.run(request, token)

    def _begin(self, wanted: Sequence[int]) -> None:
        """Take the code that is kept, and compile in a thread what is worth while."""
        if not self._is_ready and self.compiled.is_at_hand(wanted):
            self.compiled.build(wanted)
            self._is_ready = True
        is_needed = not self._is_ready and self._expected_seconds > self._compile_seconds
        if is_needed or self._optimised is not None:
            self._thread = threading.Thread(
                target=self._compile, args=(wanted,), name=COMPILING_THREAD, daemon=True
            )
            self._thread.start()

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
