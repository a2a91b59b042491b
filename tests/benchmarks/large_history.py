"""A history of a million simulations, ten million measurements and a hundred accounts: what each query takes.

`python3 dev.py bench large_history`; the file is made in a temporary folder, once, in about five minutes,
or kept where $MCDESK_LARGE_HISTORY says.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcdesk.foundation.metrics import HOUR, MINUTE, SECOND, TEN_MINUTES
from mcdesk.history.account_store import AccountStore
from mcdesk.history.alert_store import AlertStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.file_store import FileStore
from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.note_store import NoteStore
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType, percentile
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_store import RunStore
from mcdesk.monitor.dashboard import Surroundings, read_dashboard
from mcdesk.monitor.figures.time_ranges import Period, TimeRange
from tests.unit.history.large_history import fill

RUNS = int(os.environ.get("MCDESK_LARGE_RUNS", "1000000"))
POINTS = 10 * RUNS
ACCOUNTS = 100
METRICS = 40
KEPT_VARIABLE = "MCDESK_LARGE_HISTORY"
REPEATS = 200
# simulations come every 37 s from there on
FIRST_RUN = 1_767_225_600
_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"


def main() -> None:
    """Make it and ask everything."""
    logging.getLogger("mcdesk").setLevel(logging.ERROR)
    with large_history() as path:
        print(f"{RUNS:,} simulations, {POINTS:,} measurements, {path.stat().st_size / 1e9:.2f} GB\n")
        print("| | type | p50 (ms) | p99 (ms) | a tenth of the threshold (ms) |\n|---|---|---|---|---|")
        with open_database(path) as database:
            for name, query_type, ask, repeats in _questions(database, path):
                times = sorted(_timed(ask, repeats))
                p50, p99 = percentile(times, 50) or 0.0, percentile(times, 99) or 0.0
                tenth = query_type.threshold_milliseconds / 10.0
                print(f"| {name} | {query_type.value} | {p50:.2f} | {p99:.2f} | {tenth:.0f} |", flush=True)


@contextmanager
def large_history() -> Iterator[Path]:
    """The file, made where it is not there."""
    kept = os.environ.get(KEPT_VARIABLE)
    if kept is not None:
        path = Path(kept)
        if not path.exists():
            _make(path)
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mcdesk.db"
        _make(path)
        yield path


def _make(path: Path) -> None:
    began = time.perf_counter()
    with open_database(path) as database:
        AccountStore(database).local_account()
        fill(database, RUNS, ACCOUNTS)
        _spread_durations(database)
        _measure(database)
        database.execute(QueryType.MONITORING, "ANALYZE")
    print(f"made in {time.perf_counter() - began:.0f} s", file=sys.stderr)


def _spread_durations(database: Database) -> None:
    sql = (
        "UPDATE simulation_results SET seconds = 0.1 + (rowid * 7919 % 1000) / 50.0, trials_done = trials,"
        " backend = CASE WHEN rowid % 3 THEN 'cpu' ELSE 'cuda' END,"
        " model_name = 'Model ' || (rowid * 104729 % 200) || '.xlsx'"
    )
    database.execute(QueryType.MONITORING, sql)
    sql = (
        "INSERT INTO run_ratings (simulation_id, rating, at) SELECT simulation_id, 1 + rowid % 10, created_at"
        " FROM simulation_results WHERE rowid % 4 = 0"
    )
    database.execute(QueryType.MONITORING, sql)


def _measure(database: Database) -> None:
    """Metrics by second, minute and hour up to the last simulation, most of them by minute."""
    end = int(_last_moment())
    sketch = bytes(12) + b"\x0a\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00" * 6
    names = [*_told_names(), *(f"action.command {number}" for number in range(METRICS))][:METRICS]
    each = POINTS // METRICS
    seconds, hours = min(each // 20, HOUR), min(each // 20, 366 * 24)
    tens = min(each // 20, 35 * 144)
    parts = ((SECOND, seconds), (HOUR, hours), (TEN_MINUTES, tens), (MINUTE, each - seconds - hours - tens))
    with database.transaction():
        for number, name in enumerate(names, 1):
            kind = (
                "latency"
                if name.startswith(("query", "progress", "interface", "action", "chunk"))
                else "gauge"
            )
            sql = "INSERT INTO metrics (id, name, kind) VALUES (?, ?, ?)"
            database.execute(QueryType.MONITORING, sql, (number, name, kind))
            for resolution, count in parts:
                database.execute(
                    QueryType.MONITORING,
                    "INSERT INTO metric_rollups (metric_id, seconds, at, count, total, least, most,"
                    f" sketch) {_NUMBERS} SELECT ?, ?, ? - i * ?, 10, 5.0, 0.1, 1.0, ? FROM n",
                    (
                        count,
                        *(number, resolution, end // resolution * resolution, resolution),
                        sketch if kind == "latency" else None,
                    ),
                )


def _told_names() -> list[str]:
    queries = [f"query.{query_type.value}" for query_type in QueryType]
    return [
        *queries,
        *("progress.response", "interface.lag", "chunk", "trials", "device.seconds", "processor.seconds"),
        *("queue.waiting", "queue.admitted", "run", "run.load", "run.compile", "system.cpu"),
        *("system.own_cpu", "system.memory_used", "system.own_memory", "system.disk_free"),
        *("system.disk_busy", "system.disk_read", "system.disk_written"),
    ]


def _last_moment() -> float:
    return FIRST_RUN + 37.0 * RUNS


def _questions(
    database: Database, path: Path
) -> Iterator[tuple[str, QueryType, Callable[[int], object], int]]:
    runs, queue = RunStore(database), QueueStore(database)
    accounts, files = AccountStore(database), FileStore(database, path.parent / "files")
    metrics, alerts, executor = MetricStore(database), AlertStore(database), ExecutorStore(database, 1)
    rows = database.execute(
        QueryType.MONITORING, "SELECT simulation_id FROM simulation_results LIMIT 500"
    ).rows
    names = [str(row[0]) for row in rows]
    end, told = _last_moment(), _told_names()

    def name(number: int) -> str:
        return names[number % len(names)]

    executor.take_seat(executor.seat().generation)
    yield "progress written", QueryType.PROGRESS_UPDATE, lambda n: runs.update_progress(name(n), n), REPEATS
    yield "heartbeat", QueryType.PROGRESS_UPDATE, lambda n: executor.beat(float(n)), REPEATS
    yield (
        "account by e-mail",
        QueryType.AUTHENTICATION,
        lambda n: accounts.find(f"p{n % 99 + 1}@x.org"),
        REPEATS,
    )
    yield "simulation by name", QueryType.SIMULATION_LOOKUP, lambda n: runs.record(name(n)), REPEATS
    yield "queue, head", QueryType.SIMULATION_LOOKUP, lambda _: queue.waiting(0, 50), REPEATS
    yield "history of one account", QueryType.USER_HISTORY, lambda n: runs.runs_of(n % 99 + 1), REPEATS
    notes = NoteStore(database)
    yield "notes of one account", QueryType.USER_HISTORY, lambda n: notes.notes_of(n % 99 + 1), REPEATS
    yield "files of one account", QueryType.FILE_ACCESS, lambda n: files.files(n % 99 + 1), REPEATS
    yield "result", QueryType.RESULT_RETRIEVAL, lambda n: runs.result_json(name(n)), REPEATS
    yield (
        "metrics of a day",
        QueryType.MONITORING,
        lambda n: metrics.series(told[n % len(told)], end - 86_400, end, TEN_MINUTES),
        REPEATS,
    )
    yield "alerts", QueryType.MONITORING, lambda _: alerts.newest(), REPEATS
    yield from _dashboard_questions(database, end)


def _dashboard_questions(
    database: Database, end: float
) -> Iterator[tuple[str, QueryType, Callable[[int], object], int]]:
    kpis = KpiStore(database)
    for chosen in TimeRange:
        period = Period(chosen, end)
        bounds = period.bounds
        yield f"figures, {chosen.value}", QueryType.RESULT_RETRIEVAL, lambda _, b=bounds: kpis.tallies(*b), 20
        yield (
            f"durations, {chosen.value}",
            QueryType.RESULT_RETRIEVAL,
            lambda _, b=bounds: kpis.duration(*b, 95),
            20,
        )
        yield (
            f"figures by account, {chosen.value}",
            QueryType.RESULT_RETRIEVAL,
            lambda _, b=bounds: kpis.tallies(*b, Grouping.ACCOUNT),
            20,
        )
        yield (
            f"all of the dashboard, {chosen.value}",
            QueryType.RESULT_RETRIEVAL,
            lambda _, p=period: read_dashboard(database, Surroundings("cpu", 2), p),
            10,
        )


def _timed(ask: Callable[[int], object], repeats: int) -> Iterator[float]:
    for number in range(repeats):
        began = time.perf_counter()
        ask(number)
        yield 1000.0 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
