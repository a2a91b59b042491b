"""The lists of marks beside the grid."""

import pytest
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
