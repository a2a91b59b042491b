"""The only owner of the queue's state: takes jobs in, admits, gives turns, charges, ends, hands over."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue

from mcdesk.dispatch.active_jobs import ActiveJobs
from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.dispatch.engine_host import EngineSlot
from mcdesk.dispatch.job_runner import RunnerMessage
from mcdesk.dispatch.job_table import JobTable
from mcdesk.dispatch.ledger_clock import LedgerClock
from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.dispatch.queue_writer import QueueWriter
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.foundation.errors import ExecutorReplaced, McdeskError
from mcdesk.history import metric_names
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import BEAT_SECONDS, ExecutorSeat, ExecutorStore
from mcdesk.history.job_record import JobRecord
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.scheduling.fair_share import policy_of
from mcdesk.scheduling.scheduler import Admit, Turn, admissions, next_turn
from mcdesk.scheduling.tiers import Tier, tier_table

POLL_SECONDS = 0.02
# Runs that last get a second engine at hand, should the first one die.
SPARE_AFTER_SECONDS = 5.0
HANDOVER_SECONDS = 2.0
SECONDS_BETWEEN_CLEANINGS = 60.0

logger = logging.getLogger(__name__)


class Dispatcher:
    """Executes the queue in the calling thread, until it is told to stop or another process takes over.

    Args:
        store: of this process, which has just taken the seat.
        before: the seat as it was before that.
    """

    def __init__(
        self,
        setup: DispatchSetup,
        database: Database,
        store: ExecutorStore,
        before: ExecutorSeat,
        slot: EngineSlot,
    ) -> None:
        self._setup = setup
        self._database = database
        self._store = store
        self._slot = slot
        self._inbox: SimpleQueue[RunnerMessage | None] = SimpleQueue()
        self._tiers = tier_table(setup.settings)
        clock = LedgerClock(before, setup.now(), setup.monotonic)
        book = UsageBook(setup.device, store.ledger(setup.device))
        samples = SampleStore(database, setup.samples_folder)
        self._books = QueueBooks(
            device=setup.device,
            table=JobTable(),
            book=book,
            store=store,
            queue=QueueStore(database),
            writer=QueueWriter(database, store, samples, book),
            clock=clock,
            capacity=setup.capacity,
            wall_offset=setup.wall_seconds() - clock(),
        )
        self._active = ActiveJobs(setup, slot, self._books, self._inbox.put)
        self._last_arrival = 0
        self._seen_version: int | None = None
        self._beat_at = self._cleaned_at = self._began_at = clock()
        self._wakes_at: float | None = None
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """What keeps the queue from being written down, in a sentence; from any thread."""
        return self._trouble or self._books.writer.trouble

    def wake(self) -> None:
        """Have a look at once; from any thread."""
        self._inbox.put(None)

    def run(self, stop: threading.Event) -> None:
        """Give turns until `stop` is set; then hand over at the end of a chunk.

        Raises:
            ExecutorReplaced: if another process executes by now.
        """
        try:
            while not stop.is_set():
                self._step(self._patience())
            self._hand_over()
        finally:
            self._active.leave()

    def _step(self, patience: float) -> None:
        self._receive(patience)
        # what was found out decides the next turn, and is written down while that is computed
        self._give_turn()
        self._books.writer.flush(self._books.clock())
        try:
            self._active.retry()
            self._poll()
            self._admit()
            self._beat()
        except ExecutorReplaced:
            raise
        except McdeskError as error:
            logger.warning("the queue waits for its database: %s", error)
            self._seen_version = None
            self._trouble = str(error)
        else:
            self._trouble = None

    def _patience(self) -> float:
        if self._wakes_at is None or self._active.is_device_busy:
            return POLL_SECONDS
        return min(max(self._wakes_at - self._books.clock(), 0.0), POLL_SECONDS)

    def _receive(self, patience: float) -> None:
        try:
            message = self._inbox.get(timeout=patience)
            while True:
                if message is not None:
                    self._active.take(message)
                message = self._inbox.get_nowait()
        except Empty:
            return

    def _give_turn(self) -> None:
        self._wakes_at = None
        if self._active.is_device_busy:
            return
        turn = next_turn(self._books.snapshot())
        if isinstance(turn, Turn):
            self._active.give_turn(turn.job)
        else:
            self._wakes_at = turn.until

    def _poll(self) -> None:
        """Take in what others have written since the last time."""
        version = self._database.data_version()
        if version == self._seen_version:
            return
        # the accounts afterwards: each of these jobs is one of theirs
        records = self._books.queue.jobs(after=self._last_arrival)
        self._read_accounts()
        self._take_new_jobs(records)
        self._books.table.move(self._books.queue.moved())
        for name in (*self._books.queue.cancelled(), *self._deleted()):
            self._cancel(name)
        self._seen_version = version

    def _read_accounts(self) -> None:
        accounts = AccountStore(self._database).accounts()
        self._books.use_terms({account.id: self._tiers[Tier(account.tier)] for account in accounts})
        active = sum(account.is_active for account in accounts)
        self._books.policy = policy_of(self._setup.settings, active)

    def _take_new_jobs(self, records: Sequence[JobRecord]) -> None:
        if not records:
            return
        if self._last_arrival == 0:
            self._books.take_over(records)
        else:
            self._books.take_in(records)
        self._last_arrival = records[-1].arrival

    def _deleted(self) -> list[str]:
        """What is computed for nobody, as its simulation or its account is no longer there."""
        admitted = self._books.queue.admitted()
        return [job.name for job in self._books.table if job.name not in admitted]

    def _cancel(self, name: str) -> None:
        if self._books.table.active(name) is not None:
            self._active.cancel(name)
            return
        record = self._books.table.record(name)
        if record is not None:
            # it has trials from before it was suspended: they are kept
            self._active.start(replace(record, is_cancelled=True))

    def _admit(self) -> None:
        for decision in admissions(self._books.snapshot()):
            if not isinstance(decision, Admit):
                self._active.suspend(decision.job)
                continue
            record = self._books.table.record(decision.job)
            if record is None:
                continue
            if not self._active.start(record):
                # it was cancelled while it waited
                self._books.table.forget(decision.job)

    def _beat(self) -> None:
        now = self._books.clock()
        if now - self._beat_at >= BEAT_SECONDS:
            self._beat_at = now
            self._store.beat(now)
            self._measure()
            self._slot.look()
            if len(self._books.table) and now - self._began_at > SPARE_AFTER_SECONDS:
                self._slot.prepare_spare()
        if now - self._cleaned_at >= SECONDS_BETWEEN_CLEANINGS:
            self._cleaned_at = now
            self._store.forget_old_stamps()

    def _measure(self) -> None:
        table, metrics = self._books.table, self._setup.metrics
        metrics.gauge(metric_names.QUEUE_ADMITTED, len(table))
        metrics.gauge(metric_names.QUEUE_WAITING, table.waiting_count)

    def _hand_over(self) -> None:
        """Suspend what runs, and let another process take the seat."""
        for job in self._books.table:
            self._active.suspend(job.name)
        ends_at = self._books.clock() + HANDOVER_SECONDS
        while self._books.clock() < ends_at and any(job.is_open for job in self._books.table):
            self._receive(POLL_SECONDS)
        self._active.retry()
        self._books.writer.flush_at_once(self._books.clock())
        self._store.beat(self._books.clock())
        self._store.leave_seat()
