"""Runs through the queue while something comes in between: a late cancel, a full disk, a locked database."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch import active_jobs, engine_simulation
from mcdesk.dispatch.dispatcher import POLL_SECONDS
from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, ChunkDone, Commit, End, Ended, Request, RunChunk
from mcdesk.dispatch.job_runner import JobRunner
from mcdesk.dispatch.run_types import RunQueue, RunReport
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DiskFull, EngineDied, RecordMissing, RunFailed
from mcdesk.foundation.settings import Settings
from mcdesk.history.account_store import Account
from mcdesk.history.job_record import JobState
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunStatus
from mcdesk.scheduling import scheduler
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import MANY, Desk, Disturbed, request, run_quietly, wait_until

PATIENCE_SECONDS = 30.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


class CancelledInStatistics(Disturbed):
    """Somebody cancels as soon as the whole statistics are asked for."""

    def __init__(self, host: EngineHost, person: CancelToken) -> None:
        super().__init__(host)
        self._person = person
        self._is_cancelled = threading.Event()

    def ask(self, request: Request) -> Answer:
        if isinstance(request, End) and not request.is_quick:
            self._person.cancel()
            assert self._is_cancelled.wait(PATIENCE_SECONDS)
        return self.host.ask(request)

    def cancel(self, simulation_id: str) -> None:
        self.host.cancel(simulation_id)
        self._is_cancelled.set()


class DyingInStatistics(CancelledInStatistics):
    """Besides, it dies of that."""

    def ask(self, request: Request) -> Answer:
        answer = super().ask(request)
        if isinstance(request, End) and not request.is_quick:
            self.is_alive = False
            raise EngineDied("The process that computes has ended by itself")
        return answer


class DyingAtFirstEnd(Disturbed):
    """It writes no state down, and dies of the first statistics that it is asked for."""

    def __init__(self, host: EngineHost, trials: list[int]) -> None:
        super().__init__(host)
        self._trials = trials

    def ask(self, request: Request) -> Answer:
        if isinstance(request, Commit):
            raise DiskFull("The disk that holds it is full")
        answer = self.host.ask(request)
        if isinstance(answer, Ended) and not self._trials:
            self._trials.append(answer.trials_done)
            self.is_alive = False
        if not self.is_alive:
            raise EngineDied("The process that computes has ended by itself")
        return answer


class OnFullDisk(Disturbed):
    """No state can be written down."""

    def ask(self, request: Request) -> Answer:
        if isinstance(request, Commit):
            raise DiskFull("The disk that holds it is full")
        return self.host.ask(request)


class WithoutMemory(Disturbed):
    """No chunk fits into the memory."""

    def ask(self, request: Request) -> Answer:
        if isinstance(request, RunChunk):
            raise RunFailed("There is not enough memory for this simulation", "Use fewer trials.")
        return self.host.ask(request)


class CancelledInSuspension(Disturbed):
    """Somebody cancels a simulation while its state is written down for the first time."""

    def __init__(self, host: EngineHost, desk: Desk) -> None:
        super().__init__(host)
        self._desk = desk
        self._cancelled: list[str] = []
        self._is_cancelled = threading.Event()

    def ask(self, request: Request) -> Answer:
        if isinstance(request, Commit) and not self._cancelled:
            self._cancelled.append(request.simulation_id)
            with open_services(self._desk.services.folders) as person:
                person.history.queue.cancel(request.simulation_id)
            assert self._is_cancelled.wait(PATIENCE_SECONDS)
        return self.host.ask(request)

    def cancel(self, simulation_id: str) -> None:
        self.host.cancel(simulation_id)
        self._is_cancelled.set()


class Erasing(Disturbed):
    """An account vanishes, with all that it has, while its second chunk is computed."""

    def __init__(self, host: EngineHost, desk: Desk, accounts: list[Account]) -> None:
        super().__init__(host)
        self._desk = desk
        self._accounts = accounts

    def ask(self, request: Request) -> Answer:
        answer = self.host.ask(request)
        if self._accounts and isinstance(answer, ChunkDone) and answer.first_trial > 0:
            with open_services(self._desk.services.folders) as administrator:
                administrator.history.accounts.remove(self._accounts.pop())
            # the dispatcher learns of that before it hears of the chunk
            time.sleep(5 * POLL_SECONDS)
        return answer


class BusyOnce(QueueStore):
    """Somebody else holds the database when the end is asked for first."""

    refusals = 0

    def cancel(self, simulation_id: str) -> JobState | None:
        if self.refusals == 0:
            self.refusals += 1
            raise DatabaseBusy("The history is in use by another program")
        return super().cancel(simulation_id)


def test_that_a_cancel_during_statistics_makes_them_quicker(tmp_path: Path, desk: Desk) -> None:
    person = CancelToken()

    with desk.executing(lambda host: CancelledInStatistics(host, person)) as queue:
        report = desk.run(request(tmp_path), queue, person)

    assert (report.status, report.trials_done) == (RunStatus.COMPLETED, 20_000)
    assert not report.statistics.is_whole


def test_that_a_cancel_during_suspension_counts(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a state is written down where somebody has to make room, and only then
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 60.0)
    monkeypatch.setattr(scheduler, "LEAST_HELD_SECONDS", 0.1)
    accounts, leave = desk.services.history.accounts, CancelToken()
    mine, other = accounts.local_account(), accounts.add("other@x", "other", "enterprise")

    def follow(seed: int, account: Account) -> threading.Thread:
        asked = replace(request(tmp_path, MANY, seed), account=account)
        person = threading.Thread(target=run_quietly, args=(desk.services, asked, leave), daemon=True)
        person.start()
        return person

    def ended() -> list[int]:
        return [run.user_id for run in desk.services.history.runs.runs() if run.status.is_final]

    narrow = replace(desk, capacity=QueueCapacity(100_000, jobs=2))
    with narrow.executing(lambda host: CancelledInSuspension(host, desk)):
        people = [follow(1, mine), follow(2, mine)]
        wait_until(lambda: [job.trials_done > 0 for job in desk.services.history.queue.jobs()] == [True] * 2)
        people.append(follow(3, other))
        # both places are taken, and stay so
        wait_until(lambda: len(ended()) > 0)
        found = ended()
        leave.cancel()
        for person in people:
            person.join()

    assert found == [mine.id]


def test_that_what_is_cancelled_while_it_waits_is_opened_for_its_trials(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off: list[JobRunner] = []
    queue, runs = desk.services.history.queue, desk.services.history.runs
    asked = (desk.services, request(tmp_path, MANY), CancelToken())
    person = threading.Thread(target=run_quietly, args=asked, daemon=True)
    person.start()
    with desk.executing():
        wait_until(lambda: any(job.trials_done for job in queue.jobs()))
    (left,) = queue.jobs()

    # whatever is broken off while it opens has no trials
    monkeypatch.setattr(JobRunner, "cancel", broken_off.append)
    queue.cancel(left.simulation_id)
    with desk.executing():
        person.join(PATIENCE_SECONDS)

    record = runs.record(left.simulation_id)
    assert (record.status, record.trials_done) == (RunStatus.CANCELLED, left.committed_trials)
    assert record.trials_done > 0
    assert broken_off == []


def test_that_a_cancelled_run_keeps_its_trials_when_the_engine_dies_too(tmp_path: Path, desk: Desk) -> None:
    person = CancelToken()
    short = replace(desk, settings=Settings(tiers={"enterprise": {"seconds_limit": 2}}))

    with short.executing(lambda host: DyingInStatistics(host, person)) as queue:
        report = short.run(request(tmp_path, MANY), queue, person)

    assert report.status is RunStatus.CANCELLED
    assert report.trials_done > 0


def test_that_a_run_has_its_longest_time_again_after_the_engine_has_died(tmp_path: Path, desk: Desk) -> None:
    trials: list[int] = []
    short = replace(desk, settings=Settings(tiers={"enterprise": {"seconds_limit": 1}}))

    with short.executing(lambda host: DyingAtFirstEnd(host, trials)) as queue:
        report = short.run(request(tmp_path, MANY), queue)

    assert report.stopped_by == "the longest run of 1 s of device time"
    assert report.trials_done > trials[0] / 4


def test_that_a_run_goes_on_where_its_state_cannot_be_written(tmp_path: Path, desk: Desk) -> None:
    short = replace(desk, settings=Settings(tiers={"enterprise": {"seconds_limit": 2}}))

    with short.executing(OnFullDisk) as queue:
        report = short.run(request(tmp_path, MANY), queue)

    assert report.status is RunStatus.PARTIAL
    assert report.trials_done > 0


def refuse_samples(folder: Path, values: object) -> str:
    raise DiskFull(f"The disk that holds {folder} is full")


def test_that_a_full_disk_costs_the_kept_trials_and_a_warning(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_simulation, "write_samples", refuse_samples)

    with desk.executing() as queue:
        report = desk.run(request(tmp_path), queue)

    assert report.status is RunStatus.COMPLETED
    assert [text for text in report.statistics.warnings if "is full" in text] == [
        f"The trials are not kept in the history: The disk that holds {desk.services.folders.samples} is full"
    ]
    assert desk.services.history.samples.load(report.simulation_id) == ()


def test_that_a_run_whose_trials_must_be_saved_fails_on_a_full_disk(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_simulation, "write_samples", refuse_samples)

    with desk.executing() as queue, pytest.raises(RunFailed, match=r"^The disk that holds .* is full$"):
        desk.run(replace(request(tmp_path), keeps_inputs=True), queue)


def test_that_the_queue_goes_on_when_an_account_vanishes(tmp_path: Path, desk: Desk) -> None:
    accounts = desk.services.history.accounts
    mine, other = accounts.local_account(), accounts.add("other@x", "other", "enterprise")
    reports: list[RunReport] = []

    def run_another() -> None:
        with open_services(desk.services.folders) as services:
            own = Desk(services)
            asked = replace(request(tmp_path, seed=2), account=mine)
            reports.append(own.run(asked, RunQueue("cpu", services.folders.running, lambda: None)))

    person = threading.Thread(target=run_another, daemon=True)
    with desk.executing(lambda host: Erasing(host, desk, [other])) as queue:
        with pytest.raises(RecordMissing):
            desk.run(replace(request(tmp_path, MANY), account=other), queue)
        person.start()
        person.join(PATIENCE_SECONDS)

    assert [report.status for report in reports] == [RunStatus.COMPLETED]


def test_that_a_run_without_memory_fails_and_leaves_no_folder(tmp_path: Path, desk: Desk) -> None:
    with desk.executing(WithoutMemory) as queue, pytest.raises(RunFailed, match="not enough memory"):
        desk.run(request(tmp_path), queue)

    assert list(desk.services.folders.running.iterdir()) == []


def test_that_a_cancel_is_asked_for_again_where_the_database_was_busy(tmp_path: Path, desk: Desk) -> None:
    person = CancelToken()
    store = BusyOnce(desk.services.open_history)
    history = replace(desk.services.history, queue=store)
    context = replace(desk.services.run_context, history=history)
    busy = replace(desk, services=replace(desk.services, run_context=context))

    def cancel_when_it_runs(progress: SimulationProgress) -> None:
        if progress.trials_done:
            person.cancel()

    short = replace(busy, settings=Settings(tiers={"enterprise": {"seconds_limit": 5}}))
    with short.executing() as queue:
        report = short.run(request(tmp_path, MANY), queue, person, cancel_when_it_runs)

    assert store.refusals == 1
    assert report.status is RunStatus.CANCELLED


class StillCompiling(Disturbed):
    """An engine whose chunks tell nothing of how fast it will be."""

    def ask(self, request: Request) -> Answer:
        answer = super().ask(request)
        return replace(answer, is_at_full_speed=False) if isinstance(answer, ChunkDone) else answer


@pytest.mark.parametrize(("wrap", "rates"), [(Disturbed, 1), (StillCompiling, 0)])
def test_that_only_compiled_chunks_tell_how_fast_a_program_is(
    tmp_path: Path, desk: Desk, wrap: Callable[[EngineHost], EngineHost], rates: int
) -> None:
    with desk.executing(wrap) as queue:
        report = desk.run(request(tmp_path, 4_000_000), queue)

    database = desk.services.open_history
    rows = database.execute(QueryType.SIMULATION_LOOKUP, "SELECT trials_per_second FROM rates").rows
    assert report.status is RunStatus.COMPLETED
    assert len(rows) == rates
    assert all(float(row[0] or 0.0) > 0.0 for row in rows)
