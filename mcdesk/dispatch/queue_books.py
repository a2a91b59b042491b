"""What the dispatcher and its active jobs have in common: the table, the stores, the ledger, the clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mcdesk.dispatch.engine_messages import ChunkDone
from mcdesk.dispatch.job_table import ActiveJob, JobTable
from mcdesk.dispatch.ledger_clock import LedgerClock
from mcdesk.dispatch.queue_writer import QueueWriter
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import ChunkStamp, JobProgress, JobRecord
from mcdesk.history.queue_store import QueueStore
from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import QueueCapacity, QueueSnapshot
from mcdesk.scheduling.tiers import TierTerms


@dataclass(slots=True)
class QueueBooks:
    """Touched by the dispatcher's thread only.

    Attributes:
        wall_offset: seconds from the ledger's clock to 1970, set once, so that stamps never jump.
    """

    device: str
    table: JobTable
    book: UsageBook
    store: ExecutorStore
    queue: QueueStore
    writer: QueueWriter
    clock: LedgerClock
    capacity: QueueCapacity
    wall_offset: float
    policy: SharePolicy = field(default_factory=SharePolicy)
    terms: Mapping[int, TierTerms] = field(default_factory=dict)

    def snapshot(self) -> QueueSnapshot:
        """Everything that a decision rests on, now."""
        return self.table.snapshot(self.clock(), self.book, self.terms, self.policy, self.capacity)

    def charge(self, job: ActiveJob, done: ChunkDone, trials: int) -> None:
        """Charge a chunk to its account, and note it down; one that was dropped is charged too."""
        account, seconds = job.record.user_id, done.device_seconds
        began = self.clock.at(done.began_at)
        ceilings = (job.record.compute_percent / 100.0, self.terms[account].limits.compute_percent / 100.0)
        self.table.charge(job, began, seconds, ceilings)
        if done.is_at_full_speed:
            job.rated_trials, job.rated_seconds = job.rated_trials + trials, job.rated_seconds + seconds
        self._charge_account(account, seconds)
        stamp = ChunkStamp(
            device=self.device,
            simulation_id=job.name,
            user_id=account,
            began_at=began + self.wall_offset,
            device_seconds=seconds,
            first_trial=done.first_trial,
            trials=trials,
        )
        self.writer.note_chunk(stamp, _progress(job))

    def score(self, account: int) -> float:
        """Device seconds for each unit of weight, now; the lowest goes first."""
        return self.book.usage(account, self.clock(), self.policy) / self.terms[account].weight

    def take_over(self, records: Iterable[JobRecord]) -> None:
        """Take in what the executor before has left; it may not have written down where it placed whom.

        From the highest score on: who has more credit than allowed loses it, and all others stay where
        they were.
        """
        mine = [record for record in records if record.user_id in self.terms]
        self.take_in(sorted(mine, key=lambda record: -self.score(record.user_id)))

    def take_in(self, records: Iterable[JobRecord]) -> None:
        """Let jobs wait, and place each account that begins to."""
        had_work = self.table.accounts()
        for record in records:
            account = record.user_id
            if account not in self.terms:
                # it was erased meanwhile, and its jobs with it
                continue
            if account not in had_work:
                self._place(account)
            had_work.add(account)
            # the next one is placed beside this one
            self.table.add([record])

    def use_terms(self, terms: Mapping[int, TierTerms]) -> None:
        """From now on these hold; an account that has work keeps its score, whatever its weight is now."""
        for account, weight in self._weights().items():
            if account in terms:
                factor = terms[account].weight / weight
                self.book.stretch(account, factor, self.clock(), self.policy)
        # whoever is erased has no job, but one may be under way in the engine
        self.terms = {**{account: self.terms[account] for account in self._weights()}, **terms}
        self.book.forget_all_but(self.terms)

    def _place(self, account: int) -> None:
        scores = {other: self.score(other) for other in self._weights()}
        self.book.place(account, self.terms[account].weight, scores, self.clock(), self.policy)

    def _charge_account(self, account: int, seconds: float) -> None:
        now, weights = self.clock(), self._weights()
        score = self.score(account)
        self.book.charge(account, seconds, now, self.policy)
        self.book.keep_up(weights, score, now, self.policy)

    def _weights(self) -> dict[int, float]:
        """Of the accounts that have work."""
        terms = self.terms
        return {account: terms[account].weight for account in self.table.accounts() if account in terms}


def _progress(job: ActiveJob) -> JobProgress:
    progress = job.progress
    return JobProgress(
        simulation_id=job.name,
        trials_done=job.trials_done,
        trials_per_second=job.trials_per_second,
        mean=None if progress is None else progress.mean,
        half_width=None if progress is None else progress.half_width_95,
        device_seconds=job.device_seconds,
    )
