"""What was told to the person in this session, newest first."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

MOST_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One of them, with the local time."""

    at: datetime
    title: str
    text: str
    is_failure: bool

    @property
    def line(self) -> str:
        """As it is copied."""
        what = f"{self.title} {self.text}".strip()
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {what}"


class Messages(QObject):
    """The list; the oldest go where there are too many."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: list[Message] = []

    @property
    def kept(self) -> tuple[Message, ...]:
        """The newest first."""
        return tuple(reversed(self._kept))

    def add(self, title: str, text: str, is_failure: bool) -> None:
        """Keep one."""
        self._kept.append(Message(datetime.now(), title, text, is_failure))
        del self._kept[:-MOST_MESSAGES]
        self.changed.emit()

    def clear(self) -> None:
        """Forget them."""
        self._kept.clear()
        self.changed.emit()
