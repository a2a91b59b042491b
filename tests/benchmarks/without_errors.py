"""A program as if no trial could fail, to tell what error codes cost; the numbers of other trials stay."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mcdesk.engine.ir import (
    Carry,
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)

Known = bool | int


def without_errors(program: Program) -> Program:
    """Every error is NONE, and what nothing needs any longer is gone; arrays of errors stay unwritten."""
    stages = tuple(
        replace(stage, body=_needed(_Rewriting().body(stage.body), set())) for stage in _compiled(program)
    )
    return replace(program, stages=stages)


def _compiled(program: Program) -> Iterable[CompiledStage]:
    for stage in program.stages:
        assert isinstance(stage, CompiledStage), "evaluated stages are for the back ends"
        yield stage


class _Rewriting:
    """One stage: values that became known, and those that became another one."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._same: dict[int, int] = {}

    def body(self, body: Iterable[Statement]) -> list[Statement]:
        written: list[Statement] = []
        for statement in body:
            if isinstance(statement, Loop):
                written.append(self._loop(statement))
            elif not (statement.op is Op.WRITE_SLOT and statement.type is Type.ERROR):
                written.append(self._instruction(statement))
        return written

    def _loop(self, loop: Loop) -> Loop:
        for carry in loop.carries:
            if carry.type is Type.ERROR:
                self._known[carry.inside] = self._known[carry.result] = 0
        kept = [carry for carry in loop.carries if carry.type is not Type.ERROR]
        body = self.body(loop.body)
        return replace(loop, carries=tuple(map(self._carry, kept)), body=tuple(body))

    def _carry(self, carry: Carry) -> Carry:
        return replace(carry, initial=self._as(carry.initial), following=self._as(carry.following))

    def _as(self, number: int) -> int:
        return self._same.get(number, number)

    def _instruction(self, instruction: Instruction) -> Instruction:
        operands = tuple(self._as(operand) for operand in instruction.operands)
        instruction = replace(instruction, operands=operands)
        known = self._outcome(instruction, [self._known.get(operand) for operand in operands])
        if known is None:
            return instruction
        self._known[instruction.result] = known
        return Instruction(instruction.result, Op.CONSTANT, (), instruction.type, known)

    def _outcome(self, instruction: Instruction, known: Sequence[Known | None]) -> Known | None:
        """The value, if it is known; where it is that of another, this is noted."""
        op, immediate = instruction.op, instruction.immediate
        if instruction.type is Type.ERROR and op is not Op.WRITE_SLOT:
            return 0
        if op is Op.CONSTANT and isinstance(immediate, bool | int):
            return immediate if instruction.type in (Type.LOGICAL, Type.INTEGER) else None
        if op in (Op.ERROR_CODE, Op.NOT, Op.IEQ):
            return _folded(op, known)
        if op in (Op.AND, Op.OR):
            return self._joined(instruction, known)
        if op is Op.SELECT and known[0] is not None:
            self._same[instruction.result] = instruction.operands[1 if known[0] else 2]
            return known[1 if known[0] else 2]
        return None

    def _joined(self, instruction: Instruction, known: Sequence[Known | None]) -> Known | None:
        decisive = instruction.op is Op.OR
        if decisive in known:
            return decisive
        if known[0] is not None and known[1] is not None:
            return not decisive
        for place in (0, 1):
            if known[place] is not None:
                self._same[instruction.result] = instruction.operands[1 - place]
        return None


def _folded(op: Op, known: Sequence[Known | None]) -> Known | None:
    if any(value is None for value in known):
        return None
    if op is Op.IEQ:
        return known[0] == known[1]
    return 0 if op is Op.ERROR_CODE else not known[0]


def _needed(body: Sequence[Statement], used: set[int]) -> tuple[Statement, ...]:
    """What a later statement, a slot or a round needs; `used` grows by what it needs itself."""
    kept: list[Statement] = []
    for statement in reversed(body):
        if isinstance(statement, Loop):
            used |= {carry.following for carry in statement.carries}
            inner = _needed(statement.body, used)
            used |= {carry.initial for carry in statement.carries}
            kept.append(replace(statement, body=inner))
        elif statement.op is Op.WRITE_SLOT or statement.result in used:
            used.update(statement.operands)
            if isinstance(statement.immediate, SlotAccess):
                used.update(index for index, _ in statement.immediate.at.terms)
            kept.append(statement)
    return tuple(reversed(kept))
