"""The chunks of one simulation until it is done or cancelled, and then its statistics."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mcdesk.dispatch.chunk_size import FIRST_TRIALS, FIRST_TRIALS_TOGETHER, ChunkSize
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import Phase, SimulationProgram, SimulationProgress, SimulationResult
from mcdesk.engine.statistics.sensitivity import SENSITIVITY_TRIALS
from mcdesk.foundation.cancellation import Cancelled, CancelToken

# After a cancel nobody waits long: with these limits sensitivity takes about a tenth of a second.
SENSITIVITY_VALUES_AFTER_CANCEL = 1 << 18
SENSITIVITY_INPUTS_AFTER_CANCEL = 40

ProgressSink = Callable[[SimulationProgress], None]


@dataclass(frozen=True, slots=True)
class SimulatedTrials:
    """What came of a simulation.

    Attributes:
        is_done: whether all trials were run, or as many as the stop rule wants.
        is_whole: whether the statistics are as thorough as they can be; a cancel makes them quicker.
    """

    result: SimulationResult
    is_done: bool
    is_whole: bool
    stopped_by: str | None = None


class SimulationLoop:
    """Runs a simulation in the calling thread.

    Args:
        on_progress: told after each chunk, and when the statistics begin.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        simulation: Simulation,
        program: SimulationProgram,
        on_progress: ProgressSink,
        cancel: CancelToken,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._simulation = simulation
        self._input_count = len(program.inputs)
        self._first_trials = FIRST_TRIALS if program.evaluators else FIRST_TRIALS_TOGETHER
        self._on_progress = on_progress
        self._cancel = cancel
        self._clock = clock

    def run(self) -> SimulatedTrials:
        """All chunks, or those before a cancel, and their statistics.

        Raises:
            Cancelled: if it was cancelled before the first chunk, or its statistics were broken off.
        """
        began, cpu_began = self._clock(), time.process_time()
        trials_done = self._run_chunks(began)
        seconds, cpu_seconds = self._clock() - began, time.process_time() - cpu_began
        if trials_done == 0:
            raise Cancelled("Interrupted before the first trials were done")
        result, is_whole = self._statistics()
        timed = replace(result, simulate_seconds=seconds, cpu_seconds=cpu_seconds)
        simulation = self._simulation
        return SimulatedTrials(timed, simulation.is_done, is_whole, simulation.stopped_by)

    def _run_chunks(self, began: float) -> int:
        size = ChunkSize(self._first_trials)
        trials_done = 0
        told: SimulationProgress | None = None
        while not self._simulation.is_done and not self._cancel.is_cancelled:
            chunk_began = self._clock()
            try:
                progress = self._simulation.run_chunk(size.trials, self._cancel)
            except Cancelled:
                break
            now = self._clock()
            size.learn(progress.trials_done - trials_done, now - chunk_began)
            trials_done = progress.trials_done
            rate = trials_done / max(now - began, 1e-9)
            told = replace(progress, trials_per_second=rate)
            self._on_progress(told)
        if told is not None:
            self._on_progress(replace(told, phase=Phase.STATISTICS))
        return trials_done

    def _statistics(self) -> tuple[SimulationResult, bool]:
        """Statistics and whether they are whole; each signal meanwhile makes them quicker."""
        if not self._cancel.is_cancelled:
            try:
                with self._cancel.breakable():
                    return self._simulation.result(), True
            except Cancelled:
                pass
        try:
            with self._cancel.breakable():
                return self._simulation.result(self._few_trials()), False
        except Cancelled:
            pass
        with self._cancel.breakable():
            return self._simulation.result(0), False

    def _few_trials(self) -> int:
        if self._input_count > SENSITIVITY_INPUTS_AFTER_CANCEL:
            return 0
        return min(SENSITIVITY_VALUES_AFTER_CANCEL // max(self._input_count, 1), SENSITIVITY_TRIALS)
