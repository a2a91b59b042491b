"""`Operations` that write instructions: one method per instruction of the closed set."""

import struct
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.instruction_writer import InstructionWriter, Value
from mcdesk.engine.intervals import Interval
from mcdesk.engine.ir import Affine, Instruction, Op, SlotAccess, Table, Type
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.foundation.error_codes import ErrorCode

_SCALARS = ScalarOperations()


class StageBuilder(InstructionWriter):
    """`Operations` that write instructions; values belong to this stage alone."""

    def number(self, value: float) -> Value:
        """Constant NUMBER."""
        return self.constant(float(value), Type.NUMBER)

    def integer(self, value: int) -> Value:
        """Constant INTEGER."""
        return self.constant(_SCALARS.integer(value), Type.INTEGER)

    def logical(self, value: bool) -> Value:
        """Constant LOGICAL."""
        return self.constant(value, Type.LOGICAL)

    def error(self, code: ErrorCode) -> Value:
        """Constant ERROR."""
        return self.constant(int(code), Type.ERROR)

    def text(self, value: str) -> Value:
        """Constant TEXT."""
        return self.constant(self.draft.text(value), Type.TEXT)

    def add(self, a: Value, b: Value) -> Value:
        """a + b."""
        return self._emit(Op.ADD, (a, b), Type.NUMBER)

    def sub(self, a: Value, b: Value) -> Value:
        """a - b."""
        if self._is_bits(b, 0.0):
            return a
        return self._emit(Op.SUB, (a, b), Type.NUMBER)

    def mul(self, a: Value, b: Value) -> Value:
        """a * b."""
        for one, other in ((a, b), (b, a)):
            if self._is_bits(one, 1.0):
                return other
        return self._emit(Op.MUL, (a, b), Type.NUMBER)

    def div(self, a: Value, b: Value) -> Value:
        """a / b."""
        if self._is_bits(b, 1.0):
            return a
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
        if a.number in self._negated:
            return self._negated[a.number]
        value = self._emit(Op.NOT, (a,), Type.LOGICAL)
        self._negated[value.number] = a
        return value

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

    def iadd(self, a: Value, b: Value) -> Value:
        """a + b modulo 2**64."""
        for one, other in ((a, b), (b, a)):
            if self.constant_of(one) == 0:
                return other
        return self._emit(Op.IADD, (a, b), Type.INTEGER)

    def isub(self, a: Value, b: Value) -> Value:
        """a - b modulo 2**64."""
        if self.constant_of(b) == 0:
            return a
        return self._emit(Op.ISUB, (a, b), Type.INTEGER)

    def imul(self, a: Value, b: Value) -> Value:
        """a * b modulo 2**64."""
        for one, other in ((a, b), (b, a)):
            if self.constant_of(one) == 1:
                return other
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

    def ireverse(self, a: Value) -> Value:
        """The 64 bits in reverse order."""
        return self._emit(Op.IREVERSE, (a,), Type.INTEGER)

    def ilt(self, a: Value, b: Value) -> Value:
        """a < b, signed."""
        return self._emit(Op.ILT, (a, b), Type.LOGICAL)

    def ieq(self, a: Value, b: Value) -> Value:
        """a == b."""
        return self._emit(Op.IEQ, (a, b), Type.LOGICAL)

    def iclamp(self, a: Value, low: int, high: int) -> Value:
        """The nearest value in [low, high]."""
        bounds = self._clamped.get(a.number)
        if bounds is not None and low <= bounds[0] and bounds[1] <= high:
            return a
        value = self._emit(Op.ICLAMP, (a,), Type.INTEGER, (low, high))
        self._clamped[value.number] = (low, high)
        return value

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
            return self.constant(_SCALARS.read_table(table, known), table.type)
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

    def _is_bits(self, a: Value, number: float) -> bool:
        """Whether a value is known to be a number of these bits; 0.0 and -0.0 are two."""
        known = self.constant_of(a)
        return isinstance(known, float) and struct.pack("<d", known) == struct.pack("<d", number)

    def repeat(
        self, count: int, carries: Sequence[Value], body: Callable[[Value, Sequence[Value]], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Run `body(round, carries)` count times."""
        if count == 0:
            return tuple(carries)
        return self.loop(count, carries, lambda i, inside: body(self.affine(Affine(0, ((i, 1),))), inside))


def _float_table(table: Table) -> NDArray[np.float64]:
    return np.asarray(table.values, dtype=np.float64)
