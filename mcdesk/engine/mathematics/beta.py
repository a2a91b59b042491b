"""The beta distribution: cumulative function and quantile, for all back ends.

Everything is a function of the log odds of x less those of the mean, so that x and 1 - x are
accurate at both ends.
Error bounds: cumulative function 1e-13 relative down to 1e-300; quantile 1e-13 in the log odds for shapes
from 0.05, 1e-11 from 0.001.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p
from mcdesk.engine.mathematics.gamma import (
    Effort,
    halley_step,
    log_gamma,
    step_count,
    stirling_error,
)
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_START_ROUNDS = 3  # each costs a logarithm and saves about one step of the main loop
_LEAST = 1e-300
_LARGEST_EXPONENT = 700.0


def log_beta(ops: Operations[V], a: V, b: V) -> V:
    """Logarithm of the beta function."""
    return ops.sub(ops.add(log_gamma(ops, a), log_gamma(ops, b)), log_gamma(ops, ops.add(a, b)))


def beta_effort(least: float, most: float) -> Effort:
    """What serves shapes from `least` to `most`."""
    # below 1/2 the fraction is also needed where it converges more slowly
    return Effort((12 if least >= 0.5 else 24) + int(0.9 * math.sqrt(most)), step_count(least))


def beta_tails(ops: Operations[V], a: V, b: V, offset: V, terms: int) -> tuple[V, V, V]:
    """I_x(a, b), I_(1-x)(b, a) and the density of the log odds, at log odds of log(a / b) + offset.

    Args:
        terms: of the `beta_effort` of the largest shape.
    Source: the even part of the continued fraction DLMF 8.17.22, Didonato and Morris 1992,
    ACM Transactions on Mathematical Software 18(3), algorithm 708.
    """
    one = ops.number(1.0)
    x, y = beta_shares(ops, a, b, offset)
    density = exp(ops, _log_density(ops, a, b, offset))
    turning = ops.div(ops.add(a, one), ops.add(ops.add(a, b), ops.number(2.0)))
    is_near = ops.lt(x, turning)
    first, second = ops.select(is_near, a, b), ops.select(is_near, b, a)
    shares = (ops.select(is_near, x, y), ops.select(is_near, y, x))
    part = ops.div(density, _fraction(ops, first, second, shares, terms))
    rest = ops.sub(one, part)
    below, above = ops.select(is_near, part, rest), ops.select(is_near, rest, part)
    return ops.within(below, 0.0, 1.0), ops.within(above, 0.0, 1.0), density


def beta_shares(ops: Operations[V], a: V, b: V, offset: V) -> tuple[V, V]:
    """The x and 1 - x whose log odds are log(a / b) + offset."""
    rising, falling = _weights(ops, a, b, offset)
    total = ops.add(rising, falling)
    x, y = ops.div(rising, total), ops.div(falling, total)
    return ops.within(x, 0.0, 1.0), ops.within(y, 0.0, 1.0)


def beta_offset(ops: Operations[V], a: V, b: V, chance: tuple[V, V], effort: Effort) -> V:
    """Log odds of the quantile, less log(a / b).

    Halley's method on the logarithm of the smaller tail, which is concave in the log odds, from a
    start beyond the solution: Chernoff's bound or the first term of the series.

    Args:
        chance: the probability below and above.
        effort: that serves the shapes.
    """
    is_upper = ops.lt(chance[1], chance[0])
    first, second = ops.select(is_upper, b, a), ops.select(is_upper, a, b)
    offset = lower_offset(ops, first, second, ops.minimum(*chance), effort)
    return ops.select(is_upper, ops.neg(offset), offset)


def lower_offset(ops: Operations[V], a: V, b: V, below: V, effort: Effort) -> V:
    """`beta_offset` for a probability of at most 1/2."""
    target = log(ops, ops.maximum(below, ops.number(_LEAST)))

    def improve(_: V, state: Sequence[V]) -> Sequence[V]:
        (offset,) = state
        tail, _, density = beta_tails(ops, a, b, offset, effort.terms)
        tail = ops.maximum(tail, ops.number(_LEAST))
        slope = ops.maximum(ops.div(density, tail), ops.number(_LEAST))
        x, y = beta_shares(ops, a, b, offset)
        bend = ops.sub(ops.sub(ops.mul(a, y), ops.mul(b, x)), slope)
        return [ops.add(offset, halley_step(ops, ops.sub(target, log(ops, tail)), slope, bend))]

    (offset,) = ops.repeat(effort.steps, [_start(ops, a, b, target)], improve)
    return offset


def _start(ops: Operations[V], a: V, b: V, target: V) -> V:
    depth, total = ops.neg(target), ops.add(a, b)
    spread = ops.div(ops.mul(ops.number(2.0), ops.mul(depth, total)), ops.mul(a, b))
    guess = ops.neg(ops.add(ops.sqrt(spread), ops.div(depth, a)))
    guess = ops.maximum(guess, _gamma_guess(ops, a, b, depth))

    def improve(_: V, state: Sequence[V]) -> Sequence[V]:
        # Newton on the convex bound -log P >= drop(offset), from the side where it is too large
        (offset,) = state
        x, y = beta_shares(ops, a, b, offset)
        slope = ops.sub(ops.mul(b, x), ops.mul(a, y))
        gap = ops.sub(depth, _drop(ops, a, b, offset))
        return [ops.add(offset, ops.div(gap, ops.minimum(slope, ops.number(-_LEAST))))]

    (chernoff,) = ops.repeat(_START_ROUNDS, [guess], improve)
    # P is at most e**(a t) / (a B(a, b)) at log odds of t
    power = ops.div(ops.add(target, ops.add(log(ops, a), log_beta(ops, a, b))), a)
    return ops.maximum(chernoff, ops.sub(power, log(ops, ops.div(a, b))))


def _gamma_guess(ops: Operations[V], a: V, b: V, depth: V) -> V:
    # x / (1 - x) is a ratio of gamma values: neither is beyond its bound but with half the chance
    one, two = ops.number(1.0), ops.number(2.0)
    each = ops.add(depth, ops.number(0.7))
    fall = ops.sub(one, ops.sqrt(ops.div(ops.mul(two, each), a)))
    rise = ops.div(ops.add(ops.sqrt(ops.mul(ops.mul(two, b), each)), each), b)
    return ops.sub(log(ops, ops.maximum(fall, ops.number(_LEAST))), log1p(ops, rise))


def _weights(ops: Operations[V], a: V, b: V, offset: V) -> tuple[V, V]:
    # proportional to x and 1 - x, the larger exponential scaled to 1
    shrunk = exp(ops, ops.neg(ops.absolute(offset)))
    one, is_falling = ops.number(1.0), ops.lt(offset, ops.number(0.0))
    rising, falling = ops.select(is_falling, shrunk, one), ops.select(is_falling, one, shrunk)
    return ops.mul(a, rising), ops.mul(b, falling)


def _drop(ops: Operations[V], a: V, b: V, offset: V) -> V:
    """How far the log density of the log odds has fallen from its mode at 0."""
    # from the side of the smaller shape, where nothing cancels
    total, least = ops.add(a, b), ops.minimum(a, b)
    away = ops.select(ops.lt(b, a), ops.neg(offset), offset)
    near = ops.minimum(away, ops.number(_LARGEST_EXPONENT))
    growth = log1p(ops, ops.mul(ops.div(least, total), expm1(ops, near)))
    return ops.sub(ops.mul(total, ops.add(growth, ops.sub(away, near))), ops.mul(least, away))


def _log_density(ops: Operations[V], a: V, b: V, offset: V) -> V:
    """Logarithm of the density of the log odds: log(x**a (1-x)**b / B(a, b))."""
    total = ops.add(a, b)
    scale = log(ops, ops.mul(ops.number(0.5 / math.pi), ops.mul(a, ops.div(b, total))))
    error = ops.sub(ops.sub(stirling_error(ops, total), stirling_error(ops, a)), stirling_error(ops, b))
    return ops.sub(ops.add(ops.mul(ops.number(0.5), scale), error), _drop(ops, a, b, offset))


def _fraction(ops: Operations[V], a: V, b: V, shares: tuple[V, V], terms: int) -> V:
    # from the last term to the first; x and y apart, so that all parts but y - x are positive
    x, y = shares
    one, two = ops.number(1.0), ops.number(2.0)
    lean = ops.add(ops.sub(ops.mul(a, y), ops.mul(b, x)), one)
    reach = ops.add(one, y)

    def whole(m: V, twice: V) -> V:
        # with m = 0 the numerator is 0, whatever stands below
        below = ops.maximum(ops.sub(twice, one), ops.number(_LEAST))
        near = ops.div(ops.mul(ops.mul(m, ops.sub(b, m)), x), below)
        far = ops.mul(ops.add(a, m), ops.fma(m, reach, lean))
        return ops.add(ops.add(m, near), ops.div(far, ops.add(twice, one)))

    def retreat(turn: V, state: Sequence[V]) -> Sequence[V]:
        (rest,) = state
        m = ops.sub(ops.number(float(terms)), ops.to_number(turn))
        twice = ops.fma(two, m, a)
        share = ops.div(x, ops.sub(twice, one))
        first = ops.mul(ops.sub(ops.add(a, m), one), ops.mul(m, share))
        second = ops.mul(ops.sub(ops.add(ops.add(a, b), m), one), ops.mul(ops.sub(b, m), share))
        before = ops.sub(m, one)
        return [ops.add(whole(before, ops.sub(twice, two)), ops.div(ops.mul(first, second), rest))]

    last = ops.number(float(terms))
    (total,) = ops.repeat(terms, [whole(last, ops.fma(two, last, a))], retreat)
    return total
