"""One of several constant distributions: the same as each of them alone."""

import numpy as np
import pytest

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.distribution_choice import MOST_TABLE_VALUES, chosen_quantile, constant_quantile
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.distributions import Distribution

_OPS = BlockOperations()
_U = np.linspace(0.001, 0.999, 97)
_CHOICES = (
    ("normal(1, 2)", "normal(4, 0)", "normal(1, 2)"),
    ("lognormal(4, 2)", "lognormal(1, 5)"),
    ("lognormal2(0, 1)", "lognormal2(2, 0.5)"),
    ("uniform(0, 1)", "uniform(5, 5)"),
    ("triangular(0, 1, 4)", "triangular(2, 2, 3)"),
    ("pert(0, 1, 4)", "pert(3, 3, 3)", "pert(10, 13, 14)", "pert(0, 2, 8)"),
    ("gamma(2, 3)", "gamma(0.01, 1)", "gamma(9, 1) shift(3)"),
    ("beta(2, 3)", "beta(0.5, 0.5)"),
    ("student(3)", "student(30)"),
    ("poisson(3)", "poisson(40)", "poisson(3) truncate(1, 4)"),
    ("binomial(10, 0.3)", "binomial(4, 1)"),
    ("geometric(0.5)", "geometric(0.25)"),
    ("normal(1, 2) truncate(0, 3)", "normal(1, 2)", "normal(5, 1) truncate(, 4) shift(2)"),
    ("gamma(2, 3) truncate(1, 9)", "gamma(2, 3)"),
    ("discrete({1}, {1})", "discrete({4, 5, 6, 7, 8}, {1, 0, 2, 3, 0})", "discrete({2, 1}, {0.25, 0.75})"),
    ("discrete({3, 4}, {1, 1})", "discrete({3, 4}, {1, 1})"),
    ("empirical({3, 4, 9})", "empirical({1})"),
    ("cumulative(0, 9, {3}, {0.5})", "cumulative(1, 2, {}, {})"),
    ("histogram(0, 9, {3, 1})", "histogram(0, 1, {0, 1, 0})"),
)


@pytest.mark.parametrize("texts", _CHOICES, ids=lambda texts: texts[0])
def test_that_each_place_has_the_quantile_of_its_own_distribution(texts: tuple[str, ...]) -> None:
    distributions = [parse_distribution(text) for text in texts]
    places = np.arange(len(_U), dtype=np.int64) % len(texts)

    with np.errstate(all="ignore"):
        found = chosen_quantile(_OPS, distributions, places, _U)
        alone = [np.broadcast_to(constant_quantile(_OPS, each, _U), _U.shape) for each in distributions]

    expected = np.array([alone[place][i] for i, place in enumerate(places)])
    assert np.allclose(np.broadcast_to(found, _U.shape), expected, rtol=1e-15, atol=0.0)


def test_that_more_shapes_than_tables_give_the_same_quantiles() -> None:
    count = MOST_TABLE_VALUES // (264 * 6) + 1
    distributions = [Distribution("pert", (0.0, 1.0, 2.0 + i / 7)) for i in range(count)]
    places = np.arange(len(_U), dtype=np.int64) % count

    with np.errstate(all="ignore"):
        found = chosen_quantile(_OPS, distributions, places, _U)
        expected = [
            float(np.ravel(constant_quantile(_OPS, distributions[place], _U[i : i + 1]))[0])
            for i, place in enumerate(places)
        ]

    assert np.allclose(found, expected, rtol=1e-12)
