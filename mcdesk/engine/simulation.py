"""Runs a program chunk by chunk; between chunks only accumulators and the kept trials live."""

import time
from collections.abc import Callable, Mapping

import numpy as np

from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotValues
from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.simulation_state import SimulationState
from mcdesk.engine.simulation_types import (
    KeptTrials,
    OutputStatistics,
    Quantity,
    SimulationPlan,
    SimulationProgram,
    SimulationProgress,
    SimulationResult,
    TrialValues,
)
from mcdesk.engine.statistics.accumulators import (
    MEASURED_TRIALS,
    InputAccumulator,
    OutputAccumulator,
    half_width_95,
    known_mean,
)
from mcdesk.engine.statistics.moments import MOMENT_TRIALS
from mcdesk.engine.statistics.output_trials import OutputTrials
from mcdesk.engine.statistics.sensitivity import (
    SENSITIVITY_TRIALS,
    SensitivityAnalysis,
    sensitivity_trials,
)
from mcdesk.engine.statistics.trial_column import Errors, Floats
from mcdesk.engine.stop_check import is_met, next_look
from mcdesk.engine.stop_rule import parse_stop_rule
from mcdesk.engine.trial_memory import unwritten
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import OptionInvalid

MOST_TRIALS = 10**12
BYTES_PER_TRIAL = 8
# Up to so many trials percentiles are exact of outputs that can be counted.
_SMOOTH_TRIALS = 1 << 21
# Values of inputs that the back end hands out at once: they are copied, and new memory is dear.
_INPUTS_TOGETHER = 1 << 19


class Simulation:
    """One run of a program: `run_chunk(count)` until `is_done`, then `result()`; or stop earlier.

    No bit of the result depends on the sizes of the chunks.

    Raises:
        OptionInvalid: if the plan asks for what cannot be done.
    """

    def __init__(
        self,
        simulated: SimulationProgram,
        plan: SimulationPlan,
        backend: Backend,
        clock: Callable[[], float] = time.perf_counter,
        cpu_clock: Callable[[], float] = time.process_time,
        kept: KeptTrials | None = None,
    ) -> None:
        _refuse_impossible(plan)
        self._plan = plan
        self._backend = backend
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._most_looked_at = sensitivity_trials(sum(each.moves_outputs for each in simulated.inputs))
        kept = kept or KeptTrials()
        most_kept = None if kept.is_all else self._most_looked_at
        looked_at = min(plan.trials, self._most_looked_at)
        room = unwritten(len(simulated.inputs) * looked_at, np.dtype(np.float64)).reshape(-1, looked_at)
        self._inputs = [
            (each, InputAccumulator(each, most_kept, row))
            for each, row in zip(simulated.inputs, room, strict=True)
        ]
        replicates = Replicates(plan.sampling, plan.trials)
        most_exact, most_smooth = _most_exact(plan, kept, max(len(simulated.outputs), 1))
        self._outputs = [
            (each, OutputAccumulator(each, trials))
            for each in simulated.outputs
            for trials in [OutputTrials(each.cell, replicates, most_exact, kept.is_all, most_smooth)]
        ]
        # beyond these trials nobody looks at the inputs
        self._input_trials = plan.trials if kept.is_all else max(self._most_looked_at, MEASURED_TRIALS)
        blocks = _INPUTS_TOGETHER // (max(len(simulated.inputs), 1) * MOMENT_TRIALS)
        self._most_with_inputs = plan.trials if kept.is_all else max(blocks, 1) * MOMENT_TRIALS
        self._wanted = _wanted_arrays((*simulated.inputs, *simulated.outputs))
        self._wanted_of_outputs = _wanted_arrays(simulated.outputs)
        self._rule = parse_stop_rule(plan.stop, "stop rule") if plan.stop else None
        self._next_look = 0 if self._rule is None else next_look(plan.sampling, plan.trials, 0)
        self._is_stopped = False
        self._trials_done = 0
        self._seconds = 0.0
        self._cpu_seconds = 0.0

    @property
    def is_done(self) -> bool:
        """Whether all trials of the plan were run, or as many as its stop rule wants."""
        return self._is_stopped or self._trials_done >= self._plan.trials

    @property
    def trials_done(self) -> int:
        """How many trials were run."""
        return self._trials_done

    @property
    def stopped_by(self) -> str | None:
        """The stop rule, if it ended the run before all trials were run."""
        return self._rule.text if self._rule is not None and self._is_stopped else None

    def prepare(self, most_trials: int, cancel: CancelToken | None = None) -> None:
        """Wait until the next trials, at most this many, can be run without delay.

        Raises:
            Cancelled: if `cancel` was cancelled meanwhile.
        """
        request = self._next_request(most_trials)
        if request is not None:
            self._backend.prepare(request, cancel)

    def run_chunk(self, most_trials: int, cancel: CancelToken | None = None) -> SimulationProgress:
        """Run the next trials: at most this many; nothing when done.

        Fewer are run where all are done or the stop rule has to look, and while inputs are looked at.

        Raises:
            Cancelled: if `cancel` was cancelled meanwhile; the simulation is as before the chunk.
        """
        began, cpu_began = self._clock(), self._cpu_clock()
        request = self._next_request(most_trials)
        if request is not None:
            self._take(self._backend.run(request, cancel))
            self._trials_done += request.count
            self._look()
        self._seconds += self._clock() - began
        self._cpu_seconds += self._cpu_clock() - cpu_began
        return self._progress()

    def result(
        self, most_sensitivity_trials: int = SENSITIVITY_TRIALS, cancel: CancelToken | None = None
    ) -> SimulationResult:
        """Statistics of the trials that were run, all of the plan or fewer.

        Args:
            most_sensitivity_trials: sensitivity looks at the first so many; most of the time goes there.
            cancel: looked at on the way; the simulation is as before, and may be asked again.

        Raises:
            Cancelled: if `cancel` was cancelled meanwhile.
        """
        looked_at = min(self._trials_done, most_sensitivity_trials, self._most_looked_at)
        analysis = SensitivityAnalysis(
            [_first(inputs.trials(), looked_at) for each, inputs in self._inputs if each.moves_outputs],
            self._plan.sampling,
            cancel,
        )
        outputs = [each for _, each in self._outputs]
        return SimulationResult(
            trials=self._trials_done,
            simulate_seconds=self._seconds,
            cpu_seconds=self._cpu_seconds,
            inputs=tuple(each.result() for _, each in self._inputs),
            outputs=tuple(each.result(analysis.influences(each.trials())) for each in outputs),
            input_trials=tuple(each.trials() for _, each in self._inputs),
            output_trials=tuple(each.trials() for each in outputs if each.is_whole),
            warnings=(*analysis.warnings(looked_at), *self._sensitivity_warnings(looked_at)),
        )

    def glance(self, most_values: int) -> tuple[OutputStatistics, ...]:
        """Statistics to look at between two chunks, percentiles from about so many values of each output."""
        return tuple(each.glance(most_values) for _, each in self._outputs)

    def state(self) -> SimulationState:
        """Where it is between two chunks; to be written at once, because the accumulators are shared."""
        return SimulationState(
            trials_done=self._trials_done,
            is_stopped=self._is_stopped,
            next_look=self._next_look,
            seconds=self._seconds,
            cpu_seconds=self._cpu_seconds,
            inputs=tuple(each for _, each in self._inputs),
            outputs=tuple(each for _, each in self._outputs),
        )

    def resume(self, state: SimulationState) -> None:
        """Go on from the state of an equal simulation."""
        self._trials_done, self._is_stopped = state.trials_done, state.is_stopped
        self._next_look = state.next_look
        self._seconds, self._cpu_seconds = state.seconds, state.cpu_seconds
        self._inputs = [(kind, each) for (kind, _), each in zip(self._inputs, state.inputs, strict=True)]
        self._outputs = [(kind, each) for (kind, _), each in zip(self._outputs, state.outputs, strict=True)]

    @property
    def _has_inputs(self) -> bool:
        """Whether the next trials' inputs are looked at."""
        return self._trials_done < self._input_trials

    def _next_request(self, most_trials: int) -> ChunkRequest | None:
        if most_trials < 1:
            raise ValueError("a chunk has at least one trial")
        end = self._plan.trials if self._rule is None else self._next_look
        if self._has_inputs:
            end = min(end, self._input_trials, self._trials_done + self._most_with_inputs)
        count = min(most_trials, end - self._trials_done)
        if count <= 0 or self._is_stopped:
            return None
        wanted = self._wanted if self._has_inputs else self._wanted_of_outputs
        return ChunkRequest(self._plan.seed, self._trials_done, count, wanted)

    def _look(self) -> None:
        """Ask the stop rule, at trials that do not depend on the chunks."""
        if self._rule is None or self._trials_done < self._next_look or self.is_done:
            return
        self._is_stopped = is_met(self._rule, [each for _, each in self._outputs])
        self._next_look = next_look(self._plan.sampling, self._plan.trials, self._trials_done)

    def _sensitivity_warnings(self, looked_at: int) -> tuple[str, ...]:
        if not any(each.moves_outputs for each, _ in self._inputs) or looked_at == self._trials_done:
            return ()
        if looked_at == 0:
            return ("Sensitivity is left out.",)
        found = [f"Sensitivity is taken from the first {looked_at:,} trials."]
        if self._trials_done > MEASURED_TRIALS:
            found.append(f"Means and deviations of inputs are those of the first {MEASURED_TRIALS:,} trials.")
        return tuple(found)

    def _take(self, arrays: Mapping[int, SlotValues]) -> None:
        for quantity, inputs in self._inputs if self._has_inputs else []:
            inputs.add(*_column(quantity, arrays))
        for quantity, outputs in self._outputs:
            outputs.add(*_column(quantity, arrays))

    def _progress(self) -> SimulationProgress:
        rate = self._trials_done / self._seconds if self._seconds > 0.0 else 0.0
        mean = half_width = None
        if self._outputs:
            moments = self._outputs[0][1].moments()
            mean, half_width = known_mean(moments), half_width_95(moments)
        return SimulationProgress(self._trials_done, self._plan.trials, rate, mean, half_width)


def _most_exact(plan: SimulationPlan, kept: KeptTrials, output_count: int) -> tuple[int, int]:
    """Up to how many trials percentiles of an output are exact, and of one that can be counted in cells."""
    if kept.is_all:
        return plan.trials, plan.trials
    most = kept.exact_bytes // (BYTES_PER_TRIAL * output_count)
    return most, min(most, _SMOOTH_TRIALS)


def _refuse_impossible(plan: SimulationPlan) -> None:
    if not 1 <= plan.trials <= MOST_TRIALS:
        raise OptionInvalid(f"{plan.trials} trials cannot be run", "Ask for 1 to 1e12 trials.")


def _first(trials: TrialValues, count: int) -> TrialValues:
    errors = None if trials.errors is None else trials.errors[:count]
    return TrialValues(trials.cell, trials.values[:count], errors)


def _wanted_arrays(quantities: tuple[Quantity, ...]) -> tuple[int, ...]:
    arrays = {quantity.array for quantity in quantities}
    arrays |= {quantity.error_array for quantity in quantities if quantity.error_array is not None}
    return tuple(sorted(arrays))


def _column(quantity: Quantity, arrays: Mapping[int, SlotValues]) -> tuple[Floats, Errors | None]:
    """The back end's own memory: what is kept of it is copied."""
    values = arrays[quantity.array][quantity.place].astype(np.float64, copy=False)
    if quantity.error_array is None:
        return values, None
    errors = arrays[quantity.error_array][quantity.place].astype(np.uint8, copy=False)
    return values, errors if errors.max(initial=0) else None
