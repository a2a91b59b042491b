"""The SQLite file of the history: opened, brought up to date, every query timed and every failure told.

A `Database` belongs to the thread that opened it. Nothing here knows what the tables mean.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.foundation.errors import DatabaseBusy, DiskFull
from mcdesk.foundation.metrics import Metrics
from mcdesk.history.driver import ChosenDriver, Connection, Row, SqlValue
from mcdesk.history.query_timing import (
    KEPT_PER_TYPE,
    QueryLog,
    QueryStatistics,
    QueryTiming,
    QueryType,
    query_metric,
    summarize,
)
from mcdesk.history.statement_catalogue import Statement, StatementCatalogue
from mcdesk.history.store_errors import told_error

BUSY_MILLISECONDS = 5_000
# of each type, besides KEPT_PER_TYPE
KEPT_SLOW = 1_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave: its rows, and how many rows it changed."""

    rows: list[Row]
    changed_count: int


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """The state of the file; `integrity` is "ok" or the first finding."""

    path: Path
    driver: str
    journal_mode: str
    schema_version: int
    integrity: str
    file_bytes: int


class Database:
    """One connection to the history; made by `open_database`.

    Args:
        clock: seconds, monotonic, by which queries are timed.
        now: the moment that rows are stamped with.
        metrics: are told how long each query took.
    """

    def __init__(
        self,
        connection: Connection,
        driver: ChosenDriver,
        path: Path,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], datetime] = utc_now,
        metrics: Metrics | None = None,
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._path = path
        self._clock = clock
        self._now = now
        self._metrics = metrics
        self._log = QueryLog()
        self._catalogue = StatementCatalogue()
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def in_transaction(self) -> bool:
        """Whether what is executed now may still be taken back."""
        return self._connection.in_transaction

    def utc_text(self) -> str:
        """The moment now, as it is stored."""
        return utc_text(self._now())

    def execute(self, query_type: QueryType, sql: str, parameters: Sequence[SqlValue] = ()) -> Answer:
        """Run one statement, time it, and return all of its rows.

        Raises:
            McdeskError: DatabaseBusy, DiskFull, DatabaseDamaged or StoreError, if the file is at fault.
        """
        started = self._clock()
        answer = self._run(sql, parameters)
        self._record(query_type, sql, (self._clock() - started) * 1000.0)
        self._catalogue.add(query_type, sql)
        return answer

    @contextmanager
    def transaction(self, is_durable: bool = False) -> Iterator[None]:
        """All statements inside are kept, or none; the write lock is taken at once.

        Inside another transaction it is a part of that one.

        Args:
            is_durable: whether what was kept outlasts a power cut; it costs a wait for the disk.

        Raises:
            McdeskError: as `execute`.
        """
        if self._connection.in_transaction:
            yield
        elif is_durable:
            # SQLite does not change this inside a transaction, and with FULL waits for the disk at the end.
            usual = int(self._pragma("synchronous") or 0)
            self._run("PRAGMA synchronous = FULL")
            try:
                with self._outermost_transaction():
                    yield
            finally:
                self._run(f"PRAGMA synchronous = {usual}")
        else:
            with self._outermost_transaction():
                yield

    @contextmanager
    def _outermost_transaction(self) -> Iterator[None]:
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._connection.in_transaction:
                # A failing file may refuse this as well; what is told is the first failure.
                with suppress(self._driver.module.Error):
                    self._connection.execute("ROLLBACK")
            raise

    def statistics(self) -> tuple[QueryStatistics, ...]:
        """The query times of each type: over those stored by earlier processes, and this one's."""
        self.save_timings()
        return tuple(self._stored_statistics(query_type) for query_type in QueryType)

    def slow_queries(self, limit: int = 100) -> tuple[QueryTiming, ...]:
        """The newest queries that were over their threshold, with SQL and plan."""
        sql = (
            "SELECT query_type, at, milliseconds, sql, plan FROM query_timings WHERE is_slow ORDER BY id DESC"
        )
        return tuple(map(_timing, self._run(f"{sql} LIMIT ?", (limit,)).rows))

    def statements(self) -> tuple[Statement, ...]:
        """The distinct statements of this connection, and the stored slow ones, which come first."""
        return self._catalogue.statements(self.slow_queries(KEPT_SLOW))

    def save_timings(self) -> None:
        """Store the timings that are only in memory; if that fails, they stay there and no more happens."""
        timings = self._log.take_unsaved()
        if not timings or self._connection.in_transaction:
            self._log.put_back(timings)
            return
        try:
            self._store(timings)
        except self._driver.module.Error as error:
            logger.warning("query timings not stored: %s", error)
            self._log.put_back(timings)

    def health(self, known_integrity: str | None = None) -> DatabaseHealth:
        """Look at the file itself; reads all of it (49 ms for 39 MB), unless its integrity is known."""
        integrity = known_integrity or str(self._pragma("quick_check(1)"))
        return DatabaseHealth(
            path=self._path,
            driver=self._driver.description,
            journal_mode=str(self._pragma("journal_mode")),
            schema_version=int(self._pragma("user_version") or 0),
            integrity=integrity,
            file_bytes=self._path.stat().st_size,
        )

    def data_version(self) -> int:
        """A number that changes whenever another connection has written; takes microseconds."""
        return int(self._pragma("data_version") or 0)

    def sweep(self) -> bool:
        """Write the file anew without what was deleted from it, and empty its log.

        Returns:
            False if another process, or a full disk, was in the way.
        """
        try:
            self._run("VACUUM")
            is_busy = self._run("PRAGMA wal_checkpoint(TRUNCATE)").rows[0][0]
        except (DatabaseBusy, DiskFull) as error:
            logger.warning("not swept: %s", error)
            return False
        return not is_busy

    def plan(self, sql: str, parameters: Sequence[SqlValue] = ()) -> str:
        """How SQLite would run a statement: one line per step."""
        rows = self._run(f"EXPLAIN QUERY PLAN {sql}", parameters).rows
        return "\n".join(str(row[3]) for row in rows)

    def close(self) -> None:
        """Store the timings, let SQLite renew its statistics, and close; again is allowed."""
        if not self._is_open:
            return
        self._is_open = False
        self.save_timings()
        with suppress(self._driver.module.Error):
            # Not worth waiting for while another process writes.
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA optimize")
        self._connection.close()

    def _run(self, sql: str, parameters: Sequence[SqlValue] = ()) -> Answer:
        try:
            cursor = self._connection.execute(sql, parameters)
            return Answer(cursor.fetchall(), max(cursor.rowcount, 0))
        except (self._driver.module.Error, UnicodeDecodeError) as error:
            told = told_error(error, self._path)
            if told is None:
                raise
            raise told from error

    def _pragma(self, name: str) -> SqlValue:
        return self._run(f"PRAGMA {name}").rows[0][0]

    def _record(self, query_type: QueryType, sql: str, milliseconds: float) -> None:
        if self._metrics is not None:
            self._metrics.observe(query_metric(query_type), milliseconds)
        timing = QueryTiming(query_type, self.utc_text(), milliseconds)
        if not timing.is_slow:
            self._log.add(timing)
            return
        logger.warning("slow query: %s took %.0f ms: %s", query_type.value, milliseconds, sql)
        self._log.add(QueryTiming(query_type, timing.at, milliseconds, sql, self._plan_or_none(sql)))
        self.save_timings()

    def _plan_or_none(self, sql: str) -> str | None:
        try:
            # Unbound parameters are NULL, which no plan depends on.
            rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?")).fetchall()
        except self._driver.module.Error:
            return None
        return "\n".join(str(row[3]) for row in rows)

    def _store(self, timings: Sequence[QueryTiming]) -> None:
        rows = [(t.query_type.value, t.at, t.milliseconds, int(t.is_slow), t.sql, t.plan) for t in timings]
        connection = self._connection
        # Nobody waits for the lock on behalf of figures.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(_INSERT_TIMING, rows)
                for name in {timing.query_type.value for timing in timings}:
                    for is_slow, kept in ((0, KEPT_PER_TYPE), (1, KEPT_SLOW)):
                        connection.execute(_PRUNE_TIMINGS, (name, is_slow, name, is_slow, kept))
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")

    def _stored_statistics(self, query_type: QueryType) -> QueryStatistics:
        sql = "SELECT query_type, at, milliseconds, sql, plan FROM query_timings WHERE query_type = ?"
        rows = self._run(f"{sql} ORDER BY id DESC LIMIT ?", (query_type.value, KEPT_PER_TYPE)).rows
        return summarize(query_type, [_timing(row) for row in rows])


_INSERT_TIMING = (
    "INSERT INTO query_timings (query_type, at, milliseconds, is_slow, sql, plan) VALUES (?, ?, ?, ?, ?, ?)"
)
_PRUNE_TIMINGS = (
    "DELETE FROM query_timings WHERE query_type = ? AND is_slow = ? AND id <="
    " (SELECT id FROM query_timings WHERE query_type = ? AND is_slow = ? ORDER BY id DESC LIMIT 1 OFFSET ?)"
)


def _timing(row: Row) -> QueryTiming:
    query_type, at, milliseconds, sql, plan = row
    return QueryTiming(
        QueryType(query_type),
        str(at),
        float(milliseconds or 0.0),
        None if sql is None else str(sql),
        None if plan is None else str(plan),
    )
