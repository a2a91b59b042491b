"""The catalogue of distributions: parameters, limits, support and how the quantile is computed.

Each quantile is written against `Operations`, so that a parameter may be a constant or differ from
trial to trial.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, TypeVar

import numpy as np

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.mathematics.beta import beta_quantile, beta_table, table_quantile
from mcdesk.engine.mathematics.exponential import exp, log, log1p
from mcdesk.engine.mathematics.normal import normal_quantile
from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import ScalarOperations

V = TypeVar("V")

Quantile = Callable[..., Any]
Rule = Callable[[Sequence[float]], str | None]


@dataclass(frozen=True, slots=True)
class DistributionKind:
    """One family of distributions.

    Attributes:
        name: as written in set-up files.
        parameters: names in order; empty where `takes_lists`.
        refusal: what is wrong with parameter values, in words, or None.
        quantile: `(operations, u, *parameters) -> value` for 0 < u < 1; parameters are values.
        is_valid: `(operations, *parameters) -> LOGICAL`, for parameters that vary by trial.
    """

    name: str
    parameters: tuple[str, ...]
    refusal: Rule
    quantile: Quantile
    is_valid: Quantile


@dataclass(frozen=True, slots=True)
class Distribution:
    """A family with its parameters; for `discrete` the values, then the weights."""

    kind: str
    parameters: tuple[float, ...] = ()
    lists: tuple[tuple[float, ...], ...] = ()


def distribution_kind(name: str) -> DistributionKind | None:
    """The family of this name."""
    return _KINDS.get(name)


def distribution_names() -> tuple[str, ...]:
    """All names, in the order of the documentation."""
    return (*_KINDS, "discrete")


def refusal(distribution: Distribution) -> str | None:
    """What is wrong with a distribution's parameters, in words; None if nothing is."""
    if distribution.kind == "discrete":
        return _discrete_refusal(distribution.lists)
    if not all(map(math.isfinite, distribution.parameters)):
        return "a parameter is not a finite number"
    return _KINDS[distribution.kind].refusal(distribution.parameters)


def constant_quantile(ops: Operations[V], distribution: Distribution, u: V) -> V:
    """Quantile at u of a distribution whose parameters are the same in all trials."""
    if distribution.kind == "discrete":
        return _discrete_quantile(ops, distribution, u)
    numbers = distribution.parameters
    if distribution.kind == "pert" and numbers[0] < numbers[2]:
        return _tabulated_pert(ops, numbers, u)
    if distribution.kind == "lognormal":
        numbers = log_parameters(*numbers)
        return _lognormal2(ops, u, *(ops.number(value) for value in numbers))
    value: V = _KINDS[distribution.kind].quantile(ops, u, *(ops.number(value) for value in numbers))
    return value


def varying_quantile(ops: Operations[V], kind: str, parameters: Sequence[V], u: V) -> tuple[V, V]:
    """Quantile at u with parameters that vary by trial, and whether they are valid there."""
    family = _KINDS[kind]
    valid: V = family.is_valid(ops, *parameters)
    value: V = family.quantile(ops, u, *parameters)
    return value, valid


@lru_cache(maxsize=256)
def pert_table(lean: float) -> Table:
    """The tabulated share of the width of a `pert` whose mode stands at `lean` of its width, 0 to 1."""
    return beta_table(1.0 + 4.0 * lean, 1.0 + 4.0 * (1.0 - lean))


def log_parameters(mean: float, deviation: float) -> tuple[float, float]:
    """Parameters of the logarithm of a `lognormal`."""
    scalars = ScalarOperations()
    ratio = deviation / mean
    variance = float(log1p(scalars, ratio * ratio))
    return float(log(scalars, mean)) - 0.5 * variance, math.sqrt(variance)


def discrete_bounds(distribution: Distribution) -> tuple[float, ...]:
    """The probability of each value of a `discrete` and those before it; the last is 1."""
    # sums rounded once, as fsum has them
    sums = [float(each) for each in accumulate(map(Fraction, distribution.lists[1]))]
    return (*(each / sums[-1] for each in sums[:-1]), 1.0)


def searched_place(ops: Operations[V], bounds: Table, u: V, ends: tuple[V, V], rounds: int) -> V:
    """The first place within `ends` whose bound is not below u, by halving.

    Args:
        bounds: ascending between the ends.
        ends: INTEGER, the first and the last place.
        rounds: bits of the distance between the ends.
    """
    last = len(bounds.values) - 1
    low, high = ends
    for _ in range(rounds):
        middle = ops.iclamp(ops.ilshr(ops.iadd(low, high), 1), 0, last)
        is_below = ops.lt(ops.read_table(bounds, middle), u)
        low = ops.select(is_below, ops.iadd(middle, ops.integer(1)), low)
        high = ops.select(is_below, high, middle)
    return ops.iclamp(high, 0, last)


# quantiles -------------------------------------------------------------------------------------


def _normal(ops: Operations[V], u: V, mean: V, deviation: V) -> V:
    return ops.add(mean, ops.mul(deviation, normal_quantile(ops, u)))


def _lognormal2(ops: Operations[V], u: V, mu: V, sigma: V) -> V:
    return exp(ops, _normal(ops, u, mu, sigma))


def _lognormal(ops: Operations[V], u: V, mean: V, deviation: V) -> V:
    safe = ops.maximum(mean, ops.number(1e-300))
    ratio = ops.div(deviation, safe)
    variance = log1p(ops, ops.mul(ratio, ratio))
    mu = ops.sub(log(ops, safe), ops.mul(ops.number(0.5), variance))
    return _lognormal2(ops, u, mu, ops.sqrt(variance))


def _uniform(ops: Operations[V], u: V, low: V, high: V) -> V:
    return ops.add(low, ops.mul(ops.sub(high, low), u))


def _triangular(ops: Operations[V], u: V, low: V, mode: V, high: V) -> V:
    width, rise, fall = ops.sub(high, low), ops.sub(mode, low), ops.sub(high, mode)
    v = ops.sub(ops.number(1.0), u)
    left = ops.add(low, ops.sqrt(ops.maximum(ops.mul(ops.mul(u, width), rise), ops.number(0.0))))
    right = ops.sub(high, ops.sqrt(ops.maximum(ops.mul(ops.mul(v, width), fall), ops.number(0.0))))
    value = ops.select(ops.lt(ops.mul(u, width), rise), left, right)
    return ops.minimum(ops.maximum(value, low), high)


def _pert(ops: Operations[V], u: V, low: V, mode: V, high: V) -> V:
    one, four = ops.number(1.0), ops.number(4.0)
    width = ops.sub(high, low)
    is_flat = ops.le(width, ops.number(0.0))
    safe = ops.select(is_flat, one, width)
    lean = ops.minimum(ops.maximum(ops.div(ops.sub(mode, low), safe), ops.number(0.0)), one)
    a = ops.add(one, ops.mul(four, lean))
    b = ops.add(one, ops.mul(four, ops.sub(one, lean)))
    share = beta_quantile(ops, a, b, normal_quantile(ops, u))
    return ops.add(low, ops.mul(ops.select(is_flat, ops.number(0.0), width), share))


def _tabulated_pert(ops: Operations[V], parameters: Sequence[float], u: V) -> V:
    low, mode, high = parameters
    width = high - low
    share = table_quantile(ops, pert_table((mode - low) / width), normal_quantile(ops, u))
    return ops.add(ops.number(low), ops.mul(ops.number(width), share))


def _discrete_quantile(ops: Operations[V], distribution: Distribution, u: V) -> V:
    values = np.array(distribution.lists[0], dtype=np.float64)
    bounds = Table(Type.NUMBER, np.array(discrete_bounds(distribution)))
    ends = (ops.integer(0), ops.integer(len(values) - 1))
    place = searched_place(ops, bounds, u, ends, (len(values) - 1).bit_length())
    return ops.read_table(Table(Type.NUMBER, values), place)


# validity --------------------------------------------------------------------------------------


def _deviation_refusal(numbers: Sequence[float]) -> str | None:
    return "the standard deviation is negative" if numbers[1] < 0.0 else None


def _lognormal_refusal(numbers: Sequence[float]) -> str | None:
    return "the mean is not positive" if numbers[0] <= 0.0 else _deviation_refusal(numbers)


def _order_refusal(numbers: Sequence[float]) -> str | None:
    is_ordered = all(a <= b for a, b in pairwise(numbers))
    return None if is_ordered else "the parameters are not in ascending order"


def _discrete_refusal(lists: Sequence[Sequence[float]]) -> str | None:
    if len(lists) != 2 or not lists[0]:
        return "it needs two lists, {values} and {weights}"
    values, weights = lists
    if len(values) != len(weights):
        return f"{len(values)} values but {len(weights)} weights"
    if not all(map(math.isfinite, (*values, *weights))):
        return "a value or weight is not a finite number"
    if min(weights) < 0.0 or math.fsum(weights) <= 0.0:
        return "the weights are negative or sum to zero"
    return None


def _valid_deviation(ops: Operations[V], mean: V, deviation: V) -> V:
    return ops.le(ops.number(0.0), deviation)


def _valid_lognormal(ops: Operations[V], mean: V, deviation: V) -> V:
    zero = ops.number(0.0)
    return ops.and_(ops.lt(zero, mean), ops.le(zero, deviation))


def _valid_pair(ops: Operations[V], low: V, high: V) -> V:
    return ops.le(low, high)


def _valid_triple(ops: Operations[V], low: V, mode: V, high: V) -> V:
    return ops.and_(ops.le(low, mode), ops.le(mode, high))


_KINDS = {
    kind.name: kind
    for kind in (
        DistributionKind("normal", ("mean", "sd"), _deviation_refusal, _normal, _valid_deviation),
        DistributionKind("lognormal", ("mean", "sd"), _lognormal_refusal, _lognormal, _valid_lognormal),
        DistributionKind("lognormal2", ("mu", "sigma"), _deviation_refusal, _lognormal2, _valid_deviation),
        DistributionKind("triangular", ("min", "mode", "max"), _order_refusal, _triangular, _valid_triple),
        DistributionKind("pert", ("min", "mode", "max"), _order_refusal, _pert, _valid_triple),
        DistributionKind("uniform", ("min", "max"), _order_refusal, _uniform, _valid_pair),
    )
}
