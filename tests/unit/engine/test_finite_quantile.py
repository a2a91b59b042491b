"""Values near the largest number: what may overflow is known, and what need not does not."""

import math

import numpy as np
import pytest

from mcdesk.engine.block_operations import UnfusedOperations
from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.distributions import Distribution
from mcdesk.engine.finite_quantile import may_overflow
from mcdesk.foundation.errors import SetupInvalid

ORDINARY = (
    *("normal(0, 1)", "lognormal(1, 1)", "lognormal2(0, 1)", "gamma(2, 3)", "weibull(2, 3)"),
    *("student(3)", "logistic(0, 1)", "pareto(2, 1)", "geometric(0.1)", "poisson(4)"),
    *("normal(0, 1) truncate(0,)", "uniform(-1e299, 1e299)", "discrete({1, 2}, {1, 1})"),
)
HUGE = (
    *("normal(0, 1e308)", "exponential(1e308)", "gamma(1e6, 1e308)", "logistic(0, 1e308)"),
    *("pareto(0.01, 1e300)", "weibull(0.001, 1)", "lognormal2(700, 100)", "uniform(0, 1e308) shift(1.7e308)"),
    *("normal(0, 1e308) truncate(0,)", "normal(0, 1e308) shift(1.7e308)"),
)
REFUSED = {
    "uniform(-1e308, 1e308)": "wider than the largest number",
    "triangular(-1e308, 0, 1e308)": "wider than the largest number",
    "pert(-1e308, 0, 1e308)": "wider than the largest number",
    "beta4(2, 3, -1e308, 1e308)": "wider than the largest number",
    "histogram(-1e308, 1e308, {1, 1})": "wider than the largest number",
    "cumulative(-1e308, 1e308, {0}, {0.5})": "wider than the largest number",
    "discrete({1, 2}, {1e308, 1e308})": "sum to more than the largest number",
    "histogram(0, 1, {1e308, 1e308})": "sum to more than the largest number",
}


@pytest.mark.parametrize("text", ORDINARY)
def test_that_ordinary_distributions_cannot_overflow(text: str) -> None:
    assert not may_overflow([parse_distribution(text)])


@pytest.mark.parametrize("text", HUGE)
def test_that_one_distribution_among_ordinary_ones_may_overflow(text: str) -> None:
    huge = parse_distribution(text)
    ordinary = Distribution(huge.kind, (1.0, 2.0)[: len(huge.parameters)], truncation=huge.truncation)

    assert may_overflow([huge])
    assert may_overflow([ordinary, huge])
    assert not may_overflow([ordinary])


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_that_parameters_that_overflow_by_themselves_are_refused(text: str, reason: str) -> None:
    with pytest.raises(SetupInvalid, match=reason):
        parse_distribution(text)


@pytest.mark.parametrize("power", [0, 155, 307])
def test_that_a_wide_triangular_has_the_shape_of_a_narrow_one(power: int) -> None:
    u = (np.arange(1000) + 0.5) / 1000
    scale = math.ldexp(1.0, int(power * math.log2(10)))
    wide, narrow = (
        constant_quantile(UnfusedOperations(), parse_distribution(f"triangular({-by!r}, 0, {2 * by!r})"), u)
        for by in (scale / 2, 0.5)
    )

    assert np.array_equal(np.asarray(wide), np.asarray(narrow) * scale)
