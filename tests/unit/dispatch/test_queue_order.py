"""What a person moves forward is admitted before: by the executor that runs, and by the next one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.dispatch.engine_messages import Answer, Request
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import NewJob
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import Desk, Disturbed, wait_until

ONE_AT_A_TIME = QueueCapacity(8_000, jobs_per_account=1)
NOW = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services, capacity=ONE_AT_A_TIME)


class Held(Disturbed):
    """An engine that answers nothing until it is let go; what it is asked here cannot be run anyway."""

    go = threading.Event()

    def ask(self, request: Request) -> Answer:
        self.go.wait(30.0)
        return super().ask(request)


def hand_in(desk: Desk, *names: str) -> None:
    account = desk.services.history.accounts.local_account()
    queue = desk.services.history.queue
    for name in names:
        record = RunRecord(
            name, account.id, RunStatus.PENDING, 1_000, 1, "mc", "cpu", name, "m.xlsx", "0" * 64, "{}", NOW
        )
        job = NewJob(name, account.id, "cpu", "{}", "p", 10, account.tier, 100, 100, 60, None, 1_000)
        queue.submit([(record, job)])


def move_up(desk: Desk, name: str) -> None:
    account = desk.services.history.accounts.local_account()
    assert desk.services.history.queue.move(name, account.id, is_up=True)


def admitted(desk: Desk) -> str:
    sql = "SELECT simulation_id FROM leases ORDER BY id"
    rows = desk.services.open_history.execute(QueryType.SIMULATION_LOOKUP, sql).rows
    return "".join(str(row[0]) for row in rows)


def beats(desk: Desk) -> int:
    return ExecutorStore(desk.services.open_history, 0).seat().heartbeat


def test_that_the_next_executor_takes_the_order_over(desk: Desk) -> None:
    hand_in(desk, "a", "b", "c")
    move_up(desk, "c")
    move_up(desk, "c")

    with desk.executing():
        wait_until(lambda: len(admitted(desk)) == 3)

    assert admitted(desk) == "cab"


def test_that_the_executor_that_runs_takes_the_order_over(desk: Desk) -> None:
    Held.go.clear()
    with desk.executing(Held):
        hand_in(desk, "a", "b", "c")
        wait_until(lambda: admitted(desk) == "a")
        # after a beat it has seen all of them
        seen = beats(desk) + 1
        wait_until(lambda: beats(desk) > seen)
        move_up(desk, "c")
        seen = beats(desk) + 1
        wait_until(lambda: beats(desk) > seen)
        Held.go.set()
        wait_until(lambda: len(admitted(desk)) == 3)

    assert admitted(desk) == "acb"
