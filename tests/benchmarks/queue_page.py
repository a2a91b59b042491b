"""What the page of the queue costs: ten thousand simulations that wait, and twenty that run.

python -m tests.benchmarks.queue_page
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

if sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from typing_extensions import override

from mcdesk.application import SWITCH_SECONDS
from mcdesk.history.account_store import Account
from mcdesk.history.job_record import NewJob
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.services import folders_under, open_services
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.queue_presenter import QueuePresenter
from mcdesk.ui.presenters.queue_rows import QueuePage, QueueRow
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.queue_view import QueueView

WAITING = 10_000
RUNNING = 20
LOOKS = 15
FRAMES = 300
FRAME_MILLISECONDS = 16.7
PATIENCE_SECONDS = 60.0
NOW = "2026-01-01T00:00:00.000000Z"


class OnlyLooking(Desk):
    """A desk that does not execute the queue, so that all of it stays as it is."""

    @override
    def _run(self) -> None:
        with open_services(self.folders) as services:
            self.ready.emit(None)
            while (work := self._work.get()) is not None:
                work(DeskRoom(services, None))


def main() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application, ThemeChoice.LIGHT)
    print("| | measured | asked |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory() as home:
        folders = folders_under(Path(home))
        with open_services(folders) as services:
            account = services.history.accounts.local_account()
            services.history.queue.submit([handed_in(number, account) for number in range(WAITING)])
        view = QueueView(theme)
        view.resize(1040, 760)
        view.show()
        with presented(OnlyLooking(folders), view) as presenter:
            for what, value, asked in waiting_figures(application, view, presenter):
                print(f"| {what} | {value} | {asked} |", flush=True)
        for what, value, asked in running_figures(application, view):
            print(f"| {what} | {value} | {asked} |", flush=True)


@contextmanager
def presented(desk: Desk, view: QueueView) -> Iterator[QueuePresenter]:
    """The page with its presenter at a desk."""
    accounts = AccountPresenter(desk)
    presenter = QueuePresenter(desk, accounts)
    presenter.found.connect(view.show_page)
    view.page_wanted.connect(presenter.show_from)
    desk.start()
    accounts.refresh()
    try:
        yield presenter
    finally:
        presenter.watch(False)
        desk.end()


def handed_in(number: int, account: Account) -> tuple[RunRecord, NewJob]:
    """A simulation that waits."""
    name = f"{number:032x}"
    record = RunRecord(
        name,
        account.id,
        RunStatus.PENDING,
        10_000,
        number,
        "mc",
        "cpu",
        name,
        "plan.xlsx",
        "0" * 64,
        "{}",
        NOW,
    )
    return record, NewJob(name, account.id, "cpu", "{}", "p", 10, account.tier, 512, 100, 60, 2.5, 10_000)


def waiting_figures(
    application: QApplication, view: QueueView, presenter: QueuePresenter
) -> Iterator[tuple[str, str, str]]:
    table, bar = view.table, view.table.verticalScrollBar()
    pages: list[QueuePage] = []
    presenter.found.connect(pages.append)

    def look() -> float:
        count, began = len(pages), time.perf_counter()
        presenter.look()
        serve(application, lambda: len(pages) > count)
        view.repaint()
        return time.perf_counter() - began

    look()
    yield f"look at the first of {WAITING:,} that wait", _spread([look() for _ in range(LOOKS)]), ""
    bar.setValue(bar.maximum())
    serve(application, lambda: table.row_at(WAITING - 1) is not None)
    yield f"look at the last of {WAITING:,}", _spread([look() for _ in range(LOOKS)]), ""
    presenter.watch(True)
    for step in (120, 4_000):
        bar.setValue(0)
        serve(application, lambda: table.row_at(0) is not None)
        times, read = [], 0
        for number in range(FRAMES):
            began = time.perf_counter()
            bar.setValue((number + 1) * step)
            application.processEvents()
            times.append(time.perf_counter() - began)
            read += table.row_at(table.rowAt(0)) is not None
            time.sleep(max(FRAME_MILLISECONDS / 1000 - times[-1], 0.0))
        what = f"scroll {step:,} pixels a frame, {100 * read // FRAMES} % of the frames with their rows read"
        yield what, _spread(times), "p99 16.7 ms"


def running_figures(application: QApplication, view: QueueView) -> Iterator[tuple[str, str, str]]:
    rows = [running_row(number) for number in range(RUNNING)]
    times = []
    for number in range(FRAMES):
        moved = tuple(replace(row, fraction=(number % 100) / 100, trials_done=number) for row in rows)
        began = time.perf_counter()
        view.show_page(QueuePage(rows=moved, running=RUNNING))
        application.processEvents()
        times.append(time.perf_counter() - began)
    yield f"{RUNNING} running rows that all move, a frame", _spread(times), "p99 16.7 ms"


def running_row(number: int) -> QueueRow:
    """A simulation that runs."""
    texts = (
        f"plan  \u00b7  seed {number}",
        "ada@example.org",
        "1,000,000,000",
        "37 %",
        "1.52 M/s",
        "Running",
    )
    return QueueRow(f"{number}", texts[0], "Takes turns with 19 others", "running", 0.37, number, texts)


def serve(application: QApplication, is_so: Callable[[], bool]) -> None:
    """Serve the window until it is so."""
    ends_at = time.perf_counter() + PATIENCE_SECONDS
    while not is_so():
        if time.perf_counter() > ends_at:
            raise TimeoutError("waited for too long")
        application.processEvents()
        time.sleep(0.0005)


def _spread(seconds: Sequence[float]) -> str:
    p99 = sorted(seconds)[int(0.99 * len(seconds))]
    return f"p50 {1000 * statistics.median(seconds):.1f} ms, p99 {1000 * p99:.1f} ms"


if __name__ == "__main__":
    main()
