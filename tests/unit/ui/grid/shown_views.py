"""A sheet on the screen, without the rest of the window."""

from pytestqt.qtbot import QtBot

from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.theme.theme import Theme


def shown_view(qtbot: QtBot, theme: Theme, workbook: Workbook) -> SheetView:
    """The first sheet of a workbook, 800 by 500 pixels."""
    made = SheetView(theme)
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show_table(SheetTable(workbook, workbook.sheets[0], parent=made))
    with qtbot.waitExposed(made):
        made.show()
    return made
