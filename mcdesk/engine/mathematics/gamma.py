"""The gamma function and the gamma distribution: cumulative function and quantile, for all back ends.

Error bounds: log_gamma 1e-14 absolute for x < 10; cumulative function 1e-13 relative down to
1e-300; quantile 1e-13 relative.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, expm1, log, log1p
from mcdesk.engine.mathematics.polynomial import horner
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_STIRLING = (
    -1.0 / 360360.0 * 691.0,
    1.0 / 1188.0,
    -1.0 / 1680.0,
    1.0 / 1260.0,
    -1.0 / 360.0,
    1.0 / 12.0,
)
_HALF_LOG_TWO_PI = 0.9189385332046728
_EXCESS = tuple(1.0 / math.factorial(i) for i in range(17, 1, -1))
# (zeta(k) - 1) (-1)**k / k for k from 26 down to 2
_ZETA = (
    5.731367241678862e-10,
    -1.1921401405860912e-09,
    2.4836745438024785e-09,
    -5.183475041970047e-09,
    1.0838659214896955e-08,
    -2.2711094608943164e-08,
    4.7698101693639804e-08,
    -1.0043224823968099e-07,
    2.1207184805554665e-07,
    -4.492469198764566e-07,
    9.55141213040742e-07,
    -2.039215753801366e-06,
    4.374866789907488e-06,
    -9.439488275268397e-06,
    2.050721277567069e-05,
    -4.492623673813314e-05,
    9.945751278180853e-05,
    -0.00022315475845357939,
    0.0005096695247430425,
    -0.001192753911703261,
    0.0028905103307415234,
    -0.007385551028673986,
    0.020580808427784546,
    -0.0673523010531981,
    0.3224670334241132,
)
_ONE_LESS_EULER = 0.42278433509846713
_LEAST = 1e-300
_SMALL_SHAPE = 0.5
_LEAST_BORDER = 2.0


@dataclass(frozen=True, slots=True)
class Effort:
    """Terms of a series or continued fraction, and steps of a root search, all fixed beforehand."""

    terms: int
    steps: int


def log_gamma(ops: Operations[V], x: V) -> V:
    """Logarithm of the gamma function for x > 0. Source: Stirling's series after a shift by 10."""
    main, series, product = _shifted_stirling(ops, x)
    return ops.sub(ops.add(ops.add(main, ops.number(_HALF_LOG_TWO_PI)), series), log(ops, product))


def stirling_error(ops: Operations[V], x: V) -> V:
    """log_gamma(x) less (x - 1/2) log x - x + log(2 pi) / 2, for x > 0; without cancellation for x >= 10."""
    small = ops.minimum(x, ops.number(10.0))
    main, series, product = _shifted_stirling(ops, small)
    plain = _stirling_main(ops, small)
    near = ops.add(ops.sub(ops.sub(main, plain), log(ops, product)), series)
    inverse = ops.div(ops.number(1.0), ops.maximum(x, ops.number(10.0)))
    far = ops.mul(inverse, horner(ops, _STIRLING, ops.mul(inverse, inverse)))
    return ops.select(ops.lt(x, ops.number(10.0)), near, far)


def excess_of_exp(ops: Operations[V], x: V) -> V:
    """e**x - 1 - x without cancellation near 0."""
    near = bounded_size(ops, x, 0.5)
    small = ops.mul(ops.mul(near, near), horner(ops, _EXCESS, near))
    large = ops.sub(ops.sub(exp(ops, x), ops.number(1.0)), x)
    return ops.select(ops.le(ops.absolute(x), ops.number(0.5)), small, large)


def bounded_size(ops: Operations[V], x: V, most: float) -> V:
    """The nearest number to x in [-most, most]."""
    return ops.minimum(ops.maximum(x, ops.number(-most)), ops.number(most))


def gamma_effort(least: float, most: float) -> Effort:
    """What serves shapes from `least` to `most`."""
    return Effort(40 + int(9.0 * math.sqrt(most)), step_count(least))


def step_count(least_shape: float) -> int:
    """Steps of Halley's method after which nothing changes, from the smallest shape; measured."""
    return 4 if least_shape >= 0.5 else 5 if least_shape >= 0.05 else 7


def gamma_tails(ops: Operations[V], shape: V, offset: V, terms: int) -> tuple[V, V, V]:
    """P(shape, x), Q(shape, x) and the density of log x, at x = shape * exp(offset).

    Args:
        terms: of the `gamma_effort` of the largest shape.

    Source: DLMF 8.7.1 below the larger of shape + 1 and 2, 8.9.2 above.
    """
    one = ops.number(1.0)
    x = ops.mul(shape, exp(ops, offset))
    density = log_density(ops, shape, offset)
    border = ops.maximum(ops.add(shape, one), ops.number(_LEAST_BORDER))
    is_near = ops.lt(x, border)
    near, far = ops.minimum(x, border), ops.maximum(x, border)
    lower = ops.mul(ops.div(density, shape), _series(ops, shape, near, terms))
    upper = ops.mul(density, _fraction(ops, shape, far, terms))
    rest = ops.sub(one, lower)
    is_small = ops.lt(shape, ops.number(_SMALL_SHAPE))
    rest = ops.select(is_small, _small_upper(ops, shape, near), rest)
    below = ops.select(is_near, lower, ops.sub(one, upper))
    above = ops.select(is_near, rest, upper)
    return ops.within(below, 0.0, 1.0), ops.within(above, 0.0, 1.0), density


def log_density(ops: Operations[V], shape: V, offset: V) -> V:
    """Density of log x at x = shape * exp(offset): x**shape exp(-x) / gamma(shape)."""
    drop = ops.mul(shape, excess_of_exp(ops, offset))
    scale = ops.sqrt(ops.mul(shape, ops.number(0.5 / math.pi)))
    return ops.mul(scale, exp(ops, ops.neg(ops.add(drop, stirling_error(ops, shape)))))


def gamma_offset(ops: Operations[V], shape: V, chance: tuple[V, V], effort: Effort) -> V:
    """log(x / shape) of the quantile x.

    Halley's method on the logarithm of the smaller tail, which is concave in log x, from a start
    beyond the solution.

    Args:
        chance: the probability below and above.
        effort: that serves the shapes.
    Source: the start is Boucheron, Lugosi and Massart 2013, Concentration Inequalities, section 2.4.
    """
    is_upper = ops.lt(chance[1], chance[0])
    target = log(ops, ops.maximum(ops.minimum(*chance), ops.number(_LEAST)))
    sign = ops.select(is_upper, ops.number(-1.0), ops.number(1.0))

    def improve(_: V, state: Sequence[V]) -> Sequence[V]:
        (offset,) = state
        below, above, density = gamma_tails(ops, shape, offset, effort.terms)
        tail = ops.maximum(ops.select(is_upper, above, below), ops.number(_LEAST))
        # the logarithm of the tail rises (falls) by `slope`; its own slope over it is `bend`
        slope = ops.maximum(ops.div(density, tail), ops.number(_LEAST))
        tilt = ops.mul(shape, ops.neg(ops.sub(exp(ops, offset), ops.number(1.0))))
        bend = ops.sub(ops.mul(sign, tilt), slope)
        return [
            ops.add(offset, ops.mul(sign, halley_step(ops, ops.sub(target, log(ops, tail)), slope, bend)))
        ]

    (offset,) = ops.repeat(effort.steps, [_start(ops, shape, target, is_upper)], improve)
    return offset


def halley_step(ops: Operations[V], lack: V, slope: V, bend: V) -> V:
    """The step that makes up for `lack`; `bend` is the second derivative over the first, `slope`."""
    newton = ops.div(lack, slope)
    curve = ops.add(ops.number(1.0), ops.mul(ops.number(0.5), ops.mul(newton, bend)))
    return ops.div(newton, ops.maximum(curve, ops.number(0.5)))


def _start(ops: Operations[V], shape: V, target: V, is_upper: V) -> V:
    depth = ops.neg(target)
    root = ops.sqrt(ops.mul(ops.mul(ops.number(2.0), shape), depth))
    rise = ops.div(ops.add(root, depth), shape)
    upper = log1p(ops, rise)
    fall = ops.sub(ops.number(1.0), ops.div(root, shape))
    moderate = log(ops, ops.maximum(fall, ops.number(_LEAST)))
    # below, P is at most x**shape / gamma(shape + 1)
    power = ops.div(ops.add(target, log_gamma(ops, ops.add(shape, ops.number(1.0)))), shape)
    lower = ops.maximum(moderate, ops.sub(power, log(ops, shape)))
    return ops.select(is_upper, upper, lower)


def _small_upper(ops: Operations[V], shape: V, x: V) -> V:
    """Q(shape, x) for shape < 1/2 and x < 2, where P is near 1 and 1 - P would lose digits."""
    one = ops.number(1.0)
    a = ops.minimum(shape, ops.number(_SMALL_SHAPE))
    at = ops.minimum(x, ops.number(_LEAST_BORDER))
    # log_gamma(1 + a), Abramowitz and Stegun 6.1.33
    rest = ops.mul(ops.mul(a, a), horner(ops, _ZETA, a))
    growth = ops.sub(ops.fma(a, ops.number(_ONE_LESS_EULER), rest), log1p(ops, a))
    size = ops.sub(ops.mul(a, log(ops, ops.maximum(at, ops.number(_LEAST)))), growth)

    def advance(turn: V, state: Sequence[V]) -> Sequence[V]:
        term, total = state
        n = ops.add(ops.to_number(turn), one)
        term = ops.neg(ops.mul(term, ops.div(at, n)))
        return [term, ops.add(total, ops.div(term, ops.add(a, n)))]

    # x**a / gamma(1 + a) times 1 + a (-x / (a + 1) + x**2 / 2! / (a + 2) - ...), DLMF 8.7.1
    _, total = ops.repeat(32, [one, ops.number(0.0)], advance)
    main = expm1(ops, size)
    return ops.neg(ops.add(main, ops.mul(ops.mul(a, total), ops.add(main, one))))


def _series(ops: Operations[V], shape: V, x: V, terms: int) -> V:
    one = ops.number(1.0)

    def advance(_: V, state: Sequence[V]) -> Sequence[V]:
        place, term, total = state
        place = ops.add(place, one)
        term = ops.mul(term, ops.div(x, place))
        return [place, term, ops.add(total, term)]

    _, _, total = ops.repeat(terms, [shape, one, one], advance)
    return total


def _fraction(ops: Operations[V], shape: V, x: V, terms: int) -> V:
    # from the last term to the first
    one = ops.number(1.0)
    start = ops.add(ops.sub(x, shape), one)

    def retreat(turn: V, state: Sequence[V]) -> Sequence[V]:
        (rest,) = state
        n = ops.sub(ops.number(float(terms)), ops.to_number(turn))
        top = ops.mul(n, ops.sub(shape, n))
        twice = ops.add(start, ops.sub(ops.add(n, n), ops.number(2.0)))
        return [ops.add(twice, ops.div(top, rest))]

    last = ops.add(start, ops.number(2.0 * terms))
    (total,) = ops.repeat(terms, [last], retreat)
    return ops.div(one, total)


def _shifted_stirling(ops: Operations[V], x: V) -> tuple[V, V, V]:
    one = ops.number(1.0)
    product, shifted = one, x
    for _ in range(10):
        product = ops.mul(product, shifted)
        shifted = ops.add(shifted, one)
    inverse = ops.div(one, shifted)
    series = ops.mul(inverse, horner(ops, _STIRLING, ops.mul(inverse, inverse)))
    return _stirling_main(ops, shifted), series, product


def _stirling_main(ops: Operations[V], x: V) -> V:
    return ops.sub(ops.mul(ops.sub(x, ops.number(0.5)), log(ops, x)), x)
