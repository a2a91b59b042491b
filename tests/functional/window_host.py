"""The whole program in a process that tells a test where its widgets are; the mouse is the test's own.

It answers lines of JSON from standard input with lines of JSON on standard output.
"""

import json
import os
import sys
import threading
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QApplication, QLabel, QListView, QWidget


def main() -> None:
    """Run the program; answer until it ends."""
    from mcdesk.application import Application, follow
    from mcdesk.foundation.conversion_wish import take_wish

    application = Application(sys.argv[1:], wish=take_wish())
    answers = Answers(application.frame.window)
    threading.Thread(target=answers.listen, daemon=True).start()
    code = application.run()
    if application.next_wish is not None:
        follow(application.next_wish, application.shown_path)
    sys.stdout.flush()
    os._exit(code)


class Answers(QObject):
    """Asked in a thread, answered in that of the window."""

    asked = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.asked.connect(self._answer)

    def listen(self) -> None:
        """Until the test closes its end."""
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        question = json.loads(line)
        answer = getattr(self, f"_{question.pop('what')}")(**question)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def _widget(self, name: str) -> QWidget | None:
        found = (each for each in QApplication.allWidgets() if each.objectName() == name)
        return next((each for each in found if each.isVisible()), None)

    def _place(self, name: str) -> tuple[int, int] | None:
        """The middle of a widget that is seen, enabled and in front."""
        widget = self._widget(name)
        if widget is None or not widget.isEnabled():
            return None
        return _point(widget, widget.rect().center())

    def _row(self, name: str, row: int) -> tuple[int, int] | None:
        widget = self._widget(name)
        if not isinstance(widget, QListView) or row >= widget.model().rowCount():
            return None
        return _point(widget.viewport(), widget.visualRect(widget.model().index(row, 0)).center())

    def _cell(self, row: int, column: int) -> tuple[int, int] | None:
        view: Any = self._widget("sheetView")
        if view is None:
            return None
        rect: QRect = view.visualRect(view.model().index(row, column))
        return _point(view.viewport(), rect.center())

    def _handle(self, index: int) -> tuple[int, int] | None:
        from mcdesk.ui.charts.histogram_chart import HistogramChart

        charts = (each for each in QApplication.allWidgets() if isinstance(each, HistogramChart))
        chart = next((each for each in charts if each.isVisible() and not each.is_empty), None)
        if chart is None:
            return None
        return _point(chart, QPoint(round(chart.handle_place(index)), chart.height() // 2))

    def _text(self, name: str) -> str | None:
        widget = self._widget(name)
        return widget.text() if isinstance(widget, QLabel) else None

    def _value(self, name: str) -> float | None:
        widget: Any = self._widget(name)
        return None if widget is None else float(widget.value())


def _point(widget: QWidget, place: QPoint) -> tuple[int, int]:
    found = widget.mapToGlobal(place)
    return found.x(), found.y()


if __name__ == "__main__":
    main()
