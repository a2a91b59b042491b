"""Looks at the queue while its page is seen, and does with it what a person asks for."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.job_news import JobNews
from mcdesk.foundation.clock import moment_of, utc_now
from mcdesk.foundation.errors import McdeskError, SignInNeeded
from mcdesk.history.run_record import RunRecord
from mcdesk.scheduling.tiers import tier_table
from mcdesk.ui import workshop
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.queue_rows import QueuePage, moved_row, queue_rows, share_rows, tier_rows
from mcdesk.ui.presenters.results import model_title

PAGE_JOBS = 200
LOOK_MILLISECONDS = 250
# Of the time, looking takes at most a fifth: the window needs the interpreter, too.
REST_FACTOR = 4.0
LISTENER = "queue"


class QueuePresenter(QObject):
    """`found` carries a QueuePage; the next look begins a while after the one before has come back.

    Between looks the rows move on as the feed tells.

    Args:
        clock: seconds, monotonic.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        desk: Desk,
        accounts: AccountPresenter,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._desk, self._accounts, self._clock = desk, accounts, clock
        self._is_watched = self._is_looking = self._is_behind = False
        self._first = 0
        self._page: QueuePage | None = None
        # of the rows of the page: what was read may be older
        self._news: dict[str, JobNews] = {}
        # touched by the desk's thread only
        self._titles: dict[str, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        desk.feed.frame.connect(self._hear)

    def watch(self, is_watched: bool) -> None:
        """Look again and again, or no more."""
        self._is_watched = is_watched
        self._desk.feed.listen(LISTENER, is_watched)
        if is_watched:
            self.look()
        else:
            self._timer.stop()

    def show_from(self, first: int) -> None:
        """From now on the page begins with this simulation, counted from 0."""
        if first != self._first:
            self._first = first
            self.look()

    def look(self) -> None:
        """Look once, or once more where that is under way."""
        if self._is_looking:
            self._is_behind = True
            return
        self._is_looking, self._is_behind = True, False
        first = self._first
        acting = self._accounts.current
        own = frozenset() if acting is None else frozenset({acting.id})

        def work(room: DeskRoom) -> tuple[QueuePage, float]:
            began = self._clock()
            return self._page_of(room, own, first), self._clock() - began

        self._desk.ask(work, self._tell, self._fail)

    def cancel(self, simulation_id: str) -> None:
        """End a simulation; the trials that are done are kept."""

        def work(room: DeskRoom) -> None:
            room.services.history.queue.cancel(simulation_id)
            _wake(room)

        self._desk.ask(work, lambda _: self.look(), self.failed.emit)

    def move(self, simulation_id: str, is_up: bool) -> None:
        """Let a waiting simulation of the acting account change turns with the one before or after it."""
        account = self._accounts.current
        if account is None:
            return
        owner = account.id

        def work(room: DeskRoom) -> None:
            if room.services.history.queue.move(simulation_id, owner, is_up):
                _wake(room)

        self._desk.ask(work, lambda _: self.look(), self.failed.emit)

    def _page_of(self, room: DeskRoom, own: frozenset[int], first: int) -> QueuePage:
        """In the desk's thread."""
        services, now = room.services, utc_now()
        visible = own | _open_accounts(room)
        running, waiting = services.history.queue.count_of(visible)
        # the last page is a whole one, however far it was scrolled
        first = max(min(first, running + waiting - PAGE_JOBS), 0)
        place = workshop.queue_place(services.settings)
        view = workshop.queue_view(services.open_history, place, (visible, PAGE_JOBS, first), now)
        # a simulation keeps the name of its model and its seed
        self._titles = {
            job.id: self._titles.get(job.id) or _title(services.history.runs.record(job.id))
            for job in view.jobs
        }
        tiers = tier_table(services.settings)

        def starts_in(moment: str) -> float | None:
            return _seconds_between(now, moment)

        return QueuePage(
            first=first,
            rows=queue_rows(view, self._titles, starts_in),
            running=running,
            waiting=waiting,
            hidden=max(view.job_count - running - waiting, 0),
            accounts=share_rows(view, tiers),
            tiers=tier_rows(view, tiers),
        )

    def _tell(self, looked: tuple[QueuePage, float]) -> None:
        self._is_looking = False
        page, seconds = looked
        shown = {row.id for row in page.rows}
        self._news = {name: news for name, news in self._news.items() if name in shown}
        self._page = self._moved(page)
        self.found.emit(self._page)
        if self._is_behind:
            self.look()
        elif self._is_watched:
            self._timer.start(max(LOOK_MILLISECONDS, int(1000 * REST_FACTOR * seconds)))

    def _hear(self, told: tuple[JobNews, ...]) -> None:
        """In the frames of the feed."""
        if not self._is_watched or self._page is None:
            return
        for news in told:
            before = self._news.get(news.simulation_id)
            if before is None or news.trials_done >= before.trials_done:
                self._news[news.simulation_id] = news
        page = self._moved(self._page)
        if page != self._page:
            self._page = page
            self.found.emit(page)

    def _moved(self, page: QueuePage) -> QueuePage:
        rows = (
            row if (news := self._news.get(row.id)) is None else moved_row(row, news) for row in page.rows
        )
        return replace(page, rows=tuple(rows))

    def _fail(self, error: McdeskError) -> None:
        self._is_looking = False
        self.watch(False)
        self.failed.emit(error)


def _title(record: RunRecord) -> str:
    """Two of the same model differ by their seeds."""
    return f"{model_title(Path(record.model_name))}  \u00b7  seed {record.seed}"


def _open_accounts(room: DeskRoom) -> frozenset[int]:
    try:
        return frozenset(room.services.people.identity.viewer().account_ids)
    except SignInNeeded:
        return frozenset()


def _wake(room: DeskRoom) -> None:
    if room.queue is not None:
        room.queue.wake()


def _seconds_between(now: datetime, moment: str) -> float:
    return (moment_of(moment) - now).total_seconds()
