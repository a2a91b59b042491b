"""What is said of a run before it is handed in agrees with what is granted when it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_workbook
from mcdesk.dispatch.queue_view import QueuePlace
from mcdesk.dispatch.run_outlook import RunOutlook, run_outlook
from mcdesk.dispatch.run_types import RunRequest
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.settings import Settings
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import NewJob
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.model.xlsx_reader import read_workbook
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import Services, folders_under, open_services
from tests.unit.dispatch.desk import Desk, request

NOW = "2026-01-01T00:00:00.000000Z"
CAPACITY = QueueCapacity(8_000, jobs_per_account=2)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with open_services(folders_under(tmp_path / "home")) as found:
        yield found


def prepared(asked: RunRequest) -> PreparedModel:
    moment = Moment(datetime(2026, 1, 1), lambda: 0.0)
    return prepare_workbook(read_workbook(asked.model), asked.setup, asked.plan, CancelToken(), moment)


def outlook(services: Services, asked: RunRequest) -> RunOutlook:
    place = QueuePlace("cpu", Settings(), CAPACITY)
    queue = services.open_history, place
    return run_outlook(asked, prepared(asked), services.run_context, queue, utc_now())


def take_seat(services: Services) -> ExecutorStore:
    store = ExecutorStore(services.open_history, 1)
    store.take_seat(0)
    store.beat(0.0)
    return store


def hand_in(services: Services, name: str) -> None:
    account = services.history.accounts.local_account()
    record = RunRecord(
        name, account.id, RunStatus.PENDING, 1_000, 1, "mc", "cpu", name, "m.xlsx", "0" * 64, "{}", NOW
    )
    job = NewJob(name, account.id, "cpu", "{}", "p", 10, account.tier, 100, 100, 60, 30.0, 1_000)
    services.history.queue.submit([(record, job)])


def test_that_an_estimate_is_what_the_run_is_granted_later(services: Services, tmp_path: Path) -> None:
    asked = request(tmp_path, trials=3_000)
    found = outlook(services, asked)

    desk = Desk(services)
    with desk.executing() as queue:
        report = desk.run(asked, queue)

    assert found.estimate.allocation == report.estimate.allocation
    assert found.estimate.score == report.estimate.score
    assert found.tier_limits is not None
    assert not found.is_known
    assert outlook(services, asked).is_known


def test_that_a_run_which_is_to_be_computed_anew_is_not_known(services: Services, tmp_path: Path) -> None:
    asked = request(tmp_path, trials=3_000)
    desk = Desk(services)
    with desk.executing() as queue:
        desk.run(asked, queue)

    assert not outlook(services, replace(asked, uses_cache=False)).is_known


def test_that_it_starts_at_once_where_there_is_room(services: Services, tmp_path: Path) -> None:
    take_seat(services)

    start = outlook(services, request(tmp_path)).start

    assert start is not None
    assert start.starts_in_seconds == 0.0


def test_that_it_starts_when_those_before_it_have_ended(services: Services, tmp_path: Path) -> None:
    store = take_seat(services)
    for name in ("a", "b", "c"):
        hand_in(services, name)
    for name in ("a", "b"):
        store.grant(name)

    start = outlook(services, request(tmp_path)).start

    assert start is not None
    # of three with 30 device seconds each two have to end before it; they share the device
    assert start.starts_in_seconds == pytest.approx(90.0)
    assert start.reason == "Waits until one of the 2 that run for this account ends, 1 more before it"


def test_that_without_an_executor_nobody_says_when_it_starts(services: Services, tmp_path: Path) -> None:
    start = outlook(services, request(tmp_path)).start

    assert start is not None
    assert start.starts_in_seconds is None
    assert "none is running" in start.reason
