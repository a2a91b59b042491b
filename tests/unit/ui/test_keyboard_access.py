"""What those need who do not see the window or use no mouse: names, and an order of the stops of Tab."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.ui.main_window import is_tab_stop
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.history_panel import HistoryPanel
from tests.unit.ui.window_desk import OpenWindow, example, opened_window

pytestmark = pytest.mark.xdist_group("window")
PAGES = ("start", "model", "results", "queue", "settings")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, home: Path) -> Iterator[OpenWindow]:
    """With a model, a result and a recent file; the second time the result is that of the history."""
    with opened_window(qtbot, theme, home) as found:
        found.workbench.open(example("newsvendor"))
        found.wait_until(lambda: "newsvendor" in found.window.windowTitle())
        found.workbench.run()
        found.wait_until(lambda: found.workbench.results.result is not None)
        panel = found.window.findChild(HistoryPanel)
        assert panel is not None
        found.wait_until(lambda: panel.list.model().rowCount() > 0)
        yield found


def is_inside_choice(widget: QWidget) -> bool:
    """The field and the list of a choice are reached and named through it."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QComboBox):
        parent = parent.parentWidget()
    return parent is not None


def stops(opened: OpenWindow) -> list[QWidget]:
    """Where Tab stops on the page in front, from the first of the window on."""
    found, window = [], opened.window
    widget = window.nextInFocusChain()
    while widget is not window:
        if is_tab_stop(widget) and widget.isVisible() and not is_inside_choice(widget):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def region(opened: OpenWindow, widget: QWidget) -> str:
    window = opened.window
    for name, part in (("1 sidebar", window.sidebar), ("3 status", window.status_line)):
        if part.isAncestorOf(widget):
            return name
    return "2 page"


def test_that_each_part_that_can_have_the_focus_has_a_name_on_every_page(opened: OpenWindow) -> None:
    parts = [
        part
        for part in opened.window.findChildren(QWidget)
        if part.focusPolicy() is not Qt.FocusPolicy.NoFocus
        # texts that can be copied are their own names
        and not isinstance(part, QLabel)
        and not is_inside_choice(part)
    ]

    unnamed = [
        (type(part).__name__, part.objectName(), part.accessibleName())
        for part in parts
        if not part.objectName() or not part.accessibleName()
    ]

    assert len(parts) > 70
    assert unnamed == []


def test_that_no_button_of_the_next_page_looks_chosen_and_tab_begins_at_its_first(opened: OpenWindow) -> None:
    window = opened.window
    window.activateWindow()
    window.show_number(1)
    run = window.findChild(QPushButton, "runButton")
    assert run is not None
    run.setFocus()

    window.show_number(2)
    first = window.focusWidget()
    opened.qtbot.keyClick(window.page, Qt.Key.Key_Tab)

    assert first is window.page
    assert window.focusWidget() is not None
    assert window.focusWidget().objectName() in ("outputChoice", "compareButton")


def test_that_tab_goes_down_the_sidebar_through_each_page_and_to_the_status_line(opened: OpenWindow) -> None:
    for number, page in enumerate(PAGES):
        opened.window.show_number(number)
        found = stops(opened)

        regions = [region(opened, each) for each in found]
        assert regions == sorted(regions), page
        sidebar = [each for each in found if region(opened, each) == "1 sidebar"]
        tops = [each.mapTo(opened.window, QPoint(0, each.height() // 2)).y() // 12 for each in sidebar]
        assert tops == sorted(tops), page
        assert {"historySearch", "historyList", "accountCard"} <= {each.objectName() for each in sidebar}
        assert found[-1].objectName() == "statusMessages"
