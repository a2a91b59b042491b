"""Writes programs: `ProgramDraft` collects slots, tables and stages, `StageBuilder` instructions.

The builder folds constants, reuses equal instructions, moves what does not change out of loops
and keeps the interval of every NUMBER.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.intervals import ANYTHING, FINITE, Interval, interval_of
from mcdesk.engine.ir import (
    Affine,
    Carry,
    CompiledStage,
    Immediate,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    SlotArray,
    Stage,
    Statement,
    Table,
    Type,
)
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations
from mcdesk.foundation.error_codes import ErrorCode

_SCALARS = ScalarOperations()
_UNFOLDED = {Op.TRIAL, Op.SEED, Op.AFFINE, Op.READ_TABLE, Op.READ_SLOT, Op.READ_SLOT_AT, Op.WRITE_SLOT}


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


class ProgramDraft:
    """What the stages share: slot arrays with their intervals, tables, strings."""

    def __init__(self) -> None:
        self._slots: list[SlotArray] = []
        self._intervals: list[Interval] = []
        self._tables: list[Table] = []
        self._table_numbers: dict[tuple[Type, bytes], int] = {}
        self._strings: list[str] = []
        self._string_codes: dict[str, int] = {}
        self._stages: list[Stage] = []

    def slot_array(self, kind: Type, length: int) -> int:
        """Number of a new slot array."""
        self._slots.append(SlotArray(kind, length))
        self._intervals.append(FINITE)
        return len(self._slots) - 1

    def slot_type(self, array: int) -> Type:
        """Type of a slot array."""
        return self._slots[array].type

    def slot_interval(self, array: int) -> Interval:
        """Bounds of a slot array's elements."""
        return self._intervals[array]

    def narrow_slot(self, array: int, interval: Interval) -> None:
        """Say that the array's elements lie in the interval; all its writers are known."""
        self._intervals[array] = interval

    def table(self, table: Table) -> int:
        """Number of a table; equal tables share one."""
        key = (table.type, np.ascontiguousarray(table.values).tobytes())
        if key not in self._table_numbers:
            self._table_numbers[key] = len(self._tables)
            self._tables.append(table)
        return self._table_numbers[key]

    def text(self, value: str) -> int:
        """Code of a text."""
        if value not in self._string_codes:
            self._string_codes[value] = len(self._strings)
            self._strings.append(value)
        return self._string_codes[value]

    @property
    def strings(self) -> tuple[str, ...]:
        """Texts so far, in order of their codes."""
        return tuple(self._strings)

    def add_stage(self, stage: Stage) -> None:
        """Append a stage."""
        self._stages.append(stage)

    def program(self) -> Program:
        """The finished program."""
        return Program(tuple(self._stages), tuple(self._slots), tuple(self._tables), tuple(self._strings))


class StageBuilder:
    """`Operations` that write instructions; values belong to this stage alone."""

    def __init__(self, draft: ProgramDraft) -> None:
        self.draft = draft
        self._scopes = [_Scope()]
        self._count = 0
        self._constants: dict[int, Scalar] = {}
        self._intervals: dict[int, Interval] = {}

    def finish(self, name: str) -> CompiledStage:
        """The stage, appended to the draft."""
        stage = CompiledStage(name, tuple(self._scopes[0].statements))
        self.draft.add_stage(stage)
        return stage

    # constants -----------------------------------------------------------------------------

    def number(self, value: float) -> Value:
        """Constant NUMBER."""
        return self._constant(float(value), Type.NUMBER)

    def integer(self, value: int) -> Value:
        """Constant INTEGER."""
        return self._constant(_SCALARS.integer(value), Type.INTEGER)

    def logical(self, value: bool) -> Value:
        """Constant LOGICAL."""
        return self._constant(value, Type.LOGICAL)

    def error(self, code: ErrorCode) -> Value:
        """Constant ERROR."""
        return self._constant(int(code), Type.ERROR)

    def text(self, value: str) -> Value:
        """Constant TEXT."""
        return self._constant(self.draft.text(value), Type.TEXT)

    def constant_of(self, a: Value) -> Scalar | None:
        """The value if it is the same in every trial and known."""
        return self._constants.get(a.number)

    def interval_of(self, a: Value) -> Interval:
        """Bounds of a NUMBER."""
        return self._intervals.get(a.number, ANYTHING)

    # arithmetic ----------------------------------------------------------------------------

    def add(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self._emit(Op.ADD, (a, b), Type.NUMBER)

    def sub(self, a: Value, b: Value) -> Value:
        """a - b."""
        return self._emit(Op.SUB, (a, b), Type.NUMBER)

    def mul(self, a: Value, b: Value) -> Value:
        """a * b."""
        return self._emit(Op.MUL, (a, b), Type.NUMBER)

    def div(self, a: Value, b: Value) -> Value:
        """a / b."""
        return self._emit(Op.DIV, (a, b), Type.NUMBER)

    def minimum(self, a: Value, b: Value) -> Value:
        """b where b < a, else a."""
        return self._emit(Op.MIN, (a, b), Type.NUMBER)

    def maximum(self, a: Value, b: Value) -> Value:
        """b where b > a, else a."""
        return self._emit(Op.MAX, (a, b), Type.NUMBER)

    def neg(self, a: Value) -> Value:
        """-a."""
        return self._emit(Op.NEG, (a,), Type.NUMBER)

    def absolute(self, a: Value) -> Value:
        """|a|."""
        return self._emit(Op.ABS, (a,), Type.NUMBER)

    def sqrt(self, a: Value) -> Value:
        """Square root."""
        return self._emit(Op.SQRT, (a,), Type.NUMBER)

    def floor(self, a: Value) -> Value:
        """Greatest whole number not above a."""
        return self._emit(Op.FLOOR, (a,), Type.NUMBER)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """a * b + c rounded once."""
        return self._emit(Op.FMA, (a, b, c), Type.NUMBER)

    def lt(self, a: Value, b: Value) -> Value:
        """a < b."""
        left, right = self.interval_of(a), self.interval_of(b)
        if left.is_finite and right.is_finite:
            if left.high < right.low:
                return self.logical(True)
            if left.low >= right.high:
                return self.logical(False)
        return self._emit(Op.LT, (a, b), Type.LOGICAL)

    def le(self, a: Value, b: Value) -> Value:
        """a <= b."""
        left, right = self.interval_of(a), self.interval_of(b)
        if left.is_finite and right.is_finite:
            if left.high <= right.low:
                return self.logical(True)
            if left.low > right.high:
                return self.logical(False)
        return self._emit(Op.LE, (a, b), Type.LOGICAL)

    def eq(self, a: Value, b: Value) -> Value:
        """a == b."""
        left, right = self.interval_of(a), self.interval_of(b)
        if left.is_finite and right.is_finite and (left.high < right.low or right.high < left.low):
            return self.logical(False)
        return self._emit(Op.EQ, (a, b), Type.LOGICAL)

    def not_(self, a: Value) -> Value:
        """Logical negation."""
        return self._emit(Op.NOT, (a,), Type.LOGICAL)

    def and_(self, a: Value, b: Value) -> Value:
        """Logical and."""
        for one, other in ((a, b), (b, a)):
            known = self.constant_of(one)
            if known is not None:
                return other if known else one
        return self._emit(Op.AND, (a, b), Type.LOGICAL)

    def or_(self, a: Value, b: Value) -> Value:
        """Logical or."""
        for one, other in ((a, b), (b, a)):
            known = self.constant_of(one)
            if known is not None:
                return one if known else other
        return self._emit(Op.OR, (a, b), Type.LOGICAL)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """A where the condition holds, else b."""
        known = self.constant_of(condition)
        if known is not None:
            return a if known else b
        if a.number == b.number:
            return a
        return self._emit(Op.SELECT, (condition, a, b), a.type)

    # integers ------------------------------------------------------------------------------

    def iadd(self, a: Value, b: Value) -> Value:
        """a + b modulo 2**64."""
        return self._emit(Op.IADD, (a, b), Type.INTEGER)

    def isub(self, a: Value, b: Value) -> Value:
        """a - b modulo 2**64."""
        return self._emit(Op.ISUB, (a, b), Type.INTEGER)

    def imul(self, a: Value, b: Value) -> Value:
        """a * b modulo 2**64."""
        return self._emit(Op.IMUL, (a, b), Type.INTEGER)

    def iand(self, a: Value, b: Value) -> Value:
        """Bitwise and."""
        return self._emit(Op.IAND, (a, b), Type.INTEGER)

    def ior(self, a: Value, b: Value) -> Value:
        """Bitwise or."""
        return self._emit(Op.IOR, (a, b), Type.INTEGER)

    def ixor(self, a: Value, b: Value) -> Value:
        """Bitwise exclusive or."""
        return self._emit(Op.IXOR, (a, b), Type.INTEGER)

    def ishl(self, a: Value, count: int) -> Value:
        """Shift left."""
        return self._emit(Op.ISHL, (a,), Type.INTEGER, count)

    def ilshr(self, a: Value, count: int) -> Value:
        """Shift right, zeros come in."""
        return self._emit(Op.ILSHR, (a,), Type.INTEGER, count)

    def iashr(self, a: Value, count: int) -> Value:
        """Shift right, the sign comes in."""
        return self._emit(Op.IASHR, (a,), Type.INTEGER, count)

    def ilt(self, a: Value, b: Value) -> Value:
        """a < b, signed."""
        return self._emit(Op.ILT, (a, b), Type.LOGICAL)

    def ieq(self, a: Value, b: Value) -> Value:
        """a == b."""
        return self._emit(Op.IEQ, (a, b), Type.LOGICAL)

    def iclamp(self, a: Value, low: int, high: int) -> Value:
        """The nearest value in [low, high]."""
        return self._emit(Op.ICLAMP, (a,), Type.INTEGER, (low, high))

    def bits(self, a: Value) -> Value:
        """The NUMBER's bits as INTEGER."""
        return self._emit(Op.BITS, (a,), Type.INTEGER)

    def from_bits(self, a: Value) -> Value:
        """The NUMBER with these bits."""
        return self._emit(Op.FROM_BITS, (a,), Type.NUMBER)

    def to_number(self, a: Value) -> Value:
        """INTEGER to NUMBER."""
        return self.within(self._emit(Op.TO_NUMBER, (a,), Type.NUMBER), -(2.0**63), 2.0**63)

    def to_integer(self, a: Value) -> Value:
        """NUMBER to INTEGER, toward zero."""
        return self._emit(Op.TO_INTEGER, (a,), Type.INTEGER)

    def text_code(self, a: Value) -> Value:
        """Place of a TEXT."""
        return self._emit(Op.TEXT_CODE, (a,), Type.INTEGER)

    def error_code(self, a: Value) -> Value:
        """Number of an ERROR."""
        return self._emit(Op.ERROR_CODE, (a,), Type.INTEGER)

    # trials, tables, slots, loops ----------------------------------------------------------

    def trial(self) -> Value:
        """Number of the trial, from 0."""
        return self._emit(Op.TRIAL, (), Type.INTEGER)

    def seed(self) -> Value:
        """The run's seed."""
        return self._emit(Op.SEED, (), Type.INTEGER)

    def affine(self, at: Affine) -> Value:
        """A whole number that follows the loop indices."""
        if not at.terms:
            return self.integer(at.base)
        return self._emit(Op.AFFINE, (), Type.INTEGER, at)

    def read_table(self, table: Table, index: Value) -> Value:
        """Element of a table."""
        known = self.constant_of(index)
        if known is not None:
            return self._constant(_SCALARS.read_table(table, known), table.type)
        value = self._emit(Op.READ_TABLE, (index,), table.type, self.draft.table(table))
        if table.type is Type.NUMBER and np.all(np.isfinite(_float_table(table))):
            self._intervals[value.number] = Interval(float(table.values.min()), float(table.values.max()))
        return value

    def read_slot(self, access: SlotAccess, shift: Value | None = None) -> Value:
        """Element of a slot array; `shift`, an INTEGER proven in bounds, is added to the place."""
        kind = self.draft.slot_type(access.array)
        op = Op.READ_SLOT if shift is None else Op.READ_SLOT_AT
        value = self._emit(op, () if shift is None else (shift,), kind, access)
        if kind is Type.NUMBER:
            self._intervals[value.number] = self.draft.slot_interval(access.array)
        return value

    def write_slot(self, access: SlotAccess, value: Value) -> None:
        """Set one element of a slot array; every element is written exactly once."""
        self._scopes[-1].statements.append(
            Instruction(-1, Op.WRITE_SLOT, (value.number,), value.type, access)
        )

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

    def repeat(
        self, count: int, carries: Sequence[Value], body: Callable[[Value, Sequence[Value]], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Run `body(round, carries)` count times."""
        if count == 0:
            return tuple(carries)
        return self.loop(count, carries, lambda i, inside: body(self.affine(Affine(0, ((i, 1),))), inside))

    def within(self, a: Value, low: float, high: float) -> Value:
        """The same value, with the claim that low <= a <= high."""
        known = self.interval_of(a)
        self._intervals[a.number] = Interval(max(low, known.low), min(high, known.high))
        return a

    # ---------------------------------------------------------------------------------------

    def _fresh(self, kind: Type, depth: int) -> Value:
        self._count += 1
        return Value(self._count - 1, kind, depth)

    def _constant(self, value: Scalar, kind: Type) -> Value:
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
        numbers = tuple(operand.number for operand in operands)
        key = (op, numbers, immediate)
        for scope in reversed(self._scopes):
            if key in scope.memo:
                return scope.memo[key]
        depth = len(self._scopes) - 1
        if op not in (Op.READ_SLOT, Op.READ_SLOT_AT):
            depth = max((operand.depth for operand in operands), default=0)
            if isinstance(immediate, Affine):
                depth = len(self._scopes) - 1
        value = self._place(key, depth, op, numbers, kind, immediate)
        if kind is Type.NUMBER:
            self._intervals[value.number] = interval_of(
                op, tuple(self.interval_of(each) for each in operands)
            )
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
        known = [self._constants.get(operand.number) for operand in operands]
        if any(value is None for value in known):
            return None
        method = getattr(_SCALARS, _METHOD_BY_OP.get(op, op.value))
        extra = immediate if isinstance(immediate, tuple) else () if immediate is None else (immediate,)
        return self._constant(method(*known, *extra), kind)


_METHOD_BY_OP = {Op.MIN: "minimum", Op.MAX: "maximum", Op.ABS: "absolute"} | {
    op: op.value + "_" for op in (Op.NOT, Op.AND, Op.OR)
}


def _float_table(table: Table) -> NDArray[np.float64]:
    return np.asarray(table.values, dtype=np.float64)
