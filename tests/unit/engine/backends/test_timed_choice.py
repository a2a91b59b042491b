"""Of back ends that give the same bits, the one that a short timing finds fastest runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.timed_choice import TimedChoice, long_run_backend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, Program, SlotAccess, Type
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.foundation.cancellation import CancelToken
from tests.closed_forms import CLOSED_FORMS, program_of
from tests.unit.engine.backends.evaluated_program import evaluate, with_evaluator
from tests.unit.engine.backends.same_bits import assert_same


class _Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class _Slow:
    """A back end that takes a time for each chunk, and tells what became of it."""

    def __init__(self, seconds: float, clock: _Clock, failure: Exception | None = None) -> None:
        self._seconds, self._clock, self._failure = seconds, clock, failure
        self.built: list[object] = []
        self.requests: list[ChunkRequest] = []
        self.closed_count = 0

    def build(self, wanted: object) -> None:
        self.built.append(wanted)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if self._failure is not None:
            raise self._failure
        self.requests.append(request)
        self._clock.seconds += self._seconds
        return {}

    def close(self) -> None:
        self.closed_count += 1


def _program(length: int = 3) -> Program:
    draft = ProgramDraft()
    draft.slot_array(Type.NUMBER, length)
    return draft.program()


def _choice(slow: Sequence[_Slow], clock: _Clock, length: int = 3) -> TimedChoice:
    return TimedChoice([cast("CpuBackend", each) for each in slow], _program(length), clock)


@pytest.mark.parametrize("fastest", [0, 1])
def test_that_the_fastest_is_chosen_once_and_runs_the_trials(fastest: int) -> None:
    clock = _Clock()
    slow = [_Slow(0.01 if number == fastest else 0.02, clock) for number in range(2)]
    choice = _choice(slow, clock)

    choice.build((0,))
    timed = [len(each.requests) for each in slow]
    choice.build((0, 0))
    choice.run(ChunkRequest(1, 0, 10, (0,)))

    assert choice.chosen is slow[fastest]
    assert [len(each.requests) for each in slow] == [
        count + (number == fastest) for number, count in enumerate(timed)
    ]
    assert slow[fastest].built == [(0,), (0, 0), (0,)]
    assert slow[1 - fastest].built == [(0,)]
    assert all(each.closed_count for each in slow), "threads and memory of the timing are given back"


def test_that_the_timing_holds_little_memory() -> None:
    clock = _Clock()
    (slow,) = several = [_Slow(0.01, clock)]
    several.append(_Slow(0.02, clock))

    _choice(several, clock, length=1_000).build((0,))

    assert {8 * 1_000 * each.count for each in slow.requests} == {6_144_000}


def test_that_a_closed_choice_is_timed_no_longer() -> None:
    clock = _Clock()
    slow = [_Slow(0.02, clock), _Slow(0.01, clock)]
    choice = _choice(slow, clock)
    choice.close()

    choice.build((0,))

    assert choice.chosen is slow[0]
    assert not slow[1].requests


def test_that_a_timing_that_fails_leaves_nothing_behind() -> None:
    clock = _Clock()
    slow = [_Slow(0.02, clock), _Slow(0.01, clock, MemoryError())]

    with pytest.raises(MemoryError):
        _choice(slow, clock).build((0,))

    assert [each.closed_count for each in slow] == [1, 1]


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


def _looped(count: int) -> Program:
    draft = ProgramDraft()
    kept = draft.slot_array(Type.NUMBER, 1)
    ops = StageBuilder(draft)
    number = ops.to_number(ops.iand(ops.trial(), ops.integer(1)))
    (total,) = ops.loop(count, [number], lambda _, carried: [ops.add(carried[0], number)])
    ops.write_slot(SlotAccess(kept, Affine(0)), total)
    ops.finish("looped")
    return draft.program()


def test_that_nothing_is_timed_that_takes_long_by_itself() -> None:
    assert type(long_run_backend(with_evaluator()[0], (evaluate,))) is CpuBackend
    assert type(long_run_backend(_looped(900_000), ())) is CpuBackend
    assert type(long_run_backend(_looped(600_000), ())) is TimedChoice
