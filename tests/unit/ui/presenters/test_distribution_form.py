"""What the editor starts from."""

import pytest

from mcdesk.ui.presenters.distribution_form import first_form


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
