"""What the dispatcher writes down: chunks and charges together, ends with results; tried until it holds."""

import json
import logging
from collections.abc import Sequence

from mcdesk.dispatch.engine_messages import Ended
from mcdesk.dispatch.job_table import ActiveJob
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.foundation.errors import ExecutorReplaced, McdeskError
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import ChunkStamp, JobProgress
from mcdesk.history.query_timing import QueryType
from mcdesk.history.rate_store import RateStore
from mcdesk.history.run_record import RunOutcome, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore, StoredSamples

# Shorter runs say little about the rate.
# What is shorter shows the cost of a call.
LEAST_RATED_SECONDS = 0.002
SECONDS_BETWEEN_TRIES = 0.5

logger = logging.getLogger(__name__)


class QueueWriter:
    """Writes through the dispatcher's connection; a failing disk delays what is written and loses nothing."""

    def __init__(
        self, database: Database, executor: ExecutorStore, samples: SampleStore, book: UsageBook
    ) -> None:
        self._database = database
        self._executor = executor
        self._samples = samples
        self._runs = RunStore(database)
        self._rates = RateStore(database)
        self._book = book
        self._stamps: list[ChunkStamp] = []
        self._progress: dict[str, JobProgress] = {}
        self._tries_again_at = 0.0
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why the last chunks could not be written; None if they were."""
        return self._trouble

    def note_chunk(self, stamp: ChunkStamp, progress: JobProgress) -> None:
        """Keep this in mind until the next `flush`."""
        self._stamps.append(stamp)
        self._progress[progress.simulation_id] = progress

    def flush(self, now: float) -> None:
        """Write what was noted, unless that has just failed.

        Raises:
            ExecutorReplaced: if another process executes by now.
        """
        if now >= self._tries_again_at:
            self.flush_at_once(now)

    def flush_at_once(self, now: float) -> None:
        """Write what was noted, however short a time ago that failed: nobody may come back to it.

        Raises:
            ExecutorReplaced: if another process executes by now.
        """
        if not self._stamps:
            return
        stamps, progress = self._stamps, self._progress
        entries = self._book.take_changes()
        try:
            self._executor.record_chunks(stamps, tuple(progress.values()), entries)
        except ExecutorReplaced:
            raise
        except McdeskError as error:
            logger.warning("chunks not written yet: %s", error)
            self._book.put_back(entries)
            self._tries_again_at = now + SECONDS_BETWEEN_TRIES
            self._trouble = str(error)
            return
        self._stamps, self._progress, self._trouble = [], {}, None

    def end(self, job: ActiveJob, ended: Ended) -> None:
        """Keep the result of a job, and take it out of the queue: both or neither.

        Raises:
            McdeskError: if that failed; it may be tried again.
        """
        outcome = RunOutcome(
            status=_status(job),
            trials_done=ended.trials_done,
            seconds=job.device_seconds,
            backend=job.backend or "cpu",
            result_json=_with_warnings(ended),
            stopped_by=job.stopped_by or ended.stopped_by,
        )
        self._end(job, outcome, ended.arrays)

    def fail(self, job: ActiveJob, error: McdeskError, is_cancelled: bool) -> None:
        """Keep that a job came to nothing, and take it out of the queue.

        Raises:
            McdeskError: if that failed; it may be tried again.
        """
        outcome = RunOutcome(
            status=RunStatus.CANCELLED if is_cancelled else RunStatus.FAILED,
            trials_done=0,
            seconds=job.device_seconds,
            backend=job.backend or "cpu",
            stopped_by="cancelled" if is_cancelled else None,
            error=None if is_cancelled else str(error),
        )
        self._end(job, outcome, ())

    def _end(self, job: ActiveJob, outcome: RunOutcome, arrays: Sequence[StoredSamples]) -> None:
        record = job.record
        with self._executor.ending(job.name):
            self._runs.finish(job.name, outcome)
            sql = (
                "UPDATE simulation_results SET simulate_seconds = ?, processor_seconds = ?,"
                " device_seconds = ? WHERE simulation_id = ?"
            )
            values = (job.device_seconds, job.processor_seconds, job.device_seconds, job.name)
            self._database.execute(QueryType.PROGRESS_UPDATE, sql, values)
            if arrays:
                self._samples.attach(job.name, arrays)
            if job.rated_trials and job.rated_seconds >= LEAST_RATED_SECONDS:
                rate = job.rated_trials / job.rated_seconds
                self._rates.record(record.device, record.program_sha256, record.steps, rate)
        self._progress.pop(job.name, None)


def _status(job: ActiveJob) -> RunStatus:
    if job.is_done:
        return RunStatus.COMPLETED
    return RunStatus.CANCELLED if job.is_cancelled else RunStatus.PARTIAL


def _with_warnings(ended: Ended) -> str:
    """The statistics, with what the back end had to say of this run."""
    if not ended.warnings:
        return ended.statistics_text
    document = json.loads(ended.statistics_text)
    document["warnings"] = [*document["warnings"], *ended.warnings]
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
