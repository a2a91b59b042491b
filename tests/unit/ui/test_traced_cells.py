"""What a cell depends on and what it influences is tinted when asked for, until it is ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.grid.cell_marks import Mark
from mcdesk.ui.grid.sheet_table import MARK_ROLE, SheetTable
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.trace_bar import TraceBar
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow, example, opened_window

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0, "A3": "Rent", "B3": 30.0,
    "A4": "Revenue", "B4": ("=B1*B2", 100.0),
    "A5": "Profit", "B5": ("=B4-Costs!B1", 70.0),
}  # fmt: skip
COSTS: SheetContent = {"A1": "Costs", "B1": ("=Plan!B3", 30.0)}


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    with opened_window(qtbot, theme, tmp_path / "home") as found:
        found.workbench.open(write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN, "Costs": COSTS}))
        found.wait_until(lambda: view_of(found).hasFocus())
        yield found


def view_of(opened: OpenWindow) -> SheetView:
    found = opened.window.findChild(SheetView)
    assert found is not None
    return found


def marks(opened: OpenWindow) -> dict[str, Mark]:
    table = view_of(opened).model()
    assert isinstance(table, SheetTable)
    cells = [(f"B{row + 1}", table.index(row, 1).data(MARK_ROLE)) for row in range(6)]
    return {name: mark for name, mark in cells if mark is not None}


def text_of(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def press(opened: OpenWindow, key: Qt.Key) -> None:
    opened.qtbot.keyClick(view_of(opened), key)


def wait_for_legend(opened: OpenWindow) -> TraceBar:
    bar = opened.window.findChild(TraceBar)
    assert bar is not None
    opened.wait_until(bar.isVisible)
    return bar


def test_that_a_key_tints_both_sides_and_tells_how_many_cells_they_have(opened: OpenWindow) -> None:
    view_of(opened).go_to(3, 1)

    press(opened, Qt.Key.Key_T)
    wait_for_legend(opened)

    assert marks(opened) == {"B1": Mark.PRECEDENT, "B2": Mark.PRECEDENT, "B5": Mark.DEPENDENT}
    assert text_of(opened, "traceTitle") == "Revenue"
    assert text_of(opened, "traceDependsOn") == "Depends on 2 cells"
    assert text_of(opened, "traceInfluences") == "Influences 1 cell"


def test_that_brackets_trace_one_side_and_other_sheets_are_counted(opened: OpenWindow) -> None:
    view_of(opened).go_to(4, 1)

    press(opened, Qt.Key.Key_BracketLeft)
    wait_for_legend(opened)

    assert marks(opened) == dict.fromkeys(("B1", "B2", "B3", "B4"), Mark.PRECEDENT)
    assert text_of(opened, "traceDependsOn") == "Depends on 5 cells, 2 directly, on 2 sheets"
    assert text_of(opened, "traceInfluences") == ""


def test_that_the_button_traces_and_what_nothing_reads_is_told(opened: OpenWindow) -> None:
    view_of(opened).go_to(4, 1)
    button = opened.window.findChild(QPushButton, "traceButton")
    assert button is not None

    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for_legend(opened)

    assert text_of(opened, "traceInfluences") == "Influences no other cell"


def test_that_escape_ends_the_trace(opened: OpenWindow) -> None:
    view_of(opened).go_to(3, 1)
    press(opened, Qt.Key.Key_BracketRight)
    bar = wait_for_legend(opened)

    press(opened, Qt.Key.Key_Escape)

    assert not bar.isVisible()
    assert marks(opened) == {}


def test_that_an_input_on_the_way_stays_an_input_and_is_framed(opened: OpenWindow) -> None:
    opened.model.set_input(CellAddress(0, 0, 1), "normal(20, 2)", "Price")
    view_of(opened).go_to(3, 1)

    press(opened, Qt.Key.Key_T)
    wait_for_legend(opened)

    table = view_of(opened).model()
    assert isinstance(table, SheetTable)
    assert marks(opened)["B1"] is Mark.INPUT
    assert list(table.traces.values()) == [Mark.PRECEDENT]


def test_that_another_workbook_is_not_traced(opened: OpenWindow) -> None:
    view_of(opened).go_to(3, 1)
    press(opened, Qt.Key.Key_T)
    bar = wait_for_legend(opened)

    opened.workbench.open(example("newsvendor"))

    opened.wait_until(lambda: not bar.isVisible())
    assert opened.findings.traces.trace is None


def test_that_a_letter_typed_into_an_open_menu_traces_nothing(opened: OpenWindow) -> None:
    view_of(opened).setFocus()
    menu = opened.window.menu("File")
    menu.popup(opened.window.mapToGlobal(opened.window.rect().topLeft()))
    opened.wait_until(menu.isVisible)

    for key in (Qt.Key.Key_T, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
        opened.qtbot.keyClick(opened.window.windowHandle(), key)

    assert opened.findings.traces.trace is None
    bar = opened.window.findChild(TraceBar)
    assert bar is not None
    assert not bar.isVisible()
    menu.close()
