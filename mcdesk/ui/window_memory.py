"""What the window remembers between starts: its place, its theme, and what was open at a bad end."""

import base64
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray

from mcdesk.foundation.kept_file import read_json, write_json
from mcdesk.ui.theme.theme import ThemeChoice

logger = logging.getLogger(__name__)


class WindowMemory:
    """A small file of the data folder; one that is damaged or gone is as if nothing were remembered.

    Args:
        later: does the writing, beside the window.
    """

    def __init__(self, file: Path, later: Callable[[Callable[[], None]], object]) -> None:
        self._file = file
        self._later = later
        self._lock = threading.Lock()
        self._facts: dict[str, object] = dict(_read(file))

    @property
    def theme(self) -> ThemeChoice:
        """What the person chose last."""
        try:
            return ThemeChoice(str(self._facts.get("theme")))
        except ValueError:
            return ThemeChoice.SYSTEM

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was, as Qt keeps it."""
        try:
            return QByteArray(base64.b64decode(str(self._facts["geometry"]), validate=True))
        except (KeyError, ValueError):
            return None

    @property
    def left_open(self) -> Path | None:
        """The workbook that was open when mcdesk ended without being closed."""
        text = self._facts.get("open")
        return Path(text) if isinstance(text, str) and Path(text).is_file() else None

    def keep_theme(self, choice: ThemeChoice) -> None:
        """This one was chosen."""
        self._facts["theme"] = choice.value
        self._later(self._write)

    def keep_open(self, path: Path | None) -> None:
        """This workbook is open now."""
        self._facts["open"] = None if path is None else str(path.absolute())
        self._later(self._write)

    def keep_end(self, geometry: QByteArray) -> None:
        """The window closes, from this place, as it should; waits until that is written."""
        self._facts |= {"geometry": base64.b64encode(geometry.data()).decode(), "open": None}
        self._write()

    def _write(self) -> None:
        # whoever is last writes what is true last
        with self._lock:
            try:
                write_json(self._file, self._facts)
            except OSError as error:
                logger.warning("the window will not be remembered: %s", error)


def _read(file: Path) -> Mapping[str, object]:
    found = read_json(file)
    return found if isinstance(found, dict) else {}
