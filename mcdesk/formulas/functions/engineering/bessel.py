"""Bessel functions of whole order, each to 1e-13 or so except K, and BESSELI to BESSELY.

The K of Excel is not the true one: it comes from the polynomials of Abramowitz and Stegun, with an
error of up to 1e-7, and this one has the same digits.
"""

import math
from collections.abc import Callable, Sequence

from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.mathematics.scalar_mathematics import cos, exp, log, sin
from mcdesk.formulas.functions.parameters import function
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

# Excel refuses larger angles.
_LARGEST_ANGLE = 2.0**27 - 1.0
# From here on the asymptotic series of orders 0 and 1 reach the last digit.
_FAR = 25.0
_EULER = 0.5772156649015329
_HUGE, _TINY = 1e200, 1e-200
_TERMS_PER_UNIT = 8
_LARGEST_ORDER = 2**31

# Abramowitz and Stegun 1964, 9.8.1, 9.8.3 and 9.8.5 to 9.8.8, lowest power first.
_I0 = (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813)
_I1 = (0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411)
_K0 = (-0.57721566, 0.42278420, 0.23069756, 0.03488590, 0.00262698, 0.00010750, 0.00000740)
_K1 = (1.0, 0.15443144, -0.67278579, -0.18156897, -0.01919402, -0.00110404, -0.00004686)
_K0_FAR = (1.25331414, -0.07832358, 0.02189568, -0.01062446, 0.00587872, -0.00251540, 0.00053208)
_K1_FAR = (1.25331414, 0.23498619, -0.03655620, 0.01504268, -0.00780353, 0.00325614, -0.00068245)


def bessel_j(context: Context, x: float, order: int) -> float:
    """Return J of an order from 0.

    Source: Miller's backward recurrence with its sum as norm, Abramowitz and Stegun 9.12; for x beyond 25
    and order, the series 9.2.9 and 9.2.10 and the forward recurrence.
    """
    size = abs(x)
    sign = -1.0 if x < 0.0 and order % 2 else 1.0
    if size > _FAR and order <= size:
        context.spend(order // _TERMS_PER_UNIT)
        waves = _waves(size, 0)[0], _waves(size, 1)[0]
        return sign * _forward(*waves, size, order, -1.0)
    return sign * _miller(context, size, order, is_modified=False)


def bessel_i(context: Context, x: float, order: int) -> float:
    """Return I of an order from 0; infinite where it overflows.

    Source: as `bessel_j`, with exp(x) as the sum.
    """
    size = abs(x)
    if size > 720.0:
        return math.inf
    half = exp(size / 2.0)
    sign = -1.0 if x < 0.0 and order % 2 else 1.0
    return sign * half * _miller(context, size, order, is_modified=True) * half


def bessel_y(context: Context, x: float, order: int) -> float:
    """Return Y of an order from 0 for x > 0; infinite where it overflows.

    Source: Neumann's series of J, Abramowitz and Stegun 9.1.88; for x beyond 25, as `bessel_j`.
    """
    if x > _FAR:
        first, second = _waves(x, 0)[1], _waves(x, 1)[1]
    else:
        first, second = _neumann(context, x)
    context.spend(order // _TERMS_PER_UNIT)
    return _forward(first, second, x, order, -1.0)


def bessel_k(context: Context, x: float, order: int) -> float:
    """Return K of an order from 0 for x > 0, as Excel has it; infinite where it overflows."""
    context.spend(order // _TERMS_PER_UNIT)
    if x > 2.0:
        decay = exp(-x) / math.sqrt(x)
        first, second = (decay * _polynomial(far, 2.0 / x) for far in (_K0_FAR, _K1_FAR))
    else:
        square, near = (x / 3.75) ** 2, x * x / 4.0
        growth = log(x / 2.0)
        first = _polynomial(_K0, near) - growth * _polynomial(_I0, square)
        second = _polynomial(_K1, near) / x + growth * x * _polynomial(_I1, square)
    return _forward(first, second, x, order, 1.0)


def _miller(context: Context, x: float, order: int, is_modified: bool) -> float:
    """J, or I divided by exp(x), by backward recurrence from an order where both are nothing."""
    if x == 0.0:
        return 1.0 if order == 0 else 0.0
    start = _start(x, order)
    context.spend(start // _TERMS_PER_UNIT)
    sign = 1.0 if is_modified else -1.0
    above, here, total, wanted = 0.0, _TINY, 0.0, 0.0
    for degree in range(start, 0, -1):
        if degree == order:
            wanted = here
        if is_modified or degree % 2 == 0:
            total += here
        above, here = here, 2.0 * degree / x * here + sign * above
        if abs(here) > _HUGE:
            above, here, total, wanted = (each * _TINY for each in (above, here, total, wanted))
    return (here if order == 0 else wanted) / (here + 2.0 * total)


def _start(x: float, order: int) -> int:
    """An even order from which the backward recurrence has all digits."""
    highest = max(order, x)
    return 2 * (int(highest + 15.0 * (highest ** (1.0 / 3.0) + 2.0)) // 2)


def _all_miller(context: Context, x: float) -> list[float]:
    start = _start(x, 1)
    context.spend(start // _TERMS_PER_UNIT)
    found = [0.0] * (start + 2)
    found[start] = _TINY
    for degree in range(start, 0, -1):
        found[degree - 1] = 2.0 * degree / x * found[degree] - found[degree + 1]
        if abs(found[degree - 1]) > _HUGE:
            found = [each * _TINY for each in found]
    norm = found[0] + 2.0 * sum(found[2::2])
    return [each / norm for each in found]


def _neumann(context: Context, x: float) -> tuple[float, float]:
    """Y of order 0 and 1 for 0 < x <= 25."""
    j = _all_miller(context, x)
    growth = log(x / 2.0) + _EULER
    even = sum((-1.0) ** k * j[2 * k] / k for k in range(1, len(j) // 2))
    odd = sum((-1.0) ** k * (2 * k + 1) / (k * (k + 1)) * j[2 * k + 1] for k in range(1, len(j) // 2 - 1))
    first = 2.0 / math.pi * (growth * j[0] - 2.0 * even)
    second = 2.0 / math.pi * ((growth - 1.0) * j[1] - j[0] / x - odd)
    return first, second


def _waves(x: float, order: int) -> tuple[float, float]:
    """J and Y of order 0 or 1 for x > 25 by Hankel's asymptotic series."""
    square = 4.0 * order * order
    term, even, odd, step = 1.0, 1.0, 0.0, 1
    while abs(term) > 1e-18:
        term *= (square - (2.0 * step - 1.0) ** 2) / (step * 8.0 * x)
        signed = -term if step % 4 in (2, 3) else term
        even, odd = (even, odd + signed) if step % 2 else (even + signed, odd)
        step += 1
    # The sine and cosine of x - pi / 4, less a quarter turn for order 1.
    sine, cosine = sin(x) - cos(x), sin(x) + cos(x)
    if order == 1:
        sine, cosine = -cosine, sine
    scale = 1.0 / math.sqrt(math.pi * x)
    return scale * (even * cosine - odd * sine), scale * (even * sine + odd * cosine)


def _forward(first: float, second: float, x: float, order: int, sign: float) -> float:
    """The recurrence from orders 0 and 1 up to another."""
    if order == 0:
        return first
    for degree in range(1, order):
        first, second = second, 2.0 * degree / x * second + sign * first
        if math.isinf(second):
            break
    return second


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    result = 0.0
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def _of_order(compute: Callable[[Context, float, int], float], needs_positive: bool) -> Callable[..., Scalar]:
    """A function of x and an order, of which the fraction is cut off; #NUM! for a negative one."""

    def evaluate(context: Context, x: float, order: float) -> Scalar:
        if int(order) < 0 or order > _LARGEST_ORDER or abs(x) > _LARGEST_ANGLE:
            return ErrorCode.NUM
        if needs_positive and x <= 0.0:
            return ErrorCode.NUM
        return compute(context, x, int(order))

    return evaluate


_PARAMETERS = (number("x"), number("order"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("BESSELI", _of_order(bessel_i, needs_positive=False), *_PARAMETERS),
    function("BESSELJ", _of_order(bessel_j, needs_positive=False), *_PARAMETERS),
    function("BESSELK", _of_order(bessel_k, needs_positive=True), *_PARAMETERS),
    function("BESSELY", _of_order(bessel_y, needs_positive=True), *_PARAMETERS),
)
