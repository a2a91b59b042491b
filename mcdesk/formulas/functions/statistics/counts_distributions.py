"""Distributions of counts: Poisson, binomial, negative binomial, hypergeometric."""

import math
from collections.abc import Callable

from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.mathematics.scalar_mathematics import exp, log, log1p, log_gamma
from mcdesk.formulas.functions.parameters import function, logical, optional_number
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_MOST_TERMS = 5_000_000
_NEGLIGIBLE = 1e-18
# Exact whole numbers beyond this take too long.
_LARGEST_POPULATION = 20_000


def poisson(_context: Context, x: float, mean: float, is_cumulative: bool) -> Scalar:
    """POISSON.DIST."""
    count = math.floor(x)
    if count < 0 or mean < 0 or count > _MOST_TERMS:
        return ErrorCode.NUM
    if mean == 0.0:
        return 1.0 if count == 0 or is_cumulative else 0.0
    if not is_cumulative:
        return exp(_log_poisson(mean)(count))
    return _cumulated(0, count, mean, _log_poisson(mean), lambda k: mean / k)


def _log_poisson(mean: float) -> Callable[[float], float]:
    return lambda k: k * log(mean) - mean - log_gamma(k + 1.0)


def _cumulated(
    first: int, last: int, mode: float, log_mass: Callable[[float], float], ratio: Callable[[int], float]
) -> float:
    """Sum of the terms from first to last, outwards from the largest until they are negligible.

    Args:
        mode: about where the largest term is.
        log_mass: logarithm of a term.
        ratio: a term over the one before it.
    """
    if first > last:
        return 0.0
    start = int(min(max(mode, first), last))
    peak = exp(log_mass(float(start)))
    total = term = peak
    for k in range(start, first, -1):
        term /= ratio(k)
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    term = peak
    for k in range(start + 1, last + 1):
        term *= ratio(k)
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    return min(1.0, total)


def _log_binomial(trials: float, chance: float) -> Callable[[float], float]:
    def of(k: float) -> float:
        ways = log_gamma(trials + 1.0) - log_gamma(k + 1.0) - log_gamma(trials - k + 1.0)
        return ways + k * log(chance) + (trials - k) * log1p(-chance)

    return of


def binomial_mass(k: int, trials: int, chance: float) -> float:
    """Return the probability of k successes."""
    if chance in (0.0, 1.0):
        return float(k == (0 if chance == 0.0 else trials))
    if trials <= 1000:
        return math.comb(trials, k) * _whole_power(chance, k) * _whole_power(1.0 - chance, trials - k)
    return exp(_log_binomial(trials, chance)(k))


def _whole_power(base: float, exponent: int) -> float:
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def binomial(_context: Context, x: float, trials: float, chance: float, is_cumulative: bool) -> Scalar:
    """BINOM.DIST."""
    k, n = math.floor(x), math.floor(trials)
    if not (0 <= k <= n < _MOST_TERMS and 0.0 <= chance <= 1.0):
        return ErrorCode.NUM
    if not is_cumulative:
        return binomial_mass(k, n, chance)
    return binomial_between(0, k, n, chance)


def binomial_between(first: int, last: int, trials: int, chance: float) -> float:
    """Return the probability of first to last successes."""
    if chance in (0.0, 1.0):
        return float(first <= (0 if chance == 0.0 else trials) <= last)
    odds = chance / (1.0 - chance)
    log_mass, mode = _log_binomial(trials, chance), (trials + 1.0) * chance
    return _cumulated(first, last, mode, log_mass, lambda k: (trials - k + 1.0) / k * odds)


def binomial_range(_context: Context, trials: float, chance: float, low: float, high: float | None) -> Scalar:
    """BINOM.DIST.RANGE."""
    n, first = math.floor(trials), math.floor(low)
    last = first if high is None else math.floor(high)
    if not (0 <= first <= last <= n < _MOST_TERMS and 0.0 <= chance <= 1.0):
        return ErrorCode.NUM
    return binomial_between(first, last, n, chance)


def binomial_inverse(_context: Context, trials: float, chance: float, wanted: float) -> Scalar:
    """BINOM.INV: the smallest count whose cumulative probability reaches a value."""
    n = math.floor(trials)
    if not (0 <= n < _MOST_TERMS and 0.0 < chance < 1.0 and 0.0 < wanted < 1.0):
        return ErrorCode.NUM
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if binomial_between(0, middle, n, chance) >= wanted:
            high = middle
        else:
            low = middle + 1
    return float(low)


def negative_binomial(
    _context: Context, failures: float, successes: float, chance: float, is_cumulative: bool
) -> Scalar:
    """NEGBINOM.DIST."""
    f, s = math.floor(failures), math.floor(successes)
    if not (0 <= f < _MOST_TERMS and s >= 1 and 0.0 < chance <= 1.0):
        return ErrorCode.NUM
    if chance == 1.0:
        return float(f == 0 or is_cumulative)

    def log_mass(k: float) -> float:
        ways = log_gamma(k + s) - log_gamma(float(s)) - log_gamma(k + 1.0)
        return ways + s * log(chance) + k * log1p(-chance)

    if not is_cumulative:
        return exp(log_mass(f))
    mode = (s - 1.0) * (1.0 - chance) / chance
    return _cumulated(0, f, mode, log_mass, lambda k: (k + s - 1.0) / k * (1.0 - chance))


def negative_binomial_mass(context: Context, failures: float, successes: float, chance: float) -> Scalar:
    """NEGBINOMDIST."""
    return negative_binomial(context, failures, successes, chance, False)


def hypergeometric(
    _context: Context, x: float, drawn: float, successes: float, population: float, *rest: bool
) -> Scalar:
    """HYPGEOM.DIST, and HYPGEOMDIST without the cumulative form."""
    k, n, m, size = (math.floor(value) for value in (x, drawn, successes, population))
    is_bad = n <= 0 or m <= 0 or size <= 0 or n > size or m > size or size > _LARGEST_POPULATION
    if is_bad or (k < max(0, n - size + m) and not rest) or k > min(n, m) or k < 0:
        return ErrorCode.NUM
    first = max(0, n - size + m)
    ways = math.comb(size, n)
    if rest and rest[0]:
        if k < first:
            return 0.0
        term = total = math.comb(m, first) * math.comb(size - m, n - first)
        for j in range(first, k):
            # exact, and quicker than two binomials of thousands of digits for each
            term = term * (m - j) * (n - j) // ((j + 1) * (size - m - n + j + 1))
            total += term
        return total / ways
    return math.comb(m, k) * math.comb(size - m, n - k) / ways if k >= first else 0.0


_X, _CHANCE, _CUMULATIVE = number("x"), number("chance"), logical("cumulative")
_TRIALS = number("trials")
_HYPERGEOMETRIC = (_X, number("drawn"), number("successes"), number("population"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("POISSON.DIST", poisson, _X, number("mean"), _CUMULATIVE),
    function("POISSON", poisson, _X, number("mean"), _CUMULATIVE),
    function("BINOM.DIST", binomial, _X, _TRIALS, _CHANCE, _CUMULATIVE),
    function("BINOMDIST", binomial, _X, _TRIALS, _CHANCE, _CUMULATIVE),
    function("BINOM.DIST.RANGE", binomial_range, _TRIALS, _CHANCE, number("low"), optional_number("high")),
    function("BINOM.INV", binomial_inverse, _TRIALS, _CHANCE, number("alpha")),
    function("CRITBINOM", binomial_inverse, _TRIALS, _CHANCE, number("alpha")),
    function("NEGBINOM.DIST", negative_binomial, _X, number("successes"), _CHANCE, _CUMULATIVE),
    function("NEGBINOMDIST", negative_binomial_mass, _X, number("successes"), _CHANCE),
    function("HYPGEOM.DIST", hypergeometric, *_HYPERGEOMETRIC, _CUMULATIVE),
    function("HYPGEOMDIST", hypergeometric, *_HYPERGEOMETRIC),
)
