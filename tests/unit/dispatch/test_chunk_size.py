"""How many trials make a chunk."""

import pytest

from mcdesk.dispatch.chunk_size import BLOCK_TRIALS, MOST_CHUNK_TRIALS, measured_chunk_trials


class Machine:
    """Takes a fixed time for each trial, on a clock of its own."""

    def __init__(self, trial_seconds: float) -> None:
        self.seconds = 0.0
        self.trial_seconds = trial_seconds
        self.runs: list[int] = []

    def run(self, count: int) -> None:
        self.runs.append(count)
        self.seconds += count * self.trial_seconds

    def clock(self) -> float:
        return self.seconds


@pytest.mark.parametrize("trial_seconds", [1e-7, 1e-6, 1e-4, 1e-3, 0.04])
def test_that_a_chunk_takes_between_50_and_250_milliseconds(trial_seconds: float) -> None:
    machine = Machine(trial_seconds)

    count = measured_chunk_trials(machine.run, 10**9, machine.clock)

    assert 0.05 <= count * trial_seconds <= 0.25


def test_that_measuring_costs_little_time() -> None:
    machine = Machine(1e-5)

    measured_chunk_trials(machine.run, 10**9, machine.clock)

    assert machine.seconds < 0.15


def test_that_slow_trials_run_one_by_one() -> None:
    machine = Machine(3.0)

    assert measured_chunk_trials(machine.run, 100, machine.clock) == 1


def test_that_no_more_trials_are_measured_than_there_are() -> None:
    machine = Machine(1e-9)

    measured_chunk_trials(machine.run, 5, machine.clock)

    assert max(machine.runs) <= 5


def test_that_a_large_chunk_is_whole_blocks_and_bounded() -> None:
    machine = Machine(1.3e-6)

    assert measured_chunk_trials(machine.run, 10**9, machine.clock) % BLOCK_TRIALS == 0
    assert measured_chunk_trials(Machine(1e-12).run, 10**9, Machine(1e-12).clock) <= MOST_CHUNK_TRIALS
