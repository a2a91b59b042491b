"""Texts cut to their room."""

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import SMALL_PIXELS
from mcdesk.ui.widgets.elided_texts import text_with_address

ADDRESS = "standardized_financials!B1207"


@pytest.mark.parametrize("text", ["", "1,234.5", "pert(1,234,500.25, 2,345,600.75, 3,456,700.25)"])
@pytest.mark.parametrize("width", [120, 160, 230])
def test_that_of_an_address_that_is_cut_the_cell_stays(
    qtbot: QtBot, theme: Theme, text: str, width: int
) -> None:
    metrics = QFontMetrics(body_font(SMALL_PIXELS))

    shown = text_with_address(metrics, text, ADDRESS, width)

    assert shown.endswith("!B1207")
    assert metrics.horizontalAdvance(shown) <= width
    assert shown[:2] == (text or "st")[:2]


def test_that_what_fits_is_shown_whole(qtbot: QtBot, theme: Theme) -> None:
    metrics = QFontMetrics(body_font(SMALL_PIXELS))

    assert text_with_address(metrics, "20", "Plan!B1", 300) == "20   Plan!B1"
    assert text_with_address(metrics, "20", "", 300) == "20"
