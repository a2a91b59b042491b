"""The lists of marks beside the grid."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView
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


def test_that_other_values_have_a_list_where_there_are_any(qtbot: QtBot, theme: Theme) -> None:
    panel = MarksPanel(theme)
    qtbot.addWidget(panel)
    removed: list[CellAddress] = []
    panel.remove_wanted.connect(removed.append)
    panel.show()

    shown = []
    for count in (0, 2):
        panel.show_marks(marks(1), marks(1), marks(count))
        listed = panel.findChild(QListView, "valuesList")
        assert listed is not None
        shown.append(listed.isVisible())
    listed.setCurrentIndex(listed.model().index(1, 0))
    qtbot.keyClick(listed, Qt.Key.Key_Delete)

    assert shown == [False, True]
    assert removed == [CellAddress(0, 1, 1)]
