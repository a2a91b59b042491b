"""Numbers cut to the decimal digits that a cell's text has."""

from fractions import Fraction
from typing import TypeVar

import numpy as np

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.mathematics.polynomial import two_product
from mcdesk.engine.operations import Operations

V = TypeVar("V")

_DIGITS = 15
_HIGHEST_POWER = 300


def _table(values: list[float]) -> Table:
    array = np.array(values)
    array.flags.writeable = False
    return Table(Type.NUMBER, array)


# Decimal text is the exact way to the nearest double; what that lacks stands in the second table.
_POWERS = [float(f"1e{exponent}") for exponent in range(_HIGHEST_POWER + 1)]
_POWER_TABLE = _table(_POWERS)
_REST_TABLE = _table([float(10**i - Fraction(power)) for i, power in enumerate(_POWERS)])


def with_fifteen_digits(ops: Operations[V], x: V) -> V:
    """The nearest double to x rounded half to even to 15 significant decimal digits.

    Exact for 1e-8 <= |x| < 1e37; beyond that wrong by at most the last bit, with odds below 1e-9, and
    for |x| < 1e-286 digits are lost.
    """
    zero = ops.number(0.0)
    size = ops.absolute(x)
    is_zero = ops.eq(size, zero)
    safe = ops.select(is_zero, ops.number(1.0), size)
    places = _places(ops, safe)
    is_small = ops.ilt(ops.integer(-1), places)
    grown = _by_product(ops, safe, ops.iclamp(places, 0, _HIGHEST_POWER))
    cut = _by_quotient(ops, safe, ops.iclamp(ops.isub(ops.integer(0), places), 0, _HIGHEST_POWER))
    rounded = ops.select(is_zero, zero, ops.select(is_small, grown, cut))
    return ops.select(ops.lt(x, zero), ops.neg(rounded), rounded)


def _places(ops: Operations[V], x: V) -> V:
    """How many decimal places 15 digits of x > 0 have; below 0 for whole tens."""
    exponent = ops.isub(ops.ilshr(ops.bits(x), 52), ops.integer(1023))
    # 1233 / 4096 is log10(2) to 1e-5: the guess is wrong by one at most
    guess = ops.iashr(ops.imul(exponent, ops.integer(1233)), 12)
    following = ops.iadd(guess, ops.integer(1))
    digits = ops.select(_reaches(ops, x, following), following, guess)
    digits = ops.select(_reaches(ops, x, guess), digits, ops.isub(guess, ops.integer(1)))
    return ops.isub(ops.integer(_DIGITS - 1), digits)


def _reaches(ops: Operations[V], x: V, exponent: V) -> V:
    """Whether x >= 10**exponent; just below it may be taken for it."""
    up = ops.read_table(_POWER_TABLE, ops.iclamp(exponent, 0, _HIGHEST_POWER))
    down = ops.read_table(_POWER_TABLE, ops.iclamp(ops.isub(ops.integer(0), exponent), 0, _HIGHEST_POWER))
    is_fraction = ops.ilt(exponent, ops.integer(0))
    return ops.select(is_fraction, ops.le(ops.number(1.0), ops.mul(x, down)), ops.le(up, x))


def _by_product(ops: Operations[V], x: V, places: V) -> V:
    power, rest = ops.read_table(_POWER_TABLE, places), ops.read_table(_REST_TABLE, places)
    product, error = two_product(ops, x, power)
    error = ops.fma(x, rest, error)
    whole = ops.floor(product)
    beyond_half = ops.add(ops.sub(ops.sub(product, whole), ops.number(0.5)), error)
    number = _nearer(ops, whole, beyond_half)
    quotient = ops.div(number, power)
    left = ops.fma(ops.neg(quotient), rest, ops.fma(ops.neg(quotient), power, number))
    # where the power of ten is exact the quotient is rounded once already
    return ops.select(ops.eq(rest, ops.number(0.0)), quotient, ops.add(quotient, ops.div(left, power)))


def _by_quotient(ops: Operations[V], x: V, places: V) -> V:
    power, rest = ops.read_table(_POWER_TABLE, places), ops.read_table(_REST_TABLE, places)
    whole = ops.floor(ops.div(x, power))
    left = ops.fma(ops.neg(whole), rest, ops.fma(ops.neg(whole), power, x))
    number = _nearer(ops, whole, ops.sub(left, ops.mul(power, ops.number(0.5))))
    return ops.fma(number, power, ops.mul(number, rest))


def _nearer(ops: Operations[V], whole: V, beyond_half: V) -> V:
    """The whole number or the next, by the sign of what is beyond the half; the even one of a tie."""
    zero, one = ops.number(0.0), ops.number(1.0)
    half = ops.mul(whole, ops.number(0.5))
    is_odd = ops.not_(ops.eq(ops.floor(half), half))
    is_up = ops.or_(ops.lt(zero, beyond_half), ops.and_(ops.eq(beyond_half, zero), is_odd))
    return ops.select(is_up, ops.add(whole, one), whole)
