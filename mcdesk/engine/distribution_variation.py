"""Quantiles of distributions whose parameters, or the borders of their truncation, vary by trial."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.distributions import distribution_kind
from mcdesk.engine.families.family import Chance, both, chance_of
from mcdesk.engine.operations import Operations
from mcdesk.engine.truncation import cut_between

V = TypeVar("V")

_LEAST_MASS = 1e-290


def varying_quantile(
    ops: Operations[V],
    kind: str,
    parameters: Sequence[V],
    u: V,
    borders: tuple[V | None, V | None] = (None, None),
) -> tuple[V, V]:
    """Quantile at u of a family with numbers, and whether the parameters are valid in the trial.

    Args:
        borders: of the truncation; None where there is none.
    """
    family = distribution_kind(kind)
    assert family is not None
    valid: V = family.is_valid(ops, *parameters)
    low, high = borders
    if low is None and high is None:
        value: V = family.quantile(ops, chance_of(ops, u), *parameters)
        return value, valid
    zero, one = ops.number(0.0), ops.number(1.0)
    under, over = Chance(zero, one), Chance(one, zero)
    if low is not None:
        low = ops.neg(ops.floor(ops.neg(low))) if family.is_whole else low
        under = family.tails(ops, ops.sub(low, one) if family.is_whole else low, *parameters)
    if high is not None:
        high = ops.floor(high) if family.is_whole else high
        over = family.tails(ops, high, *parameters)
    cut = cut_between(ops, under, over)
    value = family.quantile(ops, cut.chance(ops, u), *parameters)
    valid = both(ops, valid, ops.lt(ops.number(_LEAST_MASS), cut.mass))
    if low is not None:
        value = ops.maximum(value, low)
    if high is not None:
        value = ops.minimum(value, high)
    return value, valid
