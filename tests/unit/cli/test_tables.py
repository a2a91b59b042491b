"""Numbers as they are printed."""

import pytest
from rich.console import Console

from mcdesk.cli.tables import number_text, seconds_text, share_text, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1.00000"),
        (-12345.678, "-12,345.7"),
        (1234567.8, "1,234,568"),
        (0.00123456, "0.00123456"),
        (1e-9, "1.00000e-09"),
        (1e20, "1.00000e+20"),
        (None, "no data"),
        (float("nan"), "no data"),
    ],
)
def test_that_a_number_shows_six_digits(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_that_an_unknown_share_or_duration_is_no_data() -> None:
    assert (share_text(None), seconds_text(None)) == ("no data", "no data")


def test_that_a_duration_has_the_unit_that_suits_it() -> None:
    assert [seconds_text(s) for s in (0.0123, 5.0, 600.0)] == ["12 ms", "5.0 s", "10.0 min"]


def test_that_square_brackets_of_a_cell_are_shown_as_they_are() -> None:
    console = Console(width=60)

    with console.capture() as capture:
        console.print(table("Table [a]", ["Cell"], [["[bold]x"]]))

    assert "Table [a]" in capture.get()
    assert "[bold]x" in capture.get()
