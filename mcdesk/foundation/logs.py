"""Logging to a file that rotates and to a ring in memory; one line per event, times in UTC."""

import logging
import logging.handlers
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from typing_extensions import override

from mcdesk.foundation.group_access import make_folder, restrict_access

FILE_NAME = "mcdesk.log"
MOST_BYTES = 2_000_000
KEPT_FILES = 4
RING_LINES = 2_000

logger = logging.getLogger(__name__)


class LineRing(logging.Handler):
    """The newest lines of the log, for the window and for crash reports."""

    def __init__(self, line_count: int = RING_LINES) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=line_count)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    def lines(self) -> tuple[str, ...]:
        """The lines that are kept, the oldest first."""
        # The handler's lock keeps another thread from appending while the lines are copied.
        self.acquire()
        try:
            return tuple(self._lines)
        finally:
            self.release()


def start_logging(folder: Path | None, level: int = logging.INFO) -> LineRing:
    """Send what mcdesk logs to `folder` and to a ring; a folder that cannot be written costs only the file.

    Calling it again replaces what the earlier call set up. Without a folder there is only the ring: that of
    an encrypted data folder, as lines name workbooks and accounts.
    """
    root = logging.getLogger("mcdesk")
    earlier = tuple(root.handlers)
    root.setLevel(level)
    root.propagate = False
    ring = LineRing()
    _add(root, ring)
    # After that: without any, what another thread says meanwhile would be printed.
    for handler in earlier:
        root.removeHandler(handler)
        handler.close()
    if folder is not None:
        _add_file(root, folder)
    return ring


def _add_file(root: logging.Logger, folder: Path) -> None:
    try:
        # the first thing that is made of a data folder, perhaps: nobody else looks into it
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_folder(folder)
        file_handler = _LogFile(
            folder / FILE_NAME, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=False
        )
    except OSError as error:
        logger.warning("no log file in %s: %s", folder, error)
    else:
        # it names workbooks and accounts
        restrict_access(folder / FILE_NAME)
        _add(root, file_handler)


class _LogFile(logging.handlers.RotatingFileHandler):
    _is_closed = False

    @override
    def emit(self, record: logging.LogRecord) -> None:
        # Another thread may be on its way here while it is closed; it would be opened again for good.
        if not self._is_closed:
            super().emit(record)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: a full disk costs a line of the log, and tells nobody a traceback."""

    @override
    def close(self) -> None:
        self._is_closed = True
        with suppress(OSError):
            super().close()


class _OneLineFormatter(logging.Formatter):
    """One event, one line: line breaks inside a message are escaped."""

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{moment}.{int(record.msecs):03d}Z"

    @override
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\r", "").replace("\n", "\\n")


def _add(root: logging.Logger, handler: logging.Handler) -> None:
    text = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
    handler.setFormatter(_OneLineFormatter(text))
    root.addHandler(handler)
