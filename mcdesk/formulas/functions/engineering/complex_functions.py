"""Functions of complex numbers: COMPLEX and those whose names begin with IM.

Roots and powers go through the polar form, as Excel's do: the text of IMPOWER("2+3i",3) ends in
9.00000000000001i.
"""

import math
from collections.abc import Callable

from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.engineering.complex_numbers import (
    ComplexNumber,
    common_unit,
    read_complex,
    write_complex,
)
from mcdesk.formulas.functions.mathematics.scalar_mathematics import (
    atan2,
    cos,
    cosh,
    exp,
    log,
    log10,
    power,
    sin,
    sinh,
)
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, scalar, text
from mcdesk.formulas.values import BLANK, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

Parts = tuple[float, float]

# Excel refuses larger angles.
_LARGEST_ANGLE = 2.0**27 - 1.0


def complex_of_parts(_context: Context, real: float, imaginary: float, unit: str) -> Scalar:
    """COMPLEX."""
    if unit not in ("i", "j"):
        return ErrorCode.VALUE
    return write_complex(ComplexNumber(real, imaginary, unit))


def argument(_context: Context, source: Scalar) -> Scalar:
    """IMARGUMENT: the angle, in (-pi, pi]; #DIV/0! of 0."""
    z = read_complex(source)
    if isinstance(z, ErrorCode):
        return z
    return ErrorCode.DIV0 if z.is_zero else atan2(z.imaginary, z.real)


def power_of(_context: Context, source: Scalar, exponent: float) -> Scalar:
    """IMPOWER; #NUM! for 0 to a power that is not positive."""
    z = read_complex(source)
    if isinstance(z, ErrorCode):
        return z
    if z.is_zero:
        return write_complex(z) if exponent > 0.0 else ErrorCode.NUM
    turn = atan2(z.imaginary, z.real) * exponent
    if abs(turn) > _LARGEST_ANGLE:
        return ErrorCode.NUM
    size = power(z.size, exponent)
    return write_complex(ComplexNumber(size * cos(turn), size * sin(turn), z.unit))


def difference(_context: Context, left: Scalar, right: Scalar) -> Scalar:
    """IMSUB."""
    return _of_two(left, right, lambda a, b: (a.real - b.real, a.imaginary - b.imaginary))


def quotient(_context: Context, left: Scalar, right: Scalar) -> Scalar:
    """IMDIV; #NUM! for a division by 0."""
    return _of_two(left, right, _divided)


def total(context: Context, *sources: Value) -> Scalar:
    """IMSUM, blank cells left out."""
    return _of_all(context, sources, lambda a, b: (a.real + b.real, a.imaginary + b.imaginary))


def product(context: Context, *sources: Value) -> Scalar:
    """IMPRODUCT, blank cells left out."""
    return _of_all(context, sources, _multiplied)


def _of_two(
    left: Scalar, right: Scalar, combine: Callable[[ComplexNumber, ComplexNumber], Parts | None]
) -> Scalar:
    a, b = read_complex(left), read_complex(right)
    for found in (a, b):
        if isinstance(found, ErrorCode):
            return found
    assert isinstance(a, ComplexNumber)
    assert isinstance(b, ComplexNumber)
    unit = common_unit(a, b)
    if isinstance(unit, ErrorCode):
        return unit
    parts = combine(a, b)
    return ErrorCode.NUM if parts is None else write_complex(ComplexNumber(*parts, unit))


def _of_all(
    context: Context, sources: tuple[Value, ...], combine: Callable[[ComplexNumber, ComplexNumber], Parts]
) -> Scalar:
    found: list[ComplexNumber] = []
    for source in sources:
        for element in context.elements(source):
            z = read_complex(element)
            if isinstance(z, ErrorCode):
                return z
            if element is not BLANK:
                found.append(z)
    unit = common_unit(*found)
    if isinstance(unit, ErrorCode):
        return unit
    result = found[0] if found else ComplexNumber(0.0)
    for z in found[1:]:
        result = ComplexNumber(*combine(result, z), unit)
    return write_complex(result)


def _multiplied(a: ComplexNumber, b: ComplexNumber) -> Parts:
    return (
        a.real * b.real - a.imaginary * b.imaginary,
        a.real * b.imaginary + a.imaginary * b.real,
    )


def _divided(a: ComplexNumber, b: ComplexNumber) -> Parts | None:
    square = b.real * b.real + b.imaginary * b.imaginary
    if square == 0.0:
        return None
    return (
        (a.real * b.real + a.imaginary * b.imaginary) / square,
        (a.imaginary * b.real - a.real * b.imaginary) / square,
    )


def _number_of(part: Callable[[ComplexNumber], float]) -> Callable[..., Scalar]:
    def evaluate(_context: Context, source: Scalar) -> Scalar:
        z = read_complex(source)
        return z if isinstance(z, ErrorCode) else part(z)

    return evaluate


def _complex_of(compute: Callable[[float, float], Parts | None]) -> Callable[..., Scalar]:
    """A function of both parts; #NUM! where it gives None, or an angle is too large."""

    def evaluate(_context: Context, source: Scalar) -> Scalar:
        z = read_complex(source)
        if isinstance(z, ErrorCode):
            return z
        parts = compute(z.real, z.imaginary)
        return ErrorCode.NUM if parts is None else write_complex(ComplexNumber(*parts, z.unit))

    return evaluate


def _conjugate(a: float, b: float) -> Parts:
    return a, -b


def _square_root(a: float, b: float) -> Parts:
    if a == 0.0 and b == 0.0:
        return 0.0, 0.0
    size, turn = math.sqrt(math.hypot(a, b)), atan2(b, a) / 2.0
    return size * cos(turn), size * sin(turn)


def _exponential(a: float, b: float) -> Parts | None:
    return None if abs(b) > _LARGEST_ANGLE else (exp(a) * cos(b), exp(a) * sin(b))


def _logarithm(a: float, b: float) -> Parts | None:
    return None if a == 0.0 and b == 0.0 else (log(math.hypot(a, b)), atan2(b, a))


def _logarithm_to_10(a: float, b: float) -> Parts | None:
    return None if a == 0.0 and b == 0.0 else (log10(math.hypot(a, b)), atan2(b, a) / math.log(10.0))


def _logarithm_to_2(a: float, b: float) -> Parts | None:
    if a == 0.0 and b == 0.0:
        return None
    return log(math.hypot(a, b)) / math.log(2.0), atan2(b, a) / math.log(2.0)


def _sine(a: float, b: float) -> Parts | None:
    return None if abs(a) > _LARGEST_ANGLE else (sin(a) * cosh(b), cos(a) * sinh(b))


def _cosine(a: float, b: float) -> Parts | None:
    return None if abs(a) > _LARGEST_ANGLE else (cos(a) * cosh(b), -sin(a) * sinh(b))


def _hyperbolic_sine(a: float, b: float) -> Parts | None:
    return None if abs(b) > _LARGEST_ANGLE else (sinh(a) * cos(b), cosh(a) * sin(b))


def _hyperbolic_cosine(a: float, b: float) -> Parts | None:
    return None if abs(b) > _LARGEST_ANGLE else (cosh(a) * cos(b), sinh(a) * sin(b))


def _tangent(a: float, b: float) -> Parts | None:
    return _over(a, b, 1.0, lambda: (sin(2.0 * a), sinh(2.0 * b)))


def _cotangent(a: float, b: float) -> Parts | None:
    return _over(a, b, -1.0, lambda: (sin(2.0 * a), -sinh(2.0 * b)))


def _secant(a: float, b: float) -> Parts | None:
    return _over(a, b, 1.0, lambda: (2.0 * cos(a) * cosh(b), 2.0 * sin(a) * sinh(b)))


def _cosecant(a: float, b: float) -> Parts | None:
    return _over(a, b, -1.0, lambda: (2.0 * sin(a) * cosh(b), -2.0 * cos(a) * sinh(b)))


def _hyperbolic_secant(a: float, b: float) -> Parts | None:
    return _over(b, a, 1.0, lambda: (2.0 * cosh(a) * cos(b), -2.0 * sinh(a) * sin(b)))


def _hyperbolic_cosecant(a: float, b: float) -> Parts | None:
    return _over(b, a, -1.0, lambda: (2.0 * sinh(a) * cos(b), -2.0 * cosh(a) * sin(b)))


def _over(turn: float, growth: float, sign: float, above: Callable[[], Parts]) -> Parts | None:
    """Parts divided by cosh(2 growth) + sign * cos(2 turn), which has the digits of Excel's documentation."""
    if abs(turn) > _LARGEST_ANGLE / 2.0:
        return None
    below = cosh(2.0 * growth) + sign * cos(2.0 * turn)
    if not 0.0 < below < math.inf:
        return None
    real, imaginary = above()
    return real / below, imaginary / below


_Z, _PARTS = scalar("inumber"), (number("real"), number("imaginary"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("COMPLEX", complex_of_parts, *_PARTS, absent_if_empty(text("suffix", "i"))),
    function("IMREAL", _number_of(lambda z: z.real), _Z),
    function("IMAGINARY", _number_of(lambda z: z.imaginary), _Z),
    function("IMABS", _number_of(lambda z: z.size), _Z),
    function("IMARGUMENT", argument, _Z),
    function("IMCONJUGATE", _complex_of(_conjugate), _Z),
    function("IMSUM", total, cells("inumber"), repeating=1),
    function("IMPRODUCT", product, cells("inumber"), repeating=1),
    function("IMSUB", difference, _Z, scalar("other")),
    function("IMDIV", quotient, _Z, scalar("divisor")),
    function("IMPOWER", power_of, _Z, number("power")),
    function("IMSQRT", _complex_of(_square_root), _Z),
    function("IMEXP", _complex_of(_exponential), _Z),
    function("IMLN", _complex_of(_logarithm), _Z),
    function("IMLOG10", _complex_of(_logarithm_to_10), _Z),
    function("IMLOG2", _complex_of(_logarithm_to_2), _Z),
    function("IMSIN", _complex_of(_sine), _Z),
    function("IMCOS", _complex_of(_cosine), _Z),
    function("IMTAN", _complex_of(_tangent), _Z),
    function("IMCOT", _complex_of(_cotangent), _Z),
    function("IMSEC", _complex_of(_secant), _Z),
    function("IMCSC", _complex_of(_cosecant), _Z),
    function("IMSINH", _complex_of(_hyperbolic_sine), _Z),
    function("IMCOSH", _complex_of(_hyperbolic_cosine), _Z),
    function("IMSECH", _complex_of(_hyperbolic_secant), _Z),
    function("IMCSCH", _complex_of(_hyperbolic_cosecant), _Z),
)
