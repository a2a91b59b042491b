"""Moments of the families with closed forms, as functions of their parameters; None where infinite."""

import math

from mcdesk.engine.families.family import Moments, Numbers
from mcdesk.engine.mathematics.exponential import exp, expm1
from mcdesk.engine.mathematics.gamma import log_gamma
from mcdesk.engine.scalar_operations import ScalarOperations

_OPS = ScalarOperations()
_LARGEST_EXPONENT = 700.0


def normal_moments(numbers: Numbers) -> Moments:
    """Of a normal distribution."""
    return Moments(numbers[0], numbers[1], 0.0, 3.0)


def uniform_moments(numbers: Numbers) -> Moments:
    """Of a continuous uniform distribution."""
    low, high = numbers
    return Moments(low + 0.5 * (high - low), (high - low) / math.sqrt(12.0), 0.0, 1.8)


def triangular_moments(numbers: Numbers) -> Moments:
    """Of a triangular distribution."""
    low, mode, high = numbers
    rise, width = mode - low, high - low
    if width == 0.0:
        return Moments(low, 0.0)
    lean = rise / width
    square = 1.0 - lean + lean * lean
    skewness = (
        math.sqrt(2.0) * (1.0 - 2.0 * lean) * (2.0 - lean) * (1.0 + lean) / (5.0 * square * math.sqrt(square))
    )
    return Moments(low + (rise + width) / 3.0, width * math.sqrt(square / 18.0), skewness, 2.4)


def exponential_moments(numbers: Numbers) -> Moments:
    """Of an exponential distribution."""
    return Moments(numbers[0], numbers[0], 2.0, 9.0)


def logistic_moments(numbers: Numbers) -> Moments:
    """Of a logistic distribution."""
    return Moments(numbers[0], numbers[1] * math.pi / math.sqrt(3.0), 0.0, 4.2)


def lognormal_moments(numbers: Numbers) -> Moments:
    """Of a lognormal distribution by its own mean and standard deviation."""
    mean, deviation = numbers
    ratio = deviation / mean
    skewness = ratio * (3.0 + ratio * ratio)
    w = 1.0 + ratio * ratio
    return Moments(mean, deviation, skewness, w**4 + 2.0 * w**3 + 3.0 * w * w - 3.0)


def lognormal2_moments(numbers: Numbers) -> Moments:
    """Of a lognormal distribution by mean and standard deviation of its logarithm."""
    mu, sigma = numbers
    if mu + 2.0 * sigma * sigma > _LARGEST_EXPONENT:
        return Moments(None, None)
    mean = _exp(mu + 0.5 * sigma * sigma)
    return lognormal_moments((mean, mean * math.sqrt(float(expm1(_OPS, sigma * sigma)))))


def pareto_moments(numbers: Numbers) -> Moments:
    """Of a Pareto distribution; the k-th moment needs a shape above k."""
    shape, low = numbers
    if shape <= 1.0:
        return Moments(None, None)
    mean = shape * low / (shape - 1.0)
    if shape <= 2.0:
        return Moments(mean, None)
    deviation = low / (shape - 1.0) * math.sqrt(shape / (shape - 2.0))
    skewness = kurtosis = None
    if shape > 3.0:
        skewness = 2.0 * (1.0 + shape) / (shape - 3.0) * math.sqrt((shape - 2.0) / shape)
    if shape > 4.0:
        above = shape**3 + shape**2 - 6.0 * shape - 2.0
        kurtosis = 3.0 + 6.0 * above / (shape * (shape - 3.0) * (shape - 4.0))
    return Moments(mean, deviation, skewness, kurtosis)


def weibull_moments(numbers: Numbers) -> Moments:
    """Of a Weibull distribution, from the gamma function."""
    shape, scale = numbers
    logs = [float(log_gamma(_OPS, 1.0 + k / shape)) for k in range(1, 5)]
    if logs[3] > _LARGEST_EXPONENT:
        return Moments(None, None)
    first, *ratios = (_exp(logs[k] - (k + 1) * logs[0]) for k in range(4))
    return _from_ratios(scale * _exp(logs[0]) * first, ratios)


def _from_ratios(mean: float, ratios: list[float]) -> Moments:
    # raw moments of 2nd to 4th order over powers of the mean
    second, third, fourth = ratios
    variance = max(second - 1.0, 0.0)
    deviation = math.sqrt(variance)
    if variance < 1e-6:
        return Moments(mean, mean * deviation)
    skewness = (third - 3.0 * second + 2.0) / (variance * deviation)
    kurtosis = (fourth - 4.0 * third + 6.0 * second - 3.0) / (variance * variance)
    return Moments(mean, mean * deviation, skewness, kurtosis)


def _exp(x: float) -> float:
    return float(exp(_OPS, x))
