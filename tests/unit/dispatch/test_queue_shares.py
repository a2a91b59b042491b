"""Whose turn it is in the queue of a data folder, after a takeover or a change of tier."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch import active_jobs
from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, Open, Request, RunChunk
from mcdesk.dispatch.run_types import RunQueue
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.settings import Settings
from mcdesk.history.account_store import Account
from mcdesk.history.executor_store import ExecutorStore, LedgerEntry
from mcdesk.history.query_timing import QueryType
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import MANY, Desk, request, wait_until

PATIENCE_SECONDS = 30.0
# So long is the run of somebody who is never interrupted.
LONGEST_SECONDS = 4
TIERS = {"enterprise": {"weight": 2.0, "seconds_limit": LONGEST_SECONDS}, "trial": {"weight": 0.5}}
QUICK = Settings(scheduling={"credit_seconds": 0.1}, tiers=TIERS)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services, QUICK, QueueCapacity(100_000))


def handed_in(desk: Desk, folder: Path, accounts: list[Account]) -> Callable[[], None]:
    """Each account waits for a long run, and is followed to its end, which somebody has to execute."""
    cancel = CancelToken()

    def follow(account: Account) -> None:
        with open_services(desk.services.folders) as own:
            queue = RunQueue("cpu", own.folders.running, lambda: None)
            try:
                Desk(own, desk.settings).run(
                    replace(request(folder, MANY, account.id), account=account), queue, cancel
                )
            except Cancelled:
                return

    people = [threading.Thread(target=follow, args=(account,), daemon=True) for account in accounts]
    for count, person in enumerate(people, 1):
        person.start()
        wait_until(lambda count=count: desk.services.history.queue.count() == count)

    def leave() -> None:
        cancel.cancel()
        for person in people:
            person.join()

    return leave


class OpeningFirst:
    """An engine that opens one simulation before the others, and computes nothing before all are open."""

    def __init__(self, host: EngineHost, first: str, count: int) -> None:
        self._host = host
        self._first = first
        self._left = count
        self._has_turn, self._are_open = threading.Event(), threading.Event()

    @property
    def is_alive(self) -> bool:
        return self._host.is_alive

    def ask(self, request: Request) -> Answer:
        if isinstance(request, RunChunk):
            self._has_turn.set()
            assert self._are_open.wait(PATIENCE_SECONDS)
        elif isinstance(request, Open) and request.job.simulation_id != self._first:
            assert self._has_turn.wait(PATIENCE_SECONDS)
        answer = self._host.ask(request)
        if isinstance(request, Open):
            self._left -= 1
            if self._left == 0:
                self._are_open.set()
        return answer

    def cancel(self, simulation_id: str) -> None:
        self._host.cancel(simulation_id)

    def look(self) -> None:
        self._host.look()

    def close(self) -> None:
        self._host.close()


def end_suddenly(desk: Desk, usage_by_account: dict[int, float]) -> None:
    """An executor comes after the jobs and ends without a word; this is what it has written down."""
    store = ExecutorStore(desk.services.open_history, 1)
    store.take_seat(0)
    store.beat(0.0)
    entries = [LedgerEntry(account, "cpu", usage, 0.0, usage) for account, usage in usage_by_account.items()]
    store.record_chunks((), (), entries)


def turns(desk: Desk) -> list[tuple[int, float]]:
    """Account and device seconds of each chunk."""
    sql = "SELECT user_id, device_seconds FROM chunks ORDER BY id"
    rows = desk.services.open_history.execute(QueryType.SIMULATION_LOOKUP, sql).rows
    return [(int(user or 0), float(seconds or 0.0)) for user, seconds in rows]


def seconds_before(account: int, given: list[tuple[int, float]]) -> float:
    """Device seconds of the others before the first chunk of this account."""
    accounts = [user for user, _ in given]
    return sum(seconds for _, seconds in given[: accounts.index(account)])


def test_that_nobody_has_more_credit_after_an_executor_has_died(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # while a state is written down the device is somebody else's, whatever the scores
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 60.0)
    accounts = desk.services.history.accounts
    newcomer, other = accounts.local_account(), accounts.add("other@x", "other", "enterprise")

    leave = handed_in(desk, tmp_path, [newcomer, other])
    end_suddenly(desk, {newcomer.id: 0.0, other.id: 1000.0})
    first = desk.services.history.queue.jobs()[0].simulation_id
    with desk.executing(lambda host: OpeningFirst(host, first, 2)):
        wait_until(lambda: other.id in {user for user, _ in turns(desk)})
        leave()

    # 0.1 s for each unit of weight, and the chunks that were under way
    assert seconds_before(other.id, turns(desk)) < 1.0


def test_that_a_change_of_tier_makes_nobody_wait_for_what_was_before(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 60.0)
    accounts = desk.services.history.accounts
    changed, other = accounts.local_account(), accounts.add("other@x", "other", "enterprise")

    leave = handed_in(desk, tmp_path, [changed, other])
    end_suddenly(desk, {changed.id: 1000.0, other.id: 1000.0})
    first = desk.services.history.queue.jobs()[0].simulation_id
    with desk.executing(lambda host: OpeningFirst(host, first, 2)):
        wait_until(lambda: {user for user, _ in turns(desk)} == {changed.id, other.id})
        accounts.set_tier(changed.email, "trial")
        count = len(turns(desk))
        wait_until(lambda: changed.id in {user for user, _ in turns(desk)[count + 4 :]})
        leave()

    given = turns(desk)[count + 4 :]
    assert seconds_before(changed.id, given) < 2.0
