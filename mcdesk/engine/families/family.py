"""What every family of distributions says of itself, and the pair of probabilities that it is asked with."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

from mcdesk.engine.operations import Operations

V = TypeVar("V")

Numbers = Sequence[float]
Body = Callable[..., Any]
Rule = Callable[[Numbers], str | None]


@dataclass(frozen=True, slots=True)
class Chance(Generic[V]):
    """A probability and its complement, so that neither tail loses digits.

    Attributes:
        below: NUMBER in [0, 1].
        above: 1 - below, computed without cancellation.
    """

    below: V
    above: V


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, standard deviation, skewness and kurtosis (3 for a normal); None where there is none."""

    mean: float | None
    deviation: float | None
    skewness: float | None = None
    kurtosis: float | None = None


def from_central(mean: float, variance: float, third: float, fourth: float) -> Moments:
    """From mean and central moments; no skewness and kurtosis where numbers have no room for their powers."""
    if variance <= 0.0:
        return Moments(mean, 0.0)
    deviation, square = math.sqrt(variance), variance * variance
    if not 0.0 < square < math.inf:
        return Moments(mean, deviation)
    return Moments(mean, deviation, third / (variance * deviation), fourth / square)


@dataclass(frozen=True, slots=True)
class Family:
    """One family whose parameters are numbers.

    Attributes:
        name: as written in set-up files.
        parameters: names in order.
        refusal: what is wrong with finite parameters, in words, or None.
        quantile: `(ops, chance, *parameters) -> NUMBER`; the parameters are values.
        tails: `(ops, x, *parameters) -> Chance` of a value of at most x, any x.
        is_valid: `(ops, *parameters) -> LOGICAL`, for parameters that vary by trial.
        support: lowest and highest value, infinite where there is none.
        moments: of the distribution without truncation.
        is_whole: whether all values are whole numbers.
    """

    name: str
    parameters: tuple[str, ...]
    refusal: Rule
    quantile: Body
    tails: Body
    is_valid: Body
    support: Callable[[Numbers], tuple[float, float]]
    moments: Callable[[Numbers], Moments]
    is_whole: bool = False


def chance_of(ops: Operations[V], u: V) -> Chance[V]:
    """The pair of a random number in (0, 1)."""
    return Chance(u, ops.sub(ops.number(1.0), u))


def split_chance(ops: Operations[V], is_upper: V, small: V) -> Chance[V]:
    """The pair whose upper, or else lower, part is known."""
    rest = ops.sub(ops.number(1.0), small)
    return Chance(ops.select(is_upper, rest, small), ops.select(is_upper, small, rest))


def bounded(ops: Operations[V], x: V, low: V, high: V) -> V:
    """The nearest number to x in [low, high]."""
    return ops.minimum(ops.maximum(x, low), high)


def is_positive(ops: Operations[V], *values: V) -> V:
    """Whether all values are above 0."""
    zero = ops.number(0.0)
    return both(ops, *(ops.lt(zero, value) for value in values))


def both(ops: Operations[V], *claims: V) -> V:
    """Whether all claims hold."""
    found = claims[0]
    for claim in claims[1:]:
        found = ops.and_(found, claim)
    return found


def order_refusal(names: Sequence[str]) -> Rule:
    """Refuses numbers that are not in ascending order, or too far apart for their difference to be one."""

    def refusal(numbers: Numbers) -> str | None:
        for (left, right), (a, b) in zip(pairwise(names), pairwise(numbers), strict=False):
            if a > b:
                found = f"{left} {shown(a)} is above {right} {shown(b)}"
                return f"the parameters are not in ascending order: {found}"
        if not math.isfinite(numbers[-1] - numbers[0]):
            found = f"from {shown(numbers[0])} to {shown(numbers[-1])}"
            return f"the range {found} is wider than the largest number, about 1.8e308"
        return None

    return refusal


def positive_refusal(*names: str) -> Rule:
    """Refuses numbers that are not positive."""

    def refusal(numbers: Numbers) -> str | None:
        for name, value in zip(names, numbers, strict=False):
            if name and value <= 0.0:
                return f"the {name} is not positive"
        return None

    return refusal


def shown(value: float) -> str:
    """A number in a message."""
    return f"{value:.12g}"


def whole_line() -> tuple[float, float]:
    """All numbers."""
    return -math.inf, math.inf
