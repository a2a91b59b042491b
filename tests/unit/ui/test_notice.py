"""A note goes by itself, but not before it was seen."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views import notice as notice_module
from mcdesk.ui.views.notice import Notice


def test_that_a_note_waits_until_its_window_is_there(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_module, "NOTE_MILLISECONDS", 60)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(800, 500)
    notice = Notice(theme, parent)

    notice.show_note("What mcdesk keeps is encrypted")
    qtbot.wait(150)
    assert not notice.isHidden()

    parent.show()
    qtbot.waitUntil(notice.isHidden, timeout=5_000)
