"""Functions of two samples: correlation, covariance, straight lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import Body, FunctionDefinition, Outcome, Pairs, number
from mcdesk.formulas.functions.parameters import cells
from mcdesk.formulas.functions.samples import over_pairs
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class PairSums(Generic[V]):
    """Count, means and sums of squared deviations of pairs of numbers."""

    count: V
    mean_x: V
    mean_y: V
    xx: V
    yy: V
    xy: V


def pair_sums(ops: Operations[V], pairs: Pairs[V]) -> PairSums[V]:
    """Return the sums; the means of no pairs are 0."""
    count, zero = pairs.count(), ops.number(0.0)
    below = ops.maximum(count, ops.number(1.0))

    def add(state: Sequence[V], x: V, y: V) -> tuple[V, V]:
        return ops.add(state[0], x), ops.add(state[1], y)

    total_x, total_y = pairs.fold((zero, zero), add)
    mean_x, mean_y = ops.div(total_x, below), ops.div(total_y, below)

    def add_products(state: Sequence[V], x: V, y: V) -> tuple[V, V, V]:
        dx, dy = ops.sub(x, mean_x), ops.sub(y, mean_y)
        return (
            ops.add(state[0], ops.mul(dx, dx)),
            ops.add(state[1], ops.mul(dy, dy)),
            ops.add(state[2], ops.mul(dx, dy)),
        )

    xx, yy, xy = pairs.fold((zero, zero, zero), add_products)
    return PairSums(count, mean_x, mean_y, xx, yy, xy)


def correlation(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """CORREL, PEARSON; #DIV/0! without spread."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, ops.mul(ops.sqrt(sums.xx), ops.sqrt(sums.yy)))


def squared_correlation(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """RSQ."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, ops.mul(sums.xy, sums.xy), ops.mul(sums.xx, sums.yy))


def population_covariance(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """COVARIANCE.P; #DIV/0! over no pairs."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, sums.count)


def sample_covariance(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """COVARIANCE.S; #DIV/0! below two pairs."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, ops.maximum(ops.sub(sums.count, ops.number(1.0)), ops.number(0.0)))


# The known y values come first in these functions, so that x and y are exchanged.
def slope(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """SLOPE; #DIV/0! where all known x are the same."""
    sums = pair_sums(ops, pairs)
    return _quotient(ops, sums.xy, sums.yy)


def intercept(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """INTERCEPT."""
    return _on_line(ops, pairs, ops.number(0.0))


def forecast(ops: Operations[V], x: V, pairs: Pairs[V]) -> Outcome[V]:
    """FORECAST.LINEAR; #N/A over no pairs."""
    found = _on_line(ops, pairs, x)
    assert found.error is not None
    is_empty = ops.eq(pairs.count(), ops.number(0.0))
    return Outcome(found.value, ops.select(is_empty, ops.error(ErrorCode.NA), found.error))


def fitted_line(ops: Operations[V], pairs: Pairs[V]) -> tuple[Outcome[V], V]:
    """Slope (#NUM! where all known x are the same) and constant of the line that TREND and LINEST fit."""
    sums = pair_sums(ops, pairs)
    gradient = _quotient(ops, sums.xy, sums.yy)
    is_flat = ops.eq(sums.yy, ops.number(0.0))
    constant = ops.sub(sums.mean_x, ops.mul(gradient.value, sums.mean_y))
    return Outcome(gradient.value, _error_if(ops, is_flat, ErrorCode.NUM)), constant


def place_on_fit(ops: Operations[V], x: V, pairs: Pairs[V]) -> Outcome[V]:
    """The value of that line at a place."""
    gradient, constant = fitted_line(ops, pairs)
    return Outcome(ops.add(constant, ops.mul(gradient.value, x)), gradient.error)


def standard_error(ops: Operations[V], pairs: Pairs[V]) -> Outcome[V]:
    """STEYX; #DIV/0! below three pairs."""
    sums = pair_sums(ops, pairs)
    zero, one = ops.number(0.0), ops.number(1.0)
    freedom = ops.sub(sums.count, ops.number(2.0))
    is_bad = ops.or_(ops.eq(sums.yy, zero), ops.le(freedom, zero))
    explained = ops.div(ops.mul(sums.xy, sums.xy), ops.select(is_bad, one, sums.yy))
    residual = ops.maximum(zero, ops.sub(sums.xx, explained))
    value = ops.sqrt(ops.div(residual, ops.select(is_bad, one, freedom)))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def _on_line(ops: Operations[V], pairs: Pairs[V], x: V) -> Outcome[V]:
    sums = pair_sums(ops, pairs)
    gradient = _quotient(ops, sums.xy, sums.yy)
    value = ops.add(sums.mean_x, ops.mul(gradient.value, ops.sub(x, sums.mean_y)))
    return Outcome(value, gradient.error)


def _quotient(ops: Operations[V], above: V, below: V) -> Outcome[V]:
    is_bad = ops.eq(below, ops.number(0.0))
    value = ops.div(above, ops.select(is_bad, ops.number(1.0), below))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.DIV0))


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


_FIRST, _SECOND = cells("first"), cells("second")
_BODY_BY_NAMES: tuple[tuple[str, Body], ...] = (
    ("CORREL PEARSON", correlation),
    ("RSQ", squared_correlation),
    ("COVAR COVARIANCE.P", population_covariance),
    ("COVARIANCE.S", sample_covariance),
    ("SLOPE", slope),
    ("INTERCEPT", intercept),
    ("STEYX", standard_error),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    *(over_pairs(name, body, _FIRST, _SECOND) for names, body in _BODY_BY_NAMES for name in names.split()),
    over_pairs("FORECAST", forecast, number("x"), _FIRST, _SECOND),
    over_pairs("FORECAST.LINEAR", forecast, number("x"), _FIRST, _SECOND),
)
