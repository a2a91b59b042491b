"""How many trials make a chunk: measured, so that progress is shown and a cancel is answered in time."""

import time
from collections.abc import Callable

AIMED_SECONDS = 0.1
# Beyond this a cancel would be answered too late.
MOST_SECONDS = 0.25
# A longer chunk that takes less than this fraction of its share in time shows a fixed cost.
FIXED_COST_FACTOR = 1.5
# Blocks of statistics: a multiple of them leaves no started block over.
BLOCK_TRIALS = 1024
MOST_CHUNK_TRIALS = 1 << 20


def measured_chunk_trials(
    run: Callable[[int], object], most_trials: int, clock: Callable[[], float] = time.perf_counter
) -> int:
    """The number of trials that takes about a tenth of a second.

    Args:
        run: runs this many trials, from the first; what it gives is thrown away.
        most_trials: trials of the whole simulation.

    Returns:
        At least 1 and at most MOST_CHUNK_TRIALS; a multiple of BLOCK_TRIALS where it is larger.
    """
    most = min(most_trials, MOST_CHUNK_TRIALS)
    count, seconds = 1, _timed(run, 1, clock)
    while count < most:
        following = min(count * (2 if seconds > AIMED_SECONDS else 8), most)
        longer = _timed(run, following, clock)
        # what a chunk costs whatever its size is spread over more trials while it dominates
        is_proportional = longer > seconds * following / count / FIXED_COST_FACTOR
        if is_proportional and longer > AIMED_SECONDS / 8:
            count, seconds = (following, longer) if longer <= MOST_SECONDS else (count, seconds)
            break
        count, seconds = following, longer
    aimed = min(int(count * max(AIMED_SECONDS / max(seconds, 1e-9), 1.0)), MOST_CHUNK_TRIALS, most_trials)
    return max(1, aimed - aimed % BLOCK_TRIALS if aimed > BLOCK_TRIALS else aimed)


def _timed(run: Callable[[int], object], count: int, clock: Callable[[], float]) -> float:
    began = clock()
    run(count)
    return clock() - began
