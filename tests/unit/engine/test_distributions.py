"""Distributions against SciPy, their refusals, and their text."""

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.distribution_text import distribution_text, parse_distribution
from mcdesk.engine.distribution_variation import varying_quantile
from mcdesk.engine.distributions import distribution_names
from mcdesk.foundation.errors import SetupInvalid

_OPS = BlockOperations()
_U = np.linspace(0.001, 0.999, 401)
_SIGMA = np.sqrt(np.log(1 + 0.25))
_JUDGES = {
    "normal(10, 2)": stats.norm(10, 2),
    "lognormal(4, 2)": stats.lognorm(_SIGMA, scale=4 / np.sqrt(1.25)),
    "lognormal2(0.5, 0.3)": stats.lognorm(0.3, scale=np.exp(0.5)),
    "triangular(1, 2, 5)": stats.triang(0.25, 1, 4),
    "pert(1, 2, 5)": stats.beta(2, 4, 1, 4),
    "uniform(-3, 7)": stats.uniform(-3, 10),
}


@pytest.mark.parametrize("text", sorted(_JUDGES))
def test_that_a_quantile_agrees_with_scipy(text: str) -> None:
    distribution = parse_distribution(text)
    parameters = [np.full(401, value) for value in distribution.parameters]

    with np.errstate(all="ignore"):
        fixed = constant_quantile(_OPS, distribution, _U)
        varying, valid = varying_quantile(_OPS, distribution.kind, parameters, _U)

    expected = _JUDGES[text].ppf(_U)
    assert np.allclose(fixed, expected, rtol=1e-11)
    assert np.allclose(varying, expected, rtol=1e-11)
    assert np.all(valid)


def test_that_a_discrete_quantile_follows_the_weights() -> None:
    distribution = parse_distribution("discrete({1, 5, 9}, {2, 5, 3})")

    found = constant_quantile(_OPS, distribution, np.array([0.1, 0.2, 0.2001, 0.6999, 0.7001, 0.999]))

    assert found.tolist() == [1, 1, 5, 5, 9, 9]


@pytest.mark.parametrize("text", ["triangular(3, 3, 3)", "pert(3, 3, 3)", "uniform(3, 3)", "normal(3, 0)"])
def test_that_a_distribution_of_one_value_gives_it(text: str) -> None:
    with np.errstate(all="ignore"):
        found = constant_quantile(_OPS, parse_distribution(text), _U)

    assert np.allclose(np.broadcast_to(found, _U.shape), 3.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("normal(1, -1)", "standard deviation is negative"),
        ("lognormal(-1, 1)", "mean is not positive"),
        ("triangular(3, 2, 1)", "ascending order"),
        ("uniform(1)", "takes 2 parameters"),
        ("normal(a, 1)", "not a number"),
        ("normal(nan, 1)", "not a number"),
        ("weird(1)", "is not one of"),
        ("normal", "not of the form"),
        ("discrete({1, 2}, {1})", "2 values but 1 weights"),
        ("discrete({1}, {0})", "sum to zero"),
        ("discrete({1}, {inf})", "not a number"),
        ("discrete({1})", "takes {values}, {weights}"),
        ("discrete(1, {1}, {1})", "takes {values}"),
    ],
)
def test_that_a_wrong_distribution_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(SetupInvalid) as refused:
        parse_distribution(text)

    assert reason in refused.value.title


def test_that_parameters_out_of_order_are_invalid_in_their_trials() -> None:
    low, mode, high = np.array([1.0, 4.0]), np.array([2.0, 2.0]), np.array([3.0, 3.0])

    with np.errstate(all="ignore"):
        for kind in ("triangular", "pert"):
            _, valid = varying_quantile(_OPS, kind, [low, mode, high], np.array([0.5, 0.5]))
            assert valid.tolist() == [True, False]


@pytest.mark.parametrize("text", [*_JUDGES, "discrete({1, 2.5}, {1, 3})"])
def test_that_text_and_distribution_are_the_same_thing(text: str) -> None:
    assert distribution_text(parse_distribution(text)) == text


def test_that_all_names_are_listed() -> None:
    assert set(distribution_names()) >= {"normal", "pert", "discrete"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("normal(9%, 1 %)", "normal(0.09, 0.01)"),
        ("normal(-7.3%, 1.5e1%)", "normal(-0.073, 0.15)"),
        ("discrete({5%, 10%}, {1, 2}) shift(1%)", "discrete({0.05, 0.1}, {1, 2}) shift(0.01)"),
        ("normal(p10=1%, p90=5%) truncate(0%, inf)", "normal(p10=0.01, p90=0.05) truncate(0, inf)"),
    ],
)
def test_that_numbers_of_a_distribution_may_be_in_percent(text: str, meant: str) -> None:
    assert parse_distribution(text) == parse_distribution(meant)
