"""What the verifier proves, by programs that break it."""

from collections.abc import Callable

import numpy as np
import pytest

from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.intervals import Interval
from mcdesk.engine.ir import (
    Affine,
    Carry,
    CompiledStage,
    EvaluatedStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    SlotArray,
    Table,
    Type,
    program_hash,
)
from mcdesk.engine.verifier import ProgramFault, check

_N, _I = Type.NUMBER, Type.INTEGER


def _constant(number: int, value: float = 1.0) -> Instruction:
    return Instruction(number, Op.CONSTANT, (), _N, value)


def _write(array: int, place: Affine, value: int) -> Instruction:
    return Instruction(-1, Op.WRITE_SLOT, (value,), _N, SlotAccess(array, place))


def _program(*body: Instruction | Loop, length: int = 2) -> Program:
    table = Table(_N, np.array([1.0, 2.0]))
    return Program((CompiledStage("stage", body),), (SlotArray(_N, length),), (table,), ())


_FAULTS = {
    "an unset value": _program(Instruction(1, Op.NEG, (0,), _N)),
    "a wrong type": _program(_constant(0), Instruction(1, Op.IADD, (0, 0), _I)),
    "a wrong result": _program(_constant(0), Instruction(1, Op.NEG, (0,), _I)),
    "a missing operand": _program(_constant(0), Instruction(1, Op.ADD, (0,), _N)),
    "a value set twice": _program(_constant(0), _constant(0)),
    "a slot outside": _program(_constant(0), _write(0, Affine(2), 0)),
    "a slot array that is not there": _program(_constant(0), _write(1, Affine(0), 0)),
    "a slot written twice": _program(_constant(0), _write(0, Affine(0), 0), _write(0, Affine(0), 0)),
    "a slot read before": _program(Instruction(0, Op.READ_SLOT, (), _N, SlotAccess(0, Affine(0)))),
    "a table at no known place": _program(
        Instruction(0, Op.TRIAL, (), _I), Instruction(1, Op.READ_TABLE, (0,), _N, 0)
    ),
    "a table behind too wide a mask": _program(
        Instruction(0, Op.TRIAL, (), _I),
        Instruction(1, Op.CONSTANT, (), _I, 2),
        Instruction(2, Op.IAND, (0, 1), _I),
        Instruction(3, Op.READ_TABLE, (2,), _N, 0),
    ),
    "a table behind a mask that keeps the sign": _program(
        Instruction(0, Op.TRIAL, (), _I),
        Instruction(1, Op.CONSTANT, (), _I, -1),
        Instruction(2, Op.IAND, (0, 1), _I),
        Instruction(3, Op.READ_TABLE, (2,), _N, 0),
    ),
    "a table outside": _program(
        Instruction(0, Op.CONSTANT, (), _I, 2), Instruction(1, Op.READ_TABLE, (0,), _N, 0)
    ),
    "a loop that never runs": _program(Loop(0, 0, (), ())),
    "a loop that writes one place": _program(_constant(0), Loop(2, 1, (), (_write(0, Affine(0), 0),))),
    "an index of no loop": _program(_constant(0), _write(0, Affine(0, ((9, 1),)), 0)),
    "a carry of another type": _program(
        _constant(0),
        Loop(2, 1, (Carry(0, 2, 3, 4, _N),), (Instruction(3, Op.TRIAL, (), _I),)),
    ),
    "a value from inside a loop": _program(Loop(2, 0, (), (_constant(1),)), Instruction(2, Op.NEG, (1,), _N)),
}


@pytest.mark.parametrize("fault", sorted(_FAULTS))
def test_that_a_planted_fault_is_found(fault: str) -> None:
    with pytest.raises(ProgramFault, match="stage"):
        check(_FAULTS[fault])


def test_that_a_recurrence_may_read_what_earlier_rounds_wrote() -> None:
    read = Instruction(2, Op.READ_SLOT, (), _N, SlotAccess(0, Affine(0, ((1, 1),))))
    loop = Loop(3, 1, (), (read, _write(0, Affine(1, ((1, 1),)), 2)))

    check(_program(_constant(0), _write(0, Affine(0), 0), loop, length=4))


def test_that_a_recurrence_may_not_read_ahead() -> None:
    read = Instruction(2, Op.READ_SLOT, (), _N, SlotAccess(0, Affine(1, ((1, 1),))))
    loop = Loop(2, 1, (), (read, _write(0, Affine(0, ((1, 1),)), 2)))

    with pytest.raises(ProgramFault, match="before it is written"):
        check(_program(loop, length=3))


def test_that_evaluated_stages_read_only_what_is_written() -> None:
    slots = (SlotArray(_N, 1), SlotArray(_N, 1))

    with pytest.raises(ProgramFault, match="before it is written"):
        check(Program((EvaluatedStage("slow", 0, (0,), (1,)),), slots, (), ()))
    with pytest.raises(ProgramFault, match="does not exist"):
        check(Program((EvaluatedStage("slow", 0, (), (7,)),), slots, (), ()))


def test_that_an_empty_table_is_refused() -> None:
    with pytest.raises(ProgramFault, match="table"):
        check(Program((), (), (Table(_N, np.array([])),), ()))


def _built(write: Callable[[StageBuilder], None]) -> Program:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    write(ops)
    ops.finish("built")
    return draft.program()


def test_that_a_mask_keeps_an_index_inside() -> None:
    masked = (
        Instruction(0, Op.TRIAL, (), _I),
        Instruction(1, Op.CONSTANT, (), _I, 1),
        Instruction(2, Op.IAND, (0, 1), _I),
        Instruction(3, Op.READ_TABLE, (2,), _N, 0),
    )

    check(_program(*masked, _write(0, Affine(0), 3), length=1))


def test_that_constants_are_folded_and_equal_instructions_reused() -> None:
    def write(ops: StageBuilder) -> None:
        assert ops.constant_of(ops.add(ops.number(1.0), ops.number(2.0))) == 3.0
        x = ops.to_number(ops.trial())
        assert ops.mul(x, x) == ops.mul(x, x)
        assert ops.constant_of(ops.lt(x, ops.number(2.0**64))) is True
        assert ops.constant_of(ops.and_(ops.logical(False), ops.lt(x, x))) is False
        assert ops.constant_of(ops.or_(ops.lt(x, x), ops.logical(True))) is True
        assert ops.select(ops.logical(True), x, ops.neg(x)) == x

    check(_built(write))


def test_that_what_does_not_change_leaves_the_loop() -> None:
    def write(ops: StageBuilder) -> None:
        x = ops.to_number(ops.trial())
        ops.repeat(3, [ops.number(0.0)], lambda _, state: [ops.add(state[0], ops.neg(x))])

    (stage,) = _built(write).stages

    assert isinstance(stage, CompiledStage)
    (loop,) = [each for each in stage.body if isinstance(each, Loop)]
    assert [each.op for each in loop.body if isinstance(each, Instruction)] == [Op.AFFINE, Op.ADD]


def test_that_intervals_follow_the_operations() -> None:
    def write(ops: StageBuilder) -> None:
        x = ops.within(ops.to_number(ops.trial()), 2.0, 4.0)
        assert ops.interval_of(ops.neg(x)) == Interval(-4.0, -2.0)
        assert ops.interval_of(ops.mul(x, x)) == Interval(4.0, 16.0)
        assert ops.interval_of(ops.div(ops.number(1.0), x)) == Interval(0.25, 0.5)
        assert ops.interval_of(ops.sqrt(x)).high == 2.0
        assert ops.interval_of(ops.absolute(ops.sub(x, ops.number(3.0)))) == Interval(0.0, 1.0)
        assert ops.interval_of(ops.floor(ops.maximum(x, ops.number(3.5)))) == Interval(3.0, 4.0)
        assert not ops.interval_of(ops.div(x, ops.sub(x, ops.number(3.0)))).is_finite

    _built(write)


def test_that_the_hash_depends_on_tables_and_instructions() -> None:
    one, other = _program(_constant(0, 1.0)), _program(_constant(0, 2.0))

    assert program_hash(one) == program_hash(_program(_constant(0, 1.0)))
    assert program_hash(one) != program_hash(other)


def test_that_the_hash_tells_apart_where_a_table_ends() -> None:
    def hash_of(*tables: list[int]) -> str:
        return program_hash(
            Program((), (), tuple(Table(_I, np.array(each, dtype=np.int64)) for each in tables), ())
        )

    assert len({hash_of([7], [9, 7]), hash_of([7, 9], [7]), hash_of([7, 9, 7])}) == 3
