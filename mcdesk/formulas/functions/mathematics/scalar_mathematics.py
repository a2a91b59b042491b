"""The engine's mathematics on Python numbers, for functions that are only evaluated."""

from mcdesk.engine.mathematics import exponential, gamma, trigonometry
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.mathematics.powers import power_numbers
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()


def exp(x: float) -> float:
    """Return e to the power of x; infinite where it overflows."""
    return float(exponential.exp(_OPERATIONS, x))


def log(x: float) -> float:
    """Return the natural logarithm of x > 0."""
    return float(exponential.log(_OPERATIONS, x))


def log1p(x: float) -> float:
    """Return log(1 + x) for x > -1."""
    return float(exponential.log1p(_OPERATIONS, x))


def log10(x: float) -> float:
    """Return the logarithm to base 10 of x > 0."""
    return float(exponential.log10(_OPERATIONS, x))


def sin(x: float) -> float:
    """Return the sine of |x| < 2**27."""
    return float(trigonometry.sin(_OPERATIONS, x))


def cos(x: float) -> float:
    """Return the cosine of |x| < 2**27."""
    return float(trigonometry.cos(_OPERATIONS, x))


def sinh(x: float) -> float:
    """Return the hyperbolic sine; infinite where it overflows."""
    return float(trigonometry.sinh(_OPERATIONS, x))


def cosh(x: float) -> float:
    """Return the hyperbolic cosine; infinite where it overflows."""
    return float(trigonometry.cosh(_OPERATIONS, x))


def atan2(y: float, x: float) -> float:
    """Return the angle of the point (x, y), which is not the origin, in (-pi, pi]."""
    return float(trigonometry.atan2(_OPERATIONS, y, x))


def power(base: float, exponent: float) -> float:
    """Return base ** exponent; NaN where Excel has an error."""
    result = power_numbers(base, exponent)
    return float("nan") if isinstance(result, ErrorCode) else result


def log_gamma(x: float) -> float:
    """Return the logarithm of the gamma function of x > 0."""
    return float(gamma.log_gamma(_OPERATIONS, x))
