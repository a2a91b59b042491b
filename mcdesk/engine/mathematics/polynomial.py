"""Building blocks shared by the elementary functions: Horner's rule and double-double sums."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.operations import Operations

V = TypeVar("V")


def horner(ops: Operations[V], coefficients: Sequence[float], x: V) -> V:
    """Polynomial by fused steps; coefficients from the highest power down."""
    total = ops.number(coefficients[0])
    for coefficient in coefficients[1:]:
        total = ops.fma(total, x, ops.number(coefficient))
    return total


def fast_two_sum(ops: Operations[V], a: V, b: V) -> tuple[V, V]:
    """a + b as rounded sum and its error; |a| >= |b| or a == 0. Source: Dekker 1971."""
    total = ops.add(a, b)
    return total, ops.sub(b, ops.sub(total, a))


def two_sum(ops: Operations[V], a: V, b: V) -> tuple[V, V]:
    """a + b as rounded sum and its error. Source: Knuth, TAOCP 2, 4.2.2."""
    total = ops.add(a, b)
    b_part = ops.sub(total, a)
    return total, ops.add(ops.sub(a, ops.sub(total, b_part)), ops.sub(b, b_part))


def two_product(ops: Operations[V], a: V, b: V) -> tuple[V, V]:
    """a * b as rounded product and its error."""
    product = ops.mul(a, b)
    return product, ops.fma(a, b, ops.neg(product))


def power_of_two(ops: Operations[V], exponent: V) -> V:
    """2**exponent for an INTEGER in [-1022, 1023]."""
    return ops.from_bits(ops.ishl(ops.iadd(exponent, ops.integer(1023)), 52))
