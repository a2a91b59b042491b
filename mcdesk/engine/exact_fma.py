"""Correctly rounded a * b + c without hardware help, for the reference back end and scalars.

Error-free transformations inside a range of exponents where they are exact, exact rational
arithmetic outside it.
Source: Boldo and Melquiond 2008, IEEE Transactions on Computers 57(4), emulation by rounding to odd.
"""

import math
import struct
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

_SPLITTER = 134217729.0  # 2**27 + 1
_LARGE = 2.0**480
_SMALL = 2.0**-400

Floats = NDArray[np.float64]


def fma_scalar(a: float, b: float, c: float) -> float:
    """a * b + c rounded once, for Python floats."""
    p = a * b
    if a == 0.0 or b == 0.0:
        return p + c
    is_safe = _SMALL < abs(p) < _LARGE and abs(a) < _LARGE and abs(b) < _LARGE
    if not (is_safe and (c == 0.0 or _SMALL < abs(c) < _LARGE)):
        return _fma_exact(a, b, c)
    t = _SPLITTER * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = _SPLITTER * b
    b_high = t - (t - b)
    b_low = b - b_high
    e = a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)
    u_high = c + e
    z = u_high - c
    u_low = (c - (u_high - z)) + (e - z)
    t_high = p + u_high
    z = t_high - p
    t_low = (p - (t_high - z)) + (u_high - z)
    v = t_low + u_low
    z = v - t_low
    r = (t_low - (v - z)) + (u_low - z)
    return t_high + (v if r == 0.0 else _odd_scalar(v, r))


def fma_block(a: Floats, b: Floats, c: Floats) -> Floats:
    """a * b + c rounded once, element by element; arguments broadcast."""
    p = a * b
    e = _product_error(a, b, p)
    u_high, u_low = _two_sum(c, e)
    t_high, t_low = _two_sum(p, u_high)
    v, r = _two_sum(t_low, u_low)
    result = t_high + _rounded_to_odd(v, r)
    return _repaired(a, b, c, p, result)


def _product_error(a: Floats, b: Floats, p: Floats) -> Floats:
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    error: Floats = a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return error


def _split(a: Floats) -> tuple[Floats, Floats]:
    t = _SPLITTER * a
    high = t - (t - a)
    return high, a - high


def _two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    s = a + b
    z = s - a
    return s, (a - (s - z)) + (b - z)


def _rounded_to_odd(v: Floats, r: Floats) -> Floats:
    bits = np.asarray(v).view(np.int64)
    moves = (r != 0.0) & ((bits & 1) == 0)
    step = np.where((r > 0.0) == (v > 0.0), 1, -1)
    return (bits + np.where(moves, step, 0)).view(np.float64)


def _repaired(a: Floats, b: Floats, c: Floats, p: Floats, result: Floats) -> Floats:
    size = np.abs(p)
    c_size = np.abs(c)
    is_safe = (size > _SMALL) & (size < _LARGE) & (np.abs(a) < _LARGE) & (np.abs(b) < _LARGE)
    is_safe &= (c_size < _LARGE) & ((c_size > _SMALL) | (c == 0.0))
    if np.all(is_safe):
        return result
    # a product that is 0 because a factor is 0 is exact
    is_zero = (a == 0.0) | (b == 0.0)
    result = np.where(is_zero, p + c, result)
    is_safe |= is_zero
    if np.all(is_safe):
        return result
    shape = np.broadcast_shapes(np.shape(a), np.shape(b), np.shape(c))
    fixed = np.array(np.broadcast_to(result, shape)).ravel()
    wide = [np.broadcast_to(x, shape).ravel() for x in (a, b, c, is_safe)]
    for place in np.flatnonzero(np.logical_not(wide[3])):
        fixed[place] = fma_scalar(float(wide[0][place]), float(wide[1][place]), float(wide[2][place]))
    return fixed.reshape(shape)


def _odd_scalar(v: float, r: float) -> float:
    if struct.pack("<d", v)[0] & 1:
        return v
    return math.nextafter(v, math.inf if r > 0.0 else -math.inf)


def _fma_exact(a: float, b: float, c: float) -> float:
    if not (math.isfinite(a) and math.isfinite(b)):
        return a * b + c
    if not math.isfinite(c):
        return c  # a finite product, even one too large for a double, loses against it
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return a * b + c
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf
