"""The frame before its pages are loaded."""

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.ui.frame import make_frame
from mcdesk.ui.main_window import FIRST_SIZE
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


class _Screen:
    """One with this much room."""

    def __init__(self, room: QSize) -> None:
        self._room = room

    def availableSize(self) -> QSize:
        return self._room


@pytest.mark.parametrize("room", [QSize(1440, 900), QSize(1440, 1200), QSize(1280, 800)])
def test_that_the_first_window_leaves_room_for_its_frame_on_a_screen_that_is_no_larger(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch, room: QSize
) -> None:
    window = make_frame(theme).window
    qtbot.addWidget(window, before_close_func=lambda _: window.close_now())
    monkeypatch.setattr(window, "screen", lambda: _Screen(room))
    shown: list[QSize] = []
    # the size that it has again once it is no longer maximised
    monkeypatch.setattr(window, "showMaximized", lambda: shown.append(window.size()))

    window.fit_to_screen()

    assert len(shown) == 1
    assert shown[0].width() < room.width()
    assert shown[0].height() <= min(room.height() - 40, FIRST_SIZE.height())


def test_that_the_first_window_has_its_own_size_on_a_large_screen(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_frame(theme).window
    qtbot.addWidget(window, before_close_func=lambda _: window.close_now())
    monkeypatch.setattr(window, "screen", lambda: _Screen(QSize(1920, 1080)))

    window.fit_to_screen()

    assert window.size() == FIRST_SIZE
    assert not window.isMaximized()
