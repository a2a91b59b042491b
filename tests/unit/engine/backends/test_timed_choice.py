"""Of back ends that give the same bits, the one that a short timing finds fastest runs."""

import time
from pathlib import Path
from typing import cast

import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.timed_choice import TimedChoice, long_run_backend
from mcdesk.engine.ir import step_count
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.foundation.cancellation import CancelToken
from tests.closed_forms import CLOSED_FORMS, program_of
from tests.unit.engine.backends.evaluated_program import evaluate, with_evaluator
from tests.unit.engine.backends.same_bits import assert_same


class _Slow:
    """A back end that takes a time for each chunk, and tells what became of it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.built: list[object] = []
        self.requests: list[ChunkRequest] = []
        self.closed_count = 0

    def build(self, wanted: object) -> None:
        self.built.append(wanted)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        self.requests.append(request)
        time.sleep(self._seconds)
        return {}

    def close(self) -> None:
        self.closed_count += 1


@pytest.mark.parametrize("fastest", [0, 1])
def test_that_the_fastest_is_chosen_once_and_runs_the_trials(fastest: int) -> None:
    slow = [_Slow(0.001 if number == fastest else 0.02) for number in range(2)]
    choice = TimedChoice([cast("CpuBackend", each) for each in slow], 1_000_000)

    choice.build((4,))
    timed = [len(each.requests) for each in slow]
    choice.build((4, 5))
    choice.run(ChunkRequest(1, 0, 10, (4,)))

    assert choice.chosen is slow[fastest]
    assert [len(each.requests) for each in slow] == [
        count + (number == fastest) for number, count in enumerate(timed)
    ]
    assert slow[fastest].built == [(4,), (4, 5), (4,)]
    assert slow[1 - fastest].built == [(4,)]
    assert all(each.closed_count for each in slow), "threads and memory of the timing are given back"


def test_that_all_ways_have_the_bits_of_the_reference(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    request = ChunkRequest(3, 7, 2_000, wanted)
    expected = ReferenceBackend(program.program, ()).run(request)

    backend = long_run_backend(program.program, ())
    assert isinstance(backend, TimedChoice)
    candidates = backend._candidates

    usual = candidates[0].lanes
    assert [each.lanes for each in candidates] == [usual, usual, 2 * usual]
    for each in (*candidates, backend):
        assert_same(each.run(request), expected)
        each.close()


def test_that_nothing_is_timed_that_takes_long_by_itself() -> None:
    program, _ = with_evaluator()

    assert step_count(program) < 1_000
    assert isinstance(long_run_backend(program, (evaluate,)), CpuBackend)
