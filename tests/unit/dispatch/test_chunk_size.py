"""How many trials make a chunk."""

import numpy as np
import pytest

from mcdesk.dispatch.chunk_size import (
    BLOCK_TRIALS,
    MOST_CHUNK_TRIALS,
    ReplayingBackend,
    measured_chunk_trials,
)
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.foundation.cancellation import CancelToken


class Machine:
    """Takes a fixed time for each run and for each trial, on a clock of its own."""

    def __init__(self, trial_seconds: float, run_seconds: float = 0.0) -> None:
        self.seconds = 0.0
        self.trial_seconds = trial_seconds
        self.run_seconds = run_seconds
        self.runs: list[int] = []

    def run(self, count: int) -> None:
        self.runs.append(count)
        self.seconds += self.run_seconds + count * self.trial_seconds

    def clock(self) -> float:
        return self.seconds

    def chunk_trials(self, most_trials: int = 10**9, has_slow_cells: bool = False) -> int:
        return measured_chunk_trials(self.run, most_trials, has_slow_cells, self.clock)


@pytest.mark.parametrize("trial_seconds", [1.3e-7, 1e-6, 1e-5, 5e-5])
def test_that_a_chunk_takes_between_50_and_250_milliseconds(trial_seconds: float) -> None:
    count = Machine(trial_seconds).chunk_trials()

    assert 0.05 <= count * trial_seconds <= 0.25


@pytest.mark.parametrize("trial_seconds", [1e-3, 2e-2])
def test_that_a_chunk_of_slow_cells_takes_no_longer(trial_seconds: float) -> None:
    count = Machine(trial_seconds).chunk_trials(has_slow_cells=True)

    assert 0.05 <= count * trial_seconds <= 0.25


def test_that_very_slow_trials_run_one_by_one() -> None:
    assert Machine(3.0).chunk_trials(has_slow_cells=True) == 1


def test_that_what_a_run_costs_at_least_is_not_paid_for_a_few_trials() -> None:
    assert Machine(1e-3, run_seconds=4.0).chunk_trials() == BLOCK_TRIALS
    assert Machine(1e-2, run_seconds=4.0).chunk_trials(has_slow_cells=True) >= 300


def test_that_measuring_costs_little_time() -> None:
    machine = Machine(1e-5)

    machine.chunk_trials()

    assert machine.seconds < 0.15


@pytest.mark.parametrize("has_slow_cells", [True, False])
@pytest.mark.parametrize("most_trials", [1, 5])
def test_that_no_more_trials_are_measured_than_there_are(most_trials: int, has_slow_cells: bool) -> None:
    machine = Machine(1e-9)

    machine.chunk_trials(most_trials, has_slow_cells)

    assert max(machine.runs) == most_trials


def test_that_a_large_chunk_is_whole_blocks_and_bounded() -> None:
    assert Machine(1.3e-6).chunk_trials() % BLOCK_TRIALS == 0
    assert Machine(1e-12).chunk_trials() <= MOST_CHUNK_TRIALS


class CountingBackend:
    """Counts its runs."""

    name = "counting"

    def __init__(self) -> None:
        self.run_count = 0

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        self.run_count += 1
        return {0: np.arange(request.first, request.first + request.count)}


def test_that_measured_trials_are_not_run_a_second_time() -> None:
    counting = CountingBackend()
    backend = ReplayingBackend(counting)

    backend.measure(ChunkRequest(1, 0, 4, (0,)))
    first = backend.run(ChunkRequest(1, 0, 4, (0,)))
    second = backend.run(ChunkRequest(1, 4, 4, (0,)))

    assert counting.run_count == 2
    assert (first[0].tolist(), second[0].tolist()) == ([0, 1, 2, 3], [4, 5, 6, 7])


def test_that_other_trials_than_those_measured_are_run() -> None:
    backend = ReplayingBackend(CountingBackend())

    backend.measure(ChunkRequest(1, 0, 4, (0,)))

    assert backend.run(ChunkRequest(1, 0, 6, (0,)))[0].tolist() == [0, 1, 2, 3, 4, 5]
