"""How far one piece of work beside the window is, looked at a few times a second while it goes on."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.ui.background import Task

LOOK_MILLISECONDS = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and how many steps of how many; `total` is 0 where that is not known."""

    text: str
    done: int = 0
    total: int = 0


class ProgressBoard:
    """Written by the thread that works, read by the window's: one frozen value, replaced as a whole."""

    def __init__(self, text: str) -> None:
        self.latest = Progress(text)

    def begin(self, text: str) -> None:
        """Another part of the work begins."""
        self.latest = Progress(text)

    def tell(self, done: int, total: int) -> None:
        """So much of it is done."""
        self.latest = Progress(self.latest.text, done, total)


class ProgressWatch(QObject):
    """Watches one piece of work at a time; `changed` carries a Progress, or None when it is over."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._board = ProgressBoard("")
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(lambda: self.changed.emit(self._board.latest))

    @property
    def is_working(self) -> bool:
        """Whether there is such work."""
        return self._task is not None

    def begin(self, task: Task, board: ProgressBoard) -> None:
        """Watch this; what was watched before is cancelled."""
        if self._task is not None:
            self._task.cancel()
        self._task, self._board = task, board
        self._timer.start()
        self.changed.emit(board.latest)

    def end(self) -> None:
        """It is over."""
        self._task = None
        self._timer.stop()
        self.changed.emit(None)

    def cancel(self) -> None:
        """Nobody wants it any more."""
        if self._task is not None:
            self._task.cancel()
            self.end()
