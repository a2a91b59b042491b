"""A list of hundreds of thousands of rows of which a filter left few."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from mcdesk.ui.grid.cell_painter import exposed_part
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import LIGHT
from tests.unit.formulas.small_workbooks import workbook_of
from tests.unit.ui.grid.shown_views import shown_view

LAST = 100_000


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> SheetView:
    """Only the first and the last row are left; what is between them is hidden, and merged."""
    book = workbook_of(
        {"S": {"A1": "first", "B2": 2.0, f"A{LAST}": "last"}},
        hidden_rows={"S": range(2, LAST)},
        sheet_tails={"S": f'<mergeCells><mergeCell ref="B2:XFD{LAST - 1}"/></mergeCells>'},
    )
    return shown_view(qtbot, theme, book)


def test_that_the_rows_that_are_left_stand_below_each_other(view: SheetView) -> None:
    assert view.rowViewportPosition(LAST - 1) == view.rowHeight(0)
    assert view.verticalHeader().updatesEnabled()


def test_that_only_the_rows_that_are_left_are_painted(view: SheetView) -> None:
    table = view.model()
    assert isinstance(table, SheetTable)

    exposed = exposed_part(view, table, view.viewport().rect())
    picture = view.viewport().grab(QRect(0, 0, 70, 2 * view.rowHeight(0))).toImage()

    inks = {
        y // view.rowHeight(0)
        for x in range(picture.width())
        for y in range(picture.height())
        if QColor(picture.pixel(x, y)).name() == LIGHT.text
    }
    assert list(exposed.tops)[:3] == [0, LAST - 1, LAST]
    assert inks == {0, 1}
