"""The queue as its executor writes it: every transaction proves first that this is still the executor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from mcdesk.foundation.clock import moment_of, utc_text
from mcdesk.foundation.errors import ExecutorReplaced
from mcdesk.history.database import Database
from mcdesk.history.driver import Row, SqlValue
from mcdesk.history.job_record import ChunkStamp, JobProgress
from mcdesk.history.query_timing import QueryType

LEASE_SECONDS = 15.0
# so often the executor tells that it lives, and how long the queue is
BEAT_SECONDS = 1.0
MOST_STAMPS = 200_000


@dataclass(frozen=True, slots=True)
class ExecutorSeat:
    """Who executes: `generation` names the lock file, `heartbeat` counts while the holder lives.

    `ledger_seconds` is the ledger's clock at the last heartbeat, which was at `beat_at` (UTC).
    """

    epoch: int
    generation: int
    process_id: int | None
    heartbeat: int
    ledger_seconds: float = 0.0
    beat_at: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What an account has used of a device: decayed to `usage_at` of the ledger's clock, and in all."""

    user_id: int
    device: str
    usage_seconds: float
    usage_at: float
    device_seconds: float


class ExecutorStore:
    """Written by the holder of the executor's lock, through a database that the caller owns."""

    def __init__(self, database: Database, process_id: int) -> None:
        self._database = database
        self._process_id = process_id
        self._epoch = -1

    @property
    def epoch(self) -> int:
        """Which holder this is; -1 before the seat is taken."""
        return self._epoch

    def seat(self) -> ExecutorSeat:
        """Who executes now."""
        sql = "SELECT epoch, generation, process_id, heartbeat, ledger_seconds, beat_at FROM executor"
        epoch, generation, process_id, heartbeat, ledger_seconds, beat_at = self._execute(sql)[0]
        return ExecutorSeat(
            epoch=int(epoch or 0),
            generation=int(generation or 0),
            process_id=None if process_id is None else int(process_id),
            heartbeat=int(heartbeat or 0),
            ledger_seconds=float(ledger_seconds or 0.0),
            beat_at=None if beat_at is None else str(beat_at),
        )

    def take_seat(self, generation: int) -> ExecutorSeat:
        """Become the executor; the caller holds the lock file of this generation.

        What the holder before had leased goes back to the queue, and its leases are expired. Returns the
        seat as it was before.

        Raises:
            ExecutorReplaced: if another generation counts by now.
        """
        with self._database.transaction():
            seat = self.seat()
            if seat.generation != generation:
                raise ExecutorReplaced("Another process has taken the queue over")
            self._epoch = seat.epoch + 1
            now = self._database.utc_text()
            sql = "UPDATE executor SET epoch = ?, process_id = ?, heartbeat = heartbeat + 1, beat_at = ?"
            self._execute(sql, (self._epoch, self._process_id, now))
            self._execute("UPDATE jobs SET state = 'waiting' WHERE state <> 'waiting'")
            sql = "UPDATE leases SET ended_at = ?, outcome = 'expired' WHERE ended_at IS NULL"
            self._execute(sql, (now,))
            return seat

    def leave_behind(self, seen: ExecutorSeat) -> bool:
        """Make the lock file of a hung holder count no longer; False if it has shown a sign of life."""
        with self._database.transaction():
            if self.seat() != seen:
                return False
            self._execute("UPDATE executor SET generation = generation + 1, epoch = epoch + 1")
            return True

    def beat(self, ledger_seconds: float) -> None:
        """Show that this executor lives, renew its leases, and reap those that nobody renews any more."""
        with self._writing():
            now = self._database.utc_text()
            sql = "UPDATE executor SET heartbeat = heartbeat + 1, beat_at = ?, ledger_seconds = ?"
            self._execute(sql, (now, ledger_seconds))
            # a run that was deleted while it computed has left its lease behind
            sql = (
                "UPDATE leases SET beat_at = ?, expires_at = ? WHERE ended_at IS NULL AND epoch = ?"
                " AND simulation_id IN (SELECT simulation_id FROM jobs WHERE state <> 'waiting')"
            )
            self._execute(sql, (now, self._expiry(now), self._epoch))
            sql = "UPDATE leases SET ended_at = ?1, outcome = 'expired' WHERE ended_at IS NULL"
            self._execute(f"{sql} AND expires_at <= ?1", (now,))

    def leave_seat(self) -> None:
        """Hand over: nobody executes until another process takes the seat."""
        with self._writing():
            self._execute("UPDATE jobs SET state = 'waiting' WHERE state <> 'waiting'")
            sql = "UPDATE leases SET ended_at = ?, outcome = 'suspended' WHERE ended_at IS NULL"
            self._execute(sql, (self._database.utc_text(),))
            self._execute("UPDATE executor SET process_id = NULL")

    def grant(self, simulation_id: str) -> bool:
        """Lease its allocation to a job that waits; False if it is no longer in the queue."""
        with self._writing():
            now = self._database.utc_text()
            sql = (
                "UPDATE jobs SET state = 'running', started_at = coalesce(started_at, ?)"
                " WHERE simulation_id = ? AND state = 'waiting' RETURNING coalesce((SELECT max(ended_at)"
                " FROM leases WHERE leases.simulation_id = jobs.simulation_id), submitted_at)"
            )
            rows = self._execute(sql, (now, simulation_id))
            if not rows:
                return False
            waited = max((moment_of(now) - moment_of(str(rows[0][0]))).total_seconds(), 0.0)
            sql = (
                "INSERT INTO leases (simulation_id, user_id, tier, device, epoch, process_id, memory_mb,"
                " compute_percent, seconds_limit, waited_seconds, granted_at, beat_at, expires_at)"
                " SELECT simulation_id, user_id, tier, device, ?, ?, memory_mb, compute_percent,"
                " seconds_limit, ?, ?, ?, ? FROM jobs WHERE simulation_id = ?"
            )
            values = (self._epoch, self._process_id, waited, now, now, self._expiry(now), simulation_id)
            self._execute(sql, values)
            sql = (
                "UPDATE simulation_results SET status = 'running'"
                " WHERE simulation_id = ? AND status IN ('pending', 'running')"
            )
            self._execute(sql, (simulation_id,))
            return True

    def suspend(self, simulation_id: str) -> None:
        """Put a job back among those that wait."""
        with self._writing():
            self._execute("UPDATE jobs SET state = 'waiting' WHERE simulation_id = ?", (simulation_id,))
            self._end_lease(simulation_id, "suspended")

    def record_chunks(
        self,
        stamps: Sequence[ChunkStamp],
        progress: Sequence[JobProgress],
        ledger: Sequence[LedgerEntry],
    ) -> None:
        """What was computed and charged since the last time: all of it or nothing.

        What is left of an account that was erased meanwhile is forgotten.
        """
        with self._writing():
            for stamp in stamps:
                sql = (
                    "INSERT INTO chunks (device, epoch, simulation_id, user_id, began_at, device_seconds,"
                    " first_trial, trials) SELECT ?, ?, ?, id, ?, ?, ?, ? FROM users WHERE id = ?"
                )
                turn = (stamp.began_at, stamp.device_seconds, stamp.first_trial, stamp.trials)
                place = (stamp.device, self._epoch, stamp.simulation_id)
                self._execute(sql, (*place, *turn, stamp.user_id))
            for each in progress:
                self._write_progress(each)
            for entry in ledger:
                self._write_entry(entry)

    def commit(self, simulation_id: str, trials: int, file: str, boot_id: str) -> None:
        """From now on the job goes on from here, should the engine or this process die."""
        with self._writing():
            sql = (
                "UPDATE jobs SET committed_trials = ?, committed_file = ?, boot_id = ?, deaths = 0"
                " WHERE simulation_id = ?"
            )
            self._execute(sql, (trials, file, boot_id, simulation_id))

    def count_death(self, simulation_id: str) -> None:
        """Note that the engine died in a chunk of this job once more since it last got on."""
        with self._writing():
            self._execute("UPDATE jobs SET deaths = deaths + 1 WHERE simulation_id = ?", (simulation_id,))

    def set_limits(self, simulation_id: str, seconds_limit: int, forecast_seconds: float) -> None:
        """Note what the measured rate says of the time of a running job."""
        with self._writing():
            sql = "UPDATE jobs SET seconds_limit = ?, forecast_seconds = ? WHERE simulation_id = ?"
            self._execute(sql, (seconds_limit, forecast_seconds, simulation_id))

    def begin_ending(self, simulation_id: str, is_cancelled: bool) -> None:
        """Note that no more trials are run and statistics are made; a cancelled run is one from now on."""
        with self._writing():
            self._execute("UPDATE jobs SET state = 'ending' WHERE simulation_id = ?", (simulation_id,))
            if is_cancelled:
                self._set_status(simulation_id, "cancelled")

    @contextmanager
    def ending(self, simulation_id: str) -> Iterator[None]:
        """The end of a job, with what the caller writes of its result: all of it or nothing."""
        with self._writing():
            # one that was cancelled is told so before its statistics are made
            self._set_status(simulation_id, "running")
            yield
            self._execute("DELETE FROM jobs WHERE simulation_id = ?", (simulation_id,))
            self._end_lease(simulation_id, "released")

    def ledger(self, device: str) -> tuple[LedgerEntry, ...]:
        """What each account has used of a device."""
        sql = "SELECT user_id, device, usage_seconds, usage_at, device_seconds FROM ledger WHERE device = ?"
        return tuple(
            LedgerEntry(int(user or 0), str(name), float(usage or 0.0), float(at or 0.0), float(total or 0.0))
            for user, name, usage, at, total in self._execute(sql, (device,))
        )

    def forget_old_stamps(self) -> None:
        """Keep the newest chunk stamps only."""
        with self._writing():
            sql = "DELETE FROM chunks WHERE id <= (SELECT max(id) FROM chunks) - ?"
            self._execute(sql, (MOST_STAMPS,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._database.transaction():
            if self.seat().epoch != self._epoch:
                raise ExecutorReplaced("Another process has taken the queue over")
            yield

    def _set_status(self, simulation_id: str, status: str) -> None:
        sql = (
            "UPDATE simulation_results SET status = ?"
            " WHERE simulation_id = ? AND status IN ('pending', 'running', 'cancelled')"
        )
        self._execute(sql, (status, simulation_id))

    def _write_progress(self, progress: JobProgress) -> None:
        sql = (
            "UPDATE jobs SET trials_done = ?, trials_per_second = ?, mean = ?, half_width = ?,"
            " device_seconds = ? WHERE simulation_id = ?"
        )
        values = (progress.trials_done, progress.trials_per_second, progress.mean, progress.half_width)
        self._execute(sql, (*values, progress.device_seconds, progress.simulation_id))
        sql = "UPDATE simulation_results SET trials_done = ? WHERE simulation_id = ?"
        self._execute(sql, (progress.trials_done, progress.simulation_id))

    def _write_entry(self, entry: LedgerEntry) -> None:
        sql = (
            "INSERT INTO ledger (user_id, device, usage_seconds, usage_at, device_seconds)"
            " SELECT id, ?, ?, ?, ? FROM users WHERE id = ? ON CONFLICT (user_id, device) DO UPDATE SET"
            " usage_seconds = excluded.usage_seconds, usage_at = excluded.usage_at,"
            " device_seconds = excluded.device_seconds"
        )
        usage = (entry.device, entry.usage_seconds, entry.usage_at, entry.device_seconds)
        self._execute(sql, (*usage, entry.user_id))

    def _end_lease(self, simulation_id: str, outcome: str) -> None:
        sql = "UPDATE leases SET ended_at = ?, outcome = ? WHERE simulation_id = ? AND ended_at IS NULL"
        self._execute(sql, (self._database.utc_text(), outcome, simulation_id))

    def _expiry(self, now: str) -> str:
        return utc_text(moment_of(now) + timedelta(seconds=LEASE_SECONDS))

    def _execute(self, sql: str, values: Sequence[SqlValue] = ()) -> list[Row]:
        return self._database.execute(QueryType.PROGRESS_UPDATE, sql, values).rows
