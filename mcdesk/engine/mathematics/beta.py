"""The beta distribution's quantile, for shapes of at least 1: solved, and tabulated in z.

Error bounds: solved quantile 1e-12 absolute; the table 1e-13 absolute for |z| < 8.25 on [0, 1].
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.ir import Table, Type
from mcdesk.engine.mathematics.exponential import exp, log, log1p
from mcdesk.engine.mathematics.normal import normal_cdf
from mcdesk.engine.mathematics.polynomial import horner
from mcdesk.engine.operations import Operations

V = TypeVar("V")

TABLE_REACH = 8.25
TABLE_CELLS = 264
TABLE_DEGREE = 5
_NEWTON_ROUNDS = 14
_FRACTION_ROUNDS = 60
_SMALLEST = 1e-300
# (k + 1/2) pi / 6 for k = 0..5: Chebyshev points on [0, 1], written out because a cosine of the
# platform must not reach a trial's bits
_NODES = (
    0.9829629131445341,
    0.8535533905932737,
    0.6294095225512604,
    0.3705904774487396,
    0.1464466094067262,
    0.01703708685546585,
)
_STIRLING = (
    -1.0 / 360360.0 * 691.0,
    1.0 / 1188.0,
    -1.0 / 1680.0,
    1.0 / 1260.0,
    -1.0 / 360.0,
    1.0 / 12.0,
)
_HALF_LOG_TWO_PI = 0.9189385332046728


def log_gamma(ops: Operations[V], x: V) -> V:
    """Logarithm of the gamma function for x > 0. Source: Stirling's series after a shift by 10."""
    one = ops.number(1.0)
    product, shifted = one, x
    for _ in range(10):
        product = ops.mul(product, shifted)
        shifted = ops.add(shifted, one)
    inverse = ops.div(one, shifted)
    series = ops.mul(inverse, horner(ops, _STIRLING, ops.mul(inverse, inverse)))
    main = ops.mul(ops.sub(shifted, ops.number(0.5)), log(ops, shifted))
    total = ops.add(ops.add(ops.sub(main, shifted), ops.number(_HALF_LOG_TWO_PI)), series)
    return ops.sub(total, log(ops, product))


def log_beta(ops: Operations[V], a: V, b: V) -> V:
    """Logarithm of the beta function."""
    return ops.sub(ops.add(log_gamma(ops, a), log_gamma(ops, b)), log_gamma(ops, ops.add(a, b)))


def beta_quantile(ops: Operations[V], a: V, b: V, z: V) -> V:
    """The x with I_x(a, b) = Phi(z), for a, b >= 1.

    Newton's method on log I over log x, where I is concave, from a start that lies below; the
    upper half by symmetry, so that neither tail loses digits.
    """
    is_upper = ops.lt(ops.number(0.0), z)
    first = ops.select(is_upper, b, a)
    second = ops.select(is_upper, a, b)
    target = log(ops, normal_cdf(ops, ops.neg(ops.absolute(z))))
    scale = log_beta(ops, first, second)
    start = ops.div(ops.add(target, ops.add(log(ops, first), scale)), first)
    ceiling = ops.number(-1e-15)

    def improve(_: V, state: Sequence[V]) -> Sequence[V]:
        (t,) = state
        x = exp(ops, t)
        chance = _incomplete_beta(ops, first, second, x, scale)
        # x f(x) / I(x), the slope of log I over log x
        density = _power_form(ops, first, second, x, scale)
        slope = ops.div(density, ops.maximum(chance, ops.number(_SMALLEST)))
        step = ops.div(ops.sub(target, log(ops, ops.maximum(chance, ops.number(_SMALLEST)))), slope)
        return [ops.minimum(ops.add(t, step), ceiling)]

    (t,) = ops.repeat(_NEWTON_ROUNDS, [ops.minimum(start, ceiling)], improve)
    x = exp(ops, t)
    return ops.within(ops.select(is_upper, ops.sub(ops.number(1.0), x), x), 0.0, 1.0)


def beta_table(a: float, b: float) -> Table:
    """Coefficients of the quantile as polynomials in z on a uniform grid, lowest power first."""
    width = 2.0 * TABLE_REACH / TABLE_CELLS
    edges = np.arange(TABLE_CELLS, dtype=np.float64) * width - TABLE_REACH
    nodes = np.array(_NODES)
    z = (edges[:, None] + width * nodes[None, :]).ravel()
    block = BlockOperations()
    with np.errstate(all="ignore"):
        x = beta_quantile(block, np.full(z.shape, a), np.full(z.shape, b), z)
    at_nodes = np.asarray(x, dtype=np.float64).reshape(TABLE_CELLS, TABLE_DEGREE + 1)
    values = _monomials(at_nodes).ravel()
    values.flags.writeable = False
    return Table(Type.NUMBER, values)


def table_quantile(ops: Operations[V], table: Table, z: V, start: V | None = None) -> V:
    """The tabulated quantile at z, in [0, 1]; `start` is where it begins in a table of several."""
    bounded = ops.minimum(ops.maximum(z, ops.number(-TABLE_REACH)), ops.number(TABLE_REACH - 1e-9))
    scaled = ops.mul(ops.add(bounded, ops.number(TABLE_REACH)), ops.number(TABLE_CELLS / (2 * TABLE_REACH)))
    cell = ops.floor(scaled)
    inside = ops.sub(scaled, cell)
    place = ops.iclamp(ops.to_integer(cell), 0, TABLE_CELLS - 1)
    first = ops.imul(place, ops.integer(TABLE_DEGREE + 1))
    if start is not None:
        first = ops.iadd(start, first)
    total = ops.read_table(table, _offset(ops, first, TABLE_DEGREE))
    for power in range(TABLE_DEGREE - 1, -1, -1):
        total = ops.fma(total, inside, ops.read_table(table, _offset(ops, first, power)))
    total = ops.minimum(ops.maximum(total, ops.number(0.0)), ops.number(1.0))
    return ops.within(total, 0.0, 1.0)


def _offset(ops: Operations[V], first: V, power: int) -> V:
    return ops.iadd(first, ops.integer(power)) if power else first


def _monomials(
    at_nodes: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    # Newton's divided differences, then nested multiplication; no linear algebra library
    count = TABLE_DEGREE + 1
    difference = [at_nodes[:, i].copy() for i in range(count)]
    for level in range(1, count):
        for i in range(count - 1, level - 1, -1):
            difference[i] = (difference[i] - difference[i - 1]) / (_NODES[i] - _NODES[i - level])
    powers = [np.zeros(len(at_nodes)) for _ in range(count)]
    for i in range(count - 1, -1, -1):
        shifted = [np.zeros(len(at_nodes)), *powers[:-1]]
        powers = [up - _NODES[i] * same for up, same in zip(shifted, powers, strict=True)]
        powers[0] = powers[0] + difference[i]
    return np.stack(powers, axis=1)


def _power_form(ops: Operations[V], a: V, b: V, x: V, scale: V) -> V:
    """x**a (1-x)**(b-1) / B(a, b)."""
    away = log1p(ops, ops.neg(x))
    exponent = ops.add(ops.mul(a, log(ops, x)), ops.mul(ops.sub(b, ops.number(1.0)), away))
    return exp(ops, ops.sub(exponent, scale))


def _incomplete_beta(ops: Operations[V], a: V, b: V, x: V, scale: V) -> V:
    """I_x(a, b) by its continued fraction. Source: DLMF 8.17.22, modified Lentz."""
    one = ops.number(1.0)
    turning = ops.div(ops.add(a, one), ops.add(ops.add(a, b), ops.number(2.0)))
    is_near = ops.lt(x, turning)
    y = ops.sub(one, x)
    first, second = ops.select(is_near, a, b), ops.select(is_near, b, a)
    at = ops.select(is_near, x, y)
    front = ops.mul(_power_form(ops, first, second, at, scale), ops.sub(one, at))
    chance = ops.div(ops.mul(front, _fraction(ops, first, second, at)), first)
    return ops.select(is_near, chance, ops.sub(one, chance))


def _fraction(ops: Operations[V], a: V, b: V, x: V) -> V:
    one, two = ops.number(1.0), ops.number(2.0)
    total_shape = ops.add(a, b)
    d = ops.div(one, ops.sub(one, ops.div(ops.mul(total_shape, x), ops.add(a, one))))

    def advance(turn: V, state: Sequence[V]) -> Sequence[V]:
        c, d, h = state
        m = ops.add(ops.to_number(turn), one)
        twice = ops.add(a, ops.mul(two, m))
        even = ops.div(ops.mul(ops.mul(m, ops.sub(b, m)), x), ops.mul(ops.sub(twice, one), twice))
        d = ops.div(one, ops.add(one, ops.mul(even, d)))
        c = ops.add(one, ops.div(even, c))
        h = ops.mul(h, ops.mul(d, c))
        odd = ops.div(
            ops.neg(ops.mul(ops.mul(ops.add(a, m), ops.add(total_shape, m)), x)),
            ops.mul(twice, ops.add(twice, one)),
        )
        d = ops.div(one, ops.add(one, ops.mul(odd, d)))
        c = ops.add(one, ops.div(odd, c))
        return [c, d, ops.mul(h, ops.mul(d, c))]

    _, _, h = ops.repeat(_FRACTION_ROUNDS, [one, d, d], advance)
    return h
