"""Families whose parameters are lists: `discrete`, `empirical`, `cumulative` and `histogram`."""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np

from mcdesk.engine.families.family import Moments, Numbers, from_central, order_refusal, shown
from mcdesk.engine.families.steps import Floats, Steps, listed_steps, signed_bound, steps_moments

Lists = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class ListFamily:
    """One family with lists.

    Attributes:
        parameters: names of the numbers, which come first.
        lists: names of the lists.
    """

    name: str
    parameters: tuple[str, ...]
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """A distribution function that is linear between knots; all (n,) float64, one for each segment.

    Attributes:
        bounds: signed bound of each upper end, as in `steps`.
        low, width: where a segment begins, and its width.
        below, above: probability below the segment and above it.
        mass: probability of the segment, above 0.
    """

    bounds: Floats
    low: Floats
    width: Floats
    below: Floats
    above: Floats
    mass: Floats


LIST_FAMILIES = (
    ListFamily("discrete", (), ("values", "weights")),
    ListFamily("cumulative", ("min", "max"), ("values", "probabilities")),
    ListFamily("histogram", ("min", "max"), ("weights",)),
    ListFamily("empirical", (), ("values",)),
)


def list_refusal(family: str, numbers: Numbers, lists: Lists) -> str | None:
    """What is wrong with finite numbers and lists, in words."""
    match family:
        case "discrete":
            return _discrete_refusal(*lists)
        case "empirical":
            return None if lists[0] else "the list of values is empty"
        case "histogram":
            return _range_refusal(numbers) or _weights_refusal(lists[0])
    return _range_refusal(numbers) or _cumulative_refusal(numbers, *lists)


@lru_cache(maxsize=64)
def list_steps(lists: tuple[tuple[float, ...], ...], low: float, high: float) -> Steps | None:
    """Steps of `discrete` and `empirical` between two values; None if nothing is there."""
    values = lists[0]
    weights = lists[1] if len(lists) == 2 else (1.0,) * len(values)
    kept = [(v, w) for v, w in zip(values, weights, strict=True) if low <= v <= high]
    if not any(w > 0.0 for _, w in kept):
        return None
    return listed_steps([v for v, _ in kept], [w for _, w in kept])


@lru_cache(maxsize=64)
def list_segments(
    numbers: tuple[float, ...], lists: tuple[tuple[float, ...], ...], low: float, high: float
) -> Segments | None:
    """Segments of `cumulative` and `histogram` between two values; None if nothing is there."""
    knots = _knots(numbers, lists)
    ends = [_sum_at(knots, Fraction(min(max(end, numbers[0]), numbers[1]))) for end in (low, high)]
    start = max(low, numbers[0]), ends[0]
    stop = min(high, numbers[1]), ends[1]
    total = ends[1] - ends[0]
    if total <= 0:
        return None
    inner = [(float(x), c) for x, c in knots if start[0] < x < stop[0]]
    found = [(a, b) for a, b in pairwise((start, *inner, stop)) if b[1] > a[1]]
    columns = zip(
        *(
            (
                signed_bound((b[1] - ends[0]) / total),
                a[0],
                b[0] - a[0],
                float((a[1] - ends[0]) / total),
                float((ends[1] - b[1]) / total),
                float((b[1] - a[1]) / total),
            )
            for a, b in found
        ),
        strict=True,
    )
    return Segments(*(_frozen(column) for column in columns))


def list_moments(family: str, numbers: Numbers, lists: Lists, ends: tuple[float, float]) -> Moments:
    """Moments of what lies between two values."""
    frozen = tuple(map(tuple, lists))
    if family in ("discrete", "empirical"):
        steps = list_steps(frozen, *ends)
        assert steps is not None
        return steps_moments(steps)
    segments = list_segments(tuple(numbers), frozen, *ends)
    assert segments is not None
    return _segment_moments(segments)


def list_support(family: str, numbers: Numbers, lists: Lists) -> tuple[float, float]:
    """The lowest and the highest value."""
    if family in ("cumulative", "histogram"):
        return numbers[0], numbers[1]
    weights = lists[1] if len(lists) == 2 else (1.0,) * len(lists[0])
    values = [v for v, w in zip(lists[0], weights, strict=True) if w > 0.0]
    return min(values), max(values)


def _segment_moments(segments: Segments) -> Moments:
    low, width, mass = segments.low, segments.width, segments.mass
    centre = low + 0.5 * width
    mean = float(np.sum(mass * centre))
    # a uniform piece about the mean: away**2 + width**2 / 12 and so on
    away, square = centre - mean, width * width
    variance = float(np.sum(mass * (away**2 + square / 12.0)))
    third = float(np.sum(mass * (away**3 + away * square / 4.0)))
    fourth = float(np.sum(mass * (away**4 + away**2 * square / 2.0 + square * square / 80.0)))
    return from_central(mean, variance, third, fourth)


def _knots(numbers: Numbers, lists: Lists) -> list[tuple[Fraction, Fraction]]:
    low, high = Fraction(numbers[0]), Fraction(numbers[1])
    if len(lists) == 1:
        weights = [Fraction(weight) for weight in lists[0]]
        width = (high - low) / len(weights)
        sums: list[Fraction] = [Fraction(0), *accumulate(weights, operator.add)]
        return [(low + i * width, each / sums[-1]) for i, each in enumerate(sums)]
    inner = [(Fraction(x), Fraction(p)) for x, p in zip(*lists, strict=True)]
    return [(low, Fraction(0)), *inner, (high, Fraction(1))]


def _sum_at(knots: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    for (x0, c0), (x1, c1) in pairwise(knots):
        if x0 <= x < x1:
            return c0 + (c1 - c0) * (x - x0) / (x1 - x0)
    return knots[-1][1]


def _discrete_refusal(values: Sequence[float], weights: Sequence[float]) -> str | None:
    if len(values) != len(weights):
        return f"{len(values)} values but {len(weights)} weights"
    return _weights_refusal(weights)


def _weights_refusal(weights: Sequence[float]) -> str | None:
    if not weights:
        return "the list of weights is empty"
    if min(weights) < 0.0:
        return f"the weight {shown(min(weights))} is negative"
    total = sum(weights)
    if not math.isfinite(total):
        return "the weights sum to more than the largest number, about 1.8e308"
    return "the weights sum to zero" if total <= 0.0 else None


def _range_refusal(numbers: Numbers) -> str | None:
    if numbers[0] == numbers[1]:
        return "min and max are the same"
    return order_refusal(("min", "max"))(numbers)


def _cumulative_refusal(
    numbers: Numbers, values: Sequence[float], probabilities: Sequence[float]
) -> str | None:
    if len(values) != len(probabilities):
        return f"{len(values)} values but {len(probabilities)} probabilities"
    if any(not 0.0 <= p <= 1.0 for p in probabilities):
        return "a probability is not from 0 to 1"
    if any(a > b for a, b in pairwise(probabilities)):
        return "the probabilities are not in ascending order"
    if any(a >= b for a, b in pairwise((numbers[0], *values, numbers[1]))):
        return "the values are not in ascending order between min and max"
    return None


def _frozen(values: Sequence[float]) -> Floats:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
