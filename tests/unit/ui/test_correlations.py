"""The matrix of correlations by keyboard alone, from the window to the set-up and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QPushButton
from pytestqt.logging import _QtMessageCapture
from pytestqt.qtbot import QtBot

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.correlation_dialog import NO_RANK, CorrelationDialog
from tests.builders_xlsx import write_xlsx
from tests.unit.ui.window_desk import OpenWindow, opened_window

pytestmark = pytest.mark.xdist_group("window")

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    with opened_window(qtbot, theme, tmp_path / "home") as found:
        cells = {f"B{row}": float(row) for row in range(1, 7)}
        found.workbench.open(write_xlsx(tmp_path / "plan.xlsx", {"Plan": cells}))
        found.wait_until(lambda: found.model.model is not None)
        for row, name in enumerate(("Price", "Units", "Rent")):
            found.model.set_input(CellAddress(0, row, 1), "normal(5, 1)", name)
        yield found


def dialog_of(opened: OpenWindow) -> CorrelationDialog:
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_K, CONTROL)
    found = opened.window.findChild(CorrelationDialog)
    assert found is not None
    opened.wait_until(found.table.hasFocus)
    return found


def type_at(opened: OpenWindow, dialog: CorrelationDialog, row: int, column: int, text: str) -> None:
    dialog.table.choose(row, column)
    for letter in text:
        press(opened, dialog, letter)
    enter(opened, dialog)


def enter(opened: OpenWindow, dialog: CorrelationDialog) -> None:
    press(opened, dialog, "\r")
    # the field over the cell goes in a later turn of the loop than the focus
    idle = QAbstractItemView.State.NoState
    opened.wait_until(lambda: dialog.table.hasFocus() and dialog.table.state() is idle)


def press(opened: OpenWindow, dialog: CorrelationDialog, letter: str) -> None:
    """Where the keyboard goes: to the table, or to the field that it has opened over a cell."""
    target = QApplication.focusWidget()
    assert target is not None and dialog.isAncestorOf(target)
    opened.qtbot.keyClicks(target, letter)


def check_of(opened: OpenWindow, dialog: CorrelationDialog) -> str:
    """What is said once it is judged."""
    opened.wait_until(lambda: dialog.is_judged)
    found = dialog.findChild(QLabel, "correlationCheck")
    assert found is not None
    return found.text()


def button_of(dialog: CorrelationDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def ranks(opened: OpenWindow) -> list[tuple[str, str, float]]:
    return [(each.first, each.second, each.rank) for each in opened.model.setup.correlations]


def test_that_numbers_are_typed_over_cells_and_become_part_of_the_set_up(
    opened: OpenWindow, qtlog: _QtMessageCapture
) -> None:
    dialog = dialog_of(opened)

    type_at(opened, dialog, 1, 0, "0.7")
    type_at(opened, dialog, 1, 2, "-.5")
    assert check_of(opened, dialog) == "2 correlations can hold together"
    opened.qtbot.mouseClick(button_of(dialog, "acceptCorrelations"), Qt.MouseButton.LeftButton)

    assert ranks(opened) == [("Plan!B1", "Plan!B2", 0.7), ("Plan!B2", "Plan!B3", -0.5)]
    opened.model.undo()
    assert ranks(opened) == []
    # Enter is for the field over the cell, and opens no other
    assert [each.message for each in qtlog.records if "editing failed" in each.message] == []


def test_that_a_judgement_leaves_alone_what_is_being_typed(opened: OpenWindow) -> None:
    dialog = dialog_of(opened)
    type_at(opened, dialog, 1, 0, "0.7")
    dialog.table.choose(1, 2)
    for letter in "-.":
        press(opened, dialog, letter)
    opened.wait_until(lambda: dialog.is_judged)

    # as it is shown again when it is judged
    dialog.table.show_matrix([each.title for each in dialog.sheet.inputs], dict(dialog.sheet.ranks), (0, 1))
    press(opened, dialog, "5")
    enter(opened, dialog)

    assert check_of(opened, dialog) == "2 correlations can hold together"
    opened.qtbot.mouseClick(button_of(dialog, "acceptCorrelations"), Qt.MouseButton.LeftButton)
    assert ranks(opened) == [("Plan!B1", "Plan!B2", 0.7), ("Plan!B2", "Plan!B3", -0.5)]


def test_that_a_contradiction_is_told_and_the_nearest_that_can_be_is_taken(opened: OpenWindow) -> None:
    dialog = dialog_of(opened)
    for row, column, text in ((1, 0, "0.9"), (2, 1, "0.9"), (2, 0, "-0.9")):
        type_at(opened, dialog, row, column, text)
    accept, nearest = button_of(dialog, "acceptCorrelations"), button_of(dialog, "useNearest")

    assert check_of(opened, dialog).startswith("These contradict each other, most of all ")
    assert (accept.isEnabled(), nearest.isVisible()) == (False, True)
    opened.qtbot.mouseClick(nearest, Qt.MouseButton.LeftButton)

    assert check_of(opened, dialog) == "3 correlations can hold together"
    assert (accept.isEnabled(), nearest.isVisible()) == (True, False)
    dialog.reject()
    assert ranks(opened) == []


def test_that_what_is_no_rank_is_told_and_changes_nothing(opened: OpenWindow) -> None:
    dialog = dialog_of(opened)
    check_of(opened, dialog)

    type_at(opened, dialog, 1, 0, "1.5")

    assert check_of(opened, dialog) == NO_RANK
    assert dialog.sheet.ranks == ()
    dialog.reject()


def test_that_a_number_is_taken_back_done_again_and_deleted(opened: OpenWindow) -> None:
    dialog = dialog_of(opened)
    type_at(opened, dialog, 1, 0, "0.7")

    opened.qtbot.keyClick(dialog.table, Qt.Key.Key_Z, CONTROL)
    assert dialog.sheet.ranks == ()
    opened.qtbot.keyClick(dialog.table, Qt.Key.Key_Y, CONTROL)
    assert dialog.sheet.ranks == (((0, 1), 0.7),)
    dialog.table.choose(0, 1)
    opened.qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)

    assert dialog.sheet.ranks == ()
    assert check_of(opened, dialog) == "No correlations"
    dialog.reject()


def test_that_one_input_alone_is_told_to_have_nothing_to_go_with(opened: OpenWindow) -> None:
    for row in (1, 2):
        opened.model.remove(CellAddress(0, row, 1))

    opened.qtbot.keyClick(opened.window, Qt.Key.Key_K, CONTROL)

    assert opened.window.findChild(CorrelationDialog) is None
    assert opened.window.notice.isVisible()


def test_that_the_dialog_opens_wide_enough_for_the_names_of_the_inputs(opened: OpenWindow) -> None:
    for row, name in enumerate(
        ("Market", "Market growth", "Market share", "Price per unit", "Cost per unit")
    ):
        opened.model.set_input(CellAddress(0, row, 1), "normal(5, 1)", name)
    dialog = dialog_of(opened)
    across = dialog.table.horizontalHeader()

    wanted = [across.sectionSizeFromContents(number).width() for number in range(across.count())]

    assert len(wanted) == 5
    assert [number for number, width in enumerate(wanted) if across.sectionSize(number) < width] == []
