"""The queue as people see it: why each simulation waits, when it should start, who has which share."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcdesk.foundation.clock import moment_of, utc_text
from mcdesk.foundation.settings import Settings
from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.chunk_store import ChunkStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorSeat, ExecutorStore, LedgerEntry
from mcdesk.history.job_record import JobRecord, JobState, WaitingLoad
from mcdesk.history.lease_store import LeaseStatistics, LeaseStore
from mcdesk.history.queue_store import QueueStore
from mcdesk.scheduling.fair_share import SharePolicy, Usage, credit_of, decayed_usage, policy_of
from mcdesk.scheduling.queue_snapshot import (
    AccountShare,
    AdmittedJob,
    QueueCapacity,
    QueueSnapshot,
    WaitingJob,
    shares_of,
)
from mcdesk.scheduling.tiers import Tier, TierTable, tier_table
from mcdesk.scheduling.waiting_reasons import WaitingBefore, WaitingExplanation, waiting_explanations

# Shares are those of the last minute: longer ago says little, less is a few chunks.
SHARE_SECONDS = 60.0
SILENT_SECONDS = 5.0
PAGE_JOBS = 200
NOT_EXECUTED = "Waits for a mcdesk that executes the queue: none is running"
# what was granted and refused is told of these
LEASES_KEPT_IN_VIEW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class QueuedJobView:
    """One simulation of the queue; times are UTC as text, the rate is trials per device second."""

    id: str
    account: str
    tier: str
    state: str
    reason: str
    trials_done: int
    trials: int
    rate: float | None
    started_at: str | None
    expected_start: str | None


@dataclass(frozen=True, slots=True)
class ShareView:
    """What one account may have of the device and has had; None where nothing was computed of late.

    `usage` is decayed device seconds, `score` usage by weight, `credit` how many device seconds it may have
    before its score is that of the last of the others that have work.
    """

    account: str
    tier: str
    weight: float
    usage: float
    score: float
    credit: float | None
    device_seconds: float
    entitled_share: float | None
    actual_share: float | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue at one moment; `job_count` also counts those beyond the page."""

    device: str
    is_executed: bool
    job_count: int
    jobs: tuple[QueuedJobView, ...]
    shares: tuple[ShareView, ...]
    leases: tuple[LeaseStatistics, ...]


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Which queue is looked at: its device, and how that is shared."""

    device: str
    settings: Settings
    capacity: QueueCapacity


def queue_view(
    database: Database,
    place: QueuePlace,
    visible_accounts: Collection[int],
    now: datetime,
    most_jobs: int = PAGE_JOBS,
    first_job: int = 0,
) -> QueueView:
    """Look at the queue; nothing is changed.

    Args:
        first_job: where the page begins, counted from 0 among those that are shown.
        visible_accounts: whose simulations are shown; those of others count, and their shares are told.

    Raises:
        StoreError: if the database cannot be read.
    """
    queue, view = QueueStore(database), _viewer(database, place, now)
    busy, visible = queue.busy_accounts(), frozenset(visible_accounts)
    # nothing need be looked for where all may be seen
    seen = None if busy <= visible else visible
    running = queue.running()
    shown = [job for job in running if job.user_id in visible]
    first_waiting = max(first_job - len(shown), 0)
    shown = shown[first_job : first_job + most_jobs]
    waiting = queue.waiting(first_waiting, most_jobs - len(shown), seen)
    # what comes after a page explains nothing of it, and of what comes before little need be known
    before = queue.waiting_before(waiting[0].turn, seen) if first_waiting and waiting else ()
    snapshot = view.snapshot((*running, *waiting), busy)
    return QueueView(
        device=place.device,
        is_executed=view.is_executed,
        job_count=queue.count(),
        jobs=view.jobs(snapshot, (*shown, *waiting), _left_of((*running, *waiting)), _before_of(before)),
        shares=view.shares(snapshot, ChunkStore(database).device_seconds_since(place.device, _since(now))),
        leases=LeaseStore(database).statistics(utc_text(now - LEASES_KEPT_IN_VIEW)),
    )


def start_of_next(
    database: Database, place: QueuePlace, account: int, memory_mb: int, now: datetime
) -> WaitingExplanation:
    """When a simulation that an account handed in now should start, and what it would wait for.

    Raises:
        StoreError: if the database cannot be read.
    """
    view, queue = _viewer(database, place, now), QueueStore(database)
    if not view.is_executed:
        return WaitingExplanation(NOT_EXECUTED, None)
    running = queue.running()
    before = queue.waiting_before(sys.maxsize, {account})
    snapshot = view.snapshot(running, queue.busy_accounts() | {account})
    asked = replace(snapshot, waiting={account: [WaitingJob("", account, sys.maxsize, memory_mb)]})
    return waiting_explanations(asked, _left_of(running), {""}, _before_of(before))[""]


def _viewer(database: Database, place: QueuePlace, now: datetime) -> "_Viewer":
    executor = ExecutorStore(database, 0)
    accounts = {account.id: account for account in AccountStore(database).accounts()}
    seat = executor.seat()
    return _Viewer(
        accounts=accounts,
        tiers=tier_table(place.settings),
        policy=policy_of(place.settings, sum(account.is_active for account in accounts.values())),
        capacity=place.capacity,
        ledger={entry.user_id: entry for entry in executor.ledger(place.device)},
        now=now,
        ledger_now=_ledger_now(seat, now),
        is_executed=_is_executed(seat, now),
    )


@dataclass(frozen=True, slots=True)
class _Viewer:
    accounts: Mapping[int, Account]
    tiers: TierTable
    policy: SharePolicy
    capacity: QueueCapacity
    ledger: Mapping[int, LedgerEntry]
    now: datetime
    ledger_now: float
    is_executed: bool

    def jobs(
        self,
        snapshot: QueueSnapshot,
        page: Sequence[JobRecord],
        left: Mapping[str, float | None],
        before: Mapping[int, WaitingBefore],
    ) -> tuple[QueuedJobView, ...]:
        explained = waiting_explanations(snapshot, left, {job.simulation_id for job in page}, before)
        running = len(snapshot.admitted)
        return tuple(self._job(job, explained.get(job.simulation_id), running) for job in page)

    def shares(
        self, snapshot: QueueSnapshot, seconds_by_account: Mapping[int, float]
    ) -> tuple[ShareView, ...]:
        entitled = shares_of(snapshot)
        total = sum(seconds_by_account.values())
        shown = sorted(set(self.ledger) | set(entitled))
        return tuple(
            self._share(account, entitled, seconds_by_account.get(account, 0.0) / total if total else None)
            for account in shown
            if account in self.accounts
        )

    def _share(self, account: int, entitled: Mapping[int, float], actual: float | None) -> ShareView:
        person, entry = self.accounts[account], self.ledger.get(account)
        weight, usage = self.tiers[Tier(person.tier)].weight, self._usage(account)
        others = [self._usage(key) / self._weight(key) for key in entitled if key != account]
        return ShareView(
            account=person.email,
            tier=person.tier,
            weight=weight,
            usage=usage,
            score=usage / weight,
            credit=credit_of(usage, weight, max(others)) if others else None,
            device_seconds=0.0 if entry is None else entry.device_seconds,
            entitled_share=entitled.get(account),
            actual_share=actual,
        )

    def _weight(self, account: int) -> float:
        return self.tiers[Tier(self.accounts[account].tier)].weight

    def _usage(self, account: int) -> float:
        entry = self.ledger.get(account)
        if entry is None:
            return 0.0
        return decayed_usage(Usage(entry.usage_seconds, entry.usage_at), self.ledger_now, self.policy)

    def snapshot(self, active: Sequence[JobRecord], busy: Collection[int]) -> QueueSnapshot:
        waiting: dict[int, list[WaitingJob]] = {}
        admitted = []
        for job in active:
            if job.state is JobState.WAITING:
                entry = WaitingJob(job.simulation_id, job.user_id, job.turn, job.memory_mb)
                waiting.setdefault(job.user_id, []).append(entry)
            else:
                admitted.append(
                    AdmittedJob(job.simulation_id, job.user_id, job.turn, job.device_seconds, job.memory_mb)
                )
        return QueueSnapshot(
            now=self.ledger_now,
            policy=self.policy,
            capacity=self.capacity,
            accounts={account: self._account(account) for account in busy if account in self.accounts},
            admitted=tuple(admitted),
            waiting=waiting,
        )

    def _account(self, account: int) -> AccountShare:
        terms = self.tiers[Tier(self.accounts[account].tier)]
        ceiling = terms.limits.compute_percent / 100.0
        return AccountShare(account, terms.weight, self._usage(account), ceiling)

    def _job(self, job: JobRecord, waits: WaitingExplanation | None, running: int) -> QueuedJobView:
        person = self.accounts.get(job.user_id)
        reason, starts_in = self._reason(job, waits, running)
        return QueuedJobView(
            id=job.simulation_id,
            account="" if person is None else person.email,
            tier=job.tier,
            state=job.state.value,
            reason=reason,
            trials_done=job.trials_done,
            trials=job.trials,
            rate=job.trials_per_second,
            started_at=job.started_at,
            expected_start=None
            if starts_in is None
            else utc_text(self.now + timedelta(seconds=min(starts_in, 1e8))),
        )

    def _reason(
        self, job: JobRecord, waits: WaitingExplanation | None, running: int
    ) -> tuple[str, float | None]:
        if job.is_cancelled and job.state is JobState.WAITING:
            return "Was cancelled; its trials are kept as soon as a mcdesk executes the queue", None
        if not self.is_executed:
            return NOT_EXECUTED, None
        if waits is not None:
            return waits.reason, waits.starts_in_seconds
        if job.state is JobState.ENDING:
            return "All its trials are done; its statistics are made", None
        if job.trials_done == 0:
            return "Is being prepared", None
        if running > 1:
            others = "1 other" if running == 2 else f"{running - 1} others"
            return f"Takes turns with {others}", None
        return "Has the device", None


def _left_of(jobs: Sequence[JobRecord]) -> dict[str, float | None]:
    return {job.simulation_id: job.left_seconds for job in jobs}


def _before_of(loads: Sequence[WaitingLoad]) -> dict[int, WaitingBefore]:
    return {load.user_id: WaitingBefore(load.memory_mb, load.left_seconds) for load in loads}


def _ledger_now(seat: ExecutorSeat, now: datetime) -> float:
    return seat.ledger_seconds + max(_silent_seconds(seat, now), 0.0)


def _is_executed(seat: ExecutorSeat, now: datetime) -> bool:
    return seat.process_id is not None and abs(_silent_seconds(seat, now)) < SILENT_SECONDS


def _silent_seconds(seat: ExecutorSeat, now: datetime) -> float:
    return 0.0 if seat.beat_at is None else (now - moment_of(seat.beat_at)).total_seconds()


def _since(now: datetime) -> float:
    return now.timestamp() - SHARE_SECONDS
