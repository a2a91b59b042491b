"""What belongs to the window and to no page of a model: settings, messages, help, and reports of faults."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from mcdesk.foundation.settings import FILE_NAME, Settings, read_settings, write_settings
from mcdesk.ui.background import Background
from mcdesk.ui.frame import Frame
from mcdesk.ui.main_window import MENUS
from mcdesk.ui.presenters.about import about_rows, licence_text
from mcdesk.ui.presenters.messages import Messages
from mcdesk.ui.presenters.settings_form import SettingsForm
from mcdesk.ui.views.about_dialog import AboutDialog
from mcdesk.ui.views.crash_dialog import CrashDialog
from mcdesk.ui.views.messages_dialog import MessagesDialog
from mcdesk.ui.views.settings_view import SettingsView
from mcdesk.ui.views.shortcuts_dialog import ShortcutsDialog

if TYPE_CHECKING:
    from mcdesk.ui.help_bench import HelpBench


class Shell(QObject):
    """Made once, when the pages are.

    Args:
        data: the folder that has the settings.
    """

    def __init__(self, frame: Frame, settings: SettingsView, data: Path, background: Background) -> None:
        super().__init__(frame.window)
        self._window, self._theme = frame.window, frame.theme
        self._settings, self._data, self._background = settings, data, background
        self._crash: CrashDialog | None = None
        self.help: HelpBench | None = None
        self.messages = Messages(self)
        notice, status = self._window.notice, self._window.status_line
        notice.told.connect(self.messages.add)
        self.messages.changed.connect(lambda: status.show_messages(len(self.messages.kept)))
        status.messages_wanted.connect(self.show_messages)
        settings.theme_chosen.connect(self._theme.choose)
        settings.saved.connect(self._save)
        add = self._window.add_command
        add("View", "Messages", self.show_messages, "Ctrl+Shift+M")
        add("Help", "Documentation", self.show_documentation, "Ctrl+F1")
        add("Help", "Keyboard shortcuts", self.show_shortcuts, "F1", "?")
        add("Help", "About mcdesk", self.show_about)
        self._load()

    def show_messages(self) -> None:
        """What was told in this session."""
        dialog = MessagesDialog(self._theme, self.messages, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_shortcuts(self) -> None:
        """All keys."""
        menus = {name: [*self._window.menu(name).actions()] for name in MENUS}
        dialog = ShortcutsDialog({name: _entries(found) for name, found in menus.items()}, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_documentation(self) -> None:
        """The pages that mcdesk came with, in a window of their own."""
        if self.help is None:
            from mcdesk.ui.help_bench import HelpBench

            self.help = HelpBench(
                self._window, self._theme, self._background, self._window.notice.show_failure
            )
        self.help.show()

    def show_about(self) -> None:
        """Versions and licences."""
        dialog = AboutDialog(self._window)
        dialog.finished.connect(dialog.deleteLater)
        self._background.start(
            lambda _: about_rows(), dialog.show_rows, self._window.notice.show_failure
        ).setParent(dialog)
        dialog.licence_wanted.connect(lambda name: self._read_licence(name, dialog))
        dialog.open()

    def show_fault(self, report: str) -> None:
        """A fault of mcdesk itself."""
        if self._crash is None:
            self._crash = CrashDialog(self._window)
        self._crash.add(report)
        self.messages.add("mcdesk met a fault of its own.", report.strip().rpartition("\n")[2], True)

    def _read_licence(self, name: str, dialog: AboutDialog) -> None:
        self._background.start(
            lambda _: licence_text(name), dialog.show_text, self._window.notice.show_failure
        ).setParent(dialog)

    def _load(self) -> None:
        place = str(self._data / FILE_NAME)
        self._background.start(
            lambda _: read_settings(self._data),
            lambda found: self._settings.show_form(SettingsForm(found), place),
            self._window.notice.show_failure,
        )

    def _save(self, settings: Settings) -> None:
        def saved(_: None) -> None:
            self._window.notice.show_note("Settings are kept.", "They count from the next start of mcdesk.")
            self._load()

        self._background.start(
            lambda _: write_settings(self._data, settings), saved, self._window.notice.show_failure
        )


def _entries(actions: list[QAction]) -> list[QAction]:
    return [each for each in actions if not each.isSeparator()]
