"""Writes the instructions of one stage, and as few of them as it can.

It folds constants, reuses equal instructions, moves what does not change out of loops and keeps
the interval of every NUMBER.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mcdesk.engine.intervals import ANYTHING, Interval, interval_of
from mcdesk.engine.ir import (
    Affine,
    Carry,
    CompiledStage,
    Immediate,
    Instruction,
    Loop,
    Op,
    Statement,
    Type,
)
from mcdesk.engine.program_draft import ProgramDraft
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations

_SCALARS = ScalarOperations()
_UNFOLDED = {Op.TRIAL, Op.SEED, Op.AFFINE, Op.READ_TABLE, Op.READ_SLOT, Op.READ_SLOT_AT, Op.WRITE_SLOT}
_SLOT_READS = (Op.READ_SLOT, Op.READ_SLOT_AT)
_METHOD_BY_OP = (
    {op: op.value for op in Op}
    | {Op.MIN: "minimum", Op.MAX: "maximum", Op.ABS: "absolute"}
    | {op: op.value + "_" for op in (Op.NOT, Op.AND, Op.OR)}
)


def applied(operations: object, op: Op, operands: Sequence[object], immediate: Immediate = None) -> Any:
    """What the method of `Operations` for an instruction gives, over any kind of operations."""
    method = getattr(operations, _METHOD_BY_OP[op])
    if immediate is None:
        return method(*operands)
    extra = immediate if isinstance(immediate, tuple) else (immediate,)
    return method(*operands, *extra)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the stage under construction."""

    number: int
    type: Type
    depth: int


@dataclass(slots=True)
class _Scope:
    statements: list[Statement] = field(default_factory=list)
    memo: dict[tuple[object, ...], Value] = field(default_factory=dict)


class InstructionWriter:
    """Scopes, known constants and intervals of a stage; values belong to this stage alone."""

    def __init__(self, draft: ProgramDraft) -> None:
        self.draft = draft
        self._scopes = [_Scope()]
        self._count = 0
        self._constants: dict[int, Scalar] = {}
        self._intervals: dict[int, Interval] = {}
        self._negated: dict[int, Value] = {}
        self._clamped: dict[int, tuple[int, int]] = {}

    def finish(self, name: str) -> CompiledStage:
        """The stage, appended to the draft."""
        stage = CompiledStage(name, tuple(self._scopes[0].statements))
        self.draft.add_stage(stage)
        return stage

    @property
    def depth(self) -> int:
        """How many loops are around what is written next."""
        return len(self._scopes) - 1

    def constant_of(self, a: Value) -> Scalar | None:
        """The value if it is the same in every trial and known."""
        return self._constants.get(a.number)

    def interval_of(self, a: Value) -> Interval:
        """Bounds of a NUMBER."""
        return self._intervals.get(a.number, ANYTHING)

    def within(self, a: Value, low: float, high: float) -> Value:
        """The same value, with the claim that low <= a <= high."""
        # a constant is shared by all who use its value, and known better than any claim
        if a.number not in self._constants:
            known = self.interval_of(a)
            self._intervals[a.number] = Interval(max(low, known.low), min(high, known.high))
        return a

    def loop(
        self, count: int, carries: Sequence[Value], body: Callable[[int, Sequence[Value]], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Like `repeat`, but the body gets the value number of the index, for `Affine`."""
        depth = len(self._scopes)
        index = self._fresh(Type.INTEGER, depth)
        inside = [self._fresh(carry.type, depth) for carry in carries]
        self._scopes.append(_Scope())
        following = body(index.number, inside)
        scope = self._scopes.pop()
        results = [self._fresh(carry.type, depth - 1) for carry in carries]
        joined = tuple(
            Carry(start.number, inner.number, after.number, result.number, start.type)
            for start, inner, after, result in zip(carries, inside, following, results, strict=True)
        )
        self._scopes[-1].statements.append(Loop(count, index.number, joined, tuple(scope.statements)))
        return tuple(results)

    @contextmanager
    def outside_loops(self) -> Iterator[None]:
        """Write before the loops that are being written; nothing of their bodies may be used."""
        inner = self._scopes[1:]
        del self._scopes[1:]
        try:
            yield
        finally:
            self._scopes.extend(inner)

    def _fresh(self, kind: Type, depth: int) -> Value:
        self._count += 1
        return Value(self._count - 1, kind, depth)

    def constant(self, value: Scalar, kind: Type) -> Value:
        """A value that is the same in every trial."""
        key = (Op.CONSTANT, kind, struct.pack("<d", value) if kind is Type.NUMBER else value)
        found = self._scopes[0].memo.get(key)
        if found is None:
            found = self._place(key, 0, Op.CONSTANT, (), kind, value)
            self._constants[found.number] = value
            if kind is Type.NUMBER and value - value == 0.0:
                self._intervals[found.number] = Interval(float(value), float(value))
        return found

    def _emit(self, op: Op, operands: tuple[Value, ...], kind: Type, immediate: Immediate = None) -> Value:
        folded = self._folded(op, operands, kind, immediate)
        if folded is not None:
            return folded
        numbers = tuple([operand.number for operand in operands])
        key = (op, numbers, immediate)
        for scope in reversed(self._scopes):
            found = scope.memo.get(key)
            if found is not None:
                return found
        if op in _SLOT_READS or isinstance(immediate, Affine):
            depth = len(self._scopes) - 1
        else:
            depth = max([operand.depth for operand in operands]) if operands else 0
        value = self._place(key, depth, op, numbers, kind, immediate)
        if kind is Type.NUMBER:
            known = self._intervals
            intervals = tuple([known.get(number, ANYTHING) for number in numbers])
            known[value.number] = interval_of(op, intervals)
        return value

    def _place(
        self,
        key: tuple[object, ...],
        depth: int,
        op: Op,
        numbers: tuple[int, ...],
        kind: Type,
        immediate: Immediate,
    ) -> Value:
        value = self._fresh(kind, depth)
        scope = self._scopes[depth]
        scope.statements.append(Instruction(value.number, op, numbers, kind, immediate))
        scope.memo[key] = value
        return value

    def _folded(self, op: Op, operands: tuple[Value, ...], kind: Type, immediate: Immediate) -> Value | None:
        if op in _UNFOLDED or not operands:
            return None
        constants = self._constants
        for operand in operands:
            if operand.number not in constants:
                return None
        known = [constants[operand.number] for operand in operands]
        return self.constant(applied(_SCALARS, op, known, immediate), kind)
