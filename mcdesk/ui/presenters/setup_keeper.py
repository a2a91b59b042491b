"""Keeps each set-up for the next time its workbook is opened, beside the window's thread."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.setup_carrying import landmarks_of
from mcdesk.formulas.setup_shelf import KeptSetup, SetupShelf
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import StoreError
from mcdesk.model.workbook import Workbook
from mcdesk.ui.background import Background


class SetupKeeper(QObject):
    """What is given last is what is kept, however the threads come to it."""

    failed = Signal(object)

    def __init__(self, background: Background, shelf: SetupShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._shelf = background, shelf
        self._given = 0
        # guards what was written last, and that only one thread writes
        self._lock = threading.Lock()
        self._written_by_path: dict[Path, int] = {}

    def find(self, path: Path) -> KeptSetup | None:
        """The set-up for the workbook at this path; reads a file."""
        return self._shelf.find(path)

    def keep(self, workbook: Workbook, setup: SetupFile) -> None:
        """Keep this; `failed` follows if it cannot be written."""
        self._given += 1
        number = self._given

        def work(_: CancelToken) -> None:
            with self._lock:
                if self._written_by_path.get(workbook.path, 0) < number:
                    self._write(workbook, setup)
                    self._written_by_path[workbook.path] = number

        self._background.start(work, lambda _: None, self.failed.emit)

    def _write(self, workbook: Workbook, setup: SetupFile) -> None:
        landmarks = landmarks_of(workbook, CellLabels(workbook), setup)
        try:
            self._shelf.keep(workbook.path, setup, landmarks)
        except OSError as error:
            raise StoreError(f"The set-up cannot be kept: {error.strerror or error}") from error
