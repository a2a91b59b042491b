"""Beta, gamma and Student's t in their standard form: solved in every trial, or tabulated.

What is tabulated is the logarithm of x over its mean (gamma), of the odds over those of the mean
(beta), of the value over z (t): each keeps its relative accuracy at both ends.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeVar

import numpy as np

from mcdesk.engine.block_operations import Lanes, UnfusedOperations
from mcdesk.engine.families.family import Chance
from mcdesk.engine.mathematics.beta import beta_effort, beta_offset, beta_shares, beta_tails, lower_offset
from mcdesk.engine.mathematics.exponential import exp, log
from mcdesk.engine.mathematics.gamma import Effort, gamma_effort, gamma_offset, gamma_tails
from mcdesk.engine.mathematics.normal import erf, normal_cdf
from mcdesk.engine.mathematics.quantile_table import Floats, QuantileTable, build_table
from mcdesk.engine.operations import Operations

V = TypeVar("V")

LEAST_SHAPE = 1e-3
MOST_GAMMA = 1e6
MOST_BETA = 1e7
# parameters that vary by trial have to do with a fixed number of terms
MOST_VARYING_GAMMA = 1e4
MOST_VARYING_BETA = 1e5
_INVERSE_ROOT_TWO = 0.7071067811865476
_BLOCK = UnfusedOperations()


class Shape(Enum):
    """A standard form: beta on [0, 1], gamma of scale 1, t."""

    BETA = "beta"
    GAMMA = "gamma"
    STUDENT = "student"


@dataclass(frozen=True, slots=True)
class StandardForm:
    """A distribution as location + scale * (standard value); `second` is used by beta only."""

    shape: Shape
    first: float
    second: float
    location: float
    scale: float

    def effort(self) -> Effort:
        """What its own parameters need."""
        return effort_for(self.shape, *sorted((self.first, self.second)))


def effort_for(shape: Shape, least: float, most: float) -> Effort:
    """What serves parameters from `least` to `most`."""
    if shape is Shape.GAMMA:
        return gamma_effort(least, most)
    if shape is Shape.STUDENT:
        return beta_effort(0.5 * min(least, 1.0), 0.5 * max(most, 1.0))
    return beta_effort(least, most)


def solved(ops: Operations[V], shape: Shape, parameters: tuple[V, V], chance: Chance[V], effort: Effort) -> V:
    """The standard value at a probability, by root search; parameters as in `StandardForm`."""
    first, second = parameters
    both = (chance.below, chance.above)
    if shape is Shape.GAMMA:
        return gamma_value(ops, first, gamma_offset(ops, first, both, effort))
    if shape is Shape.BETA:
        return beta_value(ops, first, second, beta_offset(ops, first, second, both, effort))
    # the square over itself and the degrees of freedom is a beta value
    half = ops.number(0.5)
    is_lower = ops.lt(chance.below, chance.above)
    tail = ops.minimum(*both)
    outside = ops.add(tail, tail)
    # above - below is exact near the centre
    inside = ops.absolute(ops.sub(chance.above, chance.below))
    offset = beta_offset(ops, half, ops.mul(half, first), (inside, outside), effort)
    size = exp(ops, ops.mul(half, offset))
    size = ops.select(ops.eq(inside, ops.number(0.0)), ops.number(0.0), size)
    return ops.select(is_lower, ops.neg(size), size)


def gamma_value(ops: Operations[V], shape: V, offset: V) -> V:
    """The standard gamma value from its tabulated logarithm."""
    return ops.mul(shape, exp(ops, offset))


def beta_value(ops: Operations[V], a: V, b: V, offset: V) -> V:
    """The standard beta value from its tabulated log odds."""
    return beta_shares(ops, a, b, offset)[0]


def standard_tails(ops: Operations[V], form: StandardForm, x: V) -> Chance[V]:
    """Probabilities below and above a standard value, for parameters that are the same in all trials."""
    first, second = ops.number(form.first), ops.number(form.second)
    return varying_tails(ops, form.shape, (first, second), x, form.effort().terms)


def varying_tails(ops: Operations[V], shape: Shape, parameters: tuple[V, V], x: V, terms: int) -> Chance[V]:
    """Probabilities below and above a standard value."""
    first, second = parameters
    least, most = ops.number(1e-300), ops.number(1e300)
    size = ops.minimum(ops.maximum(ops.absolute(x), least), most)
    if shape is Shape.GAMMA:
        below, above, _ = gamma_tails(ops, first, log(ops, ops.div(size, first)), terms)
        return _outside(ops, Chance(below, above), ops.le(x, ops.number(0.0)))
    if shape is Shape.BETA:
        rest = ops.maximum(ops.sub(ops.number(1.0), x), least)
        odds = ops.sub(ops.sub(log(ops, size), log(ops, rest)), log(ops, ops.div(first, second)))
        below, above, _ = beta_tails(ops, first, second, odds, terms)
        return _outside(ops, Chance(below, above), ops.le(x, ops.number(0.0)))
    half = ops.number(0.5)
    _, outside, _ = beta_tails(
        ops, half, ops.mul(half, first), ops.mul(ops.number(2.0), log(ops, size)), terms
    )
    tail = ops.mul(half, outside)
    rest = ops.sub(ops.number(1.0), tail)
    is_low = ops.lt(x, ops.number(0.0))
    return Chance(ops.select(is_low, tail, rest), ops.select(is_low, rest, tail))


def _outside(ops: Operations[V], chance: Chance[V], is_below_all: V) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    return Chance(ops.select(is_below_all, zero, chance.below), ops.select(is_below_all, one, chance.above))


@lru_cache(maxsize=512)
def shape_table(shape: Shape, first: float, second: float, low: float, high: float) -> QuantileTable:
    """The table of a standard form for scores in [low, high]; for t, in [0, the larger size]."""
    form = StandardForm(shape, first, second, 0.0, 1.0)

    def function(z: Floats) -> Floats:
        return _offset_at(form, z)

    return build_table(function, 0.0 if shape is Shape.STUDENT else low, high)


def _offset_at(form: StandardForm, z: Floats) -> Floats:
    ops, effort = _BLOCK, form.effort()
    first, second = ops.number(form.first), ops.number(form.second)
    if form.shape is Shape.STUDENT:
        inside = erf(ops, ops.mul(z, ops.number(_INVERSE_ROOT_TWO)))
        outside = ops.mul(ops.number(2.0), normal_cdf(ops, ops.neg(z)))
        half = ops.number(0.5)
        squared = _beta_offsets(half, ops.mul(half, first), inside, outside, effort)
        return np.asarray(ops.sub(ops.mul(half, squared), log(ops, z)), dtype=np.float64)
    below, above = normal_cdf(ops, z), normal_cdf(ops, ops.neg(z))
    if form.shape is Shape.GAMMA:
        return np.asarray(gamma_offset(ops, first, (below, above), effort), dtype=np.float64)
    return _beta_offsets(first, second, below, above, effort)


def _beta_offsets(a: Lanes, b: Lanes, below: Lanes, above: Lanes, effort: Effort) -> Floats:
    # each tail on its own, so that all that depends on the shapes alone is computed once
    found = np.empty(below.shape)
    is_upper = np.asarray(_BLOCK.lt(above, below), dtype=np.bool_)
    found[~is_upper] = lower_offset(_BLOCK, a, b, below[~is_upper], effort)
    found[is_upper] = -np.asarray(lower_offset(_BLOCK, b, a, above[is_upper], effort), dtype=np.float64)
    return found
