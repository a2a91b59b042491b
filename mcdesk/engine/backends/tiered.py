"""The first trials at once from the reference back end, the rest from the compiled program.

Both give the same bits, so that nothing shows where one took over from the other.
"""

import logging
import threading
from collections.abc import Sequence

from mcdesk.engine.backends.backend import ChunkRequest, CompilingBackend, SlotEvaluator, SlotValues
from mcdesk.engine.backends.compiler_thread import COMPILING_THREAD
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program, program_instructions, step_count
from mcdesk.foundation.cancellation import CancelToken

# Rough costs on a slow core; they decide what is worth while, never a bit.
_SECONDS_PER_COMPILED_INSTRUCTION = 1e-4
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
        self.compiled = compiled or CpuBackend(program, evaluators)
        self._steps = step_count(program)
        count = sum(1 for _ in program_instructions(program))
        self._compile_seconds = count * _SECONDS_PER_COMPILED_INSTRUCTION
        self._expected_seconds = self._reference_seconds(expected_trials)
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
        if self._thread is None and self._expected_seconds > self._compile_seconds:
            self._thread = threading.Thread(
                target=self._compile, args=(request.wanted,), name=COMPILING_THREAD, daemon=True
            )
            self._thread.start()
        if self._thread is not None and seconds > _LONGEST_FIRST_ANSWER:
            self._wait(self._thread, token)
        if self._is_ready:
            return self.compiled.run(request, token)
        self._expected_seconds += seconds
        return self._reference.run(request, token)

    def _wait(self, thread: threading.Thread, cancel: CancelToken) -> None:
        while thread.is_alive():
            cancel.raise_if_cancelled()
            thread.join(_SECONDS_BETWEEN_LOOKS)

    def _compile(self, wanted: Sequence[int]) -> None:
        try:
            self.compiled.build(wanted)
            self._is_ready = True
        except Exception:  # whatever the compiler objects to, the reference back end can run it
            logger.exception("the program could not be compiled")

    def _reference_seconds(self, trials: int) -> float:
        return self._steps * (_SECONDS_PER_STEP + trials * _SECONDS_PER_STEP_AND_TRIAL)
