"""The verifier on constants, shifts and clamps that no back end could run."""

import pytest

from mcdesk.engine.ir import CompiledStage, Immediate, Instruction, Op, Program, Type
from mcdesk.engine.verifier import ProgramFault, check

_PLANTED: list[tuple[Op, Type, Immediate]] = [
    (Op.ISHL, Type.INTEGER, 64),
    (Op.ILSHR, Type.INTEGER, -1),
    (Op.IASHR, Type.INTEGER, None),
    (Op.ICLAMP, Type.INTEGER, (3, 2)),
    (Op.ICLAMP, Type.INTEGER, None),
    (Op.CONSTANT, Type.TEXT, 1),
    (Op.CONSTANT, Type.TEXT, -1),
    (Op.CONSTANT, Type.INTEGER, 1.5),
    (Op.CONSTANT, Type.NUMBER, None),
]


def _program(op: Op, kind: Type, immediate: Immediate) -> Program:
    operands = () if op is Op.CONSTANT else (0,)
    body = (Instruction(0, Op.TRIAL, (), Type.INTEGER), Instruction(1, op, operands, kind, immediate))
    return Program((CompiledStage("planted", body),), (), (), ("only",))


@pytest.mark.parametrize(("op", "kind", "immediate"), _PLANTED)
def test_that_a_planted_immediate_is_found(op: Op, kind: Type, immediate: Immediate) -> None:
    with pytest.raises(ProgramFault, match=f"planted: {op.value} cannot take"):
        check(_program(op, kind, immediate))


@pytest.mark.parametrize(
    ("op", "kind", "immediate"),
    [
        (Op.ISHL, Type.INTEGER, 63),
        (Op.ILSHR, Type.INTEGER, 0),
        (Op.ICLAMP, Type.INTEGER, (2, 2)),
        (Op.CONSTANT, Type.TEXT, 0),
        (Op.CONSTANT, Type.LOGICAL, True),
        (Op.CONSTANT, Type.NUMBER, 1.5),
    ],
)
def test_that_a_fitting_immediate_is_accepted(op: Op, kind: Type, immediate: Immediate) -> None:
    check(_program(op, kind, immediate))
