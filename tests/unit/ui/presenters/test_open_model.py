"""What a text of a set-up means in the workbook that is open."""

import pytest

from mcdesk.formulas.declared_cells import DeclaredCells
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.presenters.model_presenter import OpenModel
from tests.unit.formulas.small_workbooks import workbook_of


@pytest.fixture(scope="module")
def model() -> OpenModel:
    workbook = workbook_of(
        {"Plan": {"A1": "Price", "B1": 2.0}, "My notes": {"B2": 3.0}},
        names={"price": "Plan!$B$1", "block": "Plan!$A$1:$B$2"},
    )
    return OpenModel(workbook, DeclaredCells((), {}))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Plan!B1", CellAddress(0, 0, 1)),
        ("B1", CellAddress(0, 0, 1)),
        ("'My notes'!B2", CellAddress(1, 1, 1)),
        ("Price", CellAddress(0, 0, 1)),
        ("block", None),
        ("nowhere", None),
        ("Gone!B1", None),
    ],
)
def test_that_a_cell_is_meant_by_its_address_or_its_name(
    model: OpenModel, text: str, cell: CellAddress | None
) -> None:
    assert model.cell_of(text) == cell
