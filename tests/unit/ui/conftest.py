"""What tests of the window stand on; a screen is not needed."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    # before anything imports Qt
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# as a start of mcdesk does
os.environ.setdefault("PYSIDE6_OPTION_LAZY", "0")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.type_room import make_room_for_types
from tests.unit.ui.window_desk import OpenWindow, opened_window


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Free the widgets of a test; else a thread of the next one may, by its search for garbage, and crash."""
    yield
    if "qtbot" in getattr(item, "fixturenames", ()):
        gc.collect()


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The theme of the session, light; a test that chooses another chooses light again."""
    make_room_for_types()
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    """A window over a data folder of its own, closed at the end of the test."""
    with opened_window(qtbot, theme, tmp_path / "home") as found:
        yield found
