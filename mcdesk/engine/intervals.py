"""Range analysis on NUMBER values: bounds that hold for every trial, by monotone rounding.

An infinite bound means that the value may overflow; a finite interval means that it cannot.
"""

import math
from dataclasses import dataclass

from mcdesk.engine.ir import Op

LARGEST = 1.7976931348623157e308


@dataclass(frozen=True, slots=True)
class Interval:
    """low <= value <= high in every trial, or the value is NaN where `may_be_nan`."""

    low: float
    high: float
    may_be_nan: bool = False

    @property
    def is_finite(self) -> bool:
        """Whether the value can be neither infinite nor NaN."""
        return self.low > -math.inf and self.high < math.inf and not self.may_be_nan

    def excludes(self, value: float) -> bool:
        """Whether no trial can have this value."""
        return value < self.low or value > self.high


ANYTHING = Interval(-math.inf, math.inf, may_be_nan=True)
# with nothing known of one operand, nothing is known of the result
_LEAVE_OPEN = frozenset((Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG, Op.SQRT, Op.FLOOR))
_BOUNDED = _LEAVE_OPEN | {Op.MIN, Op.MAX, Op.SELECT, Op.ABS}
FINITE = Interval(-LARGEST, LARGEST)


def interval_of(op: Op, operands: tuple[Interval, ...]) -> Interval:
    """Bounds of an operation's result from those of its operands."""
    if op not in _BOUNDED:
        return ANYTHING
    if op in _LEAVE_OPEN and (operands[0] is ANYTHING or operands[-1] is ANYTHING):
        return ANYTHING
    match op, operands:
        case Op.ADD, (a, b):
            return _hull((a.low + b.low, a.high + b.high), operands)
        case Op.SUB, (a, b):
            return _hull((a.low - b.high, a.high - b.low), operands)
        case Op.MUL, (a, b):
            return _hull(tuple(x * y for x in (a.low, a.high) for y in (b.low, b.high)), operands)
        case Op.DIV, (a, b) if b.excludes(0.0):
            return _hull(tuple(x / y for x in (a.low, a.high) for y in (b.low, b.high)), operands)
        case ((Op.MIN | Op.MAX), (a, b)):
            return _chosen(op, a, b)
        case Op.SELECT, (_, a, b):
            return join(a, b)
        case _, (a,):
            return _of_one(op, a)
    return ANYTHING


def join(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    return Interval(min(a.low, b.low), max(a.high, b.high), a.may_be_nan or b.may_be_nan)


def _chosen(op: Op, a: Interval, b: Interval) -> Interval:
    # a NaN compares false, so that a stays, whichever of the two is NaN
    pick = min if op is Op.MIN else max
    chosen = Interval(pick(a.low, b.low), pick(a.high, b.high), a.may_be_nan)
    return join(chosen, a) if b.may_be_nan else chosen


def _of_one(op: Op, a: Interval) -> Interval:
    match op:
        case Op.NEG:
            return Interval(-a.high, -a.low, a.may_be_nan)
        case Op.ABS:
            low = 0.0 if a.low <= 0.0 <= a.high else min(abs(a.low), abs(a.high))
            return Interval(low, max(abs(a.low), abs(a.high)), a.may_be_nan)
        case Op.SQRT if a.low >= 0.0:
            return Interval(math.sqrt(a.low), math.sqrt(a.high), a.may_be_nan)
        case Op.FLOOR if a.is_finite:
            return Interval(float(math.floor(a.low)), float(math.floor(a.high)))
    return ANYTHING


def _hull(corners: tuple[float, ...], operands: tuple[Interval, ...]) -> Interval:
    low, high = min(corners), max(corners)
    # inf - inf, 0 * inf and inf / inf all need bounds that are infinite on both sides, or NaN corners
    is_open = low == -math.inf and high == math.inf
    if is_open or any(map(math.isnan, corners)):
        return ANYTHING
    return Interval(low, high, any(operand.may_be_nan for operand in operands))
