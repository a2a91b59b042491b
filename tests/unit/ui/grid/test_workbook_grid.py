"""The grid as a whole: sheets, name box, marks, values laid over, and the bar to find text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.xlsx_reader import read_workbook
from mcdesk.ui.grid.cell_marks import Mark
from mcdesk.ui.grid.sheet_table import MARK_ROLE, SheetTable
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from tests.corpus import CORPUS, requires_corpus
from tests.unit.formulas.small_workbooks import workbook_of

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def field(grid: WorkbookGrid, name: str) -> QLineEdit:
    found = grid.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def text(grid: WorkbookGrid, name: str) -> str:
    found = grid.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def table(grid: WorkbookGrid) -> SheetTable:
    found = grid.view.model()
    assert isinstance(found, SheetTable)
    return found


def mark_at(grid: WorkbookGrid, row: int, column: int) -> object:
    return table(grid).data(table(grid).index(row, column), MARK_ROLE)


def type_place(qtbot: QtBot, grid: WorkbookGrid, typed: str) -> None:
    box = field(grid, "nameBox")
    box.setText(typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def find(qtbot: QtBot, grid: WorkbookGrid, typed: str) -> None:
    qtbot.keyClick(grid.view, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(field(grid, "findField"), typed)
    qtbot.waitUntil(lambda: not grid._search.is_running)


def hidden_sheets(grid: WorkbookGrid) -> list[QAction]:
    return grid._tabs.hidden_actions


def test_that_the_first_visible_sheet_is_shown_at_its_first_cell(grid: WorkbookGrid) -> None:
    assert grid.current_cell == CellAddress(0, 0, 0)
    assert [grid.tabs.tabText(tab) for tab in range(grid.tabs.count())] == ["Plan", "My notes"]


def test_that_hidden_sheets_wait_in_a_menu_and_get_a_tab_when_chosen(grid: WorkbookGrid) -> None:
    (action,) = hidden_sheets(grid)

    action.trigger()

    assert grid.current_cell == CellAddress(2, 0, 0)
    assert grid.tabs.tabText(grid.tabs.currentIndex()) == "Secret"
    assert hidden_sheets(grid) == []
    button = grid.findChild(QToolButton, "hiddenSheets")
    assert isinstance(button, QToolButton) and button.isHidden()


def test_that_the_bar_shows_address_and_formula_or_value(grid: WorkbookGrid) -> None:
    grid.go_to(CellAddress(0, 2, 1))
    formula = field(grid, "formulaBar").text()
    grid.go_to(CellAddress(0, 0, 0))

    assert (formula, field(grid, "formulaBar").text()) == ("=B1*B2", "Price")
    assert field(grid, "nameBox").text() == "A1"
    assert field(grid, "formulaBar").isReadOnly()


def test_that_a_cell_of_another_sheet_is_gone_to_and_told(qtbot: QtBot, grid: WorkbookGrid) -> None:
    with qtbot.waitSignal(grid.current_changed, check_params_cb=lambda cell: cell == CellAddress(1, 98, 25)):
        grid.go_to(CellAddress(1, 98, 25))

    assert grid.tabs.currentIndex() == 1
    assert field(grid, "nameBox").text() == "Z99"


def test_that_each_sheet_keeps_its_cell_and_scroll_position(qtbot: QtBot, grid: WorkbookGrid) -> None:
    grid.tabs.setCurrentIndex(1)
    grid.view.go_to(98, 25)
    grid.view.verticalScrollBar().setValue(300)
    grid.view.horizontalScrollBar().setValue(200)

    grid.tabs.setCurrentIndex(0)
    between = grid.view.verticalScrollBar().value()
    grid.tabs.setCurrentIndex(1)

    assert between == 0
    assert grid.current_cell == CellAddress(1, 98, 25)
    assert grid.view.verticalScrollBar().value() == 300
    assert grid.view.horizontalScrollBar().value() == 200


def test_that_a_typed_name_leads_to_its_cells(qtbot: QtBot, grid: WorkbookGrid) -> None:
    type_place(qtbot, grid, "block")

    assert grid.current_cell == CellAddress(1, 0, 0)
    assert grid.view.chosen_areas() == [Rectangle(1, 0, 0, 1, 1)]


def test_that_a_typed_place_far_beyond_the_used_cells_is_shown(qtbot: QtBot, grid: WorkbookGrid) -> None:
    type_place(qtbot, grid, "XFD1048576")

    assert grid.current_cell == CellAddress(0, 1_048_575, 16_383)


def test_that_what_is_no_place_is_shown_as_wrong_until_it_is_changed(
    qtbot: QtBot, grid: WorkbookGrid
) -> None:
    type_place(qtbot, grid, "nothing")
    box = field(grid, "nameBox")
    before = box.property("wrong")

    qtbot.keyClicks(box, "x")

    assert (before, box.property("wrong")) == ("true", "false")
    assert grid.current_cell == CellAddress(0, 0, 0)


def test_that_the_name_box_is_ready_to_be_typed_over(grid: WorkbookGrid) -> None:
    grid.view.setFocus()

    grid.focus_name_box()

    assert grid.focusWidget() is field(grid, "nameBox")
    assert field(grid, "nameBox").selectedText() == "A1"


def test_that_marks_and_traces_are_there_on_sheets_shown_later(grid: WorkbookGrid) -> None:
    grid.set_marks([CellAddress(0, 0, 1)], [CellAddress(1, 1, 1)])
    grid.set_traces([CellAddress(1, 0, 0)], [CellAddress(0, 2, 1)])
    grid.set_differing([CellAddress(0, 1, 1)])
    on_plan = [mark_at(grid, row, 1) for row in range(4)]

    grid.tabs.setCurrentIndex(1)

    assert on_plan == [Mark.INPUT, Mark.DIFFERING, Mark.DEPENDENT, None]
    assert (mark_at(grid, 1, 1), mark_at(grid, 0, 0)) == (Mark.OUTPUT, Mark.PRECEDENT)


def test_that_values_laid_over_are_named_and_taken_away_again(grid: WorkbookGrid) -> None:
    grid.go_to(CellAddress(0, 0, 1))

    grid.set_overlay({CellAddress(0, 0, 1): 12.5}, "Trial 17")
    during = (table(grid).shown_text(0, 1), field(grid, "formulaBar").text(), text(grid, "overlayCaption"))
    grid.set_overlay(None)

    assert during == ("12.5", "12.5", "Trial 17")
    assert (table(grid).shown_text(0, 1), text(grid, "overlayCaption")) == ("10", "")


def test_that_formulas_are_shown_on_all_sheets(grid: WorkbookGrid) -> None:
    grid.set_showing_formulas(True)

    assert table(grid).shown_text(2, 1) == "=B1*B2"


def test_that_another_workbook_begins_without_the_marks_of_the_first(grid: WorkbookGrid) -> None:
    grid.set_marks([CellAddress(0, 0, 1)], [])
    grid.set_overlay({CellAddress(0, 0, 1): 12.5}, "Trial 17")

    grid.show_workbook(workbook_of({"New": {"B1": 1.0}}))

    assert mark_at(grid, 0, 1) is None
    assert table(grid).shown_text(0, 1) == "1"
    assert text(grid, "overlayCaption") == ""


def test_that_a_found_text_is_gone_to_while_it_is_typed(qtbot: QtBot, grid: WorkbookGrid) -> None:
    find(qtbot, grid, "reven")

    assert grid.current_cell == CellAddress(0, 2, 0)
    assert text(grid, "findCount") == "2 cells"
    assert len(table(grid).hits) == 1


def test_that_enter_goes_on_to_the_next_hit_and_around(qtbot: QtBot, grid: WorkbookGrid) -> None:
    find(qtbot, grid, "reven")
    seen = []

    for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier, SHIFT):
        qtbot.keyClick(field(grid, "findField"), Qt.Key.Key_Return, modifier)
        seen.append(grid.current_cell)

    assert seen == [CellAddress(1, 98, 25), CellAddress(0, 2, 0), CellAddress(1, 98, 25)]


def test_that_the_search_starts_from_the_current_cell_and_goes_around(
    qtbot: QtBot, grid: WorkbookGrid
) -> None:
    grid.go_to(CellAddress(1, 98, 25))

    find(qtbot, grid, "price")

    qtbot.waitUntil(lambda: grid.current_cell == CellAddress(0, 0, 0))


def test_that_escape_closes_the_bar_and_forgets_the_hits(qtbot: QtBot, grid: WorkbookGrid) -> None:
    find(qtbot, grid, "reven")

    qtbot.keyClick(field(grid, "findField"), Qt.Key.Key_Escape)

    assert not field(grid, "findField").isVisible()
    assert table(grid).hits == frozenset()
    assert grid.focusWidget() is grid.view


def test_that_a_text_that_is_nowhere_is_told(qtbot: QtBot, grid: WorkbookGrid) -> None:
    find(qtbot, grid, "xyzzy")

    qtbot.waitUntil(lambda: text(grid, "findCount") == "No cell")


def test_that_every_part_has_a_name_for_machines_and_one_for_people(grid: WorkbookGrid) -> None:
    parts = [grid, grid.view, grid.tabs, *grid.findChildren(QLineEdit), *grid.findChildren(QPushButton)]
    parts += [*grid.findChildren(QToolButton, "hiddenSheets"), grid.view.horizontalHeader()]

    assert [part for part in parts if not part.objectName() or not part.accessibleName()] == []
    assert all(isinstance(part, QWidget) for part in parts)
    assert len(parts) > 8


@requires_corpus
@pytest.mark.parametrize("name", ["Wazobia", "basic_term", "event_calendar"])
def test_that_all_sheets_of_a_real_workbook_are_painted(grid: WorkbookGrid, name: str) -> None:
    (path,) = CORPUS.glob(f"*{name}*")
    grid.show_workbook(read_workbook(path))

    for tab in range(grid.tabs.count()):
        grid.tabs.setCurrentIndex(tab)
        assert not grid.view.viewport().grab().toImage().isNull()
