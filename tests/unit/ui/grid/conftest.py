"""Small workbooks and a grid that shows one; a screen is not needed."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.theme.theme import Theme
from tests.builders_xlsx import SheetContent
from tests.unit.formulas.small_workbooks import workbook_of

PLAN: SheetContent = {
    "A1": "Price", "B1": 10.0, "C1": True,
    "A2": "Units", "B2": 100.0, "C2": ("=1/0", None),
    "A3": "Revenue", "B3": ("=B1*B2", 1000.0),
    "B6": 7.0, "B7": 8.0,
    "D3": "a long text that reaches over empty cells",
}  # fmt: skip
NOTES: SheetContent = {"A1": "Notes", "B2": 3.0, "Z99": "far away revenue"}
SECRET: SheetContent = {"A1": "hidden words"}


@pytest.fixture
def workbook() -> Workbook:
    return workbook_of(
        {"Plan": PLAN, "My notes": NOTES, "Secret": SECRET},
        hidden_sheets=["Secret"],
        names={"price": "Plan!$B$1", "block": "'My notes'!$A$1:$B$2"},
    )


@pytest.fixture
def grid(qtbot: QtBot, theme: Theme, workbook: Workbook) -> Iterator[WorkbookGrid]:
    made = WorkbookGrid(theme)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show_workbook(workbook)
    with qtbot.waitExposed(made):
        made.show()
    yield made
