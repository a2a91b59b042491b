"""Bounds of whole numbers in a stage: which bits make a finite NUMBER, which clamps change nothing.

Every bound holds for the exact result; where that might leave 64 bits there is none.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mcdesk.engine.intervals import ANYTHING, Interval, interval_of
from mcdesk.engine.ir import Instruction, Op, Table, Type

_LEAST, _MOST = -(2**63), 2**63 - 1
_EXPONENT_SHIFT = 52
# the bits of the largest number
_LARGEST = 0x7FEFFFFFFFFFFFFF
_LARGEST_WHOLE = 2.0**53
_LEAST_NORMAL = 2.0**-1022


@dataclass(frozen=True, slots=True)
class Range:
    """low <= value <= high, as signed whole numbers of 64 bits."""

    low: int
    high: int


_ANY = Range(_LEAST, _MOST)


def table_ranges(tables: Sequence[Table]) -> Mapping[int, Range]:
    """Of the elements of tables of whole numbers, by the number of the table."""
    return {
        number: Range(int(table.values.min()), int(table.values.max()))
        for number, table in enumerate(tables)
        if table.type is Type.INTEGER and len(table.values)
    }


class BitRanges:
    """Takes the instructions of a stage in their order; of what a loop hands on it knows nothing.

    The bounds of an instruction are the same in each round, so that it may be taken several times.

    Args:
        tables: bounds of the elements of tables; of others it knows nothing.
    """

    def __init__(self, tables: Mapping[int, Range] | None = None) -> None:
        self._tables = tables or {}
        self._ranges: dict[int, Range] = {}
        self._makers: dict[int, Instruction] = {}
        self._intervals: dict[int, Interval] = {}

    def take(self, instruction: Instruction) -> None:
        """The next instruction."""
        if instruction.type is Type.INTEGER and instruction.result not in self._makers:
            self._makers[instruction.result] = instruction
            found = self._found(instruction)
            if found != _ANY and found.low >= _LEAST and found.high <= _MOST:
                self._ranges[instruction.result] = found
        elif instruction.type is Type.NUMBER and instruction.result not in self._intervals:
            self._intervals[instruction.result] = _without_least(self._interval(instruction))

    def is_finite(self, number: int) -> bool:
        """Whether these bits, whatever the trial, are those of a finite NUMBER."""
        bits = self.range_of(number)
        return 0 <= bits.low <= bits.high <= _LARGEST or self._is_mantissa(number)

    def range_of(self, number: int) -> Range:
        """Its bounds."""
        return self._ranges.get(number, _ANY)

    def interval_of(self, number: int) -> Interval:
        """Bounds of a NUMBER."""
        return self._intervals.get(number, ANYTHING)

    def _interval(self, instruction: Instruction) -> Interval:
        given = tuple([self.interval_of(each) for each in instruction.operands])
        if instruction.op is Op.FMA:
            return _of_fma(*given)
        if instruction.op is Op.DIV:
            # near zero a quotient by a constant may miss its bounds, which a flag tells only afterwards
            return ANYTHING
        if instruction.op is not Op.CONSTANT:
            return interval_of(instruction.op, given)
        assert isinstance(instruction.immediate, float | int)
        value = float(instruction.immediate)
        return Interval(value, value) if math.isfinite(value) else ANYTHING

    def _found(self, instruction: Instruction) -> Range:
        given = [self.range_of(each) for each in instruction.operands]
        match instruction.op, instruction.immediate, given:
            case Op.CONSTANT, int(value), _:
                return Range(value, value)
            case Op.ICLAMP, (low, high), _:
                return Range(low, high)
            case Op.READ_TABLE, int(table), _ if table in self._tables:
                return self._tables[table]
            case Op.TO_INTEGER, _, _:
                return self._whole(instruction.operands[0])
            case ((Op.ILSHR | Op.IASHR | Op.ISHL), int(count), [a]):
                return _shifted(instruction.op, a, count)
            case ((Op.IADD | Op.ISUB | Op.IMUL | Op.IAND | Op.IOR | Op.IXOR), _, [a, b]):
                return _of_two(instruction.op, a, b)
            case Op.SELECT, _, [_, a, b]:
                return Range(min(a.low, b.low), max(a.high, b.high))
        return _ANY

    def _whole(self, number: int) -> Range:
        """Toward zero, and 0 of what is no number or too large."""
        bounds = self.interval_of(number)
        if not -_LARGEST_WHOLE <= bounds.low <= bounds.high <= _LARGEST_WHOLE:
            return _ANY
        low, high = int(bounds.low), int(bounds.high)
        return Range(min(low, 0), max(high, 0)) if bounds.may_be_nan else Range(low, high)

    def _is_mantissa(self, number: int) -> bool:
        """Whether it is b - (((b - c) >> 52) << 52), which lies in [c, c + 2**52) whatever b is."""
        outer = self._maker(number, Op.ISUB)
        up = None if outer is None else self._maker(outer.operands[1], Op.ISHL, _EXPONENT_SHIFT)
        down = None if up is None else self._maker(up.operands[0], Op.IASHR, _EXPONENT_SHIFT)
        inner = None if down is None else self._maker(down.operands[0], Op.ISUB)
        if outer is None or inner is None or inner.operands[0] != outer.operands[0]:
            return False
        least = self.range_of(inner.operands[1])
        return 0 <= least.low == least.high <= _LARGEST - (1 << _EXPONENT_SHIFT)

    def _maker(self, number: int, op: Op, immediate: int | None = None) -> Instruction | None:
        found = self._makers.get(number)
        return found if found is not None and (found.op, found.immediate) == (op, immediate) else None


def _without_least(bounds: Interval) -> Interval:
    """With no bound between zero and the least normal number.

    A thread in which a library has numbers below it made 0 misses such a bound, and no other.
    """
    low, high = bounds.low, bounds.high
    if 0.0 < abs(low) < _LEAST_NORMAL:
        low = 0.0 if low > 0.0 else -_LEAST_NORMAL
    if 0.0 < abs(high) < _LEAST_NORMAL:
        high = 0.0 if high < 0.0 else _LEAST_NORMAL
    is_same = (low, high) == (bounds.low, bounds.high)
    return bounds if is_same else Interval(low, high, bounds.may_be_nan)


def _of_fma(a: Interval, b: Interval, c: Interval) -> Interval:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    if any(map(math.isnan, corners)):
        return ANYTHING
    # the product is not rounded: it may lie beyond its rounded bounds, but not beyond the next numbers
    low = math.nextafter(min(corners), -math.inf) + c.low
    high = math.nextafter(max(corners), math.inf) + c.high
    is_finite = math.isfinite(low) and math.isfinite(high)
    return Interval(low, high, a.may_be_nan or b.may_be_nan or c.may_be_nan) if is_finite else ANYTHING


def _shifted(op: Op, a: Range, count: int) -> Range:
    if op is Op.ISHL:
        return Range(a.low << count, a.high << count)
    if op is Op.ILSHR and a.low < 0:
        return Range(0, (2**64 - 1) >> count) if count else _ANY
    return Range(a.low >> count, a.high >> count)


def _of_two(op: Op, a: Range, b: Range) -> Range:
    match op:
        case Op.IADD:
            return Range(a.low + b.low, a.high + b.high)
        case Op.ISUB:
            return Range(a.low - b.high, a.high - b.low)
        case Op.IMUL:
            corners = [one * other for one in (a.low, a.high) for other in (b.low, b.high)]
            return Range(min(corners), max(corners))
        case Op.IAND:
            masks = [each.high for each in (a, b) if each.low >= 0]
            return Range(0, min(masks)) if masks else _ANY
        case Op.IOR if a.low >= 0 and b.low >= 0:
            return Range(max(a.low, b.low), a.high + b.high)
        case Op.IXOR if a.low >= 0 and b.low >= 0:
            return Range(0, (1 << max(a.high, b.high).bit_length()) - 1)
    return _ANY
