"""Order statistics: medians, percentiles, quartiles, the k-th number, ranks."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import (
    Body,
    FunctionDefinition,
    Numbers,
    Outcome,
    aggregate,
    number,
)
from mcdesk.formulas.functions.parameters import cells
from mcdesk.formulas.functions.samples import over_samples
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

# Places that are whole numbers but for rounding count as whole.
_NUDGE = 1e-12


def median(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """MEDIAN; #NUM! over no numbers."""
    return quantile_inclusive(ops, numbers, ops.number(0.5))


def quantile_inclusive(ops: Operations[V], numbers: Numbers[V], fraction: V) -> Outcome[V]:
    """PERCENTILE.INC; #NUM! over no numbers or outside of [0, 1]."""
    zero, one = ops.number(0.0), ops.number(1.0)
    is_inside = ops.and_(ops.le(zero, fraction), ops.le(fraction, one))
    is_good = ops.and_(ops.lt(zero, numbers.count()), is_inside)
    place = ops.mul(ops.select(is_inside, fraction, zero), ops.sub(numbers.count(), one))
    return Outcome(_interpolated(ops, numbers, place), _error_unless(ops, is_good))


def quantile_exclusive(ops: Operations[V], numbers: Numbers[V], fraction: V) -> Outcome[V]:
    """PERCENTILE.EXC; #NUM! where fraction * (n + 1) leaves [1, n]."""
    one, count = ops.number(1.0), numbers.count()
    place = ops.mul(fraction, ops.add(count, one))
    is_good = ops.and_(ops.le(one, place), ops.le(place, count))
    safe = ops.select(is_good, ops.sub(place, one), ops.number(0.0))
    return Outcome(_interpolated(ops, numbers, safe), _error_unless(ops, is_good))


def quartile_inclusive(ops: Operations[V], numbers: Numbers[V], quarter: V) -> Outcome[V]:
    """QUARTILE.INC of 0 to 4."""
    return quantile_inclusive(ops, numbers, ops.div(ops.floor(quarter), ops.number(4.0)))


def quartile_exclusive(ops: Operations[V], numbers: Numbers[V], quarter: V) -> Outcome[V]:
    """QUARTILE.EXC of 1 to 3."""
    whole = ops.floor(quarter)
    found = quantile_exclusive(ops, numbers, ops.div(whole, ops.number(4.0)))
    is_good = ops.and_(ops.lt(ops.number(0.0), whole), ops.lt(whole, ops.number(4.0)))
    assert found.error is not None
    return Outcome(found.value, ops.select(is_good, found.error, ops.error(ErrorCode.NUM)))


def largest(ops: Operations[V], numbers: Numbers[V], k: V) -> Outcome[V]:
    """LARGE: the k-th from above, k rounded up."""
    place = _rounded_up(ops, k)
    return _at(ops, numbers, ops.sub(numbers.count(), place))


def smallest(ops: Operations[V], numbers: Numbers[V], k: V) -> Outcome[V]:
    """SMALL: the k-th from below, k rounded up."""
    return _at(ops, numbers, ops.sub(_rounded_up(ops, k), ops.number(1.0)))


def rank(ops: Operations[V], x: V, numbers: Numbers[V], order: V) -> Outcome[V]:
    """RANK.EQ: 1 and those ahead; #N/A for a number that is not among them."""
    ahead, same = _ahead_and_same(ops, x, numbers, order)
    return Outcome(ops.add(ahead, ops.number(1.0)), _absent(ops, same))


def mean_rank(ops: Operations[V], x: V, numbers: Numbers[V], order: V) -> Outcome[V]:
    """RANK.AVG: the mean of the ranks that equal numbers share."""
    ahead, same = _ahead_and_same(ops, x, numbers, order)
    shared = ops.div(ops.sub(same, ops.number(1.0)), ops.number(2.0))
    return Outcome(ops.add(ops.add(ahead, ops.number(1.0)), shared), _absent(ops, same))


def _ahead_and_same(ops: Operations[V], x: V, numbers: Numbers[V], order: V) -> tuple[V, V]:
    is_descending = ops.eq(order, ops.number(0.0))
    one = ops.number(1.0)

    def step(state: Sequence[V], other: V) -> tuple[V, V]:
        is_ahead = ops.select(is_descending, ops.lt(x, other), ops.lt(other, x))
        ahead = ops.select(is_ahead, ops.add(state[0], one), state[0])
        return ahead, ops.select(ops.eq(other, x), ops.add(state[1], one), state[1])

    ahead, same = numbers.fold((ops.number(0.0), ops.number(0.0)), step)
    return ahead, same


def _absent(ops: Operations[V], same: V) -> V:
    none = ops.error(ErrorCode.NONE)
    return ops.select(ops.eq(same, ops.number(0.0)), ops.error(ErrorCode.NA), none)


def _interpolated(ops: Operations[V], numbers: Numbers[V], place: V) -> V:
    zero = ops.number(0.0)
    low = _inside(ops, numbers, ops.floor(ops.add(place, ops.number(_NUDGE))))
    a, b = numbers.neighbours(low)
    return ops.add(a, ops.mul(ops.maximum(zero, ops.sub(place, low)), ops.sub(b, a)))


def _at(ops: Operations[V], numbers: Numbers[V], place: V) -> Outcome[V]:
    is_good = ops.and_(ops.le(ops.number(0.0), place), ops.lt(place, numbers.count()))
    value = numbers.neighbours(_inside(ops, numbers, place))[0]
    return Outcome(value, _error_unless(ops, is_good))


def _inside(ops: Operations[V], numbers: Numbers[V], place: V) -> V:
    last = ops.maximum(ops.sub(numbers.count(), ops.number(1.0)), ops.number(0.0))
    return ops.minimum(ops.maximum(ops.number(0.0), place), last)


def _rounded_up(ops: Operations[V], x: V) -> V:
    return ops.neg(ops.floor(ops.neg(x)))


def _error_unless(ops: Operations[V], is_good: V) -> V:
    return ops.select(is_good, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))


_VALUES, _K, _X, _ORDER = cells("array"), number("k"), number("number"), number("order", 0.0)
_BODY_BY_NAMES: tuple[tuple[str, Body], ...] = (
    ("PERCENTILE PERCENTILE.INC", quantile_inclusive),
    ("PERCENTILE.EXC", quantile_exclusive),
    ("QUARTILE QUARTILE.INC", quartile_inclusive),
    ("QUARTILE.EXC", quartile_exclusive),
    ("LARGE", largest),
    ("SMALL", smallest),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    aggregate("MEDIAN", median),
    *(over_samples(name, body, _VALUES, _K) for names, body in _BODY_BY_NAMES for name in names.split()),
    *(over_samples(name, rank, _X, _VALUES, _ORDER) for name in ("RANK", "RANK.EQ")),
    over_samples("RANK.AVG", mean_rank, _X, _VALUES, _ORDER),
)
