"""What the screen shows while the window starts."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme
from tests.unit.ui.window_desk import example, opened_window


class _ShownWindows(QObject):
    """The names of the windows that came to the screen, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(watched.objectName() or type(watched).__name__)
        return False


def test_that_no_other_window_is_shown_while_the_window_starts_and_its_pages_are_seen(
    qtbot: QtBot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    shown = _ShownWindows()
    qapp.installEventFilter(shown)

    try:
        with opened_window(qtbot, theme, tmp_path / "home") as opened:
            for each in opened.window.sidebar.stops():
                if isinstance(each, QPushButton) and each.objectName().startswith("nav"):
                    each.click()
            opened.workbench.open(example("product_launch"))
            opened.wait_until(lambda: opened.model.model is not None)
    finally:
        qapp.removeEventFilter(shown)

    assert shown.names == ["mainWindow"]
