"""What the editor starts from."""

import pytest

from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.distributions import distribution_names
from mcdesk.ui.presenters.distribution_form import GROUPS, USES, first_form


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10721.43192, "pert(9650, 10721.43192, 11790)"),
        (55.0, "pert(49.5, 55, 60.5)"),
        (-0.0384615384, "pert(-0.04231, -0.0384615384, -0.03461)"),
        (1e-7, "pert(9e-08, 1e-07, 1.1e-07)"),
    ],
)
def test_that_the_first_ends_have_no_digits_that_nobody_means(value: float, text: str) -> None:
    assert first_form("pert", value).text() == text


def test_that_every_distribution_is_offered_once_with_its_use() -> None:
    offered = [name for names in GROUPS.values() for name in names]

    assert sorted(offered) == sorted(distribution_names())
    assert set(USES) == set(distribution_names())


@pytest.mark.parametrize("kind", distribution_names())
def test_that_every_distribution_has_values_to_start_from(kind: str) -> None:
    assert parse_distribution(first_form(kind, 10.0).text()).kind == kind
