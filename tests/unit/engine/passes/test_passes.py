"""The passes over a program: what comes out is well formed and gives the same bits."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    EvaluatedStage,
    Loop,
    Program,
    SlotAccess,
    Type,
    program_instructions,
)
from mcdesk.engine.passes.dead_code import without_dead_code
from mcdesk.engine.passes.finite_numbers import assuming_finite
from mcdesk.engine.passes.flagged_numbers import resting_on_flags
from mcdesk.engine.passes.loop_fusion import with_fused_loops
from mcdesk.engine.verifier import check
from mcdesk.foundation.error_codes import ErrorCode
from tests.unit.engine.backends.random_programs import RandomProgram
from tests.unit.formulas.agreement import compiled_model

_TRIALS = 61


def _results(program: Program, wanted: tuple[int, ...]) -> dict[int, SlotValues]:
    return ReferenceBackend(program, ()).run(ChunkRequest(7, 3, _TRIALS, wanted))


def _same(one: SlotValues, other: SlotValues) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype == np.float64))


# the last ones ask about a number that an operation without effect would betray to itself
@pytest.mark.parametrize("seed", [*range(1_000, 1_040), 2_168, 5_375, 7_271, 8_967])
def test_that_passes_keep_random_programs_well_formed_and_their_bits(seed: int) -> None:
    made = RandomProgram(seed)
    program, wanted = made.program(), tuple(made.arrays)
    check(program)
    expected = _results(program, wanted)

    fused = with_fused_loops(program)
    check(fused)
    living = without_dead_code(fused, wanted)
    check(living)
    assumed = assuming_finite(living)
    check(assumed.program)
    found = _results(assumed.program, (*wanted, assumed.doubt))
    is_sure = found[assumed.doubt][0] == 0.0
    asked = without_dead_code(assumed.program, (*wanted, assumed.doubt))
    check(resting_on_flags(asked, assumed.doubt))

    for array in wanted:
        assert _same(_results(living, wanted)[array], expected[array])
        assert _same(found[array][:, is_sure], expected[array][:, is_sure])


def _program(write: Callable[[StageBuilder, Callable[[Type, int], int]], None]) -> Program:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    write(ops, draft.slot_array)
    ops.finish("one")
    program = draft.program()
    check(program)
    return program


def _loops(program: Program) -> list[Loop]:
    (stage,) = program.stages
    assert isinstance(stage, CompiledStage)
    return [each for each in stage.body if isinstance(each, Loop)]


@pytest.mark.parametrize(("reads_ahead", "loops"), [(False, 1), (True, 2)])
def test_that_loops_are_joined_unless_one_reads_ahead(reads_ahead: bool, loops: int) -> None:
    def write(ops: StageBuilder, array: Callable[[Type, int], int]) -> None:
        first, second = array(Type.NUMBER, 8), array(Type.NUMBER, 8)
        trial = ops.to_number(ops.trial())

        def fill(index: int, _carried: object) -> list[Value]:
            place = Affine(0, ((index, 1),))
            ops.write_slot(SlotAccess(first, place), ops.mul(trial, ops.to_number(ops.affine(place))))
            return []

        def use(index: int, _carried: object) -> list[Value]:
            at = Affine(7, ((index, -1),)) if reads_ahead else Affine(0, ((index, 1),))
            value = ops.sqrt(ops.read_slot(SlotAccess(first, at)))
            ops.write_slot(SlotAccess(second, Affine(0, ((index, 1),))), value)
            return []

        ops.loop(8, [], fill)
        ops.loop(8, [], use)

    program = _program(write)
    fused = with_fused_loops(program)

    check(fused)
    assert len(_loops(fused)) == loops
    assert _same(_results(fused, (1,))[1], _results(program, (1,))[1])


def test_that_first_cells_of_their_own_do_not_keep_rows_apart() -> None:
    # as rows of recurrences are: a first cell that reads something else, and the others
    def write(ops: StageBuilder, array: Callable[[Type, int], int]) -> None:
        above, below = array(Type.NUMBER, 9), array(Type.NUMBER, 9)
        trial = ops.to_number(ops.trial())

        def at(row: int, index: int, ahead: int) -> SlotAccess:
            return SlotAccess(row, Affine(ahead, ((index, 1),)))

        def add(index: int, _carried: object) -> list[Value]:
            ops.write_slot(at(above, index, 1), ops.add(ops.read_slot(at(above, index, 0)), trial))
            return []

        def use(index: int, _carried: object) -> list[Value]:
            root = ops.sqrt(ops.read_slot(at(above, index, 1)))
            ops.write_slot(at(below, index, 1), ops.add(ops.read_slot(at(below, index, 0)), root))
            return []

        ops.write_slot(SlotAccess(above, Affine(0)), trial)
        ops.loop(8, [], add)
        ops.write_slot(SlotAccess(below, Affine(0)), ops.sqrt(ops.read_slot(SlotAccess(above, Affine(0)))))
        ops.loop(8, [], use)

    program = _program(write)
    fused = with_fused_loops(program)

    check(fused)
    assert (len(_loops(program)), len(_loops(fused))) == (2, 1)
    for row in range(2):
        assert _same(_results(fused, (row,))[row], _results(program, (row,))[row])


def test_that_what_nobody_asks_for_is_left_out() -> None:
    def write(ops: StageBuilder, array: Callable[[Type, int], int]) -> None:
        kept, unread = array(Type.NUMBER, 1), array(Type.NUMBER, 1)
        trial = ops.to_number(ops.trial())
        ops.write_slot(SlotAccess(kept, Affine(0)), trial)
        ops.write_slot(SlotAccess(unread, Affine(0)), ops.sqrt(ops.add(trial, ops.number(1.0))))

    program = without_dead_code(_program(write), [0])

    check(program)
    assert [slot.length for slot in program.slots] == [1, 0]
    assert len(list(program_instructions(program))) == 3


def test_that_a_loop_gives_only_the_results_that_are_used() -> None:
    def write(ops: StageBuilder, array: Callable[[Type, int], int]) -> None:
        kept = array(Type.NUMBER, 1)
        one = ops.to_number(ops.trial())
        totals = ops.repeat(5, [one, one], lambda _, at: [ops.add(at[0], one), ops.mul(at[1], one)])
        ops.write_slot(SlotAccess(kept, Affine(0)), totals[0])

    (loop,) = _loops(without_dead_code(_program(write), [0]))

    assert len(loop.carries) == 1
    assert len(loop.body) == 1


def test_that_an_error_of_another_function_is_none_that_cannot_be() -> None:
    # the first function is run again in trials that the second one has no reason to doubt
    draft = ProgramDraft()
    errors, made, copied, kept = (
        draft.slot_array(kind, 1) for kind in (Type.ERROR, Type.NUMBER, Type.NUMBER, Type.NUMBER)
    )
    first = StageBuilder(draft)
    product = first.mul(first.to_number(first.trial()), first.number(1e307))
    is_finite = first.le(first.absolute(product), first.number(sys.float_info.max))
    code = first.select(is_finite, first.error(ErrorCode.NONE), first.error(ErrorCode.NUM))
    first.write_slot(SlotAccess(errors, Affine(0)), code)
    first.write_slot(SlotAccess(made, Affine(0)), first.select(is_finite, product, first.number(0.0)))
    first.finish("one")
    draft.add_stage(EvaluatedStage("between", 0, (made,), (copied,)))
    second = StageBuilder(draft)
    found_code = second.error_code(second.read_slot(SlotAccess(errors, Affine(0))))
    number = second.read_slot(SlotAccess(copied, Affine(0)))
    is_sound = second.ieq(found_code, second.integer(0))
    second.write_slot(SlotAccess(kept, Affine(0)), second.select(is_sound, number, second.number(-7.0)))
    second.finish("two")
    program, request = draft.program(), ChunkRequest(7, 3, _TRIALS, (errors, kept))

    def evaluate(first: int, read: Mapping[int, SlotValues], cancel: object) -> dict[int, SlotValues]:
        return {copied: read[made] * 1e-300}

    expected = ReferenceBackend(program, (evaluate,)).run(request)
    assert 0 < np.count_nonzero(expected[kept] == -7.0) < _TRIALS
    for lanes in (2, 8, 16):
        found = CpuBackend(program, (evaluate,), lanes=lanes, threads=1).run(request)
        assert all(_same(found[array], expected[array]) for array in expected)


def test_that_an_infinity_known_beforehand_is_not_taken_for_betrayed() -> None:
    # the negative of its negative is itself, so that each seems to tell of the other
    def write(ops: StageBuilder, array: Callable[[Type, int], int]) -> None:
        errors = array(Type.ERROR, 1)
        trial = ops.to_number(ops.trial())
        is_small = ops.le(ops.absolute(ops.div(trial, trial)), ops.number(sys.float_info.max))
        known = ops.select(is_small, ops.number(math.inf), trial)
        ops.write_slot(SlotAccess(array(Type.NUMBER, 1), Affine(0)), ops.neg(ops.neg(known)))
        is_finite = ops.le(ops.absolute(known), ops.number(sys.float_info.max))
        code = ops.select(is_finite, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
        ops.write_slot(SlotAccess(errors, Affine(0)), code)

    program = _program(write)
    assumed = assuming_finite(without_dead_code(program, [0, 1]))

    assert not (_results(assumed.program, (assumed.doubt,))[assumed.doubt] == 0.0).any()
    expected = _results(program, (0, 1))
    assert (expected[0] == ErrorCode.NUM).all()
    found = CpuBackend(program, (), lanes=8, threads=1).run(ChunkRequest(7, 3, _TRIALS, (0, 1)))
    assert all(_same(found[array], expected[array]) for array in expected)


_CELLS = {
    "A1": 1.0,
    "A2": "=EXP(A1*300)",
    "A3": "=A2*2-A2",
    "A4": '=IF(ISERROR(A3),-1,IF(A3>5,"x",A3))',
    "A5": "=IFERROR(A3,7)+A1",
    "A6": "=1/MAX(A1,0)",
    "A7": "=SUM(A2:A3)+IF(A1>0,0,A6)",
}


@pytest.mark.parametrize("output", ["A2", "A3", "A5", "A6", "A7"])
def test_that_trials_that_overflow_are_run_again_with_their_errors(tmp_path: Path, output: str) -> None:
    _, compiled = compiled_model(tmp_path, _CELLS, {"A1": "normal(1, 1)"}, output)
    simulated = compiled.simulated
    (quantity,) = simulated.outputs
    arrays = {quantity.array, *(() if quantity.error_array is None else (quantity.error_array,))}
    request = ChunkRequest(5, 7, 3_000, tuple(sorted(arrays)))

    found = CpuBackend(simulated.program, simulated.evaluators).run(request)
    expected = ReferenceBackend(simulated.program, simulated.evaluators).run(request)

    assert quantity.error_array is None or np.isin(expected[quantity.error_array], (
        ErrorCode.NONE, ErrorCode.NUM, ErrorCode.DIV0)).all()  # fmt: skip
    for array in arrays:
        assert _same(found[array], expected[array])


def test_that_few_trials_overflow_and_some_do(tmp_path: Path) -> None:
    _, compiled = compiled_model(tmp_path, _CELLS, {"A1": "normal(1, 1)"}, "A3")
    (quantity,) = compiled.simulated.outputs
    assert quantity.error_array is not None

    found = CpuBackend(compiled.simulated.program, ()).run(ChunkRequest(5, 0, 9_000, (quantity.error_array,)))

    assert 0 < np.count_nonzero(found[quantity.error_array] == ErrorCode.NUM) < 2_000


def test_that_trials_in_the_far_tail_are_run_again(tmp_path: Path) -> None:
    cells = {"A1": 9.0, "A2": 0.0, "A3": "=A1+A2"}
    inputs = {"A1": "normal(0, 1) truncate(7, 9)", "A2": "normal(0, 1)"}
    _, compiled = compiled_model(tmp_path, cells, inputs, "A3")
    (quantity,) = compiled.simulated.outputs
    request = ChunkRequest(5, 0, 3_000, (quantity.array,))
    assumed = assuming_finite(compiled.simulated.program)

    found = CpuBackend(compiled.simulated.program, ()).run(request)[quantity.array]
    doubts = ReferenceBackend(assumed.program, ()).run(replace(request, wanted=(assumed.doubt,)))

    assert _same(found, ReferenceBackend(compiled.simulated.program, ()).run(request)[quantity.array])
    assert np.count_nonzero(doubts[assumed.doubt]) > 1_000
