"""How many trials make a chunk: measured, so that progress is shown and a cancel is answered in time.

A compiled program takes about as long for a block of trials as for one; a cell that is evaluated trial
by trial takes its time for each.
"""

import time
from collections.abc import Callable, Mapping

from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotValues
from mcdesk.engine.simulation_types import SimulationProgram
from mcdesk.foundation.cancellation import CancelToken

AIMED_SECONDS = 0.1
# A measurement shorter than this says little about a longer chunk.
LEAST_MEASURED_SECONDS = 0.01
# Statistics are taken in blocks of so many trials; whole blocks leave nothing over.
BLOCK_TRIALS = 1024
SLOW_SAMPLE_TRIALS = 16
MOST_CHUNK_TRIALS = 1 << 20

Clock = Callable[[], float]
Measured = Callable[[int], object]


class ReplayingBackend:
    """A back end that gives its last answer again where the same trials are asked for again.

    What was run to measure the chunk is so not run twice.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._request: ChunkRequest | None = None
        self._arrays: dict[int, SlotValues] = {}

    @property
    def name(self) -> str:
        """Name of the back end behind it."""
        return self._backend.name

    def measure(self, request: ChunkRequest) -> Mapping[int, SlotValues]:
        """Run these trials and keep what came out."""
        self._request, self._arrays = request, self._backend.run(request)
        return self._arrays

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """What the back end gives, or gave, for these trials; what is kept is given once."""
        kept, self._request = self._request, None
        arrays, self._arrays = self._arrays, {}
        return arrays if request == kept else self._backend.run(request, cancel)


def wanted_arrays(simulated: SimulationProgram) -> tuple[int, ...]:
    """The slot arrays that a simulation asks its back end for."""
    quantities = (*simulated.inputs, *simulated.outputs)
    arrays = {quantity.array for quantity in quantities}
    arrays |= {quantity.error_array for quantity in quantities if quantity.error_array is not None}
    return tuple(sorted(arrays))


def measured_chunk_trials(
    run: Measured, most_trials: int, has_slow_cells: bool, clock: Clock = time.perf_counter
) -> int:
    """The number of trials that takes about a tenth of a second, or as near to it as is not wasteful.

    Args:
        run: runs this many trials, from the first.
        most_trials: trials of the whole simulation.
        has_slow_cells: whether some cells are evaluated trial by trial.

    Returns:
        At least 1 and at most MOST_CHUNK_TRIALS.
    """
    if has_slow_cells:
        return _slow_chunk_trials(run, most_trials, clock)
    count = min(BLOCK_TRIALS, most_trials)
    seconds = _seconds(run, count, clock)
    while seconds < LEAST_MEASURED_SECONDS and count < min(most_trials, MOST_CHUNK_TRIALS):
        count = min(count * 8, most_trials, MOST_CHUNK_TRIALS)
        seconds = _seconds(run, count, clock)
    aimed = int(count * AIMED_SECONDS / max(seconds, 1e-9))
    return min(max(aimed - aimed % BLOCK_TRIALS, min(BLOCK_TRIALS, most_trials)), MOST_CHUNK_TRIALS)


def _slow_chunk_trials(run: Measured, most_trials: int, clock: Clock) -> int:
    single = _seconds(run, 1, clock)
    count = min(SLOW_SAMPLE_TRIALS, most_trials)
    if count == 1:
        return 1
    each = max((_seconds(run, count, clock) - single) / (count - 1), 1e-9)
    # What a chunk costs whatever its size may take up to half of it.
    fixed = max(single - each, 0.0)
    return min(max(int(max(AIMED_SECONDS, fixed) / each), 1), BLOCK_TRIALS)


def _seconds(run: Measured, count: int, clock: Clock) -> float:
    began = clock()
    run(count)
    return clock() - began
