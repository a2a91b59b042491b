"""A queue in simulated time: the real books and decisions, with an engine that only lets time pass.

What the dispatcher does between two chunks is done here in its order: charge, take in what arrived, admit
or suspend, give the next turn. Nothing sleeps.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, cast

from mcdesk.dispatch.engine_messages import ChunkDone
from mcdesk.dispatch.job_runner import JobRunner
from mcdesk.dispatch.job_table import ActiveJob, Activity, JobTable
from mcdesk.dispatch.ledger_clock import LedgerClock
from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.dispatch.queue_writer import QueueWriter
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.history.executor_store import ExecutorSeat, ExecutorStore, LedgerEntry
from mcdesk.history.job_record import ChunkStamp, JobProgress, JobRecord, JobState
from mcdesk.history.queue_store import QueueStore
from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import QueueCapacity, QueueSnapshot
from mcdesk.scheduling.scheduler import Admit, Pause, Turn, admissions, next_turn
from mcdesk.scheduling.tiers import ResourceLimits, TierTerms

CHUNK_SECONDS = 0.1
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
EMPTY_SEAT = ExecutorSeat(epoch=1, generation=0, process_id=1, heartbeat=1)
ROOMY = QueueCapacity(memory_mb=1_000_000, jobs=256, jobs_per_account=256)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A simulation that is handed in, and the device seconds that it needs."""

    at: float
    account: int
    device_seconds: float
    compute_percent: int = 100
    memory_mb: int = 512


class Given(NamedTuple):
    """A turn: seconds of the ledger's clock."""

    began: float
    seconds: float
    account: int
    job: str


@dataclass(frozen=True, slots=True)
class World:
    """What is given: `jitter` is by how much of its length a chunk may be shorter or longer."""

    terms: Mapping[int, TierTerms]
    arrivals: Sequence[Arrival]
    policy: SharePolicy = field(default_factory=SharePolicy)
    capacity: QueueCapacity = ROOMY
    chunk_seconds: float = CHUNK_SECONDS
    jitter: float = 0.3
    seed: int = 0
    begins_at: float = 0.0
    ledger: Sequence[LedgerEntry] = ()
    seat: ExecutorSeat = EMPTY_SEAT
    wall: datetime = NOON
    is_late_by: float = 0.0


class _Writer:
    """Keeps in memory what is to be written down."""

    def __init__(self, book: UsageBook) -> None:
        self.ledger: dict[int, LedgerEntry] = {}
        self.stamps: list[ChunkStamp] = []
        self._book = book

    def note_chunk(self, stamp: ChunkStamp, _progress: JobProgress) -> None:
        self.stamps.append(stamp)

    def flush(self) -> None:
        self.ledger |= {entry.user_id: entry for entry in self._book.take_changes()}


class Watcher:
    """Sees the queue at each decision; does nothing by itself."""

    def decided(self, snapshot: QueueSnapshot, turn: Turn | Pause) -> None:
        """A turn was given, or nobody may go on."""

    def arrived(self, arrival: Arrival, run: "WorldRun") -> None:
        """A job was taken in."""

    def charged(self, given: Given, run: "WorldRun") -> None:
        """A chunk was charged, and not yet written down."""


class WorldRun:
    """A world that is under way; `run_until` may be called again and again."""

    def __init__(self, world: World, watcher: Watcher | None = None) -> None:
        self.world = world
        self.seconds = world.begins_at
        self.turns: list[Given] = []
        self.idle_seconds = 0.0
        self.left_by_job: dict[str, float] = {}
        self.ended_at: dict[str, float] = {}
        self._random = random.Random(world.seed)
        self._watcher = watcher or Watcher()
        self._coming = sorted(world.arrivals, key=lambda each: each.at)
        self._taken = 0
        clock = LedgerClock(world.seat, world.wall, lambda: self.seconds)
        book = UsageBook("cpu", world.ledger)
        self.writer = _Writer(book)
        self.books = QueueBooks(
            device="cpu",
            table=JobTable(),
            book=book,
            store=cast("ExecutorStore", None),
            queue=cast("QueueStore", None),
            writer=cast("QueueWriter", self.writer),
            clock=clock,
            capacity=world.capacity,
            wall_offset=0.0,
            policy=world.policy,
            terms=world.terms,
        )

    def run_until(self, end: float, is_enough: Callable[[], bool] = lambda: False) -> "WorldRun":
        """Go on until this time after the beginning, or until nothing is left to do."""
        end += self.world.begins_at
        while self.seconds < end and not is_enough():
            self._take_arrivals()
            snapshot = self._admit()
            turn = next_turn(snapshot)
            self._watcher.decided(snapshot, turn)
            if isinstance(turn, Turn):
                self._compute(turn.job)
            elif not self._wait(turn.until, end):
                break
        return self

    def score(self, account: int) -> float:
        """Of an account, now."""
        now, weight = self.books.clock(), self.world.terms[account].weight
        return self.books.book.usage(account, now, self.books.policy) / weight

    def _take_arrivals(self) -> None:
        while self._taken < len(self._coming):
            arrival = self._coming[self._taken]
            if arrival.at + self.world.begins_at > self.seconds:
                return
            self._taken += 1
            record = job_record(self._taken, arrival)
            self.books.take_in([record])
            self.left_by_job[record.simulation_id] = arrival.device_seconds
            self._watcher.arrived(arrival, self)

    def _admit(self) -> QueueSnapshot:
        """Admit and suspend who is to be; the queue after that."""
        table, before = self.books.table, self.books.snapshot()
        decisions = admissions(before)
        for decision in decisions:
            record = table.record(decision.job)
            assert record is not None
            if isinstance(decision, Admit):
                table.admit(active_job(record))
                continue
            suspended = table.active(decision.job)
            assert suspended is not None
            table.forget(decision.job)
            table.add([replace(record, device_seconds=suspended.device_seconds)])
        return self.books.snapshot() if decisions else before

    def _compute(self, name: str) -> None:
        job = self.books.table.active(name)
        assert job is not None
        began, account = self.seconds, job.record.user_id
        stretch = self._random.uniform(1.0 - self.world.jitter, 1.0 + self.world.jitter)
        seconds = min(self.world.chunk_seconds * stretch, self.left_by_job[name])
        self._pass_to(began + seconds)
        self.books.charge(job, chunk_done(began, seconds), 1)
        given = Given(self.books.clock.at(began), seconds, account, name)
        self.turns.append(given)
        self.left_by_job[name] -= seconds
        self._watcher.charged(given, self)
        self.writer.flush()
        if self.left_by_job[name] <= 0.0:
            self.books.table.forget(name)
            self.ended_at[name] = self.seconds - self.world.begins_at

    def _pass_to(self, moment: float) -> None:
        """Let time pass; who hands something in meanwhile is taken in then."""
        for arrival in self._coming[self._taken :]:
            at = arrival.at + self.world.begins_at
            if at >= moment:
                break
            self.seconds = max(at, self.seconds)
            self._take_arrivals()
        self.seconds = moment

    def _wait(self, until: float | None, end: float) -> bool:
        ahead = self.books.clock() - self.seconds
        later = [] if until is None else [until - ahead + self._random.uniform(0.0, self.world.is_late_by)]
        if self._taken < len(self._coming):
            later.append(self._coming[self._taken].at + self.world.begins_at)
        if not later:
            return False
        moment = min(*later, end)
        if len(self.books.table):
            self.idle_seconds += moment - self.seconds
        self.seconds = moment
        return True


def run_world(world: World, seconds: float, watcher: Watcher | None = None) -> WorldRun:
    """Let a world go on for so long."""
    return WorldRun(world, watcher).run_until(seconds)


def terms_of(weight: float, compute_percent: int = 100) -> TierTerms:
    """What an account may have."""
    return TierTerms(weight, ResourceLimits(8192, compute_percent, 3600))


def job_record(arrival: int, handed_in: Arrival) -> JobRecord:
    """A job as the queue has it; its name tells the order of arrival."""
    return JobRecord(
        arrival=arrival,
        simulation_id=f"job-{arrival:05}",
        user_id=handed_in.account,
        state=JobState.WAITING,
        device="cpu",
        program_sha256="",
        steps=1,
        tier="standard",
        memory_mb=handed_in.memory_mb,
        compute_percent=handed_in.compute_percent,
        seconds_limit=3600,
        forecast_seconds=None,
        trials=1,
        submitted_at="",
        started_at=None,
        is_cancelled=False,
        trials_done=0,
        trials_per_second=None,
        mean=None,
        half_width=None,
        device_seconds=0.0,
        deaths=0,
        committed_trials=0,
        committed_file=None,
        boot_id=None,
    )


def active_job(record: JobRecord) -> ActiveJob:
    """A job that is admitted and open, as `ActiveJobs` makes it."""
    return ActiveJob(
        record=record,
        runner=cast("JobRunner", None),
        service_seconds=record.device_seconds,
        device_seconds=record.device_seconds,
        commits_at=0.0,
        committed_file=None,
        seconds_limit=record.seconds_limit,
        activity=Activity.READY,
    )


def chunk_done(began: float, seconds: float) -> ChunkDone:
    """What the engine tells of a chunk."""
    return ChunkDone(
        first_trial=0,
        progress=None,
        is_done=False,
        began_at=began,
        device_seconds=seconds,
        processor_seconds=seconds,
        backend="cpu",
    )
