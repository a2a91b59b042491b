"""Numbers as they are printed."""

import io

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


@pytest.mark.parametrize("width", [50, 60, 80, 90, 100, 110, 200])
def test_that_no_figure_is_cut_and_no_word_broken_on_a_narrow_terminal(width: int) -> None:
    columns = ["Output", *(f">P{percent}" for percent in (5, 25, 50, 75, 95)), ">Within"]
    rows = [
        [f"Net present value (Launch!B{row})", *(f"{row * 1e6 + k:,.0f}" for k in range(5)), "47.6 % to 49 %"]
        for row in (27, 28)
    ]
    console = Console(width=width, record=True, file=io.StringIO())

    console.print(table("Outputs", columns, rows))

    text = console.export_text()
    assert "\u2026" not in text
    assert all(len(line) <= width for line in text.splitlines())
    assert all(text.count(cell) == 1 for row in rows for cell in row[1:-1])
    assert text.count("47.6 % to 49 %") == 2
    assert all(text.count(f"(Launch!B{row})") == text.count("Output ") for row in (27, 28))
    assert text.count("Output ") == 1 if width >= 110 else width == 100 or text.count("Output ") > 1


def test_that_a_long_word_of_a_name_leaves_figures_beside_each_other() -> None:
    console = Console(width=80, record=True, file=io.StringIO(), force_terminal=True)

    console.print(table("Outputs", ["Output", ">P5", ">P50", ">P95"], [["x" * 60, *["1,234.56"] * 3]]))

    assert "P5        P50        P95" in console.export_text()
