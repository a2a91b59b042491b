"""The simulations that were run: started, finished, found again, listed, exported and deleted."""

import heapq
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from mcdesk.foundation.clock import moment_of
from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.database import Database
from mcdesk.history.driver import Row
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import (
    COLUMNS,
    RunOutcome,
    RunRecord,
    RunStatus,
    export_text,
    record_of,
    values_of,
)

# A process that began later than a run by more than this is another one with the same number.
CLOCK_SLACK = timedelta(seconds=2)

_INSERT = f"INSERT INTO simulation_results ({COLUMNS}) VALUES ({', '.join('?' * (COLUMNS.count(',') + 1))})"


class RunStore:
    """Reads and writes simulations through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, record: RunRecord) -> None:
        """Keep a simulation that is about to run, or waits to."""
        self._database.execute(QueryType.PROGRESS_UPDATE, _INSERT, values_of(record))

    def update_progress(self, simulation_id: str, trials_done: int) -> None:
        """Note how far a running simulation is; one that has ended is left alone."""
        sql = (
            "UPDATE simulation_results SET trials_done = ?, status = 'running'"
            " WHERE simulation_id = ? AND status IN ('pending', 'running')"
        )
        self._database.execute(QueryType.PROGRESS_UPDATE, sql, (trials_done, simulation_id))

    def finish(self, simulation_id: str, outcome: RunOutcome) -> None:
        """Keep how a simulation ended: completed, partial, cancelled, failed or interrupted.

        Raises:
            RecordMissing: if there is none of that name that has not ended yet.
            ValueError: if the status is not a final one.
        """
        if not outcome.status.is_final:
            raise ValueError(f"{outcome.status.value} is not how a simulation ends")
        sql = (
            "UPDATE simulation_results SET status = ?, trials_done = ?, seconds = ?, backend = ?,"
            " result_json = ?, stopped_by = ?, error = ?, finished_at = ?, process_id = NULL"
            " WHERE simulation_id = ? AND status IN ('pending', 'running')"
        )
        values = (
            *(outcome.status.value, outcome.trials_done, outcome.seconds, outcome.backend),
            *(outcome.result_json, outcome.stopped_by, outcome.error),
            *(self._database.utc_text(), simulation_id),
        )
        if self._database.execute(QueryType.PROGRESS_UPDATE, sql, values).changed_count == 0:
            raise RecordMissing(f"There is no simulation {simulation_id} that is still running")

    def mark_orphans_interrupted(self, process_start: Callable[[int], datetime | None]) -> int:
        """Mark running simulations whose process has died, and return how many there were.

        Args:
            process_start: when the process of this number began, or None if there is none.
        """
        sql = (
            "SELECT simulation_id, process_id, created_at FROM simulation_results"
            " WHERE status IN ('pending', 'running') AND process_id IS NOT NULL"
        )
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql).rows
        orphans = [
            str(key)
            for key, process_id, created_at in rows
            if _is_dead(process_start(int(process_id or 0)), moment_of(str(created_at)))
        ]
        sql = (
            "UPDATE simulation_results SET status = 'interrupted', finished_at = ?, process_id = NULL,"
            " error = 'The process that ran it ended.'"
            " WHERE simulation_id = ? AND status IN ('pending', 'running')"
        )
        for simulation_id in orphans:
            values = (self._database.utc_text(), simulation_id)
            self._database.execute(QueryType.PROGRESS_UPDATE, sql, values)
        return len(orphans)

    def find_cached(self, cache_key: str, user_id: int | None = None) -> RunRecord | None:
        """The newest completed simulation with this key; what did not run to its end is never one.

        Args:
            cache_key: what determines the result.
            user_id: whose simulation it has to be; None is anybody's.
        """
        # The condition is spelled out, because the index holds for it only.
        sql = (
            f"SELECT {COLUMNS} FROM simulation_results WHERE cache_key = ? AND status = 'completed'"
            " AND (? IS NULL OR user_id = ?) ORDER BY finished_at DESC LIMIT 1"
        )
        values = (cache_key, user_id, user_id)
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, values).rows
        return record_of(rows[0]) if rows else None

    def record(self, simulation_id: str, user_ids: Collection[int] | None = None) -> RunRecord:
        """The simulation of this name; the beginning of the name will do where it is the only one.

        Args:
            simulation_id: the name, or its beginning.
            user_ids: whose simulations are looked at, those of others being as good as absent; None is all.

        Raises:
            RecordMissing: if there is none, or several begin so.
        """
        if not simulation_id.strip():
            # Every name begins with an empty one.
            raise RecordMissing("The name of the simulation is empty", "See `mcdesk history list`.")
        condition, owners = _owned_by(user_ids)
        sql = (
            f"SELECT {COLUMNS} FROM simulation_results WHERE simulation_id >= ? AND simulation_id < ?"
            f"{condition} ORDER BY simulation_id LIMIT 2"
        )
        values: Row = (simulation_id, f"{simulation_id}\U0010ffff", *owners)
        rows = self._database.execute(QueryType.SIMULATION_LOOKUP, sql, values).rows
        if not rows:
            raise RecordMissing(f"There is no simulation {simulation_id}", "See `mcdesk history list`.")
        found = record_of(rows[0])
        if len(rows) > 1 and found.simulation_id != simulation_id:
            raise RecordMissing(f"Several simulations begin with {simulation_id}", "Give more of the name.")
        return found

    def result_json(self, simulation_id: str) -> str | None:
        """The stored result as JSON, or None if there is none."""
        sql = "SELECT result_json FROM simulation_results WHERE simulation_id = ?"
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (simulation_id,)).rows
        return None if not rows or rows[0][0] is None else str(rows[0][0])

    def runs_of(
        self, user_id: int, limit: int = 50, status: RunStatus | None = None
    ) -> tuple[RunRecord, ...]:
        """The simulations of a person, the newest first."""
        condition = "user_id = ?" if status is None else "user_id = ? AND status = ?"
        sql = f"SELECT {COLUMNS} FROM simulation_results WHERE {condition} ORDER BY created_at DESC LIMIT ?"
        values = (user_id, limit) if status is None else (user_id, status.value, limit)
        return tuple(map(record_of, self._database.execute(QueryType.USER_HISTORY, sql, values).rows))

    def runs(self, limit: int = 50, user_ids: Collection[int] | None = None) -> tuple[RunRecord, ...]:
        """The simulations of these people, or of everybody, the newest first."""
        # Person by person through the index: sorting all of a long history takes far longer.
        newest = (self.runs_of(user_id, limit) for user_id in self._user_ids(user_ids))
        merged = heapq.merge(*newest, key=lambda record: record.created_at, reverse=True)
        return tuple(record for record, _ in zip(merged, range(limit), strict=False))

    def active_count(self, user_id: int) -> int:
        """How many simulations of a person run or wait; one that was cancelled runs until it has ended."""
        sql = (
            "SELECT count(*) FROM simulation_results WHERE user_id = ? AND (status IN ('pending', 'running')"
            " OR simulation_id IN (SELECT simulation_id FROM jobs WHERE user_id = ?))"
        )
        return int(self._database.execute(QueryType.USER_HISTORY, sql, (user_id, user_id)).rows[0][0] or 0)

    def export(self, simulation_id: str, user_ids: Collection[int] | None = None) -> str:
        """A simulation with set-up and result, as the text of one JSON object.

        Raises:
            RecordMissing: if there is none of that name, or not one of these people's.
        """
        record = self.record(simulation_id, user_ids)
        sql = "SELECT email FROM users WHERE id = ?"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql, (record.user_id,)).rows
        return export_text(record, str(rows[0][0]), self.result_json(record.simulation_id))

    def delete(self, simulation_id: str) -> None:
        """Forget a simulation; its trial arrays go with the next removal of orphans.

        Raises:
            RecordMissing: if there is none of exactly that name.
        """
        sql = "DELETE FROM simulation_results WHERE simulation_id = ?"
        if self._database.execute(QueryType.USER_HISTORY, sql, (simulation_id,)).changed_count == 0:
            raise RecordMissing(f"There is no simulation {simulation_id}", "See `mcdesk history list`.")

    def _user_ids(self, chosen: Collection[int] | None) -> Collection[int]:
        if chosen is not None:
            return chosen
        rows = self._database.execute(QueryType.USER_HISTORY, "SELECT id FROM users").rows
        return [int(row[0] or 0) for row in rows]


def _owned_by(user_ids: Collection[int] | None) -> tuple[str, tuple[int, ...]]:
    """A condition on the owner, and its values."""
    if user_ids is None:
        return "", ()
    return f" AND user_id IN ({', '.join('?' * len(user_ids))})", tuple(user_ids)


def _is_dead(process_started: datetime | None, run_created: datetime) -> bool:
    return process_started is None or process_started > run_created + CLOCK_SLACK
