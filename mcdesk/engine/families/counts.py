"""Families of whole numbers. Poisson, binomial and negative binomial search a table of probabilities.

With parameters that vary by trial they search the cumulative function instead.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from mcdesk.engine.families.family import (
    Chance,
    Family,
    Moments,
    Numbers,
    both,
    is_positive,
    order_refusal,
)
from mcdesk.engine.families.steps import Floats, Steps, counted_steps
from mcdesk.engine.mathematics.beta import beta_effort, beta_tails
from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p, log_pair
from mcdesk.engine.mathematics.gamma import gamma_effort, gamma_tails
from mcdesk.engine.mathematics.polynomial import horner, two_product
from mcdesk.engine.operations import Operations

V = TypeVar("V")

LARGEST_WHOLE = 2.0**52
MOST_VARYING_COUNT = 10_000.0
_LOG_TAIL = tuple(1.0 / i for i in range(7, 1, -1))
_SEARCH_ROUNDS = 15  # counts below 2**15, over three times the most that is likely
_POISSON_TERMS = gamma_effort(1.0, 4.0 * MOST_VARYING_COUNT).terms
_BINOMIAL_TERMS = beta_effort(1.0, 4.0 * MOST_VARYING_COUNT).terms


@lru_cache(maxsize=256)
def count_steps(family: str, numbers: tuple[float, ...], low: float, high: float) -> Steps | None:
    """The table of a count between two whole numbers; None for other families and for too wide ones."""
    match family, numbers:
        case "poisson", (mean,) if mean > 0.0:
            return counted_steps(math.floor(mean), max(low, 0.0), high, lambda k: mean / k)
        case "binomial", (n, p) if 0.0 < p < 1.0:
            odds = p / (1.0 - p)
            mode = float(math.floor((n + 1.0) * p))
            return counted_steps(mode, max(low, 0.0), min(high, n), lambda k: (n - k + 1.0) / k * odds)
        case "negative_binomial", (n, p) if p < 1.0:
            mode = max(0.0, math.floor((n - 1.0) * (1.0 - p) / p))
            return counted_steps(mode, max(low, 0.0), high, lambda k: (k + n - 1.0) / k * (1.0 - p))
    if family in _TABULATED:
        only = float(numbers[0]) if family == "binomial" and numbers[1] == 1.0 else 0.0
        return counted_steps(only, only, only, _no_ratio)
    return None


def is_tabulated(family: str) -> bool:
    """Whether a family of counts draws from a table."""
    return family in _TABULATED


def _no_ratio(k: Floats) -> Floats:
    return k


# quantiles with parameters that vary, or in closed form ------------------------------------------


def _integer_uniform(ops: Operations[V], chance: Chance[V], low: V, high: V) -> V:
    count = ops.add(ops.sub(high, low), ops.number(1.0))
    from_low = ops.add(low, ops.floor(ops.mul(chance.below, count)))
    # what is exactly a border belongs to the lower value
    share = ops.div(ops.sub(from_low, low), count)
    one = ops.number(1.0)
    is_border = ops.and_(ops.le(chance.below, share), ops.lt(low, from_low))
    return ops.minimum(ops.select(is_border, ops.sub(from_low, one), from_low), high)


def _bernoulli(ops: Operations[V], chance: Chance[V], p: V) -> V:
    return ops.select(ops.lt(chance.above, p), ops.number(1.0), ops.number(0.0))


def _geometric(ops: Operations[V], chance: Chance[V], p: V) -> V:
    """The least k with (1 - p)**(k + 1) <= above, its border judged by logarithms of 64 bits more."""
    one, zero = ops.number(1.0), ops.number(0.0)
    least = ops.number(1e-300)
    wanted = log_pair(ops, ops.maximum(chance.above, least))
    safe = ops.minimum(ops.maximum(p, least), ops.number(1.0 - 2.0**-53))
    rest = ops.sub(one, safe)
    lost = ops.sub(ops.sub(one, rest), safe)
    high, low = log_pair(ops, rest)
    is_small = ops.lt(safe, ops.number(1e-4))
    series = ops.mul(ops.mul(safe, safe), horner(ops, _LOG_TAIL, ops.minimum(safe, ops.number(1e-4))))
    high = ops.select(is_small, ops.neg(safe), high)
    low = ops.select(is_small, ops.neg(series), ops.add(low, ops.div(lost, rest)))
    guess = ops.floor(ops.div(wanted[0], ops.add(high, low)))
    k = ops.maximum(ops.sub(guess, ops.number(2.0)), zero)
    for _ in range(3):
        k = ops.select(_reaches(ops, ops.add(k, one), (high, low), wanted), k, ops.add(k, one))
    return ops.select(ops.le(one, p), zero, k)


def _reaches(ops: Operations[V], count: V, each: tuple[V, V], wanted: tuple[V, V]) -> V:
    # count * each <= wanted, apart from 2**-60 of it
    product, error = two_product(ops, count, each[0])
    error = ops.fma(count, each[1], error)
    excess = ops.add(ops.sub(product, wanted[0]), ops.sub(error, wanted[1]))
    return ops.le(excess, ops.mul(ops.absolute(wanted[0]), ops.number(2.0**-60)))


def _poisson(ops: Operations[V], chance: Chance[V], mean: V) -> V:
    return _searched(ops, chance, lambda k: _poisson_tails(ops, k, mean))


def _binomial(ops: Operations[V], chance: Chance[V], n: V, p: V) -> V:
    found = _searched(ops, chance, lambda k: _binomial_tails(ops, k, n, p))
    return ops.minimum(found, ops.maximum(n, ops.number(0.0)))


def _negative_binomial(ops: Operations[V], chance: Chance[V], n: V, p: V) -> V:
    return _searched(ops, chance, lambda k: _negative_binomial_tails(ops, k, n, p))


def _searched(ops: Operations[V], chance: Chance[V], tails: Callable[[V], Chance[V]]) -> V:
    """The least k whose cumulative probability is not below the chance, by its bits from the highest."""
    is_upper = ops.lt(chance.above, chance.below)

    def improve(turn: V, state: Sequence[V]) -> Sequence[V]:
        # the answer is above k - 1, and at most k - 1 + 2 * width
        k, width = state
        middle = ops.add(k, ops.sub(width, ops.number(1.0)))
        found = tails(middle)
        by_above = ops.le(found.above, chance.above)
        is_reached = ops.select(is_upper, by_above, ops.le(chance.below, found.below))
        half = ops.mul(width, ops.number(0.5))
        return [ops.select(is_reached, k, ops.add(k, width)), half]

    start = [ops.number(0.0), ops.number(2.0 ** (_SEARCH_ROUNDS - 1))]
    k, _ = ops.repeat(_SEARCH_ROUNDS, start, improve)
    return ops.within(k, 0.0, 2.0**_SEARCH_ROUNDS)


# cumulative functions --------------------------------------------------------------------------


def _bounded_chance(ops: Operations[V], p: V) -> V:
    return ops.minimum(ops.maximum(p, ops.number(1e-300)), ops.number(1.0 - 2.0**-53))


def _certain_below(ops: Operations[V], is_zero: V, is_one: V, chance: Chance[V]) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    below = ops.select(is_zero, zero, ops.select(is_one, one, chance.below))
    return Chance(below, ops.select(is_zero, one, ops.select(is_one, zero, chance.above)))


def _poisson_tails(ops: Operations[V], x: V, mean: V) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    shape = ops.add(ops.maximum(ops.floor(x), zero), one)
    safe = ops.maximum(mean, ops.number(1e-300))
    above, below, _ = gamma_tails(ops, shape, log(ops, ops.div(safe, shape)), _POISSON_TERMS)
    return _certain_below(ops, ops.lt(x, zero), ops.le(mean, zero), Chance(below, above))


def _odds_tails(ops: Operations[V], a: V, b: V, p: V) -> Chance[V]:
    # the regularised incomplete beta function of p with shapes a and b
    rest = ops.sub(ops.number(1.0), p)
    offset = ops.sub(log(ops, ops.div(p, rest)), log(ops, ops.div(a, b)))
    below, above, _ = beta_tails(ops, a, b, offset, _BINOMIAL_TERMS)
    return Chance(below, above)


def _binomial_tails(ops: Operations[V], x: V, n: V, p: V) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    k = ops.maximum(ops.floor(x), zero)
    # I_(1-p)(n - k, k + 1), from the side of p, which is given
    found = _odds_tails(ops, ops.add(k, one), ops.maximum(ops.sub(n, k), one), _bounded_chance(ops, p))
    return _certain_below(ops, ops.lt(x, zero), ops.le(n, k), Chance(found.above, found.below))


def _negative_binomial_tails(ops: Operations[V], x: V, n: V, p: V) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    k = ops.maximum(ops.floor(x), zero)
    found = _odds_tails(ops, ops.maximum(n, ops.number(1e-3)), ops.add(k, one), _bounded_chance(ops, p))
    return _certain_below(ops, ops.lt(x, zero), ops.le(one, p), found)


def _geometric_tails(ops: Operations[V], x: V, p: V) -> Chance[V]:
    count = ops.maximum(ops.add(ops.floor(x), ops.number(1.0)), ops.number(0.0))
    size = ops.mul(count, log1p(ops, ops.neg(_bounded_chance(ops, p))))
    size = ops.maximum(size, ops.number(-745.0))
    return Chance(ops.neg(expm1(ops, size)), exp(ops, size))


def _integer_uniform_tails(ops: Operations[V], x: V, low: V, high: V) -> Chance[V]:
    one, zero = ops.number(1.0), ops.number(0.0)
    count = ops.add(ops.sub(high, low), one)
    covered = ops.add(ops.sub(ops.floor(x), low), one)
    below = ops.minimum(ops.maximum(ops.div(covered, count), zero), one)
    return Chance(below, ops.sub(one, below))


def _bernoulli_tails(ops: Operations[V], x: V, p: V) -> Chance[V]:
    zero, one = ops.number(0.0), ops.number(1.0)
    chance = Chance(ops.sub(one, p), p)
    return _certain_below(ops, ops.lt(x, zero), ops.le(one, x), chance)


# validity --------------------------------------------------------------------------------------


def _chance_refusal(p: float, *, may_be_zero: bool = True) -> str | None:
    if not 0.0 <= p <= 1.0:
        return "the probability p is not from 0 to 1"
    return None if may_be_zero or p > 0.0 else "the probability p is not above 0"


def _integer_uniform_refusal(numbers: Numbers) -> str | None:
    if any(value != math.floor(value) or abs(value) > LARGEST_WHOLE for value in numbers):
        return "min and max are not whole numbers below 2^52"
    return order_refusal(("min", "max"))(numbers)


def _poisson_refusal(numbers: Numbers) -> str | None:
    if numbers[0] < 0.0:
        return "the mean is negative"
    return "the mean is above 1e9; use normal(mean, sd)" if numbers[0] > 1e9 else None


def _binomial_refusal(numbers: Numbers) -> str | None:
    n, p = numbers
    if n < 0.0 or n != math.floor(n):
        return "n is not a whole number from 0 on"
    if n > LARGEST_WHOLE or n * p * (1.0 - p) > 1e9:
        return "its variance is above 1e9; use normal(mean, sd)"
    return _chance_refusal(p)


def _negative_binomial_refusal(numbers: Numbers) -> str | None:
    n, p = numbers
    if n <= 0.0:
        return "n is not positive"
    refused = _chance_refusal(p, may_be_zero=False)
    if refused is None and (p < 1e-4 or n * (1.0 - p) / (p * p) > 1e9):
        return "its variance is above 1e9 or p below 1e-4; use gamma(shape, scale)"
    return refused


def _valid_whole_pair(ops: Operations[V], low: V, high: V) -> V:
    most = ops.number(LARGEST_WHOLE)
    wholes = (ops.and_(ops.eq(x, ops.floor(x)), ops.le(ops.absolute(x), most)) for x in (low, high))
    return both(ops, ops.le(low, high), *wholes)


def _valid_chance(ops: Operations[V], p: V) -> V:
    return ops.and_(ops.le(ops.number(0.0), p), ops.le(p, ops.number(1.0)))


def _valid_geometric(ops: Operations[V], p: V) -> V:
    return ops.and_(_valid_chance(ops, p), is_positive(ops, p))


def _valid_poisson(ops: Operations[V], mean: V) -> V:
    return ops.and_(ops.le(ops.number(0.0), mean), ops.le(mean, ops.number(MOST_VARYING_COUNT)))


def _valid_binomial(ops: Operations[V], n: V, p: V) -> V:
    is_whole = ops.and_(ops.le(ops.number(0.0), n), ops.eq(n, ops.floor(n)))
    return both(ops, is_whole, ops.le(n, ops.number(MOST_VARYING_COUNT)), _valid_chance(ops, p))


def _valid_negative_binomial(ops: Operations[V], n: V, p: V) -> V:
    # twice the mean and 40 / p are below what the search reaches
    reach = ops.add(ops.mul(ops.add(n, n), ops.sub(ops.number(1.0), p)), ops.number(40.0))
    fits = ops.le(reach, ops.mul(p, ops.number(2.0**_SEARCH_ROUNDS)))
    return both(ops, is_positive(ops, n, p), ops.le(p, ops.number(1.0)), fits)


# moments ---------------------------------------------------------------------------------------


def _integer_uniform_moments(numbers: Numbers) -> Moments:
    low, high = numbers
    square = (high - low + 1.0) ** 2
    if high == low:
        return Moments(low, 0.0)
    kurtosis = 3.0 - 1.2 * (square + 1.0) / (square - 1.0)
    return Moments(low + 0.5 * (high - low), math.sqrt((square - 1.0) / 12.0), 0.0, kurtosis)


def _spread(mean: float, variance: float, skew: float, excess: float) -> Moments:
    # skew over the deviation, excess over the variance
    if variance <= 0.0:
        return Moments(mean, 0.0)
    return Moments(mean, math.sqrt(variance), skew / math.sqrt(variance), 3.0 + excess / variance)


def _poisson_moments(numbers: Numbers) -> Moments:
    return _spread(numbers[0], numbers[0], 1.0, 1.0)


def _binomial_moments(numbers: Numbers) -> Moments:
    n, p = numbers
    return _spread(n * p, n * p * (1.0 - p), 1.0 - 2.0 * p, 1.0 - 6.0 * p * (1.0 - p))


def _bernoulli_moments(numbers: Numbers) -> Moments:
    return _binomial_moments((1.0, numbers[0]))


def _negative_binomial_moments(numbers: Numbers) -> Moments:
    n, p = numbers
    q = 1.0 - p
    return _spread(n * q / p, n * q / (p * p), (2.0 - p) / p, (6.0 * q + p * p) / (p * p))


def _geometric_moments(numbers: Numbers) -> Moments:
    return _negative_binomial_moments((1.0, numbers[0]))


def _from_zero(_numbers: Numbers) -> tuple[float, float]:
    return 0.0, math.inf


def _geometric_refusal(numbers: Numbers) -> str | None:
    return _chance_refusal(numbers[0], may_be_zero=False) or (
        "the probability p is below 1e-15" if numbers[0] < 1e-15 else None
    )


_TABULATED = ("poisson", "binomial", "negative_binomial")
FAMILIES = (
    Family(
        "integer_uniform", ("min", "max"), _integer_uniform_refusal, _integer_uniform,
        _integer_uniform_tails, _valid_whole_pair, lambda numbers: (numbers[0], numbers[1]),
        _integer_uniform_moments, True,
    ),
    Family(
        "poisson", ("mean",), _poisson_refusal, _poisson, _poisson_tails, _valid_poisson,
        _from_zero, _poisson_moments, True,
    ),
    Family(
        "binomial", ("n", "p"), _binomial_refusal, _binomial, _binomial_tails, _valid_binomial,
        lambda numbers: (0.0, numbers[0]), _binomial_moments, True,
    ),
    Family(
        "geometric", ("p",), _geometric_refusal, _geometric, _geometric_tails, _valid_geometric,
        _from_zero, _geometric_moments, True,
    ),
    Family(
        "negative_binomial", ("n", "p"), _negative_binomial_refusal, _negative_binomial,
        _negative_binomial_tails, _valid_negative_binomial, _from_zero, _negative_binomial_moments, True,
    ),
    Family(
        "bernoulli", ("p",), lambda numbers: _chance_refusal(numbers[0]), _bernoulli, _bernoulli_tails,
        _valid_chance, lambda _: (0.0, 1.0), _bernoulli_moments, True,
    ),
)  # fmt: skip
