"""The jobs that the dispatcher knows: those that wait, by account, and those that are admitted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from mcdesk.dispatch.job_news import JobNews
from mcdesk.dispatch.job_runner import JobRunner
from mcdesk.dispatch.live_results import LiveResult
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.history.job_record import JobRecord, JobState
from mcdesk.scheduling.duty_cycle import eligible_again_at
from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import (
    AccountShare,
    AdmittedJob,
    QueueCapacity,
    QueueSnapshot,
    WaitingJob,
)
from mcdesk.scheduling.tiers import TierTerms


class Activity(Enum):
    """What the runner of an admitted simulation does for it; while that is `READY` it waits for a turn."""

    OPENING = "opening"
    READY = "ready"
    COMPUTING = "computing"
    GLANCING = "glancing"
    COMMITTING = "committing"
    ENDING = "ending"
    CLOSED = "closed"


@dataclass(slots=True)
class ActiveJob:
    """An admitted simulation, as the dispatcher's thread keeps it; nobody else touches it.

    Attributes:
        service_seconds: see `AdmittedJob`.
        lost_seconds: device seconds of trials that are run again, as the engine died.
        committed_seconds: the other ones, when its state was last written down.
        deaths: how often the engine died in its chunks since its state was written down.
        deaths_beside: the same of what is done for it beside chunks, since it was admitted.
        is_suspending: whether it is to make room as soon as it may.
        stopped_by: why it ends before its time.
        rated_trials, rated_seconds: of the chunks that tell how fast it is, with everything compiled.
    """

    record: JobRecord
    runner: JobRunner
    service_seconds: float
    device_seconds: float
    commits_at: float
    committed_file: str | None
    seconds_limit: int
    lost_seconds: float = 0.0
    committed_seconds: float = 0.0
    commit_began_at: float = 0.0
    processor_seconds: float = 0.0
    held_seconds: float = 0.0
    eligible_at: float = 0.0
    activity: Activity = Activity.OPENING
    trials_done: int = 0
    deaths: int = 0
    deaths_beside: int = 0
    is_done: bool = False
    is_cancelled: bool = False
    is_suspending: bool = False
    is_glance_due: bool = False
    stopped_by: str | None = None
    backend: str = ""
    progress: SimulationProgress | None = None
    rated_trials: int = 0
    rated_seconds: float = 0.0

    @property
    def name(self) -> str:
        """The simulation."""
        return self.record.simulation_id

    @property
    def is_open(self) -> bool:
        """Whether the engine has it open."""
        return self.activity not in (Activity.OPENING, Activity.CLOSED)

    @property
    def useful_seconds(self) -> float:
        """Device seconds of its trials as they are now: what counts for its longest run."""
        return self.device_seconds - self.lost_seconds

    @property
    def trials_per_second(self) -> float | None:
        """Trials for each device second; None before there was one."""
        return self.trials_done / self.device_seconds if self.device_seconds > 0 else None

    def news(self, live: LiveResult | None = None, ended_at: float | None = None) -> JobNews:
        """How far it is; `ended_at` is of the chunk that it tells of."""
        return JobNews(
            simulation_id=self.name,
            state=JobState.ENDING if self.activity is Activity.ENDING else JobState.RUNNING,
            trials_done=self.trials_done,
            trials=self.record.trials,
            trials_per_second=self.trials_per_second,
            mean=None if self.progress is None else self.progress.mean,
            half_width=None if self.progress is None else self.progress.half_width_95,
            live=live,
            ended_at=ended_at,
        )


class JobTable:
    """Who waits and who is admitted, and the snapshot that decisions are made of."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[WaitingJob]] = {}
        self._records: dict[str, JobRecord] = {}
        self._active: dict[str, ActiveJob] = {}
        self._account_eligible_at: dict[int, float] = {}

    def __len__(self) -> int:
        """How many jobs have not ended."""
        return len(self._records)

    def __iter__(self) -> Iterator[ActiveJob]:
        """The admitted ones."""
        return iter(tuple(self._active.values()))

    @property
    def waiting_count(self) -> int:
        """How many wait to be admitted."""
        return len(self._records) - len(self._active)

    def accounts(self) -> set[int]:
        """Those that have work."""
        return {account for account, jobs in self._waiting.items() if jobs} | {
            job.record.user_id for job in self._active.values()
        }

    def add(self, records: Iterable[JobRecord]) -> None:
        """Take in jobs that wait; those of an account in the order of their turns."""
        for record in records:
            self._records[record.simulation_id] = record
            queue = self._waiting.setdefault(record.user_id, [])
            queue.append(WaitingJob(record.simulation_id, record.user_id, record.turn, record.memory_mb))
            if len(queue) > 1 and queue[-2].arrival > record.turn:
                queue.sort(key=lambda job: job.arrival)

    def move(self, turns: Mapping[str, int]) -> None:
        """Take over the turns that people have given their waiting jobs."""
        touched = set()
        for name, turn in turns.items():
            record = self._records.get(name)
            if record is not None and record.turn != turn:
                self._records[name] = replace(record, place=turn)
                touched.add(record.user_id)
        for account in touched:
            queue = [
                replace(job, arrival=self._records[job.job].turn) for job in self._waiting.get(account, [])
            ]
            self._waiting[account] = sorted(queue, key=lambda job: job.arrival)

    def record(self, name: str) -> JobRecord | None:
        """What is known of a job."""
        return self._records.get(name)

    def active(self, name: str) -> ActiveJob | None:
        """An admitted job."""
        return self._active.get(name)

    def forget(self, name: str) -> None:
        """A job has ended, or goes back to those that wait when it is added again."""
        self._active.pop(name, None)
        record = self._records.pop(name, None)
        if record is not None:
            self._unqueue(record)

    def admit(self, active: ActiveJob) -> None:
        """A job is admitted: it begins where the least served of its account is."""
        record = active.record
        self._unqueue(record)
        others = [job.service_seconds for job in self if job.record.user_id == record.user_id]
        active.service_seconds = min(others, default=active.service_seconds)
        self._active[active.name] = active

    def charge(self, job: ActiveJob, began: float, seconds: float, ceilings: tuple[float, float]) -> None:
        """Note a chunk, and when the job and its account may go on under their ceilings."""
        for other in self._active.values():
            if other.record.user_id == job.record.user_id:
                # who was held to a ceiling meanwhile does not keep the others waiting later
                other.service_seconds = max(other.service_seconds, job.service_seconds)
        job.device_seconds += seconds
        job.service_seconds += seconds
        job.held_seconds += seconds
        job.eligible_at = eligible_again_at(job.eligible_at, began, seconds, ceilings[0])
        account = job.record.user_id
        before = self._account_eligible_at.get(account, 0.0)
        self._account_eligible_at[account] = eligible_again_at(before, began, seconds, ceilings[1])

    def snapshot(
        self,
        now: float,
        book: UsageBook,
        terms_by_account: Mapping[int, TierTerms],
        policy: SharePolicy,
        capacity: QueueCapacity,
    ) -> QueueSnapshot:
        """Everything that a decision rests on."""
        accounts = {
            account: AccountShare(
                account=account,
                weight=terms.weight,
                usage=book.usage(account, now, policy),
                ceiling=terms.limits.compute_percent / 100.0,
                eligible_at=self._account_eligible_at.get(account, 0.0),
            )
            for account in self.accounts()
            if (terms := terms_by_account.get(account)) is not None
        }
        return QueueSnapshot(
            now=now,
            policy=policy,
            capacity=capacity,
            accounts=accounts,
            admitted=tuple(_admitted(job) for job in self if job.record.user_id in accounts),
            waiting={key: jobs for key, jobs in self._waiting.items() if jobs and key in accounts},
        )

    def _unqueue(self, record: JobRecord) -> None:
        queue = self._waiting.get(record.user_id, [])
        self._waiting[record.user_id] = [job for job in queue if job.job != record.simulation_id]


def _admitted(job: ActiveJob) -> AdmittedJob:
    return AdmittedJob(
        job=job.name,
        account=job.record.user_id,
        arrival=job.record.turn,
        service_seconds=job.service_seconds,
        memory_mb=job.record.memory_mb,
        held_seconds=job.held_seconds,
        eligible_at=job.eligible_at,
        is_ready=job.activity is Activity.READY,
    )
