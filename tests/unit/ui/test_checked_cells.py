"""The comparison with the values in the file: counts, the cells that differ, and a click that goes there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.grid.cell_marks import Mark
from mcdesk.ui.grid.sheet_table import MARK_ROLE
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.presenters import check_presenter
from mcdesk.ui.widgets.two_line_list import TwoLineList
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0,
    "A3": "Revenue", "B3": ("=B1*B2", 101.0),
    "A4": "Half", "B4": ("=B1/2", 10.0),
    "A5": "Before", "B5": ("=B6+1", 4.0),
    "A6": "Cube", "B6": ('=FILTERXML("a","b")', 3.0),
    "A7": "Today", "B7": ("=TODAY()", 45_000.0),
}  # fmt: skip


def open_plan(opened: OpenWindow, folder: Path, cells: SheetContent = PLAN) -> None:
    opened.workbench.open(write_xlsx(folder / "plan.xlsx", {"Plan": cells}))
    opened.wait_until(lambda: opened.model.model is not None)


def wait_for_certificate(opened: OpenWindow) -> str:
    opened.wait_until(lambda: opened.findings.check.certificate is not None)
    found = opened.window.findChild(QLabel, "certificate")
    assert found is not None
    return found.text()


def click(opened: OpenWindow, name: str) -> None:
    found = opened.window.findChild(QPushButton, name)
    assert found is not None
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def rows(opened: OpenWindow) -> list[str]:
    found = opened.window.findChild(TwoLineList, "checkList")
    assert found is not None
    return [found.model().index(row, 0).data() for row in range(found.model().rowCount())]


def test_that_counts_and_each_cell_to_look_at_are_told(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)

    sentence = wait_for_certificate(opened)

    assert sentence == "5 formula cells: 1 as Excel, 1 differs, 2 not supported, 1 not compared"
    assert rows(opened) == [
        "Plan!B3  Revenue, in the file 101, here 100",
        "FILTERXML is not supported, 2 cells, the first is Plan!B6",
        "Not compared: volatile, 1 cell, Plan!B7",
    ]
    tab = opened.window.findChild(QPushButton, "sideTab2")
    assert tab is not None
    assert tab.text() == "Check  3"


def test_that_differing_cells_are_tinted_and_a_click_goes_to_one(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)
    wait_for_certificate(opened)
    click(opened, "sideTab2")
    shown = opened.window.findChild(TwoLineList, "checkList")
    grid = opened.window.findChild(WorkbookGrid)
    assert shown is not None and grid is not None

    place = shown.visualRect(shown.model().index(1, 0)).center()
    opened.qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert grid.current_cell == CellAddress(0, 5, 1)
    assert grid.view.model().index(2, 1).data(MARK_ROLE) is Mark.DIFFERING


def test_that_a_workbook_without_formulas_is_said_to_have_none(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path, {"A1": 1.0})

    assert wait_for_certificate(opened) == "No formula cells"


def test_that_a_large_workbook_is_compared_only_when_somebody_looks(
    opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_presenter, "MOST_UNASKED", 4)
    open_plan(opened, tmp_path)
    assert not opened.findings.check.watch.is_working

    click(opened, "sideTab2")

    assert wait_for_certificate(opened).startswith("5 formula cells")


def test_that_comparing_can_be_stopped_and_begun_again(
    opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_presenter, "MOST_UNASKED", 4)
    open_plan(opened, tmp_path)
    click(opened, "sideTab2")

    click(opened, "checkProgressStop")
    assert not opened.findings.check.watch.is_working
    assert opened.findings.check.certificate is None
    click(opened, "compareNow")

    assert wait_for_certificate(opened).startswith("5 formula cells")
