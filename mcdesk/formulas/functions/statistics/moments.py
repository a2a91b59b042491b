"""Means, variances and higher moments of the numbers of ranges, as aggregate bodies."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, log
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import (
    Body,
    FunctionDefinition,
    Numbers,
    Outcome,
    aggregate,
)
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


def mean(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """AVERAGE; #DIV/0! over no numbers."""
    count = numbers.count()
    is_empty = ops.eq(count, ops.number(0.0))
    return Outcome(_mean(ops, numbers), _error_if(ops, is_empty, ErrorCode.DIV0))


def sum_of_squared_deviations(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """DEVSQ; #NUM! over no numbers."""
    is_empty = ops.eq(numbers.count(), ops.number(0.0))
    return Outcome(_squared_deviations(ops, numbers), _error_if(ops, is_empty, ErrorCode.NUM))


def sample_variance(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """VAR.S; #DIV/0! over fewer than two numbers."""
    return _variance(ops, numbers, 1.0)


def population_variance(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """VAR.P; #DIV/0! over no numbers."""
    return _variance(ops, numbers, 0.0)


def sample_deviation(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """STDEV.S."""
    return _root(ops, sample_variance(ops, numbers))


def population_deviation(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """STDEV.P."""
    return _root(ops, population_variance(ops, numbers))


def mean_absolute_deviation(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """AVEDEV; #NUM! over no numbers."""
    centre = _mean(ops, numbers)

    def step(state: Sequence[V], x: V) -> tuple[V]:
        return (ops.add(state[0], ops.absolute(ops.sub(x, centre))),)

    total = numbers.fold((ops.number(0.0),), step)[0]
    is_empty = ops.eq(numbers.count(), ops.number(0.0))
    return Outcome(ops.div(total, _at_least_one(ops, numbers)), _error_if(ops, is_empty, ErrorCode.NUM))


def geometric_mean(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """GEOMEAN; #NUM! where a number is not positive or there is none."""
    one = ops.number(1.0)

    def step(state: Sequence[V], x: V) -> tuple[V, V]:
        is_bad = ops.le(x, ops.number(0.0))
        return ops.add(state[0], log(ops, ops.select(is_bad, one, x))), ops.or_(state[1], is_bad)

    total, is_bad = numbers.fold((ops.number(0.0), ops.logical(False)), step)
    is_bad = ops.or_(is_bad, ops.eq(numbers.count(), ops.number(0.0)))
    value = exp(ops, ops.div(total, _at_least_one(ops, numbers)))
    return Outcome(value, _error_if(ops, is_bad, ErrorCode.NUM))


def harmonic_mean(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """HARMEAN; #NUM! where a number is not positive or there is none."""
    one = ops.number(1.0)

    def step(state: Sequence[V], x: V) -> tuple[V, V]:
        is_bad = ops.le(x, ops.number(0.0))
        return ops.add(state[0], ops.div(one, ops.select(is_bad, one, x))), ops.or_(state[1], is_bad)

    total, is_bad = numbers.fold((ops.number(0.0), ops.logical(False)), step)
    count = numbers.count()
    is_empty = ops.eq(count, ops.number(0.0))
    value = ops.div(count, ops.select(is_empty, one, total))
    return Outcome(value, _error_if(ops, ops.or_(is_bad, is_empty), ErrorCode.NUM))


def skewness(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """SKEW, of a sample; #DIV/0! below three numbers or without spread."""
    n, one, two = numbers.count(), ops.number(1.0), ops.number(2.0)
    cubes, is_flat = _standard_power(ops, numbers, 3, is_sample=True)
    is_bad = ops.or_(ops.lt(n, ops.number(3.0)), is_flat)
    below = ops.mul(ops.sub(n, one), ops.sub(n, two))
    factor = ops.div(n, ops.select(is_bad, one, below))
    return Outcome(ops.mul(factor, cubes), _error_if(ops, is_bad, ErrorCode.DIV0))


def population_skewness(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """SKEW.P; #DIV/0! below three numbers or without spread."""
    n = numbers.count()
    cubes, is_flat = _standard_power(ops, numbers, 3, is_sample=False)
    is_bad = ops.or_(ops.lt(n, ops.number(3.0)), is_flat)
    return Outcome(ops.div(cubes, _at_least_one(ops, numbers)), _error_if(ops, is_bad, ErrorCode.DIV0))


def kurtosis(ops: Operations[V], numbers: Numbers[V]) -> Outcome[V]:
    """KURT, excess of a sample; #DIV/0! below four numbers or without spread."""
    n, one = numbers.count(), ops.number(1.0)
    fourth, is_flat = _standard_power(ops, numbers, 4, is_sample=True)
    is_bad = ops.or_(ops.lt(n, ops.number(4.0)), is_flat)
    n1, n2, n3 = (ops.sub(n, ops.number(k)) for k in (1.0, 2.0, 3.0))
    above = ops.mul(n, ops.add(n, one))
    below = ops.mul(ops.mul(n1, n2), n3)
    first = ops.mul(ops.div(above, ops.select(is_bad, one, below)), fourth)
    rest = ops.div(ops.mul(ops.number(3.0), ops.mul(n1, n1)), ops.select(is_bad, one, ops.mul(n2, n3)))
    return Outcome(ops.sub(first, rest), _error_if(ops, is_bad, ErrorCode.DIV0))


def _standard_power(ops: Operations[V], numbers: Numbers[V], exponent: int, is_sample: bool) -> tuple[V, V]:
    """Sum of ((x - mean) / deviation) ** exponent, and whether the deviation is zero."""
    centre = _mean(ops, numbers)
    variance = _variance(ops, numbers, 1.0 if is_sample else 0.0).value
    deviation = ops.sqrt(variance)
    is_flat = ops.eq(deviation, ops.number(0.0))
    safe = ops.select(is_flat, ops.number(1.0), deviation)

    def step(state: Sequence[V], x: V) -> tuple[V]:
        z = ops.div(ops.sub(x, centre), safe)
        raised = z
        for _ in range(exponent - 1):
            raised = ops.mul(raised, z)
        return (ops.add(state[0], raised),)

    return numbers.fold((ops.number(0.0),), step)[0], is_flat


def _variance(ops: Operations[V], numbers: Numbers[V], lost: float) -> Outcome[V]:
    freedom = ops.sub(numbers.count(), ops.number(lost))
    is_bad = ops.le(freedom, ops.number(0.0))
    below = ops.select(is_bad, ops.number(1.0), freedom)
    return Outcome(ops.div(_squared_deviations(ops, numbers), below), _error_if(ops, is_bad, ErrorCode.DIV0))


def _root(ops: Operations[V], outcome: Outcome[V]) -> Outcome[V]:
    return Outcome(ops.sqrt(outcome.value), outcome.error)


def _mean(ops: Operations[V], numbers: Numbers[V]) -> V:
    return ops.div(numbers.total(), _at_least_one(ops, numbers))


def _at_least_one(ops: Operations[V], numbers: Numbers[V]) -> V:
    return ops.maximum(numbers.count(), ops.number(1.0))


def _squared_deviations(ops: Operations[V], numbers: Numbers[V]) -> V:
    centre = _mean(ops, numbers)

    def step(state: Sequence[V], x: V) -> tuple[V]:
        away = ops.sub(x, centre)
        return (ops.add(state[0], ops.mul(away, away)),)

    return numbers.fold((ops.number(0.0),), step)[0]


def _error_if(ops: Operations[V], condition: V, code: ErrorCode) -> V:
    return ops.select(condition, ops.error(code), ops.error(ErrorCode.NONE))


_BODY_BY_NAMES: tuple[tuple[str, Body], ...] = (
    ("AVERAGE", mean),
    ("DEVSQ", sum_of_squared_deviations),
    ("VAR.S VAR", sample_variance),
    ("VAR.P VARP", population_variance),
    ("STDEV.S STDEV", sample_deviation),
    ("STDEV.P STDEVP", population_deviation),
    ("AVEDEV", mean_absolute_deviation),
    ("GEOMEAN", geometric_mean),
    ("HARMEAN", harmonic_mean),
    ("SKEW", skewness),
    ("SKEW.P", population_skewness),
    ("KURT", kurtosis),
)
FUNCTIONS: tuple[FunctionDefinition, ...] = tuple(
    aggregate(name, body) for names, body in _BODY_BY_NAMES for name in names.split()
)
