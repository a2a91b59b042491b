"""Each write of a simulation fails once (F3): to the database, and of a file. Nothing is half there."""

import errno
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mcdesk.dispatch.run_types import RunReport
from mcdesk.foundation.errors import McdeskError, StoreError
from mcdesk.history.database import Answer, Database
from mcdesk.history.driver import SqlValue
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunStatus
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import Desk, request

TRIALS = 3_000
# a stride that is no divisor of what repeats: all kinds of writes have their turn; 1 takes every one
STRIDE = int(os.environ.get("MCDESK_WRITE_STRIDE", "5"))
READS = ("SELECT", "PRAGMA", "WITH", "EXPLAIN")
OVER = {"completed", "partial", "cancelled", "failed", "interrupted"}


@dataclass
class Writes:
    """Counts the writes of the process; the one with the number `failing` fails."""

    failing: int = 0
    count: int = 0
    failed: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, what: str) -> bool:
        """Whether this one fails."""
        with self.lock:
            self.count += 1
            if self.count != self.failing:
                return False
            self.failed = what
            return True


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Writes:
    counted = Writes()
    run, replace = Database._run, Path.replace

    def failing_run(self: Database, sql: str, parameters: Sequence[SqlValue] = ()) -> Answer:
        if not sql.lstrip().upper().startswith(READS) and counted.next(sql):
            raise StoreError("The history cannot be written: disk I/O error")
        return run(self, sql, parameters)

    def failing_replace(self: Path, target: str | os.PathLike[str]) -> Path:
        if counted.next(f"file {self.suffix}"):
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Database, "_run", failing_run)
    monkeypatch.setattr(Path, "replace", failing_replace)
    return counted


def simulated(folder: Path, writes: Writes, failing: int) -> RunReport | None:
    """What came of a simulation of which one write failed; None where it was refused with a reason."""
    folder.mkdir()
    writes.failing, writes.count, writes.failed = 0, 0, ""
    with open_services(folders_under(folder)) as services:
        services.history.accounts.local_account()
        writes.failing, writes.count = failing, 0
        try:
            desk = Desk(services)
            with desk.executing() as queue:
                return desk.run(request(folder, TRIALS), queue)
        except McdeskError:
            return None


def left_over(folder: Path) -> list[str]:
    """What stands in the history as if it still ran, and files that are half written."""
    found = [path.name for path in folder.rglob("*.part")]
    with open_database(folder / "mcdesk.db") as database:
        assert database.health().integrity == "ok"
        rows = database.execute(QueryType.USER_HISTORY, "SELECT status FROM simulation_results").rows
        found += [str(row[0]) for row in rows if row[0] not in OVER]
        rows = database.execute(QueryType.USER_HISTORY, "SELECT state FROM jobs").rows
        found += [f"job {row[0]}" for row in rows]
    return found


def goes_on(folder: Path) -> bool:
    """Whether the next mcdesk on the folder clears what is left, and runs."""
    with open_services(folders_under(folder)) as services:
        desk = Desk(services)
        with desk.executing() as queue:
            report = desk.run(request(folder, TRIALS, seed=2), queue)
    return report.status is RunStatus.COMPLETED and left_over(folder) == []


@pytest.mark.slow
def test_that_a_write_that_fails_leaves_nothing_half_done(tmp_path: Path, writes: Writes) -> None:
    whole = simulated(tmp_path / "whole", writes, 0)
    assert whole is not None
    total, refused, injected = writes.count, 0, 0
    assert total > 40

    for failing in range(1, total + 1, STRIDE):
        folder = tmp_path / str(failing)
        report = simulated(folder, writes, failing)
        failed, writes.failing = writes.failed, 0

        refused += report is None
        injected += bool(failed)
        if report is not None:
            assert report.statistics.outputs == whole.statistics.outputs, failed
        assert goes_on(folder), failed
    assert injected > total // STRIDE // 2, "the process writes less than the first time"
    assert refused < injected
