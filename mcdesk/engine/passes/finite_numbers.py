"""Leaves out what only happens when a number overflows, and says in which trials one did.

Whether a result is finite is asked after almost every operation of a formula, and the answer decides
about values and errors down to the outputs. Here it is taken for yes, which removes all of that, and
each number that was asked about is multiplied by zero and added up: the sum is 0 where the answer was
right and NaN where one was wrong. Those trials are to be run again by the program as it was. The same is
done for the far tail of the normal quantile, which has polynomials of its own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.engine.instruction_writer import Value
from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    Instruction,
    Op,
    Program,
    SlotAccess,
    Type,
)
from mcdesk.engine.mathematics.normal import FAR_ROOT
from mcdesk.engine.passes.clean_errors import LARGEST, CleanErrors
from mcdesk.engine.passes.replay import Replay, draft_of
from mcdesk.engine.program_draft import ProgramDraft
from mcdesk.foundation.error_codes import ErrorCode

# What is infinite or no number stays so through these, whichever operand it is.
_KEEP_INFINITY = frozenset((Op.ADD, Op.SUB, Op.MUL, Op.NEG, Op.ABS, Op.SQRT, Op.FLOOR, Op.FMA))
_CHOOSE = (Op.SELECT, Op.MIN, Op.MAX)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A program under the assumption; element k of slot array `doubt` is the sum of stage k."""

    program: Program
    doubt: int


def assuming_finite(program: Program) -> Assumed:
    """The same slots and stages and one slot array more; equal to the bit where the doubt is 0."""
    draft = draft_of(program)
    clean = CleanErrors(program)
    doubt = draft.slot_array(Type.NUMBER, len(program.stages))
    for place, stage in enumerate(program.stages):
        access = SlotAccess(doubt, Affine(place))
        if isinstance(stage, CompiledStage):
            _FiniteNumbers(program, draft, access, clean.values[place]).stage(stage)
        else:
            draft.add_stage(stage)
    return Assumed(draft.program(), doubt)


class _FiniteNumbers(Replay):
    def __init__(self, program: Program, draft: ProgramDraft, doubt: SlotAccess, clean: set[int]) -> None:
        super().__init__(program, draft)
        self._clean = clean
        self._doubt = doubt
        self._number_by_size: dict[int, Value] = {}
        self._asked: dict[int, Value] = {}
        self._users: dict[int, list[int]] = {}
        self._source: dict[int, Value] = {}
        self._roots: set[int] = set()
        self._suspects: list[Value] = []
        self._sum = self.ops.number(0.0)

    def instruction(self, instruction: Instruction, operands: tuple[Value, ...]) -> Value:
        """The instruction, or yes to the question whether a number is finite."""
        known = self.known(instruction.result)
        if known is not None:
            return known
        if instruction.op is Op.LE:
            number = self._number_by_size.get(operands[0].number)
            if number is not None and self.ops.constant_of(operands[1]) == LARGEST:
                number = self._source.get(number.number, number)
                self._asked[number.number] = number
                return self.ops.logical(True)
        value = self.repeated(instruction, operands)
        if instruction.op is Op.LT and self._is_far_tail(operands):
            self._suspects.append(value)
            return self.ops.logical(False)
        if instruction.op in _KEEP_INFINITY:
            # what was there before, as an operand itself or the negative of one, betrays nobody
            for operand in (each for each in operands if each.number < value.number):
                self._users.setdefault(operand.number, []).append(value.number)
        if instruction.op is Op.SQRT:
            self._roots.add(value.number)
        if instruction.op is Op.ABS:
            self._number_by_size[value.number] = operands[0]
        elif instruction.op in _CHOOSE and value.type is Type.NUMBER:
            self._choose(value, operands[-2:])
        return value

    def _is_far_tail(self, operands: Sequence[Value]) -> bool:
        """Whether the question is that of the normal quantile for its far tail: one draw in 3e10 is there."""
        return self.ops.constant_of(operands[0]) == FAR_ROOT and operands[1].number in self._roots

    def _choose(self, value: Value, choices: Sequence[Value]) -> None:
        """To ask about one of a finite constant and a number, asking about the number is enough, and more."""
        unknown = [each for each in choices if not self._is_finite_constant(each)]
        if len(unknown) == 1 and value.number != unknown[0].number:
            self._source[value.number] = self._source.get(unknown[0].number, unknown[0])

    def _is_finite_constant(self, value: Value) -> bool:
        known = self.ops.constant_of(value)
        return isinstance(known, float) and math.isfinite(known)

    def known(self, number: int) -> Value | None:
        """No error where there can be none."""
        return self.ops.error(ErrorCode.NONE) if number in self._clean else None

    def carried(self) -> tuple[Value, ...]:
        """The sum so far."""
        zero = self.ops.number(0.0)
        asked = self._to_be_asked()
        self._asked.clear()
        self._users.clear()
        for suspect in self._suspects:
            self._sum = self.ops.add(self._sum, self.ops.select(suspect, self.ops.number(1.0), zero))
        self._suspects.clear()
        # pairs, because one long chain of sums would have to wait for each of them
        for first in range(0, len(asked), 2):
            pair = asked[first : first + 2]
            products = self.ops.mul(pair[0], zero)
            for other in pair[1:]:
                products = self.ops.fma(other, zero, products)
            self._sum = self.ops.add(self._sum, products)
        return (self._sum,)

    def _to_be_asked(self) -> list[Value]:
        """Those asked about that no other one asked about would betray."""
        betrayed: dict[int, bool] = {}
        # users are younger than what they use: from the youngest on each is known before it is needed
        for number in sorted(self._users, reverse=True):
            betrayed[number] = any(
                user in self._asked or betrayed.get(user, False) for user in self._users[number]
            )
        return [value for number, value in self._asked.items() if not betrayed.get(number, False)]

    def enter(self, carried: tuple[Value, ...]) -> None:
        """Go on with the sum of a loop."""
        (self._sum,) = carried

    def at_end(self) -> None:
        """Keep the sum."""
        self.ops.write_slot(self._doubt, *self.carried())
