"""Moments of a distribution: closed forms, sums over tables, else integrals over the normal score."""

import math

import numpy as np

from mcdesk.engine.block_operations import UnfusedOperations
from mcdesk.engine.distribution_choice import constant_quantile, drawn_steps
from mcdesk.engine.distributions import Distribution, distribution_kind, support
from mcdesk.engine.families.family import Moments, from_central
from mcdesk.engine.families.lists import list_moments
from mcdesk.engine.families.steps import steps_moments
from mcdesk.engine.mathematics.normal import normal_cdf, normal_density

_BLOCK = UnfusedOperations()
_REACH, _STEP = 8.2, 1.0 / 64.0


def moments(distribution: Distribution) -> Moments:
    """Mean, standard deviation, skewness and kurtosis of a distribution without refusal.

    Returns:
        In the unit of the values; of a truncation with an open end about 1e-9 relative, else 1e-12.
        None also where a number has no room for one.
    """
    try:
        with np.errstate(all="ignore"):
            whole = _before_shift(distribution)
    except (OverflowError, ZeroDivisionError):
        # beyond what a number can hold, or below
        return Moments(None, None)
    mean = None if whole.mean is None else whole.mean + distribution.shift
    return Moments(*map(_held, (mean, whole.deviation, whole.skewness, whole.kurtosis)))


def _held(moment: float | None) -> float | None:
    return moment if moment is not None and math.isfinite(moment) else None


def _before_shift(distribution: Distribution) -> Moments:
    family = distribution_kind(distribution.kind)
    if family is None:
        return list_moments(distribution.kind, distribution.parameters, distribution.lists, distribution.ends)
    if distribution.truncation is None:
        return family.moments(distribution.parameters)
    steps = drawn_steps(distribution)
    return _integrated(distribution) if steps is None else steps_moments(steps)


def _integrated(distribution: Distribution) -> Moments:
    """By the trapezoidal rule over the normal score, which converges fast for smooth quantiles."""
    low, high = support(distribution)
    family = distribution_kind(distribution.kind)
    assert family is not None
    if not np.isfinite([low, high]).all() and family.moments(distribution.parameters).kurtosis is None:
        return Moments(None, None)
    z = np.arange(-_REACH, _REACH + _STEP, _STEP)
    with np.errstate(all="ignore"):
        u = np.asarray(normal_cdf(_BLOCK, z), dtype=np.float64)
        weights = np.asarray(normal_density(_BLOCK, z), dtype=np.float64)
        u = np.minimum(np.maximum(u, 2.0**-53), 1.0 - 2.0**-53)
        values = np.asarray(constant_quantile(_BLOCK, distribution, u), dtype=np.float64)
    values = np.broadcast_to(values - distribution.shift, z.shape)
    weights = weights / np.sum(weights)
    mean = float(np.sum(weights * values))
    away = values - mean
    variance = float(np.sum(weights * away**2))
    return from_central(mean, variance, float(np.sum(weights * away**3)), float(np.sum(weights * away**4)))
