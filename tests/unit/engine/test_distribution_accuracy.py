"""Quantiles against SciPy and mpmath: 1e-12 on unit scale, both tails to 1e-15 included."""

from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.distribution_variation import varying_quantile
from mcdesk.engine.families.standard_shapes import Shape, shape_table
from mcdesk.engine.mathematics.beta import beta_effort, beta_offset

_OPS = BlockOperations()
_DEEP = np.concatenate((2.0 ** -np.arange(1, 53), (1e-15, 1e-12, 1e-9, 1e-6)))
_U = np.unique(np.concatenate((_DEEP, 1.0 - _DEEP, np.linspace(0.001, 0.999, 101))))
_SIGMA = float(np.sqrt(np.log1p(0.25)))
_CONTINUOUS = {
    "normal(10, 2)": stats.norm(10, 2),
    "lognormal(4, 2)": stats.lognorm(_SIGMA, scale=4 / np.sqrt(1.25)),
    "lognormal2(0.5, 0.3)": stats.lognorm(0.3, scale=np.exp(0.5)),
    "triangular(1, 2, 5)": stats.triang(0.25, 1, 4),
    "triangular(0, 0, 1)": stats.triang(0.0),
    "uniform(-3, 7)": stats.uniform(-3, 10),
    "exponential(3)": stats.expon(scale=3),
    "weibull(0.2, 1)": stats.weibull_min(0.2),
    "weibull(3, 2)": stats.weibull_min(3, scale=2),
    "logistic(1, 2)": stats.logistic(1, 2),
    "pareto(1.5, 2)": stats.pareto(1.5, scale=2),
    "pert(1, 2, 5)": stats.beta(2, 4, 1, 4),
    "pert(0, 0, 1)": stats.beta(1, 5),
    "beta(3, 3)": stats.beta(3, 3),
    "beta(0.5, 0.5)": stats.beta(0.5, 0.5),
    "beta(0.05, 20)": stats.beta(0.05, 20),
    "beta(20, 0.05)": stats.beta(20, 0.05),
    "beta(30, 2000)": stats.beta(30, 2000),
    "beta4(2, 3, -5, 7)": stats.beta(2, 3, -5, 12),
    "gamma(0.01, 1)": stats.gamma(0.01),
    "gamma(0.7, 2)": stats.gamma(0.7, scale=2),
    "gamma(2.5, 3)": stats.gamma(2.5, scale=3),
    "gamma(50, 1)": stats.gamma(50),
    "student(1.1)": stats.t(1.1),
    "student(5)": stats.t(5),
    "student(1e6)": stats.t(1e6),
}
_COUNTS = {
    "integer_uniform(-3, 8)": stats.randint(-3, 9),
    "poisson(0.01)": stats.poisson(0.01),
    "poisson(3.5)": stats.poisson(3.5),
    "binomial(10, 0.3)": stats.binom(10, 0.3),
    "binomial(1e6, 0.3)": stats.binom(10**6, 0.3),
    "negative_binomial(3, 0.2)": stats.nbinom(3, 0.2),
    "bernoulli(0.3)": stats.bernoulli(0.3),
}


def _quantile(text: str, u: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        found = constant_quantile(_OPS, parse_distribution(text), u)
    return np.broadcast_to(np.asarray(found, dtype=np.float64), u.shape)


def _exact(judge: Any, u: np.ndarray) -> np.ndarray:
    return np.where(u > 0.5, judge.isf(1.0 - u), judge.ppf(u))


@pytest.mark.parametrize("text", _CONTINUOUS)
def test_that_a_continuous_quantile_agrees_with_scipy_in_both_tails(text: str) -> None:
    exact = _exact(_CONTINUOUS[text], _U)
    is_judged = np.isfinite(exact) & ((np.abs(exact) > 1e-290) | (exact == 0.0))
    # SciPy's t is wrong by 1e-11 next to its centre, where the value is 0 by symmetry
    is_judged &= (np.abs(_U - 0.5) > 1e-9) | ("student" not in text)

    found = _quantile(text, _U)

    error = np.abs(found - exact)[is_judged]
    size = np.abs(exact)[is_judged]
    assert np.all(error <= 1e-12 * np.maximum(size, 1.0))
    if np.isclose(_CONTINUOUS[text].support()[0], 0.0):
        assert np.all(error <= 1e-9 * size)


@pytest.mark.parametrize("text", _COUNTS)
def test_that_a_count_is_exact_in_both_tails(text: str) -> None:
    assert np.array_equal(_quantile(text, _U), _exact(_COUNTS[text], _U))


@pytest.mark.parametrize("p", [0.5, 0.2, 1e-9])
def test_that_a_geometric_count_is_exact(p: float) -> None:
    found = _quantile(f"geometric({p!r})", _U)

    with mpmath.workdps(50):
        for u, k in zip(_U, found, strict=True):
            wanted = mpmath.log(1 - mpmath.mpf(float(u))) / mpmath.log(1 - mpmath.mpf(p))
            assert k == max(mpmath.ceil(wanted - mpmath.mpf(10) ** -30) - 1, 0)


def test_that_a_poisson_count_of_a_million_is_exact() -> None:
    mean = mpmath.mpf(10) ** 6
    u = _U[:: len(_U) // 24]

    found = _quantile("poisson(1e6)", u)

    with mpmath.workdps(40):
        for chance, k in zip(u, found, strict=True):
            rest = 1 - mpmath.mpf(float(chance))
            if chance < 0.5:
                below = [mpmath.gammainc(int(k) + i, mean, mpmath.inf, regularized=True) for i in (0, 1)]
                assert below[0] < chance <= below[1]
            else:
                above = [mpmath.gammainc(int(k) + i, 0, mean, regularized=True) for i in (0, 1)]
                assert above[1] <= rest < above[0]


@pytest.mark.parametrize("a", [0.02, 0.3, 7.0, 300.0])
def test_that_gamma_quantiles_agree_with_mpmath(a: float) -> None:
    u = np.array([1e-15, 1e-6, 0.1, 0.5, 0.9, 0.999999, 1.0 - 1e-15])

    found = _quantile(f"gamma({a}, 1)", u)

    with mpmath.workdps(40):
        for chance, x in zip(u, found, strict=True):
            at = mpmath.mpf(float(x))
            if x < 1e-290:
                continue
            below = mpmath.gammainc(a, 0, at, regularized=True)
            density = mpmath.exp((a - 1) * mpmath.log(at) - at - mpmath.loggamma(a))
            error = abs((below - mpmath.mpf(float(chance))) / density)
            assert error <= 1e-12 * max(1.0, a) and error <= 1e-9 * at


_TABLES = (
    (Shape.BETA, 3.0, 3.0, 264),
    (Shape.BETA, 1.0, 5.0, 264),
    (Shape.BETA, 0.05, 20.0, 1056),
    (Shape.GAMMA, 2.5, 2.5, 264),
    (Shape.GAMMA, 0.01, 0.01, 1056),
    (Shape.STUDENT, 1.1, 1.1, 264),
    (Shape.STUDENT, 1e6, 1e6, 264),
)


@pytest.mark.parametrize(("shape", "first", "second", "cells"), _TABLES)
def test_that_a_table_states_its_error_and_keeps_its_size(
    shape: Shape, first: float, second: float, cells: int
) -> None:
    table = shape_table(shape, first, second, -8.25, 8.25)

    assert table.is_good
    assert table.cells == cells
    assert not table.values.flags.writeable


@pytest.mark.parametrize(("a", "b"), [(3.0, 3.0), (1.0, 5.0), (0.5, 0.5), (0.05, 20.0), (30.0, 2000.0)])
def test_that_the_error_that_a_table_states_bounds_the_measured_one(a: float, b: float) -> None:
    table = shape_table(Shape.BETA, a, b, -8.25, 8.25)
    scaled = np.linspace(0.0, table.cells - 1e-9, 5_003)
    cell = np.floor(scaled).astype(int)
    coefficients = table.values.reshape(table.cells, 6)[cell]
    tabulated = np.sum(coefficients * (scaled - cell)[:, None] ** np.arange(6), axis=1)
    z = table.low + scaled * (table.high - table.low) / table.cells
    chance = (stats.norm.cdf(z), stats.norm.sf(z))

    with np.errstate(all="ignore"):
        effort = beta_effort(min(a, b), max(a, b))
        solved = beta_offset(_OPS, np.full(z.shape, a), np.full(z.shape, b), chance, effort)

    # SciPy's own normal probabilities are good to a few units in the last place
    slack = 2e-14 * np.maximum(np.abs(solved), 1.0) / min(a, b, 1.0)
    assert np.all(np.abs(tabulated - solved) <= table.error * np.maximum(np.abs(solved), 1.0) + slack)


@pytest.mark.parametrize(
    "text",
    [
        *("pert(1, 2, 5)", "beta(3, 0.4)", "beta4(2, 3, -5, 7)", "gamma(2.5, 3)", "gamma(900, 1)"),
        *("student(4)", "exponential(3)", "weibull(2, 3)", "logistic(1, 2)", "pareto(3, 1)"),
        *("poisson(3.5)", "poisson(900)", "binomial(40, 0.3)", "negative_binomial(3, 0.2)"),
        *("geometric(0.3)", "bernoulli(0.3)", "integer_uniform(2, 9)"),
    ],
)
@pytest.mark.parametrize("suffix", ["", " truncate(0.9, 5)"])
def test_that_parameters_that_vary_give_the_same_quantile(text: str, suffix: str) -> None:
    if suffix and text.startswith(("gamma(900", "poisson(900", "binomial(40", "bernoulli")):
        suffix = " truncate(1, 899)"
    distribution = parse_distribution(text + suffix)
    u = np.concatenate((np.linspace(0.01, 0.99, 33), (1e-15, 1.0 - 1e-15)))
    parameters = [np.full(u.shape, value) for value in distribution.parameters]
    borders = (None, None) if not suffix else tuple(np.full(u.shape, end) for end in distribution.ends)

    with np.errstate(all="ignore"):
        found, valid = varying_quantile(_OPS, distribution.kind, parameters, u, borders)

    assert np.all(valid)
    assert np.allclose(found, _quantile(text + suffix, u), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("text", [*_CONTINUOUS, *_COUNTS])
def test_that_a_truncated_quantile_is_the_quantile_of_the_part(text: str) -> None:
    judge = (_CONTINUOUS | _COUNTS)[text]
    low, high = judge.ppf(0.2), judge.ppf(0.9)
    is_count = text in _COUNTS
    below = judge.cdf(low - 1) if is_count else judge.cdf(low)
    u = np.linspace(0.01, 0.99, 50)

    found = _quantile(f"{text} truncate({float(low)!r}, {float(high)!r}) shift(2)", u)

    exact = judge.ppf(below + u * (judge.cdf(high) - below)) + 2
    assert np.all(np.abs(found - exact) <= 1e-9 * np.maximum(1.0, np.abs(exact)))


def test_that_a_truncation_far_in_a_tail_keeps_its_accuracy() -> None:
    u = np.array([0.25, 0.5, 0.75])

    found = _quantile("normal(0, 1) truncate(20, inf)", u)

    with mpmath.workdps(50):
        tail = mpmath.erfc(20 / mpmath.sqrt(2)) / 2
        for chance, x in zip(u, found, strict=True):
            wanted = (1 - mpmath.mpf(float(chance))) * tail
            # the tail's logarithm falls by about 20 for each unit
            assert abs(mpmath.erfc(mpmath.mpf(float(x)) / mpmath.sqrt(2)) / 2 / wanted - 1) <= 20 * 1e-13


@pytest.mark.parametrize(
    ("text", "u", "expected"),
    [
        ("cumulative(0, 10, {2, 4}, {0.5, 0.75})", (0.25, 0.5, 0.625, 0.875), (1, 2, 3, 7)),
        ("cumulative(0, 10, {2, 4}, {0.5, 0.75}) truncate(2, 4)", (0.25, 0.5), (2.5, 3)),
        ("histogram(0, 4, {1, 0, 1, 2})", (0.125, 0.25, 0.375, 0.75), (0.5, 1, 2.5, 3.5)),
        ("histogram(0, 4, {1, 0, 1, 2}) truncate(, 3)", (0.25, 0.75), (0.5, 2.5)),
        ("empirical({3, 1, 2, 2})", (0.25, 0.26, 0.75, 0.76), (1, 2, 2, 3)),
        ("empirical({3, 1, 2, 2}) truncate(2, 9)", (0.5, 0.7), (2, 3)),
        ("discrete({9, 1, 5}, {1, 1, 2})", (0.25, 0.26, 0.75, 0.76), (1, 5, 5, 9)),
        ("discrete({9, 1, 5}, {1, 1, 2}) truncate(2, 10) shift(1)", (0.5, 0.7), (6, 10)),
        ("bernoulli(1)", (0.1, 0.9), (1, 1)),
        ("bernoulli(0)", (0.1, 0.9), (0, 0)),
        ("binomial(4, 1)", (0.1, 0.9), (4, 4)),
        ("binomial(4, 0)", (0.1, 0.9), (0, 0)),
        ("poisson(0)", (0.1, 0.9), (0, 0)),
        ("geometric(1)", (0.1, 0.9), (0, 0)),
        ("negative_binomial(4, 1)", (0.1, 0.9), (0, 0)),
        ("pert(3, 3, 3)", (0.1, 0.9), (3, 3)),
        ("beta4(2, 2, 3, 3)", (0.1, 0.9), (3, 3)),
    ],
)
def test_that_lists_and_borders_give_what_they_say(
    text: str, u: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    assert np.allclose(_quantile(text, np.array(u)), expected, rtol=1e-15)


def test_that_a_wide_table_of_discrete_values_is_exact_next_to_one() -> None:
    weights = ", ".join(["1"] + ["1e-15"] * 3)

    found = _quantile(f"discrete({{1, 2, 3, 4}}, {{{weights}}})", 1.0 - np.array([2.5e-15, 1.5e-15, 5e-16]))

    assert found.tolist() == [2, 3, 4]
