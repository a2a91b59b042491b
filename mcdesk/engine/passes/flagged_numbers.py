"""Leaves out of the doubts of a program what the processor's own flags tell.

`assuming_finite` multiplies each number that was asked about by zero and adds the products up. A processor
notes by itself that a result overflowed, was divided by zero or is no number, in flags that stay until they
are cleared. Where every operation is executed as it is written, the product of a number is not needed unless
it can be infinite without an operation that made it so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mcdesk.engine.ir import Carry, CompiledStage, Instruction, Loop, Op, Program, SlotAccess, Statement, Type
from mcdesk.engine.passes.silent_numbers import silent_numbers


def resting_on_flags(program: Program, doubt: int) -> Program:
    """Shorten the sums in slot array `doubt`; nothing else changes, and no pass may follow.

    Args:
        program: of `assuming_finite`, without dead code.
    """
    bodies = {
        place: stage.body for place, stage in enumerate(program.stages) if isinstance(stage, CompiledStage)
    }
    sums = {place: _Sums(doubt, body) for place, body in bodies.items()}
    silent = silent_numbers(program, {place: each.terms for place, each in sums.items()})
    stages = list(program.stages)
    for place, body in bodies.items():
        shorter = _Rewriting(sums[place], sums[place].terms - silent[place]).all(body)
        stages[place] = CompiledStage(stages[place].name, shorter)
    return replace(program, stages=tuple(stages))


class _Sums:
    """Finds the sums of one stage, from the last statement to the first.

    Attributes:
        values: those that lead to the doubt alone.
        terms: numbers that are multiplied by zero in them.
        zeros: constants.
    """

    def __init__(self, doubt: int, body: Sequence[Statement]) -> None:
        self._doubt = doubt
        self._needed: set[int] = set()
        self.values: set[int] = set()
        self.terms: set[int] = set()
        constants = (each for each in body if isinstance(each, Instruction) and each.op is Op.CONSTANT)
        self.zeros = {each.result for each in constants if each.type is Type.NUMBER and each.immediate == 0.0}
        self._walk(body)
        self.values -= self._needed | self.zeros

    def _walk(self, body: Sequence[Statement]) -> None:
        for statement in reversed(body):
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        for carry in loop.carries:
            target = self.values if carry.result in self.values else self._needed
            target.update((carry.inside, carry.following, carry.initial))
        while True:
            self._walk(loop.body)
            needed = [each for each in loop.carries if {each.inside, each.result} & self._needed]
            self._needed.update(carry.initial for carry in needed)
            more = {carry.following for carry in needed} - self._needed
            if not more:
                break
            self._needed |= more

    def _instruction(self, instruction: Instruction) -> None:
        immediate, operands, result = instruction.immediate, instruction.operands, instruction.result
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(immediate, SlotAccess)
            (self.values if immediate.array == self._doubt else self._needed).update(operands)
        elif result in self.values and result not in self._needed:
            self._part(instruction)
        else:
            self._needed.update(operands)

    def _part(self, instruction: Instruction) -> None:
        operands = instruction.operands
        if instruction.op is Op.ADD:
            self.values.update(operands)
        elif instruction.op in (Op.MUL, Op.FMA) and operands[1] in self.zeros:
            self.terms.add(operands[0])
            self.values.update(operands[2:])
            self._needed.add(operands[0])
        else:
            self._needed.update(operands)


class _Rewriting:
    """Writes the statements again, without the products of numbers that the flags tell of."""

    def __init__(self, sums: _Sums, flagged: set[int]) -> None:
        self._sums = sums.values
        self._zero = min(sums.zeros, default=-1)
        self._flagged = flagged
        self._same: dict[int, int | None] = {}  # None where nothing is left

    def all(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        """The statements of the stage."""
        return tuple(self._statements(body)) if self._flagged else tuple(body)

    def _statements(self, body: Iterable[Statement]) -> list[Statement]:
        written: list[Statement] = []
        for statement in body:
            if isinstance(statement, Loop):
                written.append(self._loop(statement))
            elif statement.result not in self._sums or not self._is_left_out(statement):
                written.append(self._instruction(statement))
        return written

    def _as(self, number: int) -> int | None:
        return self._same.get(number, number)

    def _left(self, number: int) -> int:
        found = self._as(number)
        return self._zero if found is None else found

    def _is_left_out(self, instruction: Instruction) -> bool:
        """Whether nothing is left of a part of the sum, or only another part of it."""
        result, operands = instruction.result, instruction.operands
        if instruction.op is Op.ADD:
            left = [each for each in map(self._as, operands) if each is not None]
            if len(left) < len(operands):
                self._same[result] = left[0] if left else None
                return True
        elif instruction.op in (Op.MUL, Op.FMA) and operands[0] in self._flagged:
            self._same[result] = self._as(operands[2]) if instruction.op is Op.FMA else None
            return True
        return False

    def _instruction(self, instruction: Instruction) -> Instruction:
        if not any(each in self._same for each in instruction.operands):
            return instruction
        return replace(instruction, operands=tuple(map(self._left, instruction.operands)))

    def _loop(self, loop: Loop) -> Loop:
        body = tuple(self._statements(loop.body))
        carries = []
        for carry in loop.carries:
            if carry.inside in self._sums and self._as(carry.following) == carry.inside:
                self._same[carry.result] = self._as(carry.initial)
            else:
                carries.append(self._carry(carry))
        return replace(loop, carries=tuple(carries), body=body)

    def _carry(self, carry: Carry) -> Carry:
        return replace(carry, initial=self._left(carry.initial), following=self._left(carry.following))
