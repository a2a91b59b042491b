"""What can be dragged of each distribution, and what comes of it."""

import numpy as np
import pytest

from mcdesk.engine.distribution_curve import quantiles
from mcdesk.foundation.errors import SetupInvalid
from mcdesk.ui.presenters.distribution_form import GROUPS, DistributionForm, first_form
from mcdesk.ui.presenters.distribution_handles import even, handles_of, moved_form

WITHOUT = (
    *("beta", "student", "binomial", "geometric", "negative_binomial", "bernoulli", "discrete", "empirical"),
)


def handles(form: DistributionForm) -> list[tuple[str, float]]:
    return [(each.name, each.value) for each in handles_of(form, form.distribution())]


def moved(form: DistributionForm, index: int, value: float) -> DistributionForm:
    return moved_form(form, form.distribution(), index, value)


@pytest.mark.parametrize("kind", [kind for kinds in GROUPS.values() for kind in kinds])
def test_that_a_moved_handle_is_where_it_was_put_and_the_others_stay(kind: str) -> None:
    form = first_form(kind, 20.0)
    before = handles(form)
    if kind in WITHOUT:
        assert before == []
        return
    assert [value for _, value in before] == sorted(value for _, value in before)

    after = handles(moved(form, 0, before[0][1] + 1.0 if kind == "integer_uniform" else before[0][1] * 1.01))

    wanted = before[0][1] + 1.0 if kind == "integer_uniform" else before[0][1] * 1.01
    assert after[0] == (before[0][0], pytest.approx(wanted, abs=1e-6))
    assert after[1:] == [(name, pytest.approx(value, rel=1e-6)) for name, value in before[1:]]


def test_that_a_parameter_is_moved_on_the_shifted_axis_and_written_without_the_shift() -> None:
    form = DistributionForm("triangular", {"min": "1", "mode": "2", "max": "4"}, shift="10")

    assert handles(form) == [("min", 11.0), ("mode", 12.0), ("max", 14.0)]
    assert moved(form, 2, 15.5).text() == "triangular(1, 2, 5.5) shift(10)"


def test_that_percentiles_are_moved_as_percentiles() -> None:
    form = DistributionForm("normal", {"p10": "8", "p90": "12"}, is_percentiles=True, low="0")

    found = moved(form, 1, 13.0)

    assert found.text() == "normal(p10=8, p90=13) truncate(0, inf)"


def test_that_parameters_are_solved_for_where_percentiles_are_moved() -> None:
    found = moved(first_form("normal", 20.0), 1, 30.0)

    low, high = quantiles(found.distribution(), np.array([0.1, 0.9])).tolist()
    assert not found.is_percentiles
    assert (low, high) == (pytest.approx(20.0 - 2.0 * 1.2815515655), pytest.approx(30.0))


def test_that_the_median_of_a_gamma_moves_its_scale_alone() -> None:
    form = first_form("gamma", 20.0)
    ((_, median),) = handles(form)

    found = moved(form, 0, 2.0 * median)

    assert found.values == {"shape": "4", "scale": "10"}


def test_that_what_is_no_distribution_is_told() -> None:
    with pytest.raises(SetupInvalid):
        moved(first_form("lognormal", 20.0), 0, -5.0)


@pytest.mark.parametrize(
    ("value", "ends", "shown"),
    [(17.38291, (10.0, 30.0), 17.38), (1234567.8, (0.0, 2e6), 1_235_000.0), (0.0123456, (0.0, 0.1), 0.0123)],
)
def test_that_a_dragged_value_is_as_even_as_the_axis_lets_it_be(
    value: float, ends: tuple[float, float], shown: float
) -> None:
    assert even(value, *ends) == pytest.approx(shown)
