"""Starts the window as a person does, prints when it was painted and when it could be used, and ends it.

python -m tests.benchmarks.window_start; the times are seconds of the system's monotonic clock.
"""

import time

UP = time.monotonic()

import json  # noqa: E402 - the first moment is before all imports
import runpy  # noqa: E402
import sys  # noqa: E402


def main() -> None:
    from PySide6.QtCore import QEvent, QObject, QTimer
    from typing_extensions import override

    from mcdesk.application import Application

    class Watch(QObject):
        """Told of the first picture, and then looks for the pages."""

        def __init__(self, application: Application) -> None:
            super().__init__()
            self._application = application
            self._painted: float | None = None
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._look)
            application.frame.window.installEventFilter(self)

        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and self._painted is None:
                self._painted = 0.0
                # once the loop is back, the picture is out
                QTimer.singleShot(0, self._first_picture)
            return False

        def _first_picture(self) -> None:
            self._painted = time.monotonic()
            self._timer.start(1)

        def _look(self) -> None:
            if self._application.workbench is not None:
                self._timer.stop()
                times = {"up": UP, "painted": self._painted, "usable": time.monotonic()}
                sys.stdout.write(json.dumps(times) + "\n")
                sys.stdout.flush()
                self._application.end()

    run = Application.run
    watches: list[Watch] = []

    def watched_run(application: Application) -> int:
        watches.append(Watch(application))
        return run(application)

    Application.run = watched_run  # type: ignore[method-assign]  # all else is as in the program
    sys.argv = ["mcdesk"]
    runpy.run_module("mcdesk", run_name="__main__")


if __name__ == "__main__":
    main()
