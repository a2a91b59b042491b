"""Tool tips of texts that somebody else wrote."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mcdesk.ui.widgets.plain_tip import plain_tip
from mcdesk.ui.widgets.rows_table import RowsTable

SIDE = 333


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """A name that asks for a picture of 333 pixels."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(tmp_path / "a.png"))
    return f'<img src="{(tmp_path / "a.png").as_posix()}">'


def height(text: str, qtbot: QtBot) -> int:
    """Of a tool tip, which is a label that looks itself whether its text is HTML."""
    tip = QLabel(text)
    qtbot.addWidget(tip)
    return tip.sizeHint().height()


def test_that_a_picture_in_a_name_is_not_opened(picture: str, qtbot: QtBot) -> None:
    assert height(picture, qtbot) >= SIDE

    assert height(plain_tip(picture), qtbot) < SIDE / 2


def test_that_a_name_in_a_table_has_a_plain_tip(picture: str, qtbot: QtBot) -> None:
    table = RowsTable(["Input"], "table", "A table")
    qtbot.addWidget(table)

    table.show_rows([[picture]])

    item = table.item(0, 0)
    assert item is not None
    assert item.text() == picture
    assert item.toolTip() == plain_tip(picture) != picture


@pytest.mark.parametrize("text", ["", "Launch!B27", "a < b & c", "two\nlines"])
def test_that_a_text_that_is_no_html_stays_what_it_is(text: str) -> None:
    assert plain_tip(text) == text
