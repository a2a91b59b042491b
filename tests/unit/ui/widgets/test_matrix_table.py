"""The table of correlations."""

import pytest
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.matrix_table import COLUMN_PIXELS, NAME_PIXELS, MatrixTable


@pytest.mark.parametrize(("count", "pixels"), [(2, NAME_PIXELS), (40, COLUMN_PIXELS)])
def test_that_few_columns_are_wide_enough_for_their_names(
    qtbot: QtBot, theme: Theme, count: int, pixels: int
) -> None:
    table = MatrixTable(theme, "table", "Table")
    qtbot.addWidget(table)
    table.resize(640, 300)
    with qtbot.waitExposed(table):
        table.show()

    table.show_matrix([f"Units sold in year {number}" for number in range(count)], {})

    assert table.columnWidth(1) == pixels
