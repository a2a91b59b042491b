"""What a truncation leaves of the probability: both tails and the mass, without cancellation."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from mcdesk.engine.distributions import Distribution, distribution_kind
from mcdesk.engine.families.family import Chance
from mcdesk.engine.families.shaped import standard_form
from mcdesk.engine.families.standard_shapes import standard_tails
from mcdesk.engine.operations import Operations
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations

V = TypeVar("V")

LEAST_MASS = 1e-290
_SCALARS = ScalarOperations()


@dataclass(frozen=True, slots=True)
class Cut(Generic[V]):
    """A part of a distribution.

    Attributes:
        below: probability under the part.
        above: probability over it.
        mass: probability of the part.
    """

    below: V
    above: V
    mass: V

    def chance(self, ops: Operations[V], u: V) -> Chance[V]:
        """The probabilities of the whole at the place u in (0, 1) of the part."""
        rest = ops.sub(ops.number(1.0), u)
        below = ops.fma(u, self.mass, self.below)
        above = ops.fma(rest, self.mass, self.above)
        return Chance(ops.within(below, 0.0, 1.0), ops.within(above, 0.0, 1.0))


def cut_between(ops: Operations[V], low: Chance[V], high: Chance[V]) -> Cut[V]:
    """The part between two places, from the probabilities below and above each."""
    half = ops.number(0.5)
    rising = ops.sub(high.below, low.below)
    falling = ops.sub(low.above, high.above)
    middle = ops.sub(ops.number(1.0), ops.add(low.below, high.above))
    mass = ops.select(ops.le(high.below, half), rising, ops.select(ops.le(low.above, half), falling, middle))
    return Cut(low.below, high.above, ops.maximum(mass, ops.number(0.0)))


@lru_cache(maxsize=1024)
def constant_cut(distribution: Distribution) -> Cut[Scalar]:
    """The part that a truncation leaves, for a family with numbers."""
    low, high = distribution.ends
    family = distribution_kind(distribution.kind)
    assert family is not None
    if family.is_whole:
        low = math.ceil(low) - 1.0 if math.isfinite(low) else low
    return cut_between(_SCALARS, _tails(distribution, low), _tails(distribution, high))


def _tails(distribution: Distribution, x: float) -> Chance[Scalar]:
    if math.isinf(x):
        return Chance(0.0, 1.0) if x < 0.0 else Chance(1.0, 0.0)
    form = standard_form(distribution.kind, distribution.parameters)
    if form is None:
        family = distribution_kind(distribution.kind)
        assert family is not None
        found: Chance[Scalar] = family.tails(_SCALARS, x, *distribution.parameters)
        return found
    if form.scale == 0.0:
        return Chance(0.0, 1.0) if x < form.location else Chance(1.0, 0.0)
    share = (x - form.location) / form.scale
    if form.shape.value == "beta" and not 0.0 < share < 1.0:
        return Chance(0.0, 1.0) if share <= 0.0 else Chance(1.0, 0.0)
    return standard_tails(_SCALARS, form, share)
