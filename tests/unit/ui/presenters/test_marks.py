"""How marks and runs are told in short lines."""

from pathlib import Path

import pytest

from mcdesk.formulas.declared_cells import DeclaredCells
from mcdesk.formulas.setup_texts import InputText, SetupFile, ValueText
from mcdesk.formulas.values import Scalar
from mcdesk.ui.presenters.marks import input_marks, value_marks
from mcdesk.ui.presenters.model_presenter import OpenModel
from mcdesk.ui.presenters.results import model_title
from tests.unit.formulas.small_workbooks import workbook_of


def test_that_inputs_of_one_name_have_their_cells_behind_it() -> None:
    sheets = {"Plan": {"A1": "Price", "B1": 2.0, "B2": 3.0, "B3": 1.0}, "Other": {"B2": 4.0}}
    model = OpenModel(workbook_of(sheets), DeclaredCells((), {}))
    named = (("Plan!B1", "Price"), ("Plan!B2", "Price"), ("Other!B2", "Price"), ("Plan!B3", "Rent"))
    setup = SetupFile(inputs=tuple(InputText("", cell, "normal(2, 1)", name) for cell, name in named))

    marks = input_marks(model, setup, lambda _: "")

    titles = [mark.title for mark in marks]
    assert titles == ["Price (B1)", "Price (Plan!B2)", "Price (Other!B2)", "Rent"]


def test_that_a_mark_has_its_distribution_and_its_address() -> None:
    model = OpenModel(workbook_of({"My long notes": {"A1": "Price", "B1": 2.0}}), DeclaredCells((), {}))
    setup = SetupFile(inputs=(InputText("test", "'My long notes'!B1", "normal(2, 1)", "Price"),))

    (mark,) = input_marks(model, setup, lambda _: "")

    assert (mark.text, mark.place) == ("normal(2, 1)", "'My long notes'!B1")


@pytest.mark.parametrize(
    ("cell", "value", "text"),
    [
        ("Plan!B1", 1.5, "1.500 instead of 2.000"),
        ("Plan!B2", True, "TRUE"),
        ("Plan!B2", "none", "none"),
    ],
)
def test_that_another_value_is_told_with_that_of_the_workbook(cell: str, value: Scalar, text: str) -> None:
    model = OpenModel(workbook_of({"Plan": {"A1": "Price", "B1": 2.0, "B2": "some"}}), DeclaredCells((), {}))
    setup = SetupFile(values=(ValueText("test", cell, value), ValueText("test", "Elsewhere!B9", 1.0)))

    (mark,) = value_marks(model, setup, lambda _: "Price")

    assert (mark.title, mark.text, mark.place) == ("Price", text, cell)


@pytest.mark.parametrize(
    ("name", "title"),
    [("a__b_c.xlsx", "a b c"), ("plan.2.xlsx", "plan.2"), ("__.xlsx", "__.xlsx")],
)
def test_that_a_run_is_called_after_its_file_in_single_spaces(name: str, title: str) -> None:
    assert model_title(Path(name)) == title
