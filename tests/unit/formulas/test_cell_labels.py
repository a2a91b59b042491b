"""What cells are called."""

import pytest

from mcdesk.formulas.cell_labels import CellLabels
from tests.builders_xlsx import SheetContent
from tests.unit.formulas.small_workbooks import address, workbook_of

CELLS: SheetContent = {
    "B1": "2025", "C1": "Year two", "A2": "Revenue:", "B2": 10.0, "C2": 11.0, "B4": "Price", "B5": 7.0,
    "A7": "  long \n label ", "B7": 1.0, "A8": "%", "B8": 2.0, "Z9": 3.0, "A10": "x" * 80, "B10": 1.0,
}  # fmt: skip


def label(cell: str) -> str | None:
    workbook = workbook_of({"S": CELLS}, names={"tax_rate": "S!$B$7", "span": "S!$B$1:$B$2"})
    return CellLabels(workbook).label(address(workbook, cell))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("B2", "Revenue"),
        ("C2", "Revenue"),
        ("B5", "Price"),
        ("B7", "tax_rate"),
        ("B8", "Price"),
        ("Z9", None),
        ("B10", "x" * 59 + "…"),
    ],
)
def test_that_a_cell_is_called_by_its_name_or_the_text_left_or_above(cell: str, expected: str | None) -> None:
    assert label(cell) == expected


def test_that_a_name_of_several_cells_names_none_of_them() -> None:
    workbook = workbook_of({"S": {"A1": 1.0}}, names={"span": "S!$A$1:$A$2"})

    assert CellLabels(workbook).name(address(workbook, "A1")) is None
