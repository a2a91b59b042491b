"""The menus: everything that can be done on every page, with its keys."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QActionGroup

from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.mnemonics import with_mnemonic
from mcdesk.ui.theme.theme import Theme, ThemeChoice


@dataclass(frozen=True, slots=True)
class ModelCommands:
    """What the menus ask of the model page and of runs."""

    browse: Callable[[], object]
    run: Callable[[], object]
    run_again: Callable[[], object]
    cancel: Callable[[], object]
    undo: Callable[[], object]
    redo: Callable[[], object]
    go_to: Callable[[], object]
    find: Callable[[], object]
    load_setup: Callable[[], object]
    save_setup: Callable[[], object]
    correlate: Callable[[], object]


def fill_menus(window: MainWindow, theme: Theme, commands: ModelCommands) -> None:
    """Everything but what help there is; more may be added after it."""
    add = window.add_command
    add("File", "Open workbook\u2026", commands.browse, "Ctrl+O")
    add("File", "Load set-up\u2026", commands.load_setup)
    add("File", "Save set-up\u2026", commands.save_setup, "Ctrl+S")
    window.menu("File").addSeparator()
    add("File", "Quit", window.close, "Ctrl+Q")
    add("Edit", "Undo", commands.undo, "Ctrl+Z")
    add("Edit", "Redo", commands.redo, "Ctrl+Shift+Z", "Ctrl+Y")
    add("Edit", "Correlations\u2026", commands.correlate, "Ctrl+K")
    window.menu("Edit").addSeparator()
    # the grid has this key itself, for the sheet that is in front
    add("Edit", "Find in sheet", commands.find)
    add("Edit", "Go to cell", commands.go_to, "F5", "Ctrl+G")
    add("Simulation", "Run", commands.run, "Ctrl+Return", "Ctrl+Enter")
    add("Simulation", "Run again with another seed", commands.run_again, "Ctrl+Shift+Return")
    add("Simulation", "Cancel", commands.cancel, "Ctrl+.")
    _add_themes(window, theme)


def _add_themes(window: MainWindow, theme: Theme) -> None:
    menu = window.add_menu("View", "Theme")
    menu.setObjectName("menuTheme")
    group = QActionGroup(menu)
    by_choice = {}
    letters: set[str] = set()
    for choice in ThemeChoice:
        made = menu.addAction(with_mnemonic(choice.value.capitalize(), letters))
        made.setCheckable(True)
        made.setObjectName(f"theme{choice.value.capitalize()}")
        made.triggered.connect(partial(theme.choose, choice))
        group.addAction(made)
        by_choice[choice] = made
    by_choice[theme.choice].setChecked(True)
    theme.follow(menu, lambda: by_choice[theme.choice].setChecked(True))
