"""People move what waits among their own, and nobody else notices."""

import random

import pytest

from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunStatus

from .conftest import History, new_job, run_record

ADA, BOB = 1, 2


def hand_in(history: History, owner_by_name: dict[str, int]) -> QueueStore:
    for name in ("ada", "bob"):
        history.accounts.add(f"{name}@example.org", name, "standard")
    queue = QueueStore(history.database)
    queue.submit(
        [
            (run_record(name, status=RunStatus.PENDING, user_id=owner), new_job(name, owner))
            for name, owner in owner_by_name.items()
        ]
    )
    return queue


def order(queue: QueueStore) -> str:
    return "".join(job.simulation_id for job in (*queue.running(), *queue.waiting(0, -1)))


@pytest.fixture
def queue(history: History) -> QueueStore:
    return hand_in(history, {"a": ADA, "b": BOB, "c": ADA, "d": BOB, "e": ADA})


def test_that_a_waiting_job_changes_turns_with_the_one_of_its_account_before_it(queue: QueueStore) -> None:
    assert queue.move("e", ADA, is_up=True)

    assert order(queue) == "abedc"


def test_that_a_job_goes_back_behind_the_next_of_its_account(queue: QueueStore) -> None:
    assert queue.move("a", ADA, is_up=False)

    assert order(queue) == "cbade"


def test_that_the_first_and_the_last_stay(queue: QueueStore) -> None:
    assert not queue.move("a", ADA, is_up=True)
    assert not queue.move("d", BOB, is_up=False)

    assert order(queue) == "abcde"


def test_that_nobody_moves_the_jobs_of_others(queue: QueueStore) -> None:
    assert not queue.move("e", BOB, is_up=True)

    assert order(queue) == "abcde"


def test_that_what_runs_is_not_moved_and_not_passed(history: History, queue: QueueStore) -> None:
    executor = ExecutorStore(history.database, 1)
    executor.take_seat(0)
    executor.grant("a")

    assert not queue.move("a", ADA, is_up=False)
    assert not queue.move("c", ADA, is_up=True)


def test_that_after_any_moves_each_account_has_the_turns_that_it_had(queue: QueueStore) -> None:
    before = {account: turns_of(queue, account) for account in (ADA, BOB)}
    choice = random.Random(1)

    for _ in range(60):
        queue.move(choice.choice("abcde"), choice.choice((ADA, BOB)), choice.random() < 0.5)

    assert {account: turns_of(queue, account) for account in (ADA, BOB)} == before
    assert len({job.turn for job in (*queue.running(), *queue.waiting(0, -1))}) == 5


def test_that_a_move_is_kept_for_whoever_opens_the_database_next(
    queue: QueueStore, database: Database
) -> None:
    queue.move("e", ADA, is_up=True)

    assert queue.moved() == {"e": 3, "c": 5}


def turns_of(queue: QueueStore, account: int) -> list[int]:
    return sorted(job.turn for job in (*queue.running(), *queue.waiting(0, -1)) if job.user_id == account)
