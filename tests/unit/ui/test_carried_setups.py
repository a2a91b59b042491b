"""Marks in a new version of the file, and set-ups as files that are loaded and saved from the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.views.carried_card import CarriedCard
from mcdesk.ui.widgets.two_line_list import TwoLineList
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")

BEFORE: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0, "A4": "Profit", "B4": ("=B1*B2", 100.0),
}  # fmt: skip
AFTER: SheetContent = {
    "A1": "Heading", "A3": "Price", "B3": 20.0, "A5": "Profit", "B5": ("=B3*5", 100.0),
}  # fmt: skip


def open_version(opened: OpenWindow, folder: Path, cells: SheetContent) -> Path:
    path = write_xlsx(folder / "plan.xlsx", {"Plan": cells})
    before = opened.model.model
    opened.workbench.open(path)
    opened.wait_until(lambda: opened.model.model is not before)
    return path


def notice_texts(opened: OpenWindow) -> list[str]:
    found = [opened.window.findChild(QLabel, name) for name in ("noticeTitle", "noticeText")]
    return [each.text() for each in found if each is not None]


def mark(opened: OpenWindow) -> None:
    opened.model.set_input(CellAddress(0, 0, 1), "normal(20, 2)", "Price")
    opened.model.set_input(CellAddress(0, 1, 1), "normal(5, 1)", "Units")
    opened.model.set_output(CellAddress(0, 3, 1), "")
    texts = ('cell = "Plan!B1"', 'cell = "Plan!B2"', 'cell = "Plan!B4"')
    opened.wait_until(lambda: all(text in kept_text(opened) for text in texts))


def kept_text(opened: OpenWindow) -> str:
    return "".join(each.read_text(encoding="utf-8") for each in (opened.home / "setups").glob("*.toml"))


def marked(opened: OpenWindow) -> list[str]:
    return [each.cell for each in (*opened.model.setup.inputs, *opened.model.setup.outputs)]


def card_of(opened: OpenWindow) -> CarriedCard:
    found = opened.window.findChild(CarriedCard)
    assert found is not None
    return found


def press(opened: OpenWindow, name: str) -> None:
    found = opened.window.findChild(QPushButton, name)
    assert found is not None
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_that_marks_follow_their_labels_and_what_moved_is_listed(opened: OpenWindow, tmp_path: Path) -> None:
    open_version(opened, tmp_path, BEFORE)
    mark(opened)
    assert not card_of(opened).isVisible()

    open_version(opened, tmp_path, AFTER)

    assert marked(opened) == ["Plan!B3", "Plan!B5"]
    title = opened.window.findChild(QLabel, "carriedTitle")
    shown = opened.window.findChild(TwoLineList, "carriedList")
    grid = opened.window.findChild(WorkbookGrid)
    assert title is not None and shown is not None and grid is not None
    assert title.text() == (
        "This file has changed since it was marked: 2 marked cells were found in another place,"
        " 1 marked cell was not found."
    )
    rows = [shown.model().index(row, 0).data() for row in range(3)]
    assert rows == [
        "Units, was Plan!B2; not marked any more",
        "Price, Plan!B1 \u2192 Plan!B3",
        "Profit, Plan!B4 \u2192 Plan!B5",
    ]
    place = shown.visualRect(shown.model().index(1, 0)).center()
    opened.qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert grid.current_cell == CellAddress(0, 2, 1)


def test_that_carrying_is_taken_back_and_is_told_once(opened: OpenWindow, tmp_path: Path) -> None:
    open_version(opened, tmp_path, BEFORE)
    mark(opened)
    path = open_version(opened, tmp_path, AFTER)
    assert card_of(opened).isVisible()

    opened.wait_until(lambda: 'cell = "Plan!B5"' in kept_text(opened))
    before = opened.model.model
    opened.workbench.open(path)
    opened.wait_until(lambda: opened.model.model is not before)
    assert not card_of(opened).isVisible()
    assert marked(opened) == ["Plan!B3", "Plan!B5"]


def test_that_undo_on_the_card_brings_the_old_cells_back(opened: OpenWindow, tmp_path: Path) -> None:
    open_version(opened, tmp_path, BEFORE)
    mark(opened)
    open_version(opened, tmp_path, AFTER)

    press(opened, "undoCarrying")

    assert marked(opened) == ["Plan!B1", "Plan!B2", "Plan!B4"]
    assert not card_of(opened).isVisible()


def test_that_a_set_up_is_saved_and_loaded_as_a_file(
    opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kept.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    open_version(opened, tmp_path, BEFORE)
    mark(opened)

    opened.qtbot.keyClick(opened.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    opened.wait_until(target.is_file)
    opened.wait_until(opened.window.notice.isVisible)
    assert [each.cell for each in read_setup_file(target).inputs] == ["Plan!B1", "Plan!B2"]
    for row in (0, 1, 3):
        opened.model.remove(CellAddress(0, row, 1))
    opened.bench.load_setup()

    opened.wait_until(lambda: marked(opened) == ["Plan!B1", "Plan!B2", "Plan!B4"])
    opened.model.undo()
    assert marked(opened) == []


def test_that_a_set_up_that_is_loaded_is_told_and_its_page_is_shown(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_version(opened, tmp_path, BEFORE)
    page = opened.window.page
    opened.window.show_number(2)
    assert opened.window.page is not page
    file = tmp_path / "leased.toml"
    file.write_text(
        '[[inputs]]\ncell = "B1"\ndistribution = "normal(20, 2)"\n[[outputs]]\ncell = "B4"\n'
        '[[values]]\ncell = "B2"\nvalue = 6\n',
        encoding="utf-8",
    )

    opened.workbench.open(file)

    opened.wait_until(opened.window.notice.isVisible)
    assert opened.window.page is page
    assert notice_texts(opened) == ["Loaded leased.toml", "1 input, 1 output, 1 value changed"]


def test_that_cells_of_a_file_that_the_workbook_lacks_are_told_and_left_out(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_version(opened, tmp_path, BEFORE)
    file = tmp_path / "other.toml"
    file.write_text('[[outputs]]\ncell = "B4"\n[[outputs]]\ncell = "Gone!B9"\n', encoding="utf-8")

    opened.workbench.open(file)

    opened.wait_until(opened.window.notice.isVisible)
    assert marked(opened) == ["Plan!B4"]
    told = opened.window.findChild(QLabel, "noticeText")
    assert told is not None
    assert told.text() == "Left out: Gone!B9."
