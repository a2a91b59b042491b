"""The application object of Qt, which macOS tells of files that a person double-clicked."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override


class DesktopApplication(QApplication):
    """Tells with `file_asked` which file is to be opened; other systems start mcdesk with it instead."""

    file_asked = Signal(object)

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))

    @override
    def event(self, event: QEvent) -> bool:
        # a filter of events would be asked about every event of every widget
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_asked.emit(Path(event.file()))
            return True
        return super().event(event)
