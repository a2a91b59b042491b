"""A window that executes two simulations and shows one: what its person would notice of that.

python -m tests.benchmarks.window_busy, on an X server.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from mcdesk.application import SWITCH_SECONDS
from mcdesk.dispatch.engine_messages import ChunkDone
from mcdesk.dispatch.job_table import ActiveJob
from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.foundation.paths import resources_folder
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import Frame, make_frame
from mcdesk.ui.grid.sheet_view import SheetView
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.presenters.run_presenter import RunHandle, RunPresenter
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.results_view import ProgressStrip, ResultsView
from mcdesk.ui.workbench import Workbench
from tests.benchmarks.chart_drawing import BINS, frames, histogram_picture
from tests.benchmarks.grid_scrolling import large_workbook, scrolling
from tests.builders_xlsx import CellContent, write_xlsx

EXAMPLES = ("product_launch", "newsvendor")
ENDLESS = 10**10
WATCHED_SECONDS = 20.0
PATIENCE_SECONDS = 60.0
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
        for name in EXAMPLES:
            start(window, name)
        window.serve(SETTLING_SECONDS)
        for figure in watched(window):
            say(*figure)
        grid = WorkbookGrid(window.frame.theme)
        grid.resize(1400, 900)
        grid.show()
        grid.show_workbook(large_workbook(LARGE_ROWS))
        for step in (57, 5_003):
            found = scrolling(grid, step, f"a million cells scrolled, {step:,} pixels a frame")
            say(found.what, found.value, found.asked)
        grid.hide()
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


class PaintWatch(QObject):
    """Notes when a widget has been painted, as the loop is back then."""

    def __init__(self, widget: QWidget, note: Callable[[], None]) -> None:
        super().__init__(widget)
        self._note = note
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self._note)
        return False


def watched(window: OpenWindow) -> Iterator[tuple[str, str, str]]:
    """From the end of a chunk to the picture that shows it, and how late the window's loop is."""
    shown_run = window.workbench.results.handle
    assert shown_run is not None
    chunks: list[tuple[float, int]] = []
    pictures: list[tuple[float, int]] = []
    charge = QueueBooks.charge

    def noted_charge(books: QueueBooks, job: ActiveJob, done: ChunkDone, trials: int) -> None:
        if job.name == shown_run.simulation_id and done.progress is not None:
            chunks.append((time.perf_counter(), done.progress.trials_done))
        charge(books, job, done, trials)

    def shows(handle: RunHandle) -> None:
        if handle is shown_run and handle.progress is not None:
            trials[0] = handle.progress.trials_done

    trials = [0]
    page = window.frame.window.page
    assert isinstance(page, ResultsView)
    runs, strip = window.frame.window.findChild(RunPresenter), page.findChild(ProgressStrip)
    assert runs is not None and strip is not None
    runs.progressed.connect(shows)
    PaintWatch(strip, lambda: pictures.append((time.perf_counter(), trials[0])))
    QueueBooks.charge = noted_charge  # type: ignore[method-assign]  # the end of a chunk, where it is charged
    lags = probed(WATCHED_SECONDS)
    QueueBooks.charge = charge  # type: ignore[method-assign]
    window.serve(1.0)
    latencies = list(latencies_of(chunks, pictures))
    what = f"chunk finished to frame painted, {len(latencies)} chunks"
    yield what, f"p50 {_milliseconds(latencies, 0.5)}, p99 {_milliseconds(latencies, 0.99)}", "p99 33 ms"
    yield (
        "lag of the event loop",
        f"p50 {_milliseconds(lags, 0.5)}, p99 {_milliseconds(lags, 0.99)}",
        "p99 33 ms",
    )


def latencies_of(chunks: list[tuple[float, int]], pictures: list[tuple[float, int]]) -> Iterator[float]:
    """Seconds from each chunk to the first picture with its trials."""
    place = 0
    for finished, trials in chunks:
        while place < len(pictures) and (pictures[place][1] < trials or pictures[place][0] < finished):
            place += 1
        if place < len(pictures):
            yield pictures[place][0] - finished


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

    PaintWatch(view.viewport(), note)
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


def _milliseconds(seconds: list[float], share: float) -> str:
    if not seconds:
        return "no data"
    ordered = sorted(seconds)
    return f"{1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]:.1f} ms"


if __name__ == "__main__":
    main()
