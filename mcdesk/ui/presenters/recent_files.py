"""The workbooks that were opened last."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from mcdesk.foundation.kept_file import read_json, write_json
from mcdesk.ui.background import Background

MOST_FILES = 12

logger = logging.getLogger(__name__)


class RecentFiles(QObject):
    """A list of paths in a file of the data folder, read and written beside the window.

    `listed` has them, newest first; those that are gone are not among them.
    """

    listed = Signal(object)

    def __init__(self, file: Path, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._background = background

    def refresh(self) -> None:
        """Look which there are."""
        self._background.start(lambda _: self._paths(), self.listed.emit, lambda _: None)

    def add(self, path: Path) -> None:
        """This one was opened."""
        self._background.start(lambda _: self._added(path), self.listed.emit, lambda _: None)

    def _paths(self) -> tuple[Path, ...]:
        found = read_json(self._file)
        texts = found if isinstance(found, list) else []
        return tuple(path for path in (Path(str(text)) for text in texts) if path.is_file())

    def _added(self, path: Path) -> tuple[Path, ...]:
        opened = path.absolute()
        kept = (opened, *(each for each in self._paths() if each != opened))[:MOST_FILES]
        try:
            write_json(self._file, [str(each) for each in kept])
        except OSError as error:
            logger.warning("recent files not kept: %s", error)
        return kept
