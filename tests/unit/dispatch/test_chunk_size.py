"""How many trials make a chunk."""

import pytest

from mcdesk.dispatch.chunk_size import BLOCK_TRIALS, MOST_CHUNK_TRIALS, ChunkSize


class Machine:
    """Takes a fixed time for each chunk and for each trial."""

    def __init__(self, trial_seconds: float, chunk_seconds: float = 0.0) -> None:
        self.trial_seconds = trial_seconds
        self.chunk_seconds = chunk_seconds
        self.trials: list[int] = []

    def seconds(self, trials: int) -> float:
        return self.chunk_seconds + trials * self.trial_seconds

    def run(self, chunk_count: int = 20) -> int:
        size = ChunkSize()
        for _ in range(chunk_count):
            self.trials.append(size.trials)
            size.learn(size.trials, self.seconds(size.trials))
        return size.trials


@pytest.mark.parametrize("trial_seconds", [1.3e-7, 1e-6, 1e-5, 5e-5, 1e-3, 2e-2])
def test_that_a_chunk_takes_between_50_and_250_milliseconds(trial_seconds: float) -> None:
    assert 0.05 <= Machine(trial_seconds).run() * trial_seconds <= 0.25


def test_that_dear_trials_run_one_by_one() -> None:
    machine = Machine(3.0)

    assert machine.run() == 1
    assert max(machine.trials) == 2


@pytest.mark.parametrize(("chunk_seconds", "longest"), [(0.04, 0.25), (0.2, 1.0), (4.0, 8.1)])
def test_that_what_any_chunk_costs_is_at_most_half(chunk_seconds: float, longest: float) -> None:
    machine = Machine(1e-3, chunk_seconds)

    seconds = machine.seconds(machine.run())

    assert 1.7 * chunk_seconds <= seconds <= longest


def test_that_a_few_short_chunks_are_enough_to_learn() -> None:
    machine = Machine(1e-6)

    machine.run()

    assert sum(machine.seconds(trials) for trials in machine.trials if trials < 50_000) < 0.1


def test_that_uneven_times_do_not_stop_it() -> None:
    size = ChunkSize()

    for seconds in (0.5, 0.2, 0.0, 0.3, 0.0, 0.0):
        size.learn(size.trials, seconds)

    assert 1 <= size.trials <= MOST_CHUNK_TRIALS


def test_that_a_large_chunk_is_whole_blocks_and_bounded() -> None:
    assert Machine(1.3e-6).run() % BLOCK_TRIALS == 0
    assert Machine(1e-12).run() == MOST_CHUNK_TRIALS
