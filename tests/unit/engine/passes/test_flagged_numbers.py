"""What the processor's flags tell is not summed up, and what they do not tell is."""

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.llvm_machine import this_machine
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    EvaluatedStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Table,
    Type,
)
from mcdesk.engine.passes.dead_code import without_dead_code
from mcdesk.engine.passes.finite_numbers import assuming_finite
from mcdesk.engine.passes.flagged_numbers import resting_on_flags
from mcdesk.engine.verifier import check
from mcdesk.foundation.error_codes import ErrorCode
from tests.unit.engine.backends.same_bits import assert_same
from tests.unit.formulas.agreement import compiled_model

_TRIALS = 200
_HUGE = 1e300


@dataclass
class _Writing:
    """A stage under construction; every array has one element."""

    draft: ProgramDraft
    ops: StageBuilder

    @property
    def trial(self) -> Value:
        """The number of the trial as a NUMBER."""
        return self.ops.to_number(self.ops.trial())

    @property
    def size(self) -> Value:
        """1e300 in one trial of eight, 1 in the others."""
        ops = self.ops
        is_large = ops.ieq(ops.iand(ops.trial(), ops.integer(7)), ops.integer(5))
        return ops.select(is_large, ops.number(_HUGE), ops.number(1.0))

    def number(self, value: Value) -> None:
        """Keep a NUMBER."""
        self.ops.write_slot(SlotAccess(self.draft.slot_array(Type.NUMBER, 1), Affine(0)), value)

    def error(self, value: Value) -> None:
        """Keep whether a NUMBER is finite."""
        ops = self.ops
        is_finite = ops.le(ops.absolute(value), ops.number(sys.float_info.max))
        code = ops.select(is_finite, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
        ops.write_slot(SlotAccess(self.draft.slot_array(Type.ERROR, 1), Affine(0)), code)


def _unchosen(w: _Writing) -> None:
    product = w.ops.mul(w.size, w.ops.mul(w.size, w.trial))
    w.error(product)
    w.number(w.ops.select(w.ops.lt(w.trial, w.ops.number(-1.0)), product, w.ops.number(7.0)))


def _unused(w: _Writing) -> None:
    w.error(w.ops.mul(w.size, w.ops.mul(w.size, w.trial)))


def _same_in_all_trials(w: _Writing) -> None:
    # a loop, as the product would be known at once otherwise
    def double(_index: int, inside: Sequence[Value]) -> list[Value]:
        return [w.ops.mul(inside[0], inside[0])]

    (grown,) = w.ops.loop(12, [w.ops.number(2.0)], double)
    w.error(w.ops.mul(grown, w.trial))
    w.number(w.ops.minimum(w.ops.mul(grown, w.trial), w.ops.number(3.0)))


def _made_of_bits(w: _Writing) -> None:
    ops = w.ops
    exponent = ops.iadd(ops.iand(ops.ilshr(ops.trial(), 4), ops.integer(7)), ops.integer(2040))
    power = ops.from_bits(ops.ishl(exponent, 52))
    w.error(ops.mul(power, ops.number(0.5)))
    w.number(ops.minimum(power, ops.number(3.0)))


def _only_in_the_last_round(w: _Writing) -> None:
    ops = w.ops
    error_array = w.draft.slot_array(Type.ERROR, 4)
    factors = Table(Type.NUMBER, np.array([1e10, 1.0, 1.0, 1.0]))

    def fall(index: int, inside: Sequence[Value]) -> list[Value]:
        # too much in the first round alone
        factor = ops.read_table(factors, ops.affine(Affine(0, ((index, 1),))))
        product = ops.mul(ops.mul(w.size, w.trial), factor)
        is_finite = ops.le(ops.absolute(product), ops.number(sys.float_info.max))
        code = ops.select(is_finite, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
        ops.write_slot(SlotAccess(error_array, Affine(0, ((index, 1),))), code)
        return [product]

    (last,) = ops.loop(4, [ops.number(0.0)], fall)
    w.number(last)


def _one_of_two_constants(w: _Writing) -> None:
    ops = w.ops
    quotient = ops.div(ops.number(1.0), ops.sub(w.size, ops.number(1.0)))
    w.error(quotient)
    w.number(ops.minimum(quotient, ops.number(3.0)))


def _constant_or_not(w: _Writing) -> None:
    ops = w.ops
    is_large = ops.lt(ops.number(100.0), w.trial)
    quotient = ops.div(ops.number(1.0), ops.select(is_large, w.trial, ops.number(0.0)))
    w.error(quotient)
    w.number(ops.minimum(quotient, ops.number(3.0)))


def _known_by_lane(w: _Writing) -> None:
    ops = w.ops
    place = ops.to_number(ops.iand(ops.trial(), ops.integer(7)))
    quotient = ops.div(ops.number(1.0), place)
    w.error(quotient)
    w.number(ops.minimum(quotient, ops.number(3.0)))


def _asked_about_a_square(w: _Writing) -> None:
    # a compiler knows the answer, and computes no square
    product = w.ops.mul(w.size, w.trial)
    square = w.ops.mul(product, product)
    w.error(square)
    w.number(w.ops.select(w.ops.lt(square, w.ops.number(0.0)), w.ops.number(5.0), w.trial))


def _handed_out_of_one_round(w: _Writing) -> None:
    def once(_index: int, _inside: Sequence[Value]) -> list[Value]:
        return [w.ops.mul(w.size, w.ops.mul(w.size, w.trial))]

    (product,) = w.ops.loop(1, [w.ops.number(0.0)], once)
    w.error(product)
    w.number(w.ops.select(w.ops.lt(w.trial, w.ops.number(-1.0)), product, w.ops.number(7.0)))


def _by_zero(w: _Writing) -> None:
    ops = w.ops
    quotient = ops.div(ops.number(1.0), ops.sub(ops.mul(w.trial, w.trial), w.trial))
    w.error(quotient)
    w.number(ops.minimum(quotient, ops.number(3.0)))


def _of_a_table(w: _Writing) -> None:
    ops = w.ops
    table = Table(Type.NUMBER, np.array([1.0, math.inf, 3.0, 4.0]))
    number = ops.read_table(table, ops.iand(ops.ilshr(ops.trial(), 4), ops.integer(3)))
    w.error(ops.mul(number, w.trial))
    w.number(ops.minimum(number, ops.number(3.0)))


def _of_a_silent_element(w: _Writing) -> None:
    ops = w.ops
    exponent = ops.iadd(ops.iand(ops.ilshr(ops.trial(), 4), ops.integer(7)), ops.integer(2040))
    array = w.draft.slot_array(Type.NUMBER, 3)

    def hand_on(index: int, inside: Sequence[Value]) -> list[Value]:
        # an element that a later line of an earlier round wrote
        ops.write_slot(SlotAccess(array, Affine(1, ((index, 1),))), ops.from_bits(ops.ishl(exponent, 52)))
        return [ops.add(inside[0], ops.read_slot(SlotAccess(array, Affine(0, ((index, 1),)))))]

    ops.write_slot(SlotAccess(array, Affine(0)), w.trial)
    (total,) = ops.loop(2, [ops.number(0.0)], hand_on)
    w.error(total)
    w.number(ops.minimum(total, ops.number(3.0)))


def _infinite_constant(w: _Writing) -> None:
    ops = w.ops
    is_large = ops.ieq(ops.iand(ops.trial(), ops.integer(7)), ops.integer(5))
    number = ops.select(is_large, ops.number(math.inf), w.trial)
    w.error(number)
    w.number(ops.minimum(number, ops.number(3.0)))


def _no_number(w: _Writing) -> None:
    ops = w.ops
    root = ops.sqrt(ops.sub(ops.number(5.0), w.trial))
    w.error(root)
    w.number(ops.minimum(ops.number(3.0), root))


_CASES = (_unchosen, _unused, _same_in_all_trials, _made_of_bits, _only_in_the_last_round)
_CASES += (_one_of_two_constants, _constant_or_not, _known_by_lane, _by_zero)
_CASES += (_asked_about_a_square, _handed_out_of_one_round, _of_a_table, _of_a_silent_element)
_CASES += (_infinite_constant, _no_number)


def _program(write: Callable[[_Writing], None]) -> Program:
    draft = ProgramDraft()
    writing = _Writing(draft, StageBuilder(draft))
    write(writing)
    writing.ops.finish("one")
    program = draft.program()
    check(program)
    return program


@pytest.mark.parametrize("is_optimised", [False, True])
@pytest.mark.parametrize("write", _CASES)
def test_that_no_overflow_is_missed(write: Callable[[_Writing], None], is_optimised: bool) -> None:
    program = _program(write)
    request = ChunkRequest(1, 0, _TRIALS, tuple(range(len(program.slots))))
    expected = ReferenceBackend(program, ()).run(request)
    errors = [each for each in expected.values() if each.dtype == np.uint8]
    assert errors
    assert any(each.any() for each in errors)

    for lanes in (4, 8, 16, 32):
        backend = CpuBackend(program, (), lanes=lanes, threads=1, is_optimised=is_optimised)
        assert_same(backend.run(request), expected)


def _flagged(program: Program) -> Program:
    wanted = range(len(program.slots))
    assumed = assuming_finite(program)
    living = without_dead_code(assumed.program, (*wanted, assumed.doubt))
    flagged = resting_on_flags(living, assumed.doubt)
    check(flagged)
    return flagged


def _instructions(body: Iterable[Statement]) -> Iterable[Instruction]:
    for each in body:
        if isinstance(each, Loop):
            yield from _instructions(each.body)
        else:
            yield each


def _products_by_zero(program: Program) -> int:
    (stage,) = program.stages
    assert isinstance(stage, CompiledStage)
    all_of_it = list(_instructions(stage.body))
    zeros = {each.result for each in all_of_it if each.op is Op.CONSTANT and each.immediate == 0.0}
    return sum(each.op in (Op.MUL, Op.FMA) and each.operands[1] in zeros for each in all_of_it)


@pytest.mark.parametrize("write", _CASES)
def test_that_only_what_no_operation_made_infinite_is_summed(write: Callable[[_Writing], None]) -> None:
    is_silent = write in (_made_of_bits, _of_a_table, _of_a_silent_element, _infinite_constant)

    assert _products_by_zero(_flagged(_program(write))) == is_silent


def test_that_a_model_leaves_nothing_to_sum(tmp_path: Path) -> None:
    cells = {"A1": 1.0, "A2": 2.0, "A3": "=A1/A2+A1/12", "A4": "=A3*A3-A2", "A5": "=IF(A4>3,A4*2,A3)"}
    _, compiled = compiled_model(tmp_path, cells, {"A1": "normal(1, 2)", "A2": "normal(1, 2)"}, "A5")
    program = compiled.simulated.program
    assumed = assuming_finite(program)

    assert _products_by_zero(without_dead_code(assumed.program, range(len(program.slots) + 1))) >= 3
    assert _products_by_zero(_flagged(program)) == 0


def _between(first: int, read: Mapping[int, NDArray[Any]], cancel: object) -> dict[int, NDArray[Any]]:
    (values,) = read.values()
    return {2: np.where(values < 1e299, values, math.inf)}


@pytest.mark.parametrize("array", [1, 2], ids=["handed on", "evaluated"])
def test_that_what_another_function_computed_is_summed(array: int) -> None:
    draft = ProgramDraft()
    made, handed, _ = (draft.slot_array(Type.NUMBER, 1) for _ in range(3))
    first = _Writing(draft, StageBuilder(draft))
    first.ops.write_slot(SlotAccess(made, Affine(0)), first.size)
    first.ops.write_slot(SlotAccess(handed, Affine(0)), first.ops.mul(first.size, first.size))
    first.ops.finish("one")
    draft.add_stage(EvaluatedStage("between", 0, (made,), (2,)))
    second = _Writing(draft, StageBuilder(draft))
    # no operation raises a flag where this is infinite
    number = second.ops.read_slot(SlotAccess(array, Affine(0)))
    second.error(second.ops.mul(number, number))
    second.number(number)
    second.ops.finish("two")
    program = draft.program()
    check(program)
    request = ChunkRequest(1, 0, _TRIALS, tuple(range(len(program.slots))))

    found = CpuBackend(program, (_between,), lanes=8, threads=1).run(request)

    assert_same(found, ReferenceBackend(program, (_between,)).run(request))
    assert found[3].any()


def test_that_flags_of_one_step_doubt_no_other() -> None:
    if not this_machine().has_flags:
        pytest.skip("this processor has no flags that are asked")

    def write(w: _Writing) -> None:
        is_first = w.ops.ilt(w.ops.trial(), w.ops.integer(8))
        size = w.ops.select(is_first, w.ops.number(_HUGE), w.ops.number(1.0))
        product = w.ops.mul(size, w.ops.mul(size, w.trial))
        w.error(product)
        w.number(product)

    program = _program(write)
    request = ChunkRequest(1, 0, 64 * 8 * 3, (0, 1))
    backend = CpuBackend(program, (), lanes=8, threads=1)

    assert_same(backend.run(request), ReferenceBackend(program, ()).run(request))
    (built,) = backend._built.values()
    assert built.place_by_group == {}
