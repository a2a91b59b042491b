"""Division by a known number without dividing: a multiplication and an `fma` that give the same bits.

For c let zh be 1 / |c| rounded down and zl the rest rounded to nearest, both with the sign of c; then x / c
is fma(x, zh, x * zl), except for a few c, and unless the product or the result loses digits near zero.
docs/decisions/0011-division-by-constants.md proves it.
Source: Brisebarre, Muller and Raina 2004, Accelerating correctly rounded floating-point division when the
divisor is known in advance, IEEE Transactions on Computers 53(8).
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_DIGITS = 53
_LEAST, _MOST = 2.0**-500, 2.0**500
# of 2**n X - (2 M + 1) C, beyond which the sum cannot round to another number
_REACH = 8


@dataclass(frozen=True, slots=True)
class Factors:
    """What x is multiplied by: `high` is nearly 1 / c, `low` is what it lacks."""

    high: float
    low: float


@lru_cache(maxsize=4096)
def factors_of(divisor: float) -> Factors | None:
    """The factors, or nothing where there are none or where one multiplication is exact."""
    size = abs(divisor)
    if not _LEAST <= size <= _MOST or math.frexp(size)[0] == 0.5:
        return None
    inverse = 1 / Fraction(size)
    high = float(inverse)
    if high > inverse:
        high = math.nextafter(high, 0.0)
    low = float(inverse - Fraction(high))
    if any(_quotient(x, high, low) != x / size for x in _doubtful(size)):
        return None
    return Factors(math.copysign(high, divisor), math.copysign(low, divisor))


def _doubtful(size: float) -> list[float]:
    """All x in [1, 2) whose quotient is so near the middle of two numbers that the sum might round away."""
    whole = int(math.ldexp(math.frexp(size)[0], _DIGITS))
    least, most = 1 << (_DIGITS - 1), 1 << _DIGITS
    found = []
    for power in (_DIGITS, _DIGITS + 1):
        for rest in range(-_REACH, _REACH + 1):
            found += [x for x in _solutions(whole, power, rest) if least <= x < most]
    return [math.ldexp(x, 1 - _DIGITS) for x in found]


def _solutions(whole: int, power: int, rest: int) -> list[int]:
    """X below 2**53 with 2**power * X - rest an odd multiple of `whole`."""
    common = math.gcd(1 << power, 2 * whole)
    wanted = rest + whole
    if wanted % common:
        return []
    step = 2 * whole // common
    first = (wanted // common) * pow((1 << power) // common, -1, step) % step
    return list(range(first, 1 << _DIGITS, step))


def _quotient(x: float, high: float, low: float) -> float:
    """The sum, rounded as an `fma` does."""
    return float(Fraction(x) * Fraction(high) + Fraction(x * low))
