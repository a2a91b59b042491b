"""A window that watches what another process computes: prints what it painted when, as JSON.

python -m tests.benchmarks.window_watching HOME; `window_busy` starts it.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from mcdesk.application import SWITCH_SECONDS
from mcdesk.services import folders_under, open_services
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import make_frame
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.queue_view import QueueView
from mcdesk.ui.workbench import Workbench
from tests.benchmarks.window_progress import noted_pictures

QUEUE_PAGE = 3
PART_SECONDS = 15.0
SETTLING_SECONDS = 2.0


def main() -> None:
    home = Path(sys.argv[1])
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication([])
    frame = make_frame(Theme(application, ThemeChoice.LIGHT))
    background, folders = Background(), folders_under(home)
    desk = Desk(folders)
    workbench = compose(frame, folders, background, desk)
    ready = QEventLoop()
    desk.ready.connect(lambda _: ready.quit())
    desk.start()
    frame.window.resize(1280, 800)
    frame.window.show()
    ready.exec()
    with open_services(folders) as services:
        names = [job.simulation_id for job in services.history.queue.jobs()]
    page = frame.window.findChild(QueueView)
    assert page is not None
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("which shows nothing that runs", lambda: None),
        ("page of the queue, both", lambda: frame.window.show_number(QUEUE_PAGE)),
        ("page of results", lambda: page.opened.emit(names[0])),
    )
    parts = []
    for what, begin in steps:
        begin()
        serve(SETTLING_SECONDS)
        parts.append(watched(frame.window, workbench, what))
    background.end()
    desk.end()
    frame.window.close_now()
    sys.stdout.write(json.dumps(parts) + "\n")


def watched(window: object, workbench: Workbench, what: str) -> dict[str, object]:
    """What is painted, and what that costs."""
    processor_began, began = time.process_time(), time.monotonic()
    with noted_pictures(window, workbench) as pictures:  # type: ignore[arg-type]
        serve(PART_SECONDS)
    return {
        "what": what,
        "seconds": time.monotonic() - began,
        "processor_seconds": time.process_time() - processor_began,
        "pictures": [astuple(each) for each in pictures],
    }


def serve(seconds: float) -> None:
    """Serve the window in Qt's own loop."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
