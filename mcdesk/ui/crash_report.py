"""A fault of the program itself: noticed wherever it happens, and told in the window's thread as a report."""

import logging
import platform
import sys
import threading
import traceback
from datetime import datetime
from types import TracebackType

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QObject, Signal

from mcdesk import __version__

logger = logging.getLogger(__name__)


class CrashReporter(QObject):
    """`met` tells the report of a fault that nobody caught; the program goes on."""

    met = Signal(str)

    def install(self) -> None:
        """Take what would be printed on a terminal that nobody sees."""
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread

    def _take_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _take(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None = None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        logger.error("a fault that nobody caught", exc_info=(kind, error, where))
        self.met.emit(report_text(error, where))


def report_text(error: BaseException, where: TracebackType | None) -> str:
    """What somebody needs who is to mend it; nothing of the workbook."""
    lines = (
        f"mcdesk {__version__}, Python {platform.python_version()}, PySide6 {pyside_version}",
        f"{platform.platform()}, {datetime.now():%Y-%m-%d %H:%M:%S}",
        "",
    )
    return "\n".join(lines) + "".join(traceback.format_exception(type(error), error, where))
