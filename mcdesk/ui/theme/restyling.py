"""Another style sheet for all widgets, without the seconds that Qt would take for it."""

import time

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

# Less than a frame, so that nobody notices those that are not in sight.
_MOST_SECONDS = 0.008


class Restyling(QObject):
    """Polishes what is in sight at once, and what is hidden in turns of the loop that have nothing to do."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._hidden: list[QWidget] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def apply(self, sheet: str) -> None:
        """Let all widgets have this style sheet."""
        application = self._application
        # Qt polishes each widget that it keeps rules for, and with it all that is inside: a widget ten levels
        # down ten times. With no rules kept it polishes none, and the rules are found anew when needed.
        application.style().unpolish(application)
        application.setStyleSheet(sheet)
        polished = [
            each
            for each in application.allWidgets()
            if each.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
        ]
        self._hidden = [each for each in polished if not each.isVisible()]
        for widget in polished:
            if widget.isVisible():
                widget.style().polish(widget)
                if widget.isWindow():
                    widget.update()
        self._timer.start(0)

    def finish(self) -> None:
        """Polish all that is left, because some of it comes into sight."""
        self._polish_until(None)

    def _go_on(self) -> None:
        self._polish_until(time.perf_counter() + _MOST_SECONDS)

    def _polish_until(self, end: float | None) -> None:
        while self._hidden and (end is None or time.perf_counter() < end):
            widget = self._hidden.pop()
            if shiboken6.isValid(widget):
                widget.style().polish(widget)
        if not self._hidden:
            self._timer.stop()
