"""Range analysis on NUMBER values: bounds that hold for every trial, by monotone rounding.

An infinite bound means that the value may overflow; a finite interval means that it cannot.
"""

import math
from dataclasses import dataclass

from mcdesk.engine.ir import Op

LARGEST = 1.7976931348623157e308


@dataclass(frozen=True, slots=True)
class Interval:
    """low <= value <= high in every trial."""

    low: float
    high: float

    @property
    def is_finite(self) -> bool:
        """Whether the value can be neither infinite nor NaN."""
        return self.low > -math.inf and self.high < math.inf

    def excludes(self, value: float) -> bool:
        """Whether no trial can have this value."""
        return value < self.low or value > self.high


ANYTHING = Interval(-math.inf, math.inf)
FINITE = Interval(-LARGEST, LARGEST)


def interval_of(op: Op, operands: tuple[Interval, ...]) -> Interval:
    """Bounds of an operation's result from those of its operands."""
    match op, operands:
        case Op.ADD, (a, b):
            return _ordered(a.low + b.low, a.high + b.high)
        case Op.SUB, (a, b):
            return _ordered(a.low - b.high, a.high - b.low)
        case Op.MUL, (a, b):
            return _hull(tuple(x * y for x in (a.low, a.high) for y in (b.low, b.high)))
        case Op.DIV, (a, b) if b.excludes(0.0):
            return _hull(tuple(x / y for x in (a.low, a.high) for y in (b.low, b.high)))
        case Op.MIN, (a, b):
            return Interval(min(a.low, b.low), min(a.high, b.high))
        case Op.MAX, (a, b):
            return Interval(max(a.low, b.low), max(a.high, b.high))
        case Op.SELECT, (_, a, b):
            return join(a, b)
        case _, (a,):
            return _of_one(op, a)
    return ANYTHING


def join(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    return Interval(min(a.low, b.low), max(a.high, b.high))


def _of_one(op: Op, a: Interval) -> Interval:
    match op:
        case Op.NEG:
            return Interval(-a.high, -a.low)
        case Op.ABS:
            inside = a.low <= 0.0 <= a.high
            return Interval(0.0 if inside else min(abs(a.low), abs(a.high)), max(abs(a.low), abs(a.high)))
        case Op.SQRT if a.low >= 0.0:
            return Interval(math.sqrt(a.low), math.sqrt(a.high))
        case Op.FLOOR if a.is_finite:
            return Interval(float(math.floor(a.low)), float(math.floor(a.high)))
    return ANYTHING


def _ordered(low: float, high: float) -> Interval:
    return ANYTHING if math.isnan(low) or math.isnan(high) else Interval(low, high)


def _hull(corners: tuple[float, ...]) -> Interval:
    if any(math.isnan(corner) for corner in corners):
        return ANYTHING
    return Interval(min(corners), max(corners))
