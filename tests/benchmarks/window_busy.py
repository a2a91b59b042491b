"""A window that executes two simulations and shows one: what its person would notice of that.

python -m tests.benchmarks.window_busy, on an X server.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from mcdesk.application import SWITCH_SECONDS
from mcdesk.foundation.paths import resources_folder
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import Frame, make_frame
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.workbench import Workbench
from tests.benchmarks.chart_drawing import BINS, frames, histogram_picture
from tests.benchmarks.grid_scrolling import large_workbook, scrolling
from tests.benchmarks.window_progress import (
    ENDLESS,
    PaintWatch,
    Picture,
    latencies_of,
    noted_chunks,
    noted_pictures,
    spread,
)
from tests.builders_xlsx import CellContent, write_xlsx

EXAMPLES = ("product_launch", "newsvendor")
RESULTS_PAGE, QUEUE_PAGE = 2, 3
IDLE_SECONDS = 8.0
WATCHED_SECONDS = 20.0
PATIENCE_SECONDS = 90.0
PROBE_MILLISECONDS = 5
LARGE_ROWS = 50_000
SETTLING_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """The window, and what stands behind it."""

    application: QApplication
    frame: Frame
    workbench: Workbench

    def serve(self, seconds: float) -> None:
        """Serve the window for so long."""
        ends_at = time.perf_counter() + seconds
        self.serve_until(lambda: time.perf_counter() >= ends_at)

    def serve_until(self, is_so: Callable[[], bool]) -> None:
        """Serve the window until it is so."""
        ends_at = time.perf_counter() + PATIENCE_SECONDS
        while not is_so():
            if time.perf_counter() > ends_at:
                raise TimeoutError("waited for too long")
            self.application.processEvents()
            time.sleep(0.0005)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as window:
        window.serve(SETTLING_SECONDS)
        say(*idle_figure())
        for name in EXAMPLES:
            start(window, name)
        window.serve(SETTLING_SECONDS)
        for figure in (*progress_figures(window), *other_figures(window, Path(folder) / "home")):
            say(*figure)
        grid = WorkbookGrid(window.frame.theme)
        grid.resize(1400, 900)
        grid.show()
        grid.show_workbook(large_workbook(LARGE_ROWS))
        for step in (57, 5_003):
            found = scrolling(grid, step, f"a million cells scrolled, {step:,} pixels a frame")
            say(found.what, found.value, found.asked)
        take_away(window, grid)
        chart_figure(window)
        # last: what is found out about a workbook once it is open would disturb the other figures
        say(*dropped(window, Path(folder)))


def say(what: str, value: str, asked: str) -> None:
    """A row of the table."""
    sys.stdout.write(f"| {what} | {value} | {asked} |\n")
    sys.stdout.flush()


@contextmanager
def opened(folder: Path) -> Iterator[OpenWindow]:
    """A window on a new data folder, whose desk executes the queue."""
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication([])
    frame = make_frame(Theme(application, ThemeChoice.LIGHT))
    folders, background = folders_under(folder / "home"), Background()
    desk = Desk(folders)
    window = OpenWindow(application, frame, compose(frame, folders, background, desk))
    frame.window.file_dropped.connect(window.workbench.open)
    ready: list[object] = []
    desk.ready.connect(ready.append)
    desk.start()
    frame.window.resize(1280, 800)
    frame.window.show()
    window.serve_until(lambda: bool(ready))
    try:
        yield window
    finally:
        for run in window.workbench.running:
            if run.task is not None:
                run.task.ask_to_end()
        window.serve_until(lambda: not window.workbench.running)
        background.end()
        desk.end()
        frame.window.close_now()


def start(window: OpenWindow, name: str) -> None:
    """Run an example with so many trials that it does not end here."""
    workbench = window.workbench
    path = resources_folder() / "examples" / f"{name}.xlsx"
    workbench.open(path)
    window.serve_until(
        lambda: workbench.model.model is not None and workbench.model.model.workbook.path == path
    )
    window.serve_until(lambda: workbench.model.output_count > 0)
    workbench.model.set_plan(replace(workbench.model.setup, trials=ENDLESS, seed=1))
    workbench.run()
    run = workbench.running[-1]
    window.serve_until(lambda: run.is_over or (run.progress is not None and run.progress.trials_done > 0))
    if run.error is not None:
        raise run.error


def idle_figure() -> tuple[str, str, str]:
    """What it costs that the window is open while nothing runs."""
    processor_began, ends_at = time.process_time(), time.perf_counter() + IDLE_SECONDS
    served(lambda: time.perf_counter() >= ends_at)
    cost = 100 * (time.process_time() - processor_began) / IDLE_SECONDS
    return "processor time of an idle window", f"{cost:.1f} % of a core", ""


def progress_figures(window: OpenWindow) -> Iterator[tuple[str, str, str]]:
    """From the end of a chunk to the picture that shows it, and how late the window's loop is."""
    lags: list[float] = []
    for page, what in ((RESULTS_PAGE, "page of results"), (QUEUE_PAGE, "page of the queue, both")):
        window.frame.window.show_number(page)
        window.serve(SETTLING_SECONDS)
        with noted_chunks() as chunks, noted_pictures(window.frame.window, window.workbench) as pictures:
            lags += probed(WATCHED_SECONDS)
        found = latencies_of(chunks, pictures)
        yield f"chunk finished to frame painted, {what}, {len(found)} frames", spread(found), "p99 33 ms"
    window.frame.window.show_number(RESULTS_PAGE)
    yield "lag of the event loop", spread(lags), "p99 33 ms"


def other_figures(window: OpenWindow, home: Path) -> Iterator[tuple[str, str, str]]:
    """The same in the window of another process, which only watches, and what that costs it."""
    command = [sys.executable, "-m", "tests.benchmarks.window_watching", str(home)]
    with noted_chunks() as chunks:
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            served(lambda: watching.poll() is not None)
        finally:
            watching.kill()
        printed, _ = watching.communicate()
    for part in json.loads(printed.splitlines()[-1]):
        pictures = [Picture(*each) for each in part["pictures"]]
        if pictures:
            found = latencies_of(chunks, pictures)
            what = f"the same in another process's window, {part['what']}, {len(found)} frames"
            yield what, spread(found), "p99 100 ms"
        cost = f"{100 * part['processor_seconds'] / part['seconds']:.1f} % of a core"
        yield f"processor time of that window, {part['what']}", cost, ""


def served(is_so: Callable[[], bool]) -> None:
    """Serve the window in Qt's own loop until it is so."""
    loop, timer = QEventLoop(), QTimer()
    ends_at = time.perf_counter() + PATIENCE_SECONDS
    timer.timeout.connect(lambda: loop.quit() if is_so() or time.perf_counter() > ends_at else None)
    timer.start(PROBE_MILLISECONDS * 10)
    loop.exec()
    timer.stop()


def probed(seconds: float) -> list[float]:
    """How much later than it should a short timer comes, in seconds; the loop is Qt's own."""
    lags: list[float] = []
    last = [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        lags.append(max(now - last[0] - PROBE_MILLISECONDS / 1000, 0.0))
        last[0] = now

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(PROBE_MILLISECONDS)
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()
    return lags


def dropped(window: OpenWindow, folder: Path) -> tuple[str, str, str]:
    """From a drop to the picture of the grid."""
    cells: dict[str, CellContent] = {f"A{row}": f"label {row}" for row in range(1, 10_001)}
    cells |= {f"B{row}": (f"=B{row - 1}*1.01", float(row)) for row in range(2, 10_001)}
    path = write_xlsx(folder / "plan.xlsx", {"S": {**cells, "B1": 1.0}})
    painted: list[float] = []
    view = window.frame.window.findChild(SheetView)
    assert view is not None

    def note() -> None:
        model = window.workbench.model.model
        if model is not None and model.workbook.path == path:
            painted.append(time.perf_counter())

    PaintWatch(view.viewport(), lambda: {"": 0}, lambda *_: note())
    began = time.perf_counter()
    window.frame.window.file_dropped.emit(path)
    window.serve_until(lambda: bool(painted))
    return "20,000 cells, from the drop to the picture", f"{painted[0] - began:.2f} s", "1.5 s"


def chart_figure(window: OpenWindow) -> None:
    """New data of a histogram."""
    import numpy as np

    from mcdesk.ui.charts.histogram_chart import HistogramChart

    values = np.sort(np.random.default_rng(1).lognormal(6.0, 0.12, 100_000))
    chart = HistogramChart(window.frame.theme)
    pictures = [histogram_picture(values * factor) for factor in (1.0, 1.01)]
    found = frames(
        window.application,
        chart,
        lambda number: chart.show_data(pictures[number % 2]),
        f"{BINS} bins redrawn",
    )
    say(found.what, found.value, "5 ms")
    take_away(window, chart)


def take_away(window: OpenWindow, widget: QWidget) -> None:
    """Delete a widget where Qt does it: that Python collects it later ends the process now and then."""
    widget.hide()
    widget.deleteLater()
    window.serve(0.1)


if __name__ == "__main__":
    main()
