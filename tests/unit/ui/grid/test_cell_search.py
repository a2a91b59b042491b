"""Finding text in values and formulas."""

import pytest

from mcdesk.model.addresses import format_a1
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid import cell_search
from mcdesk.ui.grid.cell_search import search_cells
from mcdesk.ui.grid.cell_texts import CellTexts
from tests.builders_xlsx import RawCell
from tests.unit.formulas.small_workbooks import workbook_of


@pytest.fixture
def workbook() -> Workbook:
    cells = {
        "A1": "Total Cost", "B1": RawCell('<c r="B1" s="1"><v>1234.5</v></c>'), "C1": ("=SUM(B1:B9)", 7.0),
        "A2": "cost", "B2": RawCell('<c r="B2" s="2"><v>45000</v></c>'), "C2": True, "D2": 12.0,
    }  # fmt: skip
    return workbook_of({"S": cells, "T": {"A1": "COSTS"}}, formats=["#,##0.00", "mmm yyyy"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("cost", ["A1", "A2", "T!A1"]),
        ("1,234", ["B1"]),
        ("1234.50", ["B1"]),
        ("sum(", ["C1"]),
        ("mar", ["B2"]),
        ("true", ["C2"]),
        ("12", ["B1", "D2"]),
        ("nowhere", []),
    ],
)
def test_that_cells_are_found_by_what_they_show_or_compute(
    workbook: Workbook, wanted: str, expected: list[str]
) -> None:
    found = [cell for piece in search_cells(workbook, wanted, CellTexts(workbook)) for cell in piece]

    texts = [("T!" if cell.sheet else "") + format_a1(cell.row, cell.column) for cell in found]
    assert texts == expected


def test_that_cells_are_looked_at_piece_by_piece(workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_search, "CELLS_PER_PIECE", 2)

    pieces = list(search_cells(workbook, "cost", CellTexts(workbook)))

    assert [len(piece) for piece in pieces] == [1, 1, 0, 0, 1]
