"""The CPU back end: the bits of the reference, whatever lanes, threads, chunks and programs."""

import math
import threading
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import llvm_pieces
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.code_cache import CodeCache
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.llvm_text import GroupWriter
from mcdesk.engine.backends.llvm_values import Layout
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.backends.tiered import TieredBackend
from mcdesk.engine.backends.timed_choice import TimedChoice
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, SlotAccess, Table, Type, program_instructions, step_count
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.stage_groups import stage_groups
from mcdesk.engine.verifier import check
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.paths import HOME_VARIABLE, user_folders
from tests.closed_forms import CLOSED_FORMS, ClosedForm, program_of
from tests.unit.engine.backends.evaluated_program import evaluate, with_evaluator
from tests.unit.engine.backends.random_programs import BoundedProgram, OverflowingProgram, RandomProgram
from tests.unit.engine.backends.same_bits import assert_same

_FIRST, _TRIALS = 5, 83


def _copies(arrays: Mapping[int, SlotValues]) -> dict[int, SlotValues]:
    """What stays when the back end runs again."""
    return {array: values.copy() for array, values in arrays.items()}


@pytest.mark.parametrize("seed", range(40))
def test_that_random_programs_have_the_bits_of_the_reference(seed: int) -> None:
    made = RandomProgram(seed)
    program, request = made.program(), ChunkRequest(2**63 + 9, _FIRST, _TRIALS, tuple(made.arrays))
    check(program)
    expected = ReferenceBackend(program, ()).run(request)

    for lanes in (4, 8, 16, 32)[seed % 4 :: 2]:
        assert_same(CpuBackend(program, (), lanes=lanes, threads=1).run(request), expected)


@pytest.mark.parametrize("seed", range(20))
def test_that_programs_full_of_overflows_have_the_bits_of_the_reference(seed: int) -> None:
    made = OverflowingProgram(seed, 90)
    program, request = made.program(), ChunkRequest(seed, _FIRST, _TRIALS, tuple(made.arrays))
    check(program)
    expected = ReferenceBackend(program, ()).run(request)

    backend = CpuBackend(program, (), lanes=8, threads=1, is_optimised=seed % 2 == 0)

    assert_same(backend.run(request), expected)


@pytest.mark.parametrize("seed", range(24))
def test_that_clamps_and_conversions_that_are_left_out_change_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as before AVX-512, and as now
    monkeypatch.setattr(this_machine(), "has_conversion", seed % 3 == 0)
    made = BoundedProgram(seed, 90)
    program, request = made.program(), ChunkRequest(2**63 + 9, _FIRST, _TRIALS, tuple(made.arrays))
    check(program)

    found = CpuBackend(program, (), lanes=(8, 16)[seed % 2], threads=1, is_optimised=seed % 4 < 2).run(
        request
    )

    assert_same(found, ReferenceBackend(program, ()).run(request))


def test_that_a_place_is_compared_with_the_bound_that_it_may_be_beyond() -> None:
    draft = ProgramDraft()
    kept = draft.slot_array(Type.INTEGER, 3)
    ops = StageBuilder(draft)
    place = ops.read_table(Table(Type.INTEGER, np.array([0, 3, 7, 4])), ops.iand(ops.trial(), ops.integer(3)))
    for number, (low, high) in enumerate(((0, 7), (1, 7), (0, 6))):
        ops.write_slot(SlotAccess(kept, Affine(number)), ops.iclamp(place, low, high))
    ops.finish("places")
    program = draft.program()

    text = GroupWriter(program, Layout(2, 1), {}, {kept: 0}, 0).text("group0", stage_groups(program)[0])

    tests = [line.split("icmp ")[1] for line in text.splitlines() if "icmp s" in line]
    assert [test.split()[0] for test in tests] == ["slt", "sgt"]


@pytest.mark.parametrize("has_conversion", [True, False])
def test_that_no_number_becomes_zero_however_it_is_bounded(
    has_conversion: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(this_machine(), "has_conversion", has_conversion)
    draft = ProgramDraft()
    kept = draft.slot_array(Type.INTEGER, 4)
    ops = StageBuilder(draft)
    numbers = [0.5, math.nan, math.inf, -math.inf, 7.9, -3.2, 1e300, 2.0**51 - 1.5]
    x = ops.read_table(Table(Type.NUMBER, np.array(numbers)), ops.iand(ops.trial(), ops.integer(7)))
    low, high = ops.number(2.5), ops.number(2.0**51)
    bounded = ops.minimum(ops.maximum(x, low), high)
    for place, number in enumerate(
        (x, bounded, ops.minimum(ops.maximum(low, x), high), ops.fma(bounded, ops.number(-0.75), low))
    ):
        whole = ops.iclamp(ops.to_integer(number), -(2**52), 2**52)
        ops.write_slot(SlotAccess(kept, Affine(place)), whole)
    ops.finish("bounded")
    request = ChunkRequest(1, 0, 64, (kept,))

    found = CpuBackend(draft.program(), (), lanes=16, threads=1).run(request)

    assert_same(found, ReferenceBackend(draft.program(), ()).run(request))


@pytest.mark.parametrize("seed", range(200, 220))
def test_that_a_stage_in_pieces_has_the_bits_of_the_reference(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llvm_pieces, "_MOST_INSTRUCTIONS", 7)
    made = RandomProgram(seed)
    program, request = made.program(), ChunkRequest(2**63 + 9, _FIRST, _TRIALS, tuple(made.arrays))

    found = CpuBackend(program, (), lanes=(4, 16)[seed % 2], threads=1).run(request)

    assert_same(found, ReferenceBackend(program, ()).run(request))


@pytest.mark.parametrize("sampling", list(Sampling), ids=lambda each: each.value)
@pytest.mark.parametrize("model", CLOSED_FORMS, ids=lambda each: each.name)
def test_that_models_have_the_bits_of_the_reference(
    model: ClosedForm, sampling: Sampling, tmp_path: Path
) -> None:
    program = program_of(model, tmp_path, sampling, 2_000)
    wanted = tuple(sorted({each.array for each in (*program.inputs, *program.outputs)}))
    request = ChunkRequest(7, 300, 700, wanted)

    found = CpuBackend(program.program, program.evaluators, threads=1).run(request)

    assert_same(found, ReferenceBackend(program.program, program.evaluators).run(request))


@pytest.mark.parametrize("trials", [16_384, 20_003, 70_000])
@pytest.mark.parametrize("sampling", [Sampling.LATIN_HYPERCUBE, Sampling.SOBOL], ids=lambda each: each.value)
def test_that_long_runs_are_sampled_alike_at_all_widths(
    sampling: Sampling, trials: int, tmp_path: Path
) -> None:
    program = program_of(CLOSED_FORMS[0], tmp_path, sampling, trials)
    wanted = tuple(sorted({each.array for each in program.inputs}))
    reference = ReferenceBackend(program.program, program.evaluators)

    # beside the border between two replicates of unequal length, and at a place that no step begins at
    for first in (3 * (trials // 16 + 1) - 37, trials - 45):
        request = ChunkRequest(2**63 + 5, first, 45, wanted)
        expected = reference.run(request)
        for lanes in (4, 8, 16, 32):
            assert_same(CpuBackend(program.program, (), lanes=lanes, threads=1).run(request), expected)


@pytest.mark.parametrize("lanes", [4, 8, 16, 32])
def test_that_a_sobol_point_is_looked_up_once_for_sixteen_trials(lanes: int, tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[0], tmp_path, Sampling.SOBOL, 20_000).program
    groups = stage_groups(program)
    places = dict.fromkeys(range(len(program.slots)), 0)
    writer = GroupWriter(program, this_machine().layout(lanes), {}, places, 0)

    text = writer.text("group0", groups[0])

    assert "masked.gather" not in text


def test_that_threads_and_chunks_change_nothing(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[9], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple(sorted({each.array for each in program.outputs}))
    one = CpuBackend(program.program, (), threads=1)
    whole = _copies(one.run(ChunkRequest(1, 0, 3_001, wanted)))

    for threads, cuts in ((1, (0, 1, 8, 1_000, 3_001)), (2, (0, 3_001)), (3, (0, 999, 3_001))):
        backend = CpuBackend(program.program, (), threads=threads)
        parts = [_copies(backend.run(ChunkRequest(1, a, b - a, wanted))) for a, b in pairwise(cuts)]
        joined = {array: np.concatenate([part[array] for part in parts], axis=1) for array in wanted}
        assert_same(joined, whole)


@pytest.mark.parametrize("seed", range(12))
def test_that_code_for_more_arrays_makes_fewer_with_the_same_bits(seed: int) -> None:
    made = RandomProgram(seed)
    program, arrays = made.program(), tuple(made.arrays)
    backend = CpuBackend(program, (), lanes=4, threads=2)
    backend.run(ChunkRequest(seed, 0, 700, arrays))
    reference = ReferenceBackend(program, ())

    for wanted in (arrays[:1], arrays[1:]):
        request = ChunkRequest(seed, 701, 900, wanted)
        assert_same(backend.run(request), reference.run(request))

    assert len(backend._built) == 1


def test_that_threads_stay_until_the_back_end_is_closed(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[0], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    backend = CpuBackend(program.program, (), threads=3)
    before = set(threading.enumerate())

    backend.run(ChunkRequest(1, 0, 9_000, wanted))
    first = set(threading.enumerate()) - before
    backend.run(ChunkRequest(1, 9_000, 9_000, wanted))
    second = set(threading.enumerate()) - before
    backend.close()

    assert 1 <= len(first) <= len(second) <= 2
    assert first <= second
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("count", [1, 16, 29])
def test_that_evaluated_stages_see_and_leave_their_trials(count: int) -> None:
    program, out = with_evaluator()
    request = ChunkRequest(1, 40, count, (out,))

    assert_same(
        CpuBackend(program, (evaluate,)).run(request), ReferenceBackend(program, (evaluate,)).run(request)
    )


def test_that_a_cancel_is_seen_between_pieces(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[0], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    backend = CpuBackend(program.program, ())
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        backend.run(ChunkRequest(1, 0, 1_000, wanted), token)


def test_that_the_compiled_program_takes_over_with_the_same_bits(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    tiered = TieredBackend(program.program, (), expected_trials=10**9)
    reference = ReferenceBackend(program.program, ())

    for start in range(0, 40_000, 2_000):
        request = ChunkRequest(3, start, 2_000, wanted)
        assert_same(tiered.run(request), reference.run(request))
        if start == 2_000 and tiered._thread is not None:
            tiered._thread.join()

    assert tiered._is_ready


def test_that_a_short_run_compiles_nothing(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[0], tmp_path, Sampling.PLAIN, 100)
    tiered = TieredBackend(program.program, (), expected_trials=100)
    tiered.run(ChunkRequest(1, 0, 100, tuple({each.array for each in program.outputs})))

    assert tiered._thread is None


def test_that_code_is_found_again_and_made_again_where_it_is_not(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    cache = CodeCache(tmp_path / "code", ".o")
    request = ChunkRequest(3, 0, 500, wanted)

    first = _copies(CpuBackend(program.program, (), cache=cache).run(request))
    (kept,) = cache.folder.rglob("*.o")
    number = kept.stat().st_ino
    assert_same(CpuBackend(program.program, (), cache=cache).run(request), first)

    # another file would have taken its place
    assert kept.stat().st_ino == number
    assert_same(CpuBackend(program.program, (), lanes=4, cache=cache).run(request), first)
    assert len(list(cache.folder.rglob("*.o"))) == 2


def test_that_damaged_code_is_made_again_with_the_same_bits(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    told = list[bool]()
    cache = CodeCache(tmp_path / "code", ".o", told.append)
    request = ChunkRequest(3, 0, 500, wanted)
    first = _copies(CpuBackend(program.program, (), cache=cache).run(request))
    (kept,) = cache.folder.rglob("*.o")
    sound = kept.read_bytes()
    kept.write_bytes(sound[: len(sound) // 2])

    assert_same(CpuBackend(program.program, (), cache=cache).run(request), first)

    assert [path.read_bytes() for path in cache.folder.rglob("*.o")] == [sound]
    assert told == [False, False]


def test_that_a_folder_that_cannot_be_written_keeps_nothing_from_running(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    (tmp_path / "file").write_text("")
    request = ChunkRequest(3, 0, 500, wanted)

    found = CpuBackend(program.program, (), cache=CodeCache(tmp_path / "file", ".o")).run(request)

    assert_same(found, ReferenceBackend(program.program, ()).run(request))


@pytest.mark.parametrize(("times", "kind"), [(2, CpuBackend), (20, TimedChoice)])
def test_that_optimised_code_takes_over_in_a_long_run(times: int, kind: type, tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    worth_while = 80_000_000 * sum(1 for _ in program_instructions(program.program))
    trials = times * worth_while // step_count(program.program)
    tiered = TieredBackend(program.program, (), expected_trials=trials)
    first = tiered.compiled

    tiered.run(ChunkRequest(3, 0, 5_000, wanted))
    assert tiered._thread is not None
    tiered._thread.join()

    assert tiered.compiled is not first
    assert type(tiered.compiled) is kind
    request = ChunkRequest(3, 5_001, 5_000, wanted)
    assert_same(tiered.run(request), ReferenceBackend(program.program, ()).run(request))
    tiered.close()


def test_that_code_that_serves_a_short_time_has_one_vector_in_a_step(tmp_path: Path) -> None:
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000).program
    width = this_machine().width
    longer = 20_000_000 * sum(1 for _ in program_instructions(program)) // step_count(program)

    lanes = [_lanes_of(TieredBackend(program, (), expected_trials=trials)) for trials in (0, longer)]

    assert lanes == [width, 2 * width]


def test_that_kept_code_is_taken_whatever_its_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    program = program_of(CLOSED_FORMS[1], tmp_path, Sampling.PLAIN, 10_000)
    wanted = tuple({each.array for each in program.outputs})
    CpuBackend(program.program, (), cache=CodeCache(user_folders().cache / "code", ".o")).build(wanted)
    tiered = TieredBackend(program.program, (), expected_trials=1)

    tiered.run(ChunkRequest(3, 0, 500, wanted))

    assert tiered._is_ready
    assert _lanes_of(tiered) == 2 * this_machine().width


def _lanes_of(tiered: TieredBackend) -> int:
    assert isinstance(tiered.compiled, CpuBackend)
    return tiered.compiled._layout.lanes
