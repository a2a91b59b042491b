"""How many trials make a chunk: learnt from the chunks before, so that progress is shown in time.

A chunk costs something whatever its size, and then something for each trial. How soon a cancel is
answered does not depend on it: an unfinished chunk is dropped.
"""

AIMED_SECONDS = 0.1
# Where a chunk costs much whatever its size, longer ones are taken, so that less of the time goes there.
MOST_SPARED_SECONDS = 1.0
FIRST_TRIALS = 1
# Where all trials of a chunk go through each instruction together, one costs little.
FIRST_TRIALS_TOGETHER = 1024
MOST_CHUNK_TRIALS = 1 << 20
# Figures of a short chunk say little about a much longer one.
MOST_GROWTH = 8
# Statistics are taken in blocks of so many trials; whole blocks leave nothing over.
BLOCK_TRIALS = 1024


class ChunkSize:
    """The number of trials of the next chunk; told after each how long it took.

    Args:
        first_trials: of the first chunk: few where a trial may cost seconds.
        longest_seconds: how long one may take where a chunk costs much whatever its size.
        most_trials: what fits into the memory.
    """

    def __init__(
        self,
        first_trials: int = FIRST_TRIALS,
        longest_seconds: float = MOST_SPARED_SECONDS,
        most_trials: int = MOST_CHUNK_TRIALS,
    ) -> None:
        self._longest_seconds = longest_seconds
        self._most_trials = min(most_trials, MOST_CHUNK_TRIALS)
        self._trials = first_trials = min(first_trials, self._most_trials)
        self._fewest = first_trials
        self._least_seconds = 0.0

    @property
    def trials(self) -> int:
        """Trials of the next chunk: 1 to MOST_CHUNK_TRIALS."""
        return self._trials

    def learn(self, trials: int, seconds: float) -> None:
        """Take in how long a chunk took."""
        if trials <= self._fewest or seconds < self._least_seconds:
            # Nothing yet tells the two kinds of cost apart, or what did was about slower code.
            self._fewest, self._least_seconds = trials, seconds
            wanted = trials * max(2, int(min(AIMED_SECONDS / max(seconds, 1e-9), MOST_GROWTH)))
        else:
            wanted = self._wanted_trials(trials, seconds)
        self._trials = _rounded(min(max(wanted, 1), MOST_GROWTH * trials, self._most_trials))

    def _wanted_trials(self, trials: int, seconds: float) -> int:
        trial_seconds = max((seconds - self._least_seconds) / (trials - self._fewest), 1e-12)
        fixed_seconds = max(self._least_seconds - self._fewest * trial_seconds, 0.0)
        longest = max(2 * fixed_seconds, self._longest_seconds)
        aimed_seconds = max(AIMED_SECONDS, min(4 * fixed_seconds, longest))
        return int((aimed_seconds - fixed_seconds) / trial_seconds)


def _rounded(trials: int) -> int:
    return trials - trials % BLOCK_TRIALS if trials > BLOCK_TRIALS else trials
