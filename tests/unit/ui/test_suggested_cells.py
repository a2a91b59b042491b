"""On a workbook without marks the likely cells are shown, and one click or key marks one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.widgets.offer_list import OfferList, plus_area
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0, "A3": "Rent", "B3": 30.0,
    "A4": "Revenue", "B4": ("=B1*B2", 100.0),
    "A5": "Profit", "B5": ("=B4-B3", 70.0),
    "A6": "Tax", "B6": ("=B4*0.2", 20.0),
}  # fmt: skip


def offers(opened: OpenWindow, name: str) -> OfferList:
    found = opened.window.findChild(OfferList, name)
    assert found is not None
    return found


def titles(shown: OfferList) -> list[str]:
    model = shown.model()
    return [model.index(row, 0).data().split(",")[0] for row in range(model.rowCount())]


def open_plan(opened: OpenWindow, folder: Path) -> None:
    opened.workbench.open(write_xlsx(folder / "plan.xlsx", {"Plan": PLAN}))
    opened.wait_until(lambda: titles(offers(opened, "likelyInputsList")) != [])


def plus_of(shown: OfferList, row: int) -> QPoint:
    return plus_area(shown.visualRect(shown.model().index(row, 0))).center().toPoint()


def test_that_likely_cells_are_shown_by_their_labels_the_inputs_by_their_swing(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path)

    assert offers(opened, "likelyOutputsList").isVisible()
    assert titles(offers(opened, "likelyOutputsList")) == ["Profit", "Tax"]
    assert titles(offers(opened, "likelyInputsList")) == ["Price", "Units", "Rent"]
    told = opened.window.findChild(QLabel, "likelyInputsTold")
    assert told is not None
    assert told.text() == "By how far ±10 % moves Profit"


def test_that_cells_of_one_name_are_told_apart_and_marked_by_that_name(
    opened: OpenWindow, tmp_path: Path
) -> None:
    cells: SheetContent = {
        **{"A1": "Revenue", "B1": 20.0, "A2": "Revenue", "B2": 5.0},
        **{"A3": "Total", "B3": ("=SUM(B1:B2)", 25.0)},
    }
    opened.workbench.open(write_xlsx(tmp_path / "plan.xlsx", {"Plan": cells}))
    inputs = offers(opened, "likelyInputsList")
    opened.wait_until(lambda: titles(inputs) == ["Revenue (B1)", "Revenue (B2)"])

    for _ in range(2):
        opened.qtbot.mouseClick(inputs.viewport(), Qt.MouseButton.LeftButton, pos=plus_of(inputs, 0))

    assert [each.name for each in opened.model.setup.inputs] == ["Revenue", "Revenue"]
    assert [mark.title for mark in opened.workbench._pages.model.panel.inputs] == [
        "Revenue (B1)",
        "Revenue (B2)",
    ]


def test_that_enter_marks_an_output_and_the_inputs_are_those_of_it(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path)
    outputs = offers(opened, "likelyOutputsList")

    outputs.choose(1)
    opened.qtbot.keyClick(outputs, Qt.Key.Key_Return)

    assert opened.model.marked_outputs() == {CellAddress(0, 5, 1)}
    assert titles(outputs) == ["Profit"]
    opened.wait_until(lambda: titles(offers(opened, "likelyInputsList")) == ["Price", "Units"])


def test_that_a_click_on_the_plus_marks_an_input_around_its_value(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)
    inputs = offers(opened, "likelyInputsList")

    opened.qtbot.mouseClick(inputs.viewport(), Qt.MouseButton.LeftButton, pos=plus_of(inputs, 0))

    chosen = opened.model.setup.inputs
    assert [(each.cell, each.name, each.distribution) for each in chosen] == [
        ("Plan!B1", "Price", "pert(18, 20, 22)")
    ]
    assert titles(inputs) == ["Units", "Rent"]
    assert not opened.model.setup.outputs


def test_that_a_click_beside_the_plus_goes_to_the_cell_and_marks_nothing(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path)
    inputs = offers(opened, "likelyInputsList")
    place = inputs.visualRect(inputs.model().index(2, 0)).center() - QPoint(80, 0)

    opened.qtbot.mouseClick(inputs.viewport(), Qt.MouseButton.LeftButton, pos=place)

    grid = opened.window.findChild(WorkbookGrid)
    assert grid is not None
    assert grid.current_cell == CellAddress(0, 2, 1)
    assert not opened.model.setup.inputs


def test_that_a_mark_taken_back_is_suggested_again(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)
    inputs = offers(opened, "likelyInputsList")
    opened.qtbot.mouseClick(inputs.viewport(), Qt.MouseButton.LeftButton, pos=plus_of(inputs, 0))

    opened.model.undo()

    assert titles(inputs) == ["Price", "Units", "Rent"]


def test_that_a_workbook_with_marks_shows_them_and_looks_for_nothing(opened: OpenWindow) -> None:
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: opened.model.model is not None)

    marked = opened.window.findChild(QPushButton, "sideTab0")
    assert marked is not None
    assert marked.isChecked()
    assert titles(offers(opened, "likelyOutputsList")) == []


def test_that_looking_can_be_stopped_and_begun_again(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)
    bench = opened.findings.suggestions
    bench.forget()

    bench.want()
    stop = opened.window.findChild(QPushButton, "suggestionsProgressStop")
    assert stop is not None
    assert stop.isVisible()
    opened.qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert not stop.isVisible()
    assert not bench.watch.is_working
    again = opened.window.findChild(QPushButton, "suggestAgain")
    assert again is not None
    opened.qtbot.mouseClick(again, Qt.MouseButton.LeftButton)

    opened.wait_until(lambda: titles(offers(opened, "likelyInputsList")) == ["Price", "Units", "Rent"])
