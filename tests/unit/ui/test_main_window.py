"""The frame before its pages are loaded."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.ui.frame import make_frame
from mcdesk.ui.theme.theme import Theme


def test_that_the_sidebar_stands_as_it_will_stand_while_the_history_is_not_there_yet(
    qtbot: QtBot, theme: Theme
) -> None:
    window = make_frame(theme).window
    qtbot.addWidget(window, before_close_func=lambda _: window.close_now())

    with qtbot.waitExposed(window):
        window.show()

    first = window.findChild(QPushButton, "navStart")
    assert first is not None
    card = window.sidebar.account_card
    assert first.mapTo(window.sidebar, QPoint(0, 0)).y() < 120
    assert card.height() == card.sizeHint().height()
    assert card.geometry().bottom() > window.sidebar.height() - 30
