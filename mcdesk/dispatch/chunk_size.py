"""How many trials make a chunk: measured, so that progress is shown and a cancel is answered in time."""

import time
from collections.abc import Callable

FIRST_TRIALS = 16
# A measurement shorter than this says little about a longer chunk.
LEAST_MEASURED_SECONDS = 0.01
AIMED_SECONDS = 0.1
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
    count, seconds = min(FIRST_TRIALS, most_trials), 0.0
    while True:
        began = clock()
        run(count)
        seconds = clock() - began
        if seconds >= LEAST_MEASURED_SECONDS or count >= min(most_trials, MOST_CHUNK_TRIALS):
            break
        count = min(count * 8, most_trials, MOST_CHUNK_TRIALS)
    aimed = min(int(count * AIMED_SECONDS / max(seconds, 1e-9)), MOST_CHUNK_TRIALS)
    return max(1, aimed - aimed % BLOCK_TRIALS if aimed > BLOCK_TRIALS else aimed)
