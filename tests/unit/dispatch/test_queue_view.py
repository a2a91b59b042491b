"""The queue as people see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.dispatch.queue_view import QueuePlace, queue_view
from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.foundation.settings import Settings
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore, LedgerEntry
from mcdesk.history.job_record import JobProgress, NewJob
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.scheduling.fair_share import credit_of
from mcdesk.scheduling.queue_snapshot import QueueCapacity

NOW = "2026-01-01T00:00:00.000000Z"
PLACE = QueuePlace("cpu", Settings(scheduling={"half_life_minutes": 1e9}), QueueCapacity(8_000))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mcdesk.db") as database:
        yield database


def hand_in(database: Database, account: int) -> None:
    name, created_at = f"{account:032x}", utc_text(utc_now())
    record = RunRecord(
        name, account, RunStatus.PENDING, 1000, 1, "mc", "cpu", name, "m.xlsx", name, "{}", created_at
    )
    job = NewJob(name, account, "cpu", "{}", name, 1000, "trial", 512, 25, 120, None, 1000)
    QueueStore(database).submit([(record, job)])


@pytest.fixture
def long_queue(database: Database) -> list[int]:
    """Two accounts in turn: three that run, two that go on later, some without a forecast, one moved."""
    store, accounts = QueueStore(database), AccountStore(database)
    people = [accounts.add(f"{name}@x", name, "standard").id for name in "ab"]
    for number in range(30):
        name, owner = f"{number:032x}", people[number % 3 % 2]
        record = RunRecord(
            name, owner, RunStatus.PENDING, 1000, number, "mc", "cpu", name, "m.xlsx", name, "{}", NOW
        )
        forecast = None if number in (20, 23) else 1.0 + number
        job = NewJob(name, owner, "cpu", "{}", name, 1000, "standard", 512, 25, 120, forecast, 1000)
        store.submit([(record, job)])
    sql = "UPDATE jobs SET state = 'running', trials_done = 10 WHERE arrival <= 3"
    database.execute(QueryType.PROGRESS_UPDATE, sql)
    sql = "UPDATE jobs SET trials_done = 500, trials_per_second = 40.0 WHERE arrival in (8, 9)"
    database.execute(QueryType.PROGRESS_UPDATE, sql)
    assert store.move(f"{16:032x}", people[1], is_up=True)
    ExecutorStore(database, 1).take_seat(0)
    return people


@pytest.mark.parametrize("seen", [slice(0, 2), slice(0, 1), slice(1, 2), slice(0, 0)])
def test_that_a_page_tells_what_the_whole_queue_tells(
    database: Database, long_queue: list[int], seen: slice
) -> None:
    visible, now = set(long_queue[seen]), utc_now()
    whole = queue_view(database, PLACE, visible, now).jobs

    for first in range(len(whole) + 2):
        page = queue_view(database, PLACE, visible, now, most_jobs=4, first_job=first).jobs

        assert page == whole[first : first + 4]
    assert len({job.expected_start for job in whole}) >= len(whole) // 3


def test_that_what_is_left_is_the_same_for_the_database(database: Database, long_queue: list[int]) -> None:
    store = QueueStore(database)
    waiting = store.waiting(0, -1)

    loads = store.waiting_before(waiting[-1].turn + 1)

    assert {load.user_id: load.left_seconds for load in loads} == {
        owner: tuple(job.left_seconds for job in waiting if job.user_id == owner) for owner in long_queue
    }
    assert {load.memory_mb for load in loads} == {512}
    assert None in {job.left_seconds for job in waiting}
    assert 12.5 in {job.left_seconds for job in waiting}


def test_that_the_credit_that_is_shown_is_the_one_that_is_bounded(database: Database) -> None:
    accounts = [AccountStore(database).add(f"{name}@x", name, "enterprise") for name in "abc"]
    for account in accounts:
        hand_in(database, account.id)
    store = ExecutorStore(database, 1)
    store.take_seat(0)
    usages = [30.0, 60.0, 90.0]
    entries = [
        LedgerEntry(account.id, "cpu", usage, 0.0, usage)
        for account, usage in zip(accounts, usages, strict=True)
    ]
    store.record_chunks((), (), entries)

    view = queue_view(database, PLACE, {account.id for account in accounts}, utc_now())

    shown = [share.credit for share in view.shares]
    assert shown == pytest.approx([60.0, 30.0, 0.0], rel=1e-6)
    assert shown[0] == pytest.approx(credit_of(30.0, 3.0, 30.0), rel=1e-6)


def test_that_what_was_cancelled_as_it_waited_with_trials_says_so(database: Database) -> None:
    account = AccountStore(database).add("a@x", "a", "trial")
    hand_in(database, account.id)
    (job,) = QueueStore(database).jobs()
    store = ExecutorStore(database, 1)
    store.take_seat(0)
    store.record_chunks((), [JobProgress(job.simulation_id, 500, 1e3, None, None, 0.5)], ())
    QueueStore(database).cancel(job.simulation_id)

    view = queue_view(database, PLACE, {account.id}, utc_now())

    assert [job.reason for job in view.jobs] == [
        "Was cancelled; its trials are kept as soon as a mcdesk executes the queue"
    ]
