"""The chunks of one simulation until it is done or cancelled, and then its statistics."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from mcdesk.dispatch.chunk_size import FIRST_TRIALS, FIRST_TRIALS_TOGETHER, ChunkSize
from mcdesk.dispatch.device_lock import DeviceLock
from mcdesk.dispatch.quick_statistics import few_trials
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import Phase, SimulationProgram, SimulationProgress, SimulationResult
from mcdesk.foundation.cancellation import Cancelled, CancelToken

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
        lock: of the device, which other data folders may compute on; None where nobody else does.
    """

    def __init__(
        self,
        simulation: Simulation,
        program: SimulationProgram,
        on_progress: ProgressSink,
        cancel: CancelToken,
        clock: Callable[[], float] = time.perf_counter,
        lock: DeviceLock | None = None,
    ) -> None:
        self._lock = lock
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
            try:
                self._simulation.prepare(size.trials, self._cancel)
                with self._turn():
                    chunk_began = self._clock()
                    progress = self._simulation.run_chunk(size.trials, self._cancel)
                    now = self._clock()
            except Cancelled:
                break
            size.learn(progress.trials_done - trials_done, now - chunk_began)
            trials_done = progress.trials_done
            rate = trials_done / max(now - began, 1e-9)
            told = replace(progress, trials_per_second=rate)
            self._on_progress(told)
        if told is not None:
            self._on_progress(replace(told, phase=Phase.STATISTICS))
        return trials_done

    def _turn(self) -> AbstractContextManager[object]:
        return nullcontext() if self._lock is None else self._lock.turn(lambda: self._cancel.is_cancelled)

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
                return self._simulation.result(few_trials(self._input_count)), False
        except Cancelled:
            pass
        with self._cancel.breakable():
            return self._simulation.result(0), False
