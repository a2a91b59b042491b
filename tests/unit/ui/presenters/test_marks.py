"""How marks and runs are told in short lines."""

from pathlib import Path

import pytest

from mcdesk.formulas.declared_cells import DeclaredCells
from mcdesk.formulas.setup_texts import InputText, SetupFile
from mcdesk.ui.presenters.marks import input_marks
from mcdesk.ui.presenters.model_presenter import OpenModel
from mcdesk.ui.presenters.results import model_title
from tests.unit.formulas.small_workbooks import workbook_of


def test_that_the_distribution_stands_before_an_address_that_may_be_long() -> None:
    model = OpenModel(workbook_of({"My long notes": {"A1": "Price", "B1": 2.0}}), DeclaredCells((), {}))
    setup = SetupFile(inputs=(InputText("test", "'My long notes'!B1", "normal(2, 1)", "Price"),))

    (mark,) = input_marks(model, setup, lambda _: "")

    assert mark.text == "normal(2, 1)  'My long notes'!B1"


@pytest.mark.parametrize(
    ("name", "title"),
    [("a__b_c.xlsx", "a b c"), ("plan.2.xlsx", "plan.2"), ("__.xlsx", "__.xlsx")],
)
def test_that_a_run_is_called_after_its_file_in_single_spaces(name: str, title: str) -> None:
    assert model_title(Path(name)) == title
