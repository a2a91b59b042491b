"""The first trials at once from the reference back end, the rest from the compiled program.

Both give the same bits, so that nothing shows where one took over from the other.
"""

import logging
import threading
from collections.abc import Iterable, Sequence

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import CompiledStage, Loop, Program, Statement, program_instructions
from mcdesk.foundation.cancellation import CancelToken

COMPILING_THREAD = "mcdesk-compile"

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
    """

    name = "cpu"

    def __init__(
        self, program: Program, evaluators: Sequence[SlotEvaluator], expected_trials: int = 0
    ) -> None:
        self._reference = ReferenceBackend(program, evaluators)
        self._cpu = CpuBackend(program, evaluators)
        self._steps = _step_count(program)
        count = sum(1 for _ in program_instructions(program))
        self._compile_seconds = count * _SECONDS_PER_COMPILED_INSTRUCTION
        self._expected_seconds = self._reference_seconds(expected_trials)
        self._thread: threading.Thread | None = None
        self._is_ready = False

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
            return self._cpu.run(request, token)
        self._expected_seconds += seconds
        return self._reference.run(request, token)

    def _wait(self, thread: threading.Thread, cancel: CancelToken) -> None:
        while thread.is_alive():
            cancel.raise_if_cancelled()
            thread.join(_SECONDS_BETWEEN_LOOKS)

    def _compile(self, wanted: Sequence[int]) -> None:
        try:
            self._cpu.build(wanted)
            self._is_ready = True
        except Exception:  # whatever LLVM objects to, the reference back end can run it
            logger.exception("the program could not be compiled")

    def _reference_seconds(self, trials: int) -> float:
        return self._steps * (_SECONDS_PER_STEP + trials * _SECONDS_PER_STEP_AND_TRIAL)


def _step_count(program: Program) -> int:
    """How many instructions one trial executes."""
    return sum(_steps(stage.body) for stage in program.stages if isinstance(stage, CompiledStage))


def _steps(body: Iterable[Statement]) -> int:
    return sum(
        statement.count * _steps(statement.body) if isinstance(statement, Loop) else 1 for statement in body
    )
