"""The life of admitted simulations: what their runners tell, and what they are ordered to do next."""

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mcdesk.dispatch.device_lock import DeviceLock
from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.dispatch.engine_host import EngineSlot
from mcdesk.dispatch.engine_messages import ChunkDone, Committed, EngineJob, Opened
from mcdesk.dispatch.job_estimate import MEGABYTE
from mcdesk.dispatch.job_runner import (
    CommitNow,
    EndNow,
    GlanceNow,
    HasCommitted,
    HasDied,
    HasEnded,
    HasFailed,
    HasGlanced,
    HasRun,
    IsOpen,
    IsSuspended,
    JobRunner,
    Leave,
    OpenAgain,
    RunnerMessage,
    RunTurn,
    SuspendNow,
)
from mcdesk.dispatch.job_table import ActiveJob, Activity
from mcdesk.dispatch.live_results import LiveResult
from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.dispatch.time_limit import ending_text, renewed_limit
from mcdesk.foundation.cancellation import Cancelled
from mcdesk.foundation.errors import ExecutorReplaced, McdeskError, RecordMissing, RunFailed
from mcdesk.foundation.metrics import MetricPoint
from mcdesk.history import metric_names
from mcdesk.history.job_record import JobRecord

SECONDS_BETWEEN_COMMITS = 1.0
# What takes longer is done less often: the device stands still meanwhile.
COMMITS_COST_ONE_IN = 30
# An engine that dies so often in a chunk of the same simulation dies of that simulation.
MOST_DEATHS = 3
# Beside the chunks of another one, which may be to blame for some of them, it has to be more often.
MOST_DEATHS_BESIDE = 6

logger = logging.getLogger(__name__)


class ActiveJobs:
    """Used by the dispatcher's thread only.

    Args:
        tell: takes the messages of the runners, in their threads.
    """

    def __init__(
        self,
        setup: DispatchSetup,
        slot: EngineSlot,
        books: QueueBooks,
        tell: Callable[[RunnerMessage], None],
    ) -> None:
        self._setup = setup
        self._slot = slot
        self._books = books
        self._table = books.table
        self._tell = tell
        self._lock = DeviceLock(setup.device, setup.locks_folder, setup.monotonic)
        # what could not be written yet, in the order in which it happened
        self._unwritten: list[Callable[[], None]] = []

    @property
    def is_device_busy(self) -> bool:
        """Whether a chunk is being computed."""
        return any(job.activity is Activity.COMPUTING for job in self._table)

    def start(self, record: JobRecord) -> bool:
        """Admit a job: its runner opens it. False if it has ended while it waited.

        Raises:
            McdeskError: if the database fails; then it still waits.
        """
        name = record.simulation_id
        try:
            # first, as nothing may fail between the grant and the runner
            request = self._books.queue.request_json(name)
        except RecordMissing:
            return False
        if not self._books.store.grant(name):
            return False
        is_sound = record.boot_id == self._setup.boot_id
        committed = record.committed_file if is_sound else None
        kept_seconds = 0.0 if committed is None else record.device_seconds
        memory_mb = self._setup.capacity.granted_mb(record.memory_mb)
        engine_job = EngineJob(name, request, memory_mb * MEGABYTE, committed)
        runner = JobRunner(engine_job, self._slot, self._lock, self._tell)
        self._table.admit(
            ActiveJob(
                record=record,
                runner=runner,
                service_seconds=record.device_seconds,
                device_seconds=record.device_seconds,
                committed_seconds=kept_seconds,
                lost_seconds=record.device_seconds - kept_seconds,
                commits_at=self._books.clock() + SECONDS_BETWEEN_COMMITS,
                committed_file=committed,
                seconds_limit=record.seconds_limit,
                deaths=record.deaths,
                is_cancelled=record.is_cancelled,
            )
        )
        if record.is_cancelled and committed is None:
            # else it is opened for the sake of the trials that it has
            runner.cancel()
        self._setup.executor.submit(runner.run)
        return True

    def give_turn(self, name: str) -> None:
        """The next chunk is this job's."""
        job = self._table.active(name)
        if job is not None:
            job.activity = Activity.COMPUTING
            job.runner.order(RunTurn())

    def cancel(self, name: str) -> None:
        """End a job soon, with the trials that are done."""
        job = self._table.active(name)
        if job is None or job.is_cancelled:
            return
        job.is_cancelled = True
        if job.activity is Activity.READY:
            self._go_on(job)
            return
        job.runner.cancel()
        if job.activity is Activity.OPENING and job.committed_file is None and job.trials_done == 0:
            # there is nothing to keep, and an engine that still starts would take a while to say so
            self._failed(job, Cancelled("Interrupted"))

    def suspend(self, name: str) -> None:
        """Put a job back among those that wait, as soon as its chunk is over."""
        job = self._table.active(name)
        if job is None or job.activity is Activity.ENDING:
            return
        job.is_suspending = True
        if job.activity is Activity.READY:
            self._go_on(job)

    def take(self, message: RunnerMessage) -> None:
        """Do what follows from what a runner tells."""
        job = self._table.active(message.job)
        if job is None:
            return
        match message:
            case IsOpen(_, opened):
                self._opened(job, opened)
            case HasRun(_, done):
                self._has_run(job, done)
            case HasGlanced(_, live):
                self._tell_news(job, live)
                self._go_on(job)
            case HasCommitted(_, committed):
                self._write_commit(job, committed)
                self._go_on(job)
            case HasEnded(_, ended):
                self._count(ended.counted)
                self._finish(job, lambda: self._books.writer.end(job, ended))
            case IsSuspended(_, committed):
                self._write_commit(job, committed)
                self._suspended(job)
            case HasDied(_, at_work):
                self._died(job, at_work)
            case HasFailed(_, error):
                self._failed(job, error)

    def retry(self) -> None:
        """Write what could not be written before, in the same order.

        Raises:
            ExecutorReplaced: if another process executes by now.
        """
        while self._unwritten and self._is_written(self._unwritten[0]):
            self._unwritten.pop(0)

    def leave(self) -> None:
        """End the threads of all runners; what they do is no longer waited for."""
        for job in self._table:
            job.runner.order(Leave())
            # one may wait for a device that another data folder has
            job.runner.cancel()

    def _opened(self, job: ActiveJob, opened: Opened) -> None:
        job.is_done, job.backend = opened.is_done, opened.backend
        job.trials_done = opened.trials_done
        self._count(opened.counted)
        self._go_on(job)

    def _has_run(self, job: ActiveJob, done: ChunkDone) -> None:
        job.backend, job.is_done = done.backend, done.is_done
        job.processor_seconds += done.processor_seconds
        trials = 0
        if done.progress is not None:
            trials = done.progress.trials_done - done.first_trial
            job.progress, job.trials_done = done.progress, done.progress.trials_done
        terms = self._books.terms[job.record.user_id]
        self._books.charge(job, done, trials)
        self._measure(done, trials)
        self._tell_news(job, ended_at=done.began_at + done.device_seconds)
        job.is_glance_due = done.is_glance_due
        renewed = renewed_limit(
            job.seconds_limit, job.record.trials, job.trials_done, job.useful_seconds, terms.limits
        )
        if renewed is not None and renewed[0] > job.seconds_limit:
            job.seconds_limit = renewed[0]
            limits = renewed
            self._write(lambda: self._books.store.set_limits(job.name, *limits))
        if not job.is_done and job.useful_seconds >= job.seconds_limit:
            job.stopped_by = ending_text(job.seconds_limit)
        self._go_on(job)

    def _measure(self, done: ChunkDone, trials: int) -> None:
        metrics = self._setup.metrics
        metrics.observe(metric_names.CHUNK, 1000.0 * done.device_seconds)
        metrics.count(metric_names.DEVICE_SECONDS, done.device_seconds)
        metrics.count(metric_names.PROCESSOR_SECONDS, done.processor_seconds)
        metrics.count(metric_names.TRIALS, trials)
        self._count(done.counted)

    def _count(self, counted: tuple[MetricPoint, ...]) -> None:
        """What the engine has counted in its own process."""
        for point in counted:
            self._setup.metrics.count(point.name, point.total)

    def _go_on(self, job: ActiveJob) -> None:
        """Order what the job needs next."""
        if job.is_cancelled and job.trials_done == 0:
            self._failed(job, Cancelled("Interrupted"))
        elif job.is_done or job.is_cancelled or job.stopped_by is not None:
            job.activity = Activity.ENDING
            self._tell_news(job)
            job.stopped_by = job.stopped_by or ("cancelled" if job.is_cancelled and not job.is_done else None)
            is_cut_short = job.is_cancelled and not job.is_done
            self._write(lambda: self._books.store.begin_ending(job.name, is_cut_short))
            job.runner.order(EndNow(is_quick=job.is_cancelled))
        elif job.is_suspending:
            job.activity = Activity.COMMITTING
            job.commit_began_at = self._books.clock()
            job.runner.order(SuspendNow())
        elif self._books.clock() >= job.commits_at and job.trials_done > 0:
            job.activity = Activity.COMMITTING
            job.commit_began_at = self._books.clock()
            job.runner.order(CommitNow())
        elif job.is_glance_due:
            job.is_glance_due, job.activity = False, Activity.GLANCING
            job.runner.order(GlanceNow())
        else:
            job.activity = Activity.READY

    def _tell_news(
        self, job: ActiveJob, live: LiveResult | None = None, ended_at: float | None = None
    ) -> None:
        """Before anything is written: who looks on does not wait for the database."""
        if self._setup.listener.is_listening:
            self._setup.listener.tell(job.news(live, ended_at))

    def _write_commit(self, job: ActiveJob, committed: Committed | None) -> None:
        now = self._books.clock()
        pause = (now - job.commit_began_at) * COMMITS_COST_ONE_IN
        job.commits_at = now + max(pause, SECONDS_BETWEEN_COMMITS)
        if committed is None:
            return
        before, job.committed_file, job.deaths = job.committed_file, committed.file, 0
        job.committed_seconds = job.useful_seconds
        old = None
        if before is not None and before != committed.file:
            old = self._setup.running_folder / job.name / before
        self._write(lambda: self._commit(job.name, committed, old))

    def _commit(self, name: str, committed: Committed, old: Path | None) -> None:
        self._books.store.commit(name, committed.trials, committed.file, self._setup.boot_id)
        if old is not None:
            # only now: until then whoever takes over goes on from there
            with suppress(OSError):
                old.unlink()

    def _suspended(self, job: ActiveJob) -> None:
        # its runner has ended: until it waits again nothing can be ordered
        job.activity = Activity.CLOSED
        self._write(lambda: self._wait_again(job.name))

    def _wait_again(self, name: str) -> None:
        self._books.store.suspend(name)
        record = self._books.queue.find(name)
        self._table.forget(name)
        if record is not None:
            self._table.add([record])
            if record.is_cancelled:
                # it was asked for meanwhile, and nobody asks again
                self._write(lambda: self._end_waiting(record))

    def _end_waiting(self, record: JobRecord) -> None:
        if self._table.active(record.simulation_id) is None:
            self.start(record)

    def _count_death(self, job: ActiveJob) -> None:
        if job.activity is Activity.COMPUTING:
            job.deaths += 1
            self._write(lambda: self._books.store.count_death(job.name))
        else:
            job.deaths_beside += 1

    def _died(self, job: ActiveJob, at_work: bool) -> None:
        if at_work:
            self._count_death(job)
        if job.deaths >= MOST_DEATHS or job.deaths_beside >= MOST_DEATHS_BESIDE:
            in_trials = f"{MOST_DEATHS} times in the same trials of this simulation"
            beside = f"{MOST_DEATHS_BESIDE} times while it prepared or evaluated this simulation"
            reason = f"The engine died {in_trials if job.deaths >= MOST_DEATHS else beside}"
            self._failed(job, RunFailed(reason, "The other simulations go on."))
            return
        job.activity = Activity.OPENING
        # its trials since then are run again: that is charged, and does not end it before its time
        job.stopped_by = None
        job.lost_seconds = job.device_seconds - job.committed_seconds
        job.runner.order(OpenAgain(job.committed_file))

    def _failed(self, job: ActiveJob, error: McdeskError) -> None:
        if isinstance(error, Cancelled) and job.is_open and job.trials_done > 0:
            # only what takes long is broken off by a cancel: a quick end is not
            job.is_cancelled = True
            self._go_on(job)
            return
        job.runner.order(Leave())
        is_cancelled = isinstance(error, Cancelled) or job.is_cancelled
        self._finish(job, lambda: self._books.writer.fail(job, error, is_cancelled))

    def _finish(self, job: ActiveJob, write: Callable[[], None]) -> None:
        self._table.forget(job.name)
        self._write(lambda: self._end(job.name, write))

    def _end(self, name: str, write: Callable[[], None]) -> None:
        try:
            write()
        except RecordMissing as error:
            logger.warning("end not kept: %s", error)
        # only now: until then whoever takes over goes on from what is in there
        shutil.rmtree(self._setup.running_folder / name, ignore_errors=True)

    def _write(self, write: Callable[[], None]) -> None:
        """Write at once, or later where the database cannot be written now; nobody waits for it."""
        if self._unwritten or not self._is_written(write):
            self._unwritten.append(write)

    def _is_written(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except ExecutorReplaced:
            raise
        except McdeskError as error:
            if not self._unwritten:
                logger.warning("not written yet: %s", error)
            return False
        return True
