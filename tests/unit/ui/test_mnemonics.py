"""Menus are reached and walked through with letters."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from mcdesk.ui.main_window import MENUS
from mcdesk.ui.mnemonics import with_mnemonic, without_mnemonic
from tests.unit.ui.conftest import OpenWindow


def test_that_first_letters_come_before_others() -> None:
    taken: set[str] = set()
    texts = ["Run", "Run again", "Run again with another seed", "Undo", "Run", "Go to cell", "5", "aw"]

    found = [with_mnemonic(text, taken) for text in texts]

    assert [without_mnemonic(each) for each in found] == texts
    assert found == [
        "&Run",
        "Run &again",
        "Run again &with another seed",
        "&Undo",
        "Ru&n",
        "&Go to cell",
        "5",
        "aw",
    ]


def _letters(menu: QMenu) -> list[str]:
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert all(text.count("&") == 1 for text in texts), texts
    return [text[text.index("&") + 1].upper() for text in texts]


@pytest.mark.parametrize("name", MENUS)
def test_that_each_entry_has_a_letter_of_its_own(name: str, opened: OpenWindow) -> None:
    letters = _letters(opened.window.menu(name))

    assert len(letters) > 2
    assert len(set(letters)) == len(letters)


def test_that_letters_open_a_menu_and_choose_an_entry(opened: OpenWindow) -> None:
    menu = opened.window.menu("Help")
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_H, Qt.KeyboardModifier.AltModifier)
    opened.wait_until(menu.isVisible)
    shell = opened.workbench.shell
    assert shell is not None

    opened.qtbot.keyClick(menu, Qt.Key.Key_D)

    opened.wait_until(lambda: shell.help is not None and shell.help.window.isVisible())
