"""Menus, settings, messages, help and reports of faults, in a real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
)

from mcdesk.foundation.settings import read_settings
from mcdesk.ui.crash_report import report_text
from mcdesk.ui.main_window import MENUS
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.status_line import StatusLine
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")


def dialog(opened: OpenWindow, name: str) -> QDialog:
    found = opened.window.findChild(QDialog, name)
    assert found is not None, name
    opened.wait_until(found.isVisible)
    return found


def press(opened: OpenWindow, name: str) -> None:
    found = opened.window.findChild(QPushButton, name)
    assert found is not None, name
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_that_no_key_means_two_things(opened: OpenWindow) -> None:
    keys = [
        keys.toString()
        for name in MENUS
        for action in opened.window.menu(name).actions()
        for keys in action.shortcuts()
    ]
    assert len(keys) > 10
    assert sorted(keys) == sorted(set(keys))


def test_that_settings_are_kept_and_wrong_ones_are_not(opened: OpenWindow) -> None:
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    field = opened.window.findChild(QLineEdit, "setting.trial.weight")
    save = opened.window.findChild(QPushButton, "saveSettings")
    problem = opened.window.findChild(QLabel, "settingsProblem")
    assert field is not None
    assert save is not None
    assert problem is not None
    opened.wait_until(lambda: field.isVisible() and not save.isEnabled())
    opened.qtbot.keyClicks(field, "-1")
    assert not save.isEnabled()
    assert "0.001 to 1,000" in problem.text()
    field.clear()
    opened.qtbot.keyClicks(field, "0.75")
    opened.qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    data = opened.home
    opened.wait_until(lambda: read_settings(data).tiers == {"trial": {"weight": 0.75}})
    assert not problem.isVisible()


def test_that_messages_are_kept_and_counted(opened: OpenWindow) -> None:
    opened.workbench.open(opened.home / "no such file.xlsx")
    opened.wait_until(lambda: text_of_messages(opened) == "1 message")
    press(opened, "statusMessages")
    found = dialog(opened, "messagesDialog")
    copy = found.findChild(QPushButton, "copyMessages")
    assert copy is not None
    opened.qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "no such file.xlsx" in QApplication.clipboard().text()


def text_of_messages(opened: OpenWindow) -> str:
    line = opened.window.findChild(StatusLine)
    button = opened.window.findChild(QPushButton, "statusMessages")
    assert line is not None
    assert button is not None
    return button.accessibleName()


def test_that_f1_shows_all_keys(opened: OpenWindow) -> None:
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_F1)
    texts = [each.text() for each in dialog(opened, "shortcutsDialog").findChildren(QLabel)]
    assert "Ctrl+O" in texts
    assert "Open workbook" in texts
    assert "Mark the cell as input, or edit it" in texts


def test_that_the_about_box_has_versions_and_licences(opened: OpenWindow) -> None:
    assert opened.workbench.shell is not None
    opened.workbench.shell.show_about()
    table = dialog(opened, "aboutDialog").findChild(QTableWidget)
    assert table is not None
    opened.wait_until(lambda: table.rowCount() > 10)
    rows = [
        tuple(item.text() if (item := table.item(row, column)) else "" for column in range(3))
        for row in range(table.rowCount())
    ]
    assert ("pyqtgraph", "MIT") in [(name, licence) for name, _, licence in rows]
    assert all(all(row) for row in rows)


def test_that_a_row_of_the_about_box_shows_the_text_of_the_licence(opened: OpenWindow) -> None:
    assert opened.workbench.shell is not None
    opened.workbench.shell.show_about()
    table = dialog(opened, "aboutDialog").findChild(QTableWidget)
    text = dialog(opened, "aboutDialog").findChild(QPlainTextEdit)
    assert table is not None and text is not None
    opened.wait_until(lambda: table.rowCount() > 10)

    table.setCurrentCell(2, 0)
    opened.qtbot.keyClick(table, Qt.Key.Key_Return)

    opened.wait_until(lambda: "GNU LESSER GENERAL PUBLIC LICENSE" in text.toPlainText())


def test_that_a_fault_becomes_a_report_that_can_be_copied(opened: OpenWindow) -> None:
    assert opened.workbench.shell is not None
    try:
        raise ZeroDivisionError("a fault of the program")
    except ZeroDivisionError as error:
        opened.workbench.shell.show_fault(report_text(error, error.__traceback__))
    found = dialog(opened, "crashDialog")
    report = found.findChild(QPlainTextEdit)
    copy = found.findChild(QPushButton, "copyReport")
    assert report is not None
    assert copy is not None
    opened.qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "ZeroDivisionError: a fault of the program" in QApplication.clipboard().text()
    assert text_of_messages(opened) == "1 message"
    found.accept()


def test_that_a_theme_is_chosen_in_the_menu_and_on_the_page(opened: OpenWindow, theme: Theme) -> None:
    opened.window.show_number(5)
    press(opened, "themeSegments2")
    assert theme.choice is ThemeChoice.DARK
    entries = {each.objectName(): each for each in opened.window.findChildren(QAction)}
    assert entries["themeDark"].isChecked()
    entries["themeLight"].trigger()
    assert theme.choice is ThemeChoice.LIGHT
