"""Who executes a queue: one process at a time, whatever races, hangs or wakes up again."""

import itertools
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.dispatch.executor_lock import MOST_SILENT_SECONDS, ExecutorLock
from mcdesk.foundation.errors import ExecutorReplaced
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.opening import open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mcdesk.db") as opened:
        yield opened


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_that_the_second_waits_until_the_first_lets_go(tmp_path: Path, database: Database) -> None:
    first = ExecutorLock(tmp_path, ExecutorStore(database, 1))
    second = ExecutorLock(tmp_path, ExecutorStore(database, 2))

    assert first.try_take() is not None
    assert second.try_take() is None
    first.release()
    assert second.try_take() is not None
    second.release()


def test_that_a_hung_holder_is_left_behind_and_its_writes_are_refused(
    tmp_path: Path, database: Database
) -> None:
    clock = Clock()
    hung_store = ExecutorStore(database, 1)
    hung = ExecutorLock(tmp_path, hung_store, clock)
    other = ExecutorLock(tmp_path, ExecutorStore(database, 2), clock)
    hung.try_take()

    assert other.try_take() is None
    clock.seconds = MOST_SILENT_SECONDS + 0.1
    assert other.try_take() is not None
    with pytest.raises(ExecutorReplaced):
        hung_store.beat(1.0)
    hung.release()
    other.release()


def test_that_a_heartbeat_keeps_the_seat(tmp_path: Path, database: Database) -> None:
    clock = Clock()
    store = ExecutorStore(database, 1)
    holder = ExecutorLock(tmp_path, store, clock)
    other = ExecutorLock(tmp_path, ExecutorStore(database, 2), clock)
    holder.try_take()

    found = []
    for _ in range(5):
        clock.seconds += MOST_SILENT_SECONDS - 0.5
        store.beat(clock.seconds)
        found.append(other.try_take())

    assert found == [None] * 5
    holder.release()


def test_that_racing_processes_never_both_hold_it(tmp_path: Path) -> None:
    open_database(tmp_path / "mcdesk.db").close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        spans = [span for found in pool.map(_hold_often, [tmp_path] * 3) for span in found]

    ordered = sorted(spans)
    assert len(ordered) >= 9
    overlaps = [pair for pair in itertools.pairwise(ordered) if pair[0][1] > pair[1][0]]
    assert overlaps == []


def _hold_often(folder: Path) -> list[tuple[float, float]]:
    spans = []
    with open_database(folder / "mcdesk.db") as database:
        lock = ExecutorLock(folder, ExecutorStore(database, 1))
        ends_at = time.monotonic() + 2.0
        while time.monotonic() < ends_at:
            if lock.try_take() is not None:
                began = time.monotonic()
                time.sleep(0.01)
                spans.append((began, time.monotonic()))
                lock.release()
            time.sleep(0.003)
    return spans
