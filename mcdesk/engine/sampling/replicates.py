"""Which trials belong to which of the independent randomisations that a run consists of."""

from dataclasses import dataclass

from mcdesk.engine.sampling.sampler import REPLICATES, Sampling, replicate_count

_FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Replicates:
    """The replicates of a run of `trials` trials: of LHS one after the other, of Sobol points in turn."""

    sampling: Sampling
    trials: int

    @property
    def count(self) -> int:
        """How many there are; 1 where trials are independent of each other."""
        return replicate_count(self.sampling, self.trials)

    def pieces(self, first: int, count: int) -> list[tuple[int, slice]]:
        """Of `count` trials from `first` on (from 0): which replicate has which of them."""
        if self.count == 1:
            return [(0, slice(0, count))]
        if self.sampling is Sampling.SOBOL:
            return [((first + offset) % REPLICATES, slice(offset, count, REPLICATES))
                    for offset in range(min(REPLICATES, count))]  # fmt: skip
        found: list[tuple[int, slice]] = []
        for replicate in range(self.count):
            start = max(self.start(replicate) - first, 0)
            end = min(self.start(replicate + 1) - first, count)
            if start < end:
                found.append((replicate, slice(start, end)))
        return found

    def finished(self, trials_done: int) -> int:
        """How many replicates, from the first on, can be judged by themselves after so many trials."""
        if self.sampling is Sampling.SOBOL:
            return REPLICATES if trials_done >= _FEWEST_POINTS * REPLICATES else 0
        return sum(self.start(replicate + 1) <= trials_done for replicate in range(self.count))

    @property
    def sizes(self) -> tuple[int, int]:
        """Trials of the shorter replicates, and how many of them, from the first on, have one more."""
        return divmod(self.trials, self.count)

    def start(self, replicate: int) -> int:
        """First trial of a replicate of LHS; of the one after the last, the number of trials."""
        size, longer = self.sizes
        return replicate * size + min(replicate, longer)
