"""Encrypts or decrypts the folder before the window opens, as nobody else may use it meanwhile."""

from PySide6.QtCore import QObject, Signal

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.conversion_wish import ConversionWish
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import Folders
from mcdesk.ui import encryption_door
from mcdesk.ui.background import Background
from mcdesk.ui.formatting import count_text
from mcdesk.ui.presenters.progress_watch import ProgressBoard, ProgressWatch
from mcdesk.ui.views.conversion_window import ConversionWindow
from mcdesk.ui.views.notice import Notice


class ConversionBench(QObject):
    """`ended` comes once, however it ends; `tell` says in the window how that was."""

    ended = Signal()

    def __init__(
        self, folders: Folders, wish: ConversionWish, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folders, self._wish, self._background = folders, wish, background
        self._outcome: int | McdeskError | Cancelled = 0
        self._watch = ProgressWatch(self)
        self.window = ConversionWindow(
            "Encrypting what mcdesk keeps" if wish.is_on else "Decrypting what mcdesk keeps"
        )
        self._watch.changed.connect(self.window.show_progress)

    def start(self) -> None:
        """Begin, and show how far it is."""
        board = ProgressBoard("")

        def work(token: CancelToken) -> int:
            return encryption_door.convert_folder(self._folders, self._wish, token, board.tell)

        task = self._background.start(work, self._end, self._end)
        self.window.stop_wanted.connect(task.ask_to_end)
        self._watch.begin(task, board)
        self.window.show()

    def tell(self, notice: Notice) -> None:
        """Say how it ended."""
        outcome, done = self._outcome, "encrypted" if self._wish.is_on else "decrypted"
        if isinstance(outcome, Cancelled):
            notice.show_note("The conversion was stopped", "Settings has the way to go on with it.")
        elif isinstance(outcome, McdeskError):
            notice.show_failure(outcome, is_lasting=True)
        else:
            files = "1 file" if outcome == 1 else f"{count_text(outcome)} files"
            notice.show_note(f"What mcdesk keeps is {done}", f"{files} in {self._folders.data}")

    def _end(self, outcome: int | McdeskError | Cancelled) -> None:
        self._outcome = outcome
        self._watch.end()
        self.ended.emit()
        # last: the application ends with its last window
        self.window.close_now()
        self.window.deleteLater()
