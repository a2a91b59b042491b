"""Moments and supports against SciPy, and distributions from their percentiles."""

import math

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.distribution_moments import moments
from mcdesk.engine.distribution_text import distribution_text, parse_distribution
from mcdesk.engine.distributions import distribution_names, support

_JUDGES = {
    "normal(10, 2)": stats.norm(10, 2),
    "lognormal(4, 2)": stats.lognorm(np.sqrt(np.log(1.25)), scale=4 / np.sqrt(1.25)),
    "lognormal2(0.5, 0.3)": stats.lognorm(0.3, scale=np.exp(0.5)),
    "triangular(1, 2, 5)": stats.triang(0.25, 1, 4),
    "pert(1, 2, 5)": stats.beta(2, 4, 1, 4),
    "uniform(-3, 7)": stats.uniform(-3, 10),
    "integer_uniform(-3, 8)": stats.randint(-3, 9),
    "beta(3, 0.4)": stats.beta(3, 0.4),
    "beta4(2, 3, -5, 7)": stats.beta(2, 3, -5, 12),
    "gamma(2.5, 3)": stats.gamma(2.5, scale=3),
    "exponential(3)": stats.expon(scale=3),
    "weibull(1.5, 2)": stats.weibull_min(1.5, scale=2),
    "student(5)": stats.t(5),
    "logistic(1, 2)": stats.logistic(1, 2),
    "pareto(5, 2)": stats.pareto(5, scale=2),
    "poisson(3.5)": stats.poisson(3.5),
    "binomial(10, 0.3)": stats.binom(10, 0.3),
    "geometric(0.3)": stats.geom(0.3, -1),
    "negative_binomial(3, 0.2)": stats.nbinom(3, 0.2),
    "bernoulli(0.3)": stats.bernoulli(0.3),
    "discrete({1, 5, 9}, {2, 5, 3})": stats.rv_discrete(values=([1, 5, 9], [0.2, 0.5, 0.3])),
    "empirical({1, 5, 9, 9})": stats.rv_discrete(values=([1, 5, 9], [0.25, 0.25, 0.5])),
    "histogram(0, 4, {1, 0, 1, 2})": stats.rv_histogram((np.array([1, 0, 1, 2]), np.arange(5))),
    "cumulative(0, 10, {2, 4}, {0.5, 0.75})": stats.rv_histogram(
        (np.array([0.25, 0.125, 0.25 / 6]), np.array([0, 2, 4, 10])), density=True
    ),
    "normal(1, 2) truncate(0, 3) shift(5)": stats.truncnorm(-0.5, 1, 6, 2),
    "exponential(3) truncate(0, 6)": stats.truncexpon(2, scale=3),
}


@pytest.mark.parametrize("text", _JUDGES)
def test_that_moments_and_support_agree_with_scipy(text: str) -> None:
    distribution = parse_distribution(text)
    mean, variance, skewness, excess = (float(each) for each in _JUDGES[text].stats(moments="mvsk"))

    found = moments(distribution)

    assert found.mean == pytest.approx(mean, rel=1e-9)
    assert found.deviation == pytest.approx(math.sqrt(variance), rel=1e-9)
    assert found.skewness == pytest.approx(skewness, rel=1e-7, abs=1e-9)
    assert found.kurtosis == pytest.approx(excess + 3, rel=1e-7)
    if "truncate" not in text:
        assert support(distribution) == pytest.approx(_JUDGES[text].support())


def test_that_every_family_is_judged() -> None:
    assert {text.split("(")[0] for text in _JUDGES} == set(distribution_names())


@pytest.mark.parametrize(
    ("text", "mean", "deviation"),
    [
        ("student(1)", None, None),
        ("student(2)", 0.0, None),
        ("pareto(1, 1)", None, None),
        ("pareto(2, 1)", 2.0, None),
    ],
)
def test_that_a_moment_that_is_infinite_is_unknown(
    text: str, mean: float | None, deviation: float | None
) -> None:
    found = moments(parse_distribution(text))

    assert (found.mean, found.deviation) == (mean, deviation)


@pytest.mark.parametrize(
    "text",
    [
        "normal(p10=1, p90=5)",
        "normal(p90=5, p10=1)",
        "lognormal(p5=1, p95=50)",
        "lognormal2(p10=1, p50=3)",
        "uniform(p10=1, p90=5)",
        "logistic(p2.5=1, p97.5=5)",
        "exponential(p90=5)",
        "weibull(p10=1, p90=5)",
        "pareto(p10=1, p90=5)",
        "gamma(p10=1, p90=5)",
        "triangular(p10=1, p50=2.7, p90=5)",
        "triangular(p5=1, p50=3.2, p95=5)",
        "pert(p10=1, p50=2.5, p90=5)",
    ],
)
def test_that_a_distribution_has_the_percentiles_that_it_was_made_of(text: str) -> None:
    parts = [part.split("=") for part in text[text.index("(") + 1 : -1].split(",")]
    chances = np.array([float(name.strip()[1:]) / 100 for name, _ in parts])
    distribution = parse_distribution(text)

    with np.errstate(all="ignore"):
        found = constant_quantile(BlockOperations(), distribution, chances)

    assert np.allclose(found, [float(value) for _, value in parts], rtol=1e-10)
    assert parse_distribution(distribution_text(distribution)) == distribution
