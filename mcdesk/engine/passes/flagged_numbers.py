"""Leaves out of the doubts of a program what the processor's own flags tell.

`assuming_finite` multiplies each number that was asked about by zero and adds the products up. A processor
notes by itself that a result overflowed, was divided by zero or is no number, in flags that stay until they
are cleared. Where such an operation is executed in each trial and each round, its product is not needed.

What the flags do not tell stays in the sum: a number that is made of bits or of what is, as no operation made
it infinite; and one that a compiler may find infinite itself, where it is made of nothing but constants and
choices that have one. An operation that nothing needs but the sum, or only a choice or a question, a compiler
may leave out, altogether or in some trials: a choice is made in the trials that choose it, and a question may
have one answer only, as whether a square is negative, or none that matters. It has to be held.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mcdesk.engine.ir import Carry, CompiledStage, Instruction, Loop, Op, Program, SlotAccess, Statement
from mcdesk.engine.passes.flag_origins import origins_of

# What comes of these cannot be known without all that they are made of.
_NEED_ALL = frozenset((Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG, Op.ABS, Op.SQRT, Op.FLOOR, Op.FMA))


@dataclass(frozen=True, slots=True)
class Watch:
    """Numbers of one stage.

    Attributes:
        held: those whose operations have to be executed, whoever needs them.
        quotients: those whose division a compiler cannot do itself: a flag tells if one loses digits.
    """

    held: frozenset[int]
    quotients: frozenset[int]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A program, and what the flags have to tell of each stage, by its place."""

    program: Program
    watches: Mapping[int, Watch]


def resting_on_flags(program: Program, doubt: int) -> Flagged:
    """Shorten the sums in slot array `doubt`; nothing else changes, and no pass may follow.

    Args:
        program: of `assuming_finite`, without dead code.
    """
    bodies = {
        place: stage.body for place, stage in enumerate(program.stages) if isinstance(stage, CompiledStage)
    }
    needs = {place: _Needs(doubt, body) for place, body in bodies.items()}
    origins = origins_of(program, {place: each.terms for place, each in needs.items()})
    stages, watches = list(program.stages), {}
    for place, body in bodies.items():
        flagged = needs[place].terms - origins[place].silent
        shorter = _Rewriting(needs[place], flagged).all(body)
        stages[place] = CompiledStage(stages[place].name, shorter)
        held = flagged - needs[place].executed
        watches[place] = Watch(frozenset(held), frozenset(origins[place].quotients))
    return Flagged(replace(program, stages=tuple(stages)), watches)


class _Needs:
    """Walks from the last statement to the first.

    `sums` are the values that lead to the doubt alone, `terms` the numbers in them, `executed` those whose
    operation each trial and each round is sure to execute for something else.
    """

    def __init__(self, doubt: int, body: Sequence[Statement]) -> None:
        self._doubt = doubt
        self._chosen: set[int] = set()
        self.executed: set[int] = set()
        self.sums: set[int] = set()
        self.terms: set[int] = set()
        constants = (each for each in body if isinstance(each, Instruction) and each.op is Op.CONSTANT)
        self.zeros = {each.result for each in constants if each.immediate == 0.0}
        self._walk(body)
        self.sums -= self.executed | self._chosen | self.zeros

    def _walk(self, body: Sequence[Statement]) -> None:
        for statement in reversed(body):
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        for carry in loop.carries:
            if carry.result in self.sums:
                self.sums.update((carry.inside, carry.following, carry.initial))
        while True:
            self._walk(loop.body)
            # a value that is only handed out may be computed once, after the last round
            before = len(self.executed), len(self._chosen)
            for carry in loop.carries:
                # a single round hands nothing to another one
                is_sure = carry.inside in self.executed and loop.count > 1
                if self._is_needed(carry.inside):
                    (self.executed if is_sure else self._chosen).add(carry.following)
            if (len(self.executed), len(self._chosen)) == before:
                break
        for carry in loop.carries:
            if self._is_needed(carry.inside) or self._is_needed(carry.result):
                self._chosen.add(carry.initial)

    def _is_needed(self, number: int) -> bool:
        return number in self.executed or number in self._chosen

    def _instruction(self, instruction: Instruction) -> None:
        immediate, operands = instruction.immediate, instruction.operands
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(immediate, SlotAccess)
            target = self.sums if immediate.array == self._doubt else self.executed
            target.update(operands)
        elif self._is_needed(instruction.result):
            is_sure = instruction.op in _NEED_ALL and instruction.result in self.executed
            (self.executed if is_sure else self._chosen).update(operands)
        elif instruction.result in self.sums:
            self._term(instruction)

    def _term(self, instruction: Instruction) -> None:
        operands = instruction.operands
        if instruction.op is Op.ADD:
            self.sums.update(operands)
        elif instruction.op in (Op.MUL, Op.FMA) and operands[1] in self.zeros:
            self.terms.add(operands[0])
            self.sums.update(operands[2:])


class _Rewriting:
    """Writes the statements again, without the products of numbers that the flags tell of."""

    def __init__(self, needs: _Needs, flagged: set[int]) -> None:
        self._sums = needs.sums
        self._zero = min(needs.zeros, default=-1)
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
