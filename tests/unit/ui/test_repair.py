"""A window whose history is damaged: it says so, and one click repairs it."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.history.daily_copy import keep_copy
from mcdesk.history.opening import open_database
from mcdesk.ui.theme.theme import Theme
from tests.unit.ui.window_desk import OpenWindow, composed_window

pytestmark = pytest.mark.xdist_group("window")


def text_of(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_that_a_click_repairs_a_damaged_history(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "home" / "mcdesk.db"
    open_database(path).close()
    keep_copy(path, date(2026, 11, 26), CancelToken())
    path.write_bytes(b"no database at all" * 1_000)
    with composed_window(qtbot, theme, tmp_path / "home") as (opened, desk):
        desk.start()
        opened.wait_until(lambda: "is damaged" in text_of(opened, "noticeTitle"))
        repair = opened.window.findChild(QPushButton, "noticeAction")
        assert repair is not None
        assert (repair.text(), repair.isVisible()) == ("Repair", True)

        qtbot.mouseClick(repair, Qt.MouseButton.LeftButton)
        opened.wait_until(lambda: "mcdesk-2026-11-26.db took its place" in text_of(opened, "noticeTitle"))

    open_database(path).close()
    (kept,) = path.parent.glob("mcdesk.db.damaged-*")
    assert kept.read_bytes() == b"no database at all" * 1_000


def test_that_nothing_is_offered_where_the_history_is_of_a_later_version(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    path = tmp_path / "home" / "mcdesk.db"
    with open_database(path) as database:
        database._connection.execute("PRAGMA user_version = 999")
    with composed_window(qtbot, theme, tmp_path / "home") as (opened, desk):
        desk.start()
        opened.wait_until(lambda: "later version" in text_of(opened, "noticeTitle"))
        repair = opened.window.findChild(QPushButton, "noticeAction")
        assert repair is not None
        assert not repair.isVisible()
