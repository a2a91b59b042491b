"""The gamma, chi-squared, beta, t and F distributions, and tests that rest on them."""

import math
from collections.abc import Callable

from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.mathematics.scalar_mathematics import exp, log, log1p, log_gamma
from mcdesk.formulas.functions.parameters import function, logical
from mcdesk.formulas.functions.statistics.incomplete_functions import (
    beta_lower,
    gamma_lower,
    gamma_upper,
    inverse_of,
)
from mcdesk.formulas.values import Scalar, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

_LARGEST = 1e300


def gamma(_context: Context, x: float) -> Scalar:
    """GAMMA; #NUM! at zero and the negative whole numbers."""
    if x <= 0.0 and x == math.floor(x):
        return ErrorCode.NUM
    if x == math.floor(x) and x < 171.0:
        return float(math.factorial(int(x) - 1))
    if x > 0.0:
        return as_number_or_error(exp(log_gamma(x)))
    # Upwards by the recurrence until the argument is positive.
    below, shifted = 1.0, x
    while shifted < 0.0 and abs(below) < _LARGEST:
        below *= shifted
        shifted += 1.0
    return as_number_or_error(exp(log_gamma(shifted)) / below)


def log_gamma_of(_context: Context, x: float) -> Scalar:
    """GAMMALN."""
    return log_gamma(x) if x > 0.0 else ErrorCode.NUM


def gamma_distribution(
    _context: Context, x: float, shape: float, scale: float, is_cumulative: bool
) -> Scalar:
    """GAMMA.DIST."""
    if x < 0.0 or shape <= 0.0 or scale <= 0.0:
        return ErrorCode.NUM
    ratio = x / scale
    if is_cumulative:
        return gamma_lower(shape, ratio)
    if ratio == 0.0:
        return 1.0 / scale if shape == 1.0 else 0.0 if shape > 1.0 else ErrorCode.NUM
    return exp((shape - 1.0) * log(ratio) - ratio - log_gamma(shape)) / scale


def gamma_inverse(_context: Context, p: float, shape: float, scale: float) -> Scalar:
    """GAMMA.INV."""
    if not 0.0 <= p < 1.0 or shape <= 0.0 or scale <= 0.0:
        return ErrorCode.NUM
    return scale * _gamma_quantile(p, shape)


def _gamma_quantile(p: float, shape: float) -> float:
    if p == 0.0:
        return 0.0
    high = shape + 1.0
    while gamma_lower(shape, high) < p and high < _LARGEST:
        high *= 2.0
    return inverse_of(lambda x: gamma_lower(shape, x), p, 0.0, high)


def chi_squared(context: Context, x: float, freedom: float, is_cumulative: bool) -> Scalar:
    """CHISQ.DIST."""
    if x < 0.0 or freedom < 1.0 or freedom > 1e10:
        return ErrorCode.NUM
    return gamma_distribution(context, x, math.floor(freedom) / 2.0, 2.0, is_cumulative)


def chi_squared_right(_context: Context, x: float, freedom: float) -> Scalar:
    """CHISQ.DIST.RT."""
    if x < 0.0 or freedom < 1.0 or freedom > 1e10:
        return ErrorCode.NUM
    return gamma_upper(math.floor(freedom) / 2.0, x / 2.0)


def chi_squared_inverse(_context: Context, p: float, freedom: float) -> Scalar:
    """CHISQ.INV."""
    if not 0.0 <= p < 1.0 or freedom < 1.0 or freedom > 1e10:
        return ErrorCode.NUM
    return 2.0 * _gamma_quantile(p, math.floor(freedom) / 2.0)


def chi_squared_right_inverse(_context: Context, p: float, freedom: float) -> Scalar:
    """CHISQ.INV.RT."""
    if not 0.0 < p <= 1.0 or freedom < 1.0 or freedom > 1e10:
        return ErrorCode.NUM
    shape = math.floor(freedom) / 2.0
    high = shape + 1.0
    while gamma_upper(shape, high) > p and high < _LARGEST:
        high *= 2.0
    return 2.0 * inverse_of(lambda x: -gamma_upper(shape, x), -p, 0.0, high) if p < 1.0 else 0.0


def beta_distribution(_context: Context, x: float, a: float, b: float, *rest: float) -> Scalar:
    """BETA.DIST (with the cumulative flag) and BETADIST (without)."""
    is_cumulative, low, high = rest if len(rest) == 3 else (True, *rest)
    if a <= 0.0 or b <= 0.0 or not low <= x <= high or low >= high:
        return ErrorCode.NUM
    z = (x - low) / (high - low)
    if is_cumulative:
        return beta_lower(a, b, z)
    if z in (0.0, 1.0):
        edge = a if z == 0.0 else b
        return 0.0 if edge > 1.0 else ErrorCode.NUM
    front = log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    return exp(front + (a - 1.0) * log(z) + (b - 1.0) * log1p(-z)) / (high - low)


def beta_inverse(_context: Context, p: float, a: float, b: float, low: float, high: float) -> Scalar:
    """BETA.INV."""
    if not 0.0 < p < 1.0 or a <= 0.0 or b <= 0.0 or low >= high:
        return ErrorCode.NUM
    return low + (high - low) * inverse_of(lambda x: beta_lower(a, b, x), p, 0.0, 1.0)


def t_tail(t: float, freedom: float) -> float:
    """Return the probability above |t|."""
    return 0.5 * beta_lower(freedom / 2.0, 0.5, freedom / (freedom + t * t))


def t_distribution(_context: Context, t: float, freedom: float, is_cumulative: bool) -> Scalar:
    """T.DIST."""
    n = math.floor(freedom)
    if n < 1:
        return ErrorCode.NUM
    if is_cumulative:
        tail = t_tail(t, n)
        return 1.0 - tail if t > 0.0 else tail
    front = log_gamma((n + 1.0) / 2.0) - log_gamma(n / 2.0) - 0.5 * log(n * math.pi)
    return exp(front - (n + 1.0) / 2.0 * log1p(t * t / n))


def t_right(_context: Context, t: float, freedom: float) -> Scalar:
    """T.DIST.RT."""
    n = math.floor(freedom)
    if n < 1:
        return ErrorCode.NUM
    tail = t_tail(t, n)
    return tail if t > 0.0 else 1.0 - tail


def t_two_tails(_context: Context, t: float, freedom: float) -> Scalar:
    """T.DIST.2T."""
    n = math.floor(freedom)
    return 2.0 * t_tail(t, n) if n >= 1 and t >= 0.0 else ErrorCode.NUM


def t_by_tails(context: Context, t: float, freedom: float, tails: float) -> Scalar:
    """TDIST."""
    if t < 0.0 or int(tails) not in (1, 2):
        return ErrorCode.NUM
    return t_right(context, t, freedom) if int(tails) == 1 else t_two_tails(context, t, freedom)


def t_inverse_two_tails(_context: Context, p: float, freedom: float) -> Scalar:
    """T.INV.2T."""
    n = math.floor(freedom)
    if not 0.0 < p <= 1.0 or n < 1:
        return ErrorCode.NUM
    return _t_quantile(p / 2.0, n)


def t_inverse(_context: Context, p: float, freedom: float) -> Scalar:
    """T.INV."""
    n = math.floor(freedom)
    if not 0.0 < p < 1.0 or n < 1:
        return ErrorCode.NUM
    return -_t_quantile(p, n) if p < 0.5 else _t_quantile(1.0 - p, n)


def _t_quantile(tail: float, freedom: float) -> float:
    if tail >= 0.5:
        return 0.0
    high = 2.0
    while t_tail(high, freedom) > tail and high < 1e150:
        high *= 2.0
    return inverse_of(lambda t: -t_tail(t, freedom), -tail, 0.0, high)


def f_distribution(_context: Context, x: float, above: float, below: float, is_cumulative: bool) -> Scalar:
    """F.DIST."""
    m, n = math.floor(above), math.floor(below)
    if x < 0.0 or m < 1 or n < 1:
        return ErrorCode.NUM
    if is_cumulative:
        return beta_lower(m / 2.0, n / 2.0, m * x / (m * x + n))
    if x == 0.0:
        return 1.0 if m == 2 else 0.0 if m > 2 else ErrorCode.NUM
    front = log_gamma((m + n) / 2.0) - log_gamma(m / 2.0) - log_gamma(n / 2.0)
    ratio = m / n
    return exp(front + m / 2.0 * log(ratio) + (m / 2.0 - 1.0) * log(x) - (m + n) / 2.0 * log1p(ratio * x))


def f_right(_context: Context, x: float, above: float, below: float) -> Scalar:
    """F.DIST.RT."""
    m, n = math.floor(above), math.floor(below)
    if x < 0.0 or m < 1 or n < 1:
        return ErrorCode.NUM
    return beta_lower(n / 2.0, m / 2.0, n / (m * x + n))


def _f_inverse(is_right: bool) -> Callable[..., Scalar]:
    def evaluate(_context: Context, p: float, above: float, below: float) -> Scalar:
        m, n = math.floor(above), math.floor(below)
        if not 0.0 < p <= 1.0 or m < 1 or n < 1 or (p == 1.0 and not is_right):
            return ErrorCode.NUM
        if p == 1.0:
            return 0.0
        # z = n / (m x + n) falls from 1 to 0 as x grows.
        upper = p if is_right else 1.0 - p
        z = inverse_of(lambda at: beta_lower(n / 2.0, m / 2.0, at), upper, 0.0, 1.0)
        return as_number_or_error(n * (1.0 - z) / (m * z)) if z > 0.0 else ErrorCode.NUM

    return evaluate


def confidence_by_t(_context: Context, alpha: float, deviation: float, size: float) -> Scalar:
    """CONFIDENCE.T."""
    n = math.floor(size)
    if not 0.0 < alpha < 1.0 or deviation <= 0.0 or n < 1:
        return ErrorCode.NUM
    if n == 1:
        return ErrorCode.DIV0
    return _t_quantile(alpha / 2.0, n - 1) * deviation / math.sqrt(n)


_X, _P, _T, _FREEDOM = number("x"), number("probability"), number("t"), number("freedom")
_CUMULATIVE = logical("cumulative")
_SHAPE, _SCALE, _A, _B = number("shape"), number("scale"), number("a"), number("b")
_LOW, _HIGH = number("low", 0.0), number("high", 1.0)
_ABOVE, _BELOW = number("freedom_above"), number("freedom_below")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("GAMMA", gamma, _X),
    function("GAMMALN", log_gamma_of, _X),
    function("GAMMALN.PRECISE", log_gamma_of, _X),
    function("GAMMA.DIST", gamma_distribution, _X, _SHAPE, _SCALE, _CUMULATIVE),
    function("GAMMADIST", gamma_distribution, _X, _SHAPE, _SCALE, _CUMULATIVE),
    function("GAMMA.INV", gamma_inverse, _P, _SHAPE, _SCALE),
    function("GAMMAINV", gamma_inverse, _P, _SHAPE, _SCALE),
    function("CHISQ.DIST", chi_squared, _X, _FREEDOM, _CUMULATIVE),
    function("CHISQ.DIST.RT", chi_squared_right, _X, _FREEDOM),
    function("CHIDIST", chi_squared_right, _X, _FREEDOM),
    function("CHISQ.INV", chi_squared_inverse, _P, _FREEDOM),
    function("CHISQ.INV.RT", chi_squared_right_inverse, _P, _FREEDOM),
    function("CHIINV", chi_squared_right_inverse, _P, _FREEDOM),
    function("BETA.DIST", beta_distribution, _X, _A, _B, _CUMULATIVE, _LOW, _HIGH),
    function("BETADIST", beta_distribution, _X, _A, _B, _LOW, _HIGH),
    function("BETA.INV", beta_inverse, _P, _A, _B, _LOW, _HIGH),
    function("BETAINV", beta_inverse, _P, _A, _B, _LOW, _HIGH),
    function("T.DIST", t_distribution, _T, _FREEDOM, _CUMULATIVE),
    function("T.DIST.RT", t_right, _T, _FREEDOM),
    function("T.DIST.2T", t_two_tails, _T, _FREEDOM),
    function("TDIST", t_by_tails, _T, _FREEDOM, number("tails")),
    function("T.INV", t_inverse, _P, _FREEDOM),
    function("T.INV.2T", t_inverse_two_tails, _P, _FREEDOM),
    function("TINV", t_inverse_two_tails, _P, _FREEDOM),
    function("F.DIST", f_distribution, _X, _ABOVE, _BELOW, _CUMULATIVE),
    function("F.DIST.RT", f_right, _X, _ABOVE, _BELOW),
    function("FDIST", f_right, _X, _ABOVE, _BELOW),
    function("F.INV", _f_inverse(False), _P, _ABOVE, _BELOW),
    function("F.INV.RT", _f_inverse(True), _P, _ABOVE, _BELOW),
    function("FINV", _f_inverse(True), _P, _ABOVE, _BELOW),
    function("CONFIDENCE.T", confidence_by_t, number("alpha"), number("deviation"), number("size")),
)
