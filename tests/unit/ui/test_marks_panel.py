"""The lists of marks beside the grid."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.model.addresses import CellAddress
from mcdesk.ui.presenters.marks import Mark
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.marks_panel import MarksPanel

# Of the panel in a window of 1280 by 800.
HEIGHT = 634


def marks(count: int) -> list[Mark]:
    return [Mark(CellAddress(0, row, 1), f"Cell {row}", "Plan!B1", False) for row in range(count)]


@pytest.mark.parametrize(
    ("inputs", "outputs", "whole"),
    [(2, 2, {"inputsList", "outputsList"}), (40, 1, {"outputsList"}), (1, 40, {"inputsList"})],
)
def test_that_a_short_list_is_seen_whole_beside_another(
    qtbot: QtBot, theme: Theme, inputs: int, outputs: int, whole: set[str]
) -> None:
    panel = MarksPanel(theme)
    qtbot.addWidget(panel)
    panel.show_marks(marks(inputs), marks(outputs))
    panel.resize(panel.width(), HEIGHT)

    with qtbot.waitExposed(panel):
        panel.show()

    lists = [panel.findChild(QListView, name) for name in ("inputsList", "outputsList")]
    seen = {
        each.objectName() for each in lists if each is not None and not each.verticalScrollBar().maximum()
    }
    assert seen == whole


def seen_part(panel: MarksPanel, kind: type[QWidget], name: str) -> QWidget | None:
    found = panel.findChild(kind, name)
    return found if found is not None and found.isVisible() else None


def panel_with_a_value(qtbot: QtBot, theme: Theme) -> tuple[MarksPanel, QWidget]:
    """A panel with one mark of each kind, and the link to its other values."""
    panel = MarksPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_marks(marks(1), marks(1), marks(1))
    link = seen_part(panel, QPushButton, "valuesButton")
    assert link is not None
    return panel, link


def test_that_other_values_take_turns_with_the_outputs_where_there_are_any(
    qtbot: QtBot, theme: Theme
) -> None:
    panel = MarksPanel(theme)
    qtbot.addWidget(panel)
    removed: list[CellAddress] = []
    panel.remove_wanted.connect(removed.append)
    panel.show()
    panel.show_marks(marks(1), marks(1))
    assert seen_part(panel, QPushButton, "valuesButton") is None

    panel.show_marks(marks(1), marks(1), marks(2))
    link = seen_part(panel, QPushButton, "valuesButton")
    assert isinstance(link, QPushButton)
    assert link.text() == "Other values  2"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert seen_part(panel, QListView, "outputsList") is None
    listed = seen_part(panel, QListView, "valuesList")
    assert isinstance(listed, QListView)
    listed.setCurrentIndex(listed.model().index(1, 0))
    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    assert removed == [CellAddress(0, 1, 1)]

    back = seen_part(panel, QPushButton, "outputsButton")
    assert isinstance(back, QPushButton)
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert seen_part(panel, QListView, "outputsList") is not None


def test_that_outputs_are_seen_again_where_the_last_other_value_went(qtbot: QtBot, theme: Theme) -> None:
    panel, link = panel_with_a_value(qtbot, theme)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)

    panel.show_marks(marks(1), marks(1))

    assert seen_part(panel, QListView, "outputsList") is not None
    assert seen_part(panel, QListView, "valuesList") is None


def test_that_outputs_are_seen_where_they_are_others_than_before(qtbot: QtBot, theme: Theme) -> None:
    panel, link = panel_with_a_value(qtbot, theme)
    for outputs, name in ((1, "valuesList"), (2, "outputsList")):
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)

        panel.show_marks(marks(2), marks(outputs), marks(1))

        assert seen_part(panel, QListView, name) is not None


def test_that_tab_goes_from_the_head_of_a_list_to_the_list(qtbot: QtBot, theme: Theme) -> None:
    panel = MarksPanel(theme)
    qtbot.addWidget(panel)
    names, part = [], panel.nextInFocusChain()
    while part is not None and part is not panel:
        names.append(part.objectName())
        part = part.nextInFocusChain()

    wanted = [
        "correlationsButton",
        "inputsList",
        "valuesButton",
        "outputsList",
        "outputsButton",
        "valuesList",
    ]
    assert [name for name in names if name in wanted] == wanted
