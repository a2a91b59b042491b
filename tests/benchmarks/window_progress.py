"""When chunks end and when a window has painted them; times are those of the computer's monotonic clock."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from mcdesk.dispatch.engine_messages import ChunkDone
from mcdesk.dispatch.job_table import ActiveJob
from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.ui.presenters.queue_rows import QueuePage
from mcdesk.ui.views.queue_table import QueueTable
from mcdesk.ui.views.results_view import ProgressStrip
from mcdesk.ui.workbench import Workbench

# so many that a run does not end while it is watched
ENDLESS = 10**10


@dataclass(frozen=True, slots=True)
class Chunk:
    """The end of a chunk, as the engine saw it."""

    finished_at: float
    simulation_id: str
    trials: int


@dataclass(frozen=True, slots=True)
class Picture:
    """How far a simulation was in a picture, and when the loop was back from painting that."""

    painted_at: float
    simulation_id: str
    trials: int


class PaintWatch(QObject):
    """Notes when a widget has been painted, as the loop is back then.

    Args:
        shown: asked when the painting begins.
        note: told what `shown` said.
    """

    def __init__(
        self, widget: QWidget, shown: Callable[[], Mapping[str, int]], note: Callable[[str, int], None]
    ) -> None:
        super().__init__(widget)
        self._shown, self._note = shown, note
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            shown = dict(self._shown())
            QTimer.singleShot(0, lambda: [self._note(*each) for each in shown.items()])
        return False


@contextmanager
def noted_chunks() -> Iterator[list[Chunk]]:
    """The chunks that this process has computed meanwhile."""
    chunks: list[Chunk] = []
    charge = QueueBooks.charge

    def noted(books: QueueBooks, job: ActiveJob, done: ChunkDone, trials: int) -> None:
        if done.progress is not None:
            chunks.append(Chunk(done.began_at + done.device_seconds, job.name, done.progress.trials_done))
        charge(books, job, done, trials)

    QueueBooks.charge = noted  # type: ignore[method-assign]  # each chunk passes here
    try:
        yield chunks
    finally:
        QueueBooks.charge = charge  # type: ignore[method-assign]


@contextmanager
def noted_pictures(window: QWidget, workbench: Workbench) -> Iterator[list[Picture]]:
    """What the bars of the page that is seen have shown meanwhile."""
    pictures: list[Picture] = []
    in_strip: dict[str, int] = {}
    in_rows: dict[str, int] = {}
    show_progress, show_page = ProgressStrip.show_progress, QueueTable.show_page

    def shown_in_strip(strip: ProgressStrip, fraction: float, text: str) -> None:
        in_strip[workbench.results.live_id] = round(fraction * ENDLESS)
        show_progress(strip, fraction, text)

    def shown_in_rows(table: QueueTable, page: QueuePage) -> None:
        in_rows.update({row.id: row.trials_done for row in page.rows})
        show_page(table, page)

    def note(simulation_id: str, trials: int) -> None:
        pictures.append(Picture(time.monotonic(), simulation_id, trials))

    strip, table = window.findChild(ProgressStrip), window.findChild(QueueTable)
    assert strip is not None and table is not None
    watches = [PaintWatch(strip, lambda: in_strip, note)]
    watches.append(PaintWatch(table.viewport(), lambda: in_rows, note))
    ProgressStrip.show_progress = shown_in_strip  # type: ignore[method-assign]  # each step passes here
    QueueTable.show_page = shown_in_rows  # type: ignore[method-assign]
    try:
        yield pictures
    finally:
        ProgressStrip.show_progress, QueueTable.show_page = show_progress, show_page  # type: ignore[method-assign]
        for watch in watches:
            watch.deleteLater()


def latencies_of(chunks: Sequence[Chunk], pictures: Sequence[Picture]) -> list[float]:
    """Seconds to each picture with something new from the end of the oldest chunk that no other had shown."""
    chunks_by_id: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        chunks_by_id[chunk.simulation_id].append(chunk)
    trials_by_id = {each.simulation_id: each.trials for each in reversed(pictures)}
    found = []
    for picture in pictures:
        name = picture.simulation_id
        new = [each for each in chunks_by_id[name] if trials_by_id[name] < each.trials <= picture.trials]
        if new:
            found.append(picture.painted_at - new[0].finished_at)
            trials_by_id[name] = picture.trials
    return found


def spread(seconds: Sequence[float]) -> str:
    """Median and the worst of a hundred."""
    if not seconds:
        return "no data"
    ordered = sorted(seconds)
    p50, p99 = (1000 * ordered[min(int(part * len(ordered)), len(ordered) - 1)] for part in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
