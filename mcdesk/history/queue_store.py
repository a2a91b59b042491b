"""The queue as anybody sees it: hand a job in, look at it, ask for its end. The executor's side is apart."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.database import Database
from mcdesk.history.job_record import (
    COLUMNS,
    LEFT_SECONDS,
    JobRecord,
    JobState,
    NewJob,
    WaitingLoad,
    job_of,
)
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunRecord
from mcdesk.history.run_store import RunStore

_INSERT = (
    "INSERT INTO jobs (simulation_id, user_id, device, request_json, program_sha256, steps, tier, memory_mb,"
    " compute_percent, seconds_limit, forecast_seconds, trials, submitted_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TURN = "coalesce(place, arrival)"


class QueueStore:
    """Reads and writes jobs through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = RunStore(database)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside is kept as a whole and outlasts a power cut, or not at all."""
        with self._database.transaction(is_durable=True):
            yield

    def submit(self, jobs: Sequence[tuple[RunRecord, NewJob]]) -> None:
        """Hand simulations in, in this order: all of them or none; when this returns, none is ever lost."""
        now = self._database.utc_text()
        with self._database.transaction():
            for record, job in jobs:
                self._runs.start(record)
                values = (
                    *(job.simulation_id, job.user_id, job.device, job.request_json, job.program_sha256),
                    *(job.steps, job.tier, job.memory_mb, job.compute_percent, job.seconds_limit),
                    *(job.forecast_seconds, job.trials, now),
                )
                self._database.execute(QueryType.PROGRESS_UPDATE, _INSERT, values)

    def find(self, simulation_id: str) -> JobRecord | None:
        """The job of a simulation, or None if it has ended or never was."""
        sql = f"SELECT {COLUMNS} FROM jobs WHERE simulation_id = ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (simulation_id,)).rows
        return job_of(rows[0]) if rows else None

    def request_json(self, simulation_id: str) -> str:
        """What is needed to run a job.

        Raises:
            RecordMissing: if it has ended.
        """
        sql = "SELECT request_json FROM jobs WHERE simulation_id = ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (simulation_id,)).rows
        if not rows:
            raise RecordMissing(f"There is no simulation {simulation_id} in the queue")
        return str(rows[0][0])

    def jobs(self, after: int = 0, limit: int = -1) -> tuple[JobRecord, ...]:
        """The jobs in the order of arrival, those after one of them, at most so many (all if negative)."""
        sql = f"SELECT {COLUMNS} FROM jobs WHERE arrival > ? ORDER BY arrival LIMIT ?"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (after, limit)).rows
        return tuple(map(job_of, rows))

    def running(self) -> tuple[JobRecord, ...]:
        """The jobs that run, in the order of turns."""
        sql = f"SELECT {COLUMNS} FROM jobs WHERE state IN ('running', 'ending') ORDER BY {_TURN}"
        return tuple(map(job_of, self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows))

    def waiting(
        self, first: int, limit: int, user_ids: Collection[int] | None = None
    ) -> tuple[JobRecord, ...]:
        """So many of the jobs that wait, in the order of turns; only those of some accounts if asked.

        Args:
            first: where they begin, counted from 0.
        """
        sql = f"SELECT {COLUMNS} FROM jobs WHERE {_waiting_of(user_ids)} ORDER BY {_TURN} LIMIT ? OFFSET ?"
        values = (*(user_ids or ()), limit, first)
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, values).rows
        return tuple(map(job_of, rows))

    def waiting_before(self, turn: int, user_ids: Collection[int] | None = None) -> tuple[WaitingLoad, ...]:
        """What waits before a turn, by account; of a long queue nothing else need be read."""
        sql = (
            f"SELECT user_id, memory_mb, {LEFT_SECONDS} FROM jobs"
            f" WHERE {_waiting_of(user_ids)} AND {_TURN} < ? ORDER BY {_TURN}"
        )
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (*(user_ids or ()), turn)).rows
        memory_by_account: dict[int, int] = {}
        left_by_account: dict[int, list[float | None]] = {}
        for user_id, memory_mb, left in cast("list[tuple[int, int, float | None]]", rows):
            memory_by_account.setdefault(user_id, memory_mb)
            left_by_account.setdefault(user_id, []).append(left)
        return tuple(
            WaitingLoad(user_id, memory_by_account[user_id], tuple(left))
            for user_id, left in left_by_account.items()
        )

    def admitted(self) -> frozenset[str]:
        """The simulations that run."""
        sql = "SELECT simulation_id FROM jobs WHERE state IN ('running', 'ending')"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows
        return frozenset(str(row[0]) for row in rows)

    def names(self) -> frozenset[str]:
        """All simulations that have not ended."""
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, "SELECT simulation_id FROM jobs").rows
        return frozenset(str(row[0]) for row in rows)

    def busy_accounts(self) -> frozenset[int]:
        """The accounts that have jobs."""
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, "SELECT DISTINCT user_id FROM jobs").rows
        return frozenset(int(row[0] or 0) for row in rows)

    def count(self) -> int:
        """How many jobs have not ended."""
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, "SELECT count(*) FROM jobs").rows
        return int(rows[0][0] or 0)

    def count_by_state(self) -> Mapping[JobState, int]:
        """How many jobs are in each state."""
        sql = "SELECT state, count(*) FROM jobs GROUP BY state"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows
        return dict.fromkeys(JobState, 0) | {JobState(state): int(count or 0) for state, count in rows}

    def count_of(self, user_ids: Collection[int]) -> tuple[int, int]:
        """How many jobs of these accounts are admitted, and how many wait."""
        marks = ", ".join("?" * len(user_ids))
        sql = f"SELECT state = 'waiting', count(*) FROM jobs WHERE user_id IN ({marks}) GROUP BY 1"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, tuple(user_ids)).rows
        count = {bool(is_waiting): int(number or 0) for is_waiting, number in rows}
        return count.get(False, 0), count.get(True, 0)

    def cancelled(self) -> tuple[str, ...]:
        """The simulations whose end somebody asked for."""
        sql = "SELECT simulation_id FROM jobs WHERE is_cancelled"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows
        return tuple(str(row[0]) for row in rows)

    def moved(self) -> Mapping[str, int]:
        """The turns of the waiting jobs that were moved."""
        sql = f"SELECT simulation_id, {_TURN} FROM jobs WHERE place IS NOT NULL AND state = 'waiting'"
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows
        return {str(name): int(turn or 0) for name, turn in rows}

    def move(self, simulation_id: str, user_id: int, is_up: bool) -> bool:
        """Exchange the turns of a waiting job and of its account's next one towards the front or back.

        Others are not passed by that: the account has the same turns afterwards. False where it is not of
        this account, waits no more, or is the last in that direction.
        """
        with self._database.transaction():
            job = self.find(simulation_id)
            if job is None or job.user_id != user_id or job.state is not JobState.WAITING:
                return False
            relation, order = ("<", "DESC") if is_up else (">", "ASC")
            sql = (
                f"SELECT simulation_id, {_TURN} FROM jobs WHERE user_id = ? AND state = 'waiting'"
                f" AND {_TURN} {relation} ? ORDER BY {_TURN} {order} LIMIT 1"
            )
            rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, (user_id, job.turn)).rows
            if not rows:
                return False
            other, turn = str(rows[0][0]), int(rows[0][1] or 0)
            sql = "UPDATE jobs SET place = ? WHERE simulation_id = ?"
            for values in ((turn, simulation_id), (job.turn, other)):
                self._database.execute(QueryType.PROGRESS_UPDATE, sql, values)
            return True

    def cancel(self, simulation_id: str) -> JobState | None:
        """End a job that waits, or ask the executor to end one that runs; the state that it was in.

        One that waits with trials from before counts as cancelled at once; they are kept when an executor
        looks at it. None if it had ended already.
        """
        with self._database.transaction():
            job = self.find(simulation_id)
            if job is None:
                return None
            if job.state is JobState.WAITING and job.trials_done == 0:
                self._end_waiting(simulation_id)
            else:
                sql = "UPDATE jobs SET is_cancelled = 1 WHERE simulation_id = ?"
                self._database.execute(QueryType.PROGRESS_UPDATE, sql, (simulation_id,))
                if job.state is JobState.WAITING:
                    sql = "UPDATE simulation_results SET status = 'cancelled' WHERE simulation_id = ?"
                    self._database.execute(QueryType.PROGRESS_UPDATE, sql, (simulation_id,))
            return job.state

    def _end_waiting(self, simulation_id: str) -> None:
        sql = "DELETE FROM jobs WHERE simulation_id = ?"
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, (simulation_id,))
        sql = (
            "UPDATE simulation_results SET status = 'cancelled', stopped_by = 'cancelled', finished_at = ?,"
            " seconds = 0 WHERE simulation_id = ?"
        )
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, (self._database.utc_text(), simulation_id))


def _waiting_of(user_ids: Collection[int] | None) -> str:
    """The condition on jobs that wait, of these accounts or of all."""
    of_accounts = "" if user_ids is None else f" AND user_id IN ({', '.join('?' * len(user_ids))})"
    return f"state = 'waiting'{of_accounts}"
