"""How far simulations are, told beside the database by who executes the queue or watches another."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, ChunkDone, Glance, Request, RunChunk
from mcdesk.dispatch.job_news import JobNews, onward
from mcdesk.dispatch.live_results import LiveResult, live_result, watch
from mcdesk.dispatch.queue_watch import QueueWatch
from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import JobProgress, JobState, NewJob
from mcdesk.history.opening import open_database
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import Desk, Disturbed, request, wait_until

NAME = "a" * 32


@dataclass
class Heard:
    """A listener that keeps what it is told."""

    is_listening: bool = True
    news: list[JobNews] = field(default_factory=list)

    def tell(self, news: JobNews) -> None:
        self.news.append(news)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services, listener=Heard())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mcdesk.db") as opened:
        yield opened


def heard(desk: Desk) -> Heard:
    assert isinstance(desk.listener, Heard)
    return desk.listener


class HeldUp(Disturbed):
    """The database is locked from the end of its second chunk on, until there is news of that."""

    def __init__(self, host: EngineHost, path: Path, heard: Heard) -> None:
        super().__init__(host)
        self._path, self._heard = path, heard
        self._chunks = 0
        self.told_while_locked: list[int] = []

    def ask(self, request: Request) -> Answer:
        answer = self.host.ask(request)
        if isinstance(request, RunChunk):
            self._chunks += 1
            if self._chunks == 2 and isinstance(answer, ChunkDone) and answer.progress is not None:
                self._hold_up(answer.progress.trials_done)
        return answer

    def _hold_up(self, trials: int) -> None:
        is_locked = threading.Event()

        def hold() -> None:
            with open_database(self._path) as other, other.transaction():
                is_locked.set()
                wait_until(lambda: any(news.trials_done >= trials for news in self._heard.news))
                self.told_while_locked.append(trials)

        threading.Thread(target=hold, daemon=True).start()
        assert is_locked.wait(30.0)


def test_that_each_chunk_is_told_and_the_last_with_all_trials(tmp_path: Path, desk: Desk) -> None:
    with desk.executing() as queue:
        report = desk.run(request(tmp_path, 2_000_000), queue)

    news = heard(desk).news
    trials = [each.trials_done for each in news]
    assert {each.simulation_id for each in news} == {report.simulation_id}
    assert len(set(trials)) > 3
    assert trials == sorted(trials)
    assert (trials[-1], news[-1].state) == (2_000_000, JobState.ENDING)


def test_that_a_chunk_is_told_while_the_database_is_locked(tmp_path: Path, desk: Desk) -> None:
    hosts: list[HeldUp] = []

    def wrap(host: EngineHost) -> EngineHost:
        hosts.append(HeldUp(host, desk.services.folders.database, heard(desk)))
        return hosts[-1]

    with desk.executing(wrap) as queue:
        desk.run(request(tmp_path, 2_000_000), queue)

    assert [len(host.told_while_locked) for host in hosts] == [1]


def test_that_nothing_is_told_while_nobody_listens(tmp_path: Path, desk: Desk) -> None:
    heard(desk).is_listening = False

    with desk.executing() as queue:
        desk.run(request(tmp_path, 200_000), queue)

    assert heard(desk).news == []


def test_that_what_is_found_is_told_after_its_chunk_and_as_it_stands_in_the_file(
    tmp_path: Path, desk: Desk
) -> None:
    folders = desk.services.folders
    written = []

    class Watching(Disturbed):
        trials = 0

        def ask(self, request: Request) -> Answer:
            if isinstance(request, RunChunk):
                watch(folders.running / request.simulation_id)
            if isinstance(request, Glance):
                # it may take long, and its chunk is not held up by it
                wait_until(lambda: heard(desk).news[-1].trials_done == self.trials)
            answer = self.host.ask(request)
            if isinstance(answer, ChunkDone) and answer.progress is not None:
                self.trials = answer.progress.trials_done
            if isinstance(answer, LiveResult):
                written.append(live_result(folders.running / heard(desk).news[-1].simulation_id))
            return answer

    with desk.executing(Watching) as queue:
        desk.run(request(tmp_path, 2_000_000), queue)

    told = [each.live for each in heard(desk).news if each.live is not None]
    assert told
    assert told == written


def test_that_what_another_process_computes_is_told(tmp_path: Path, desk: Desk) -> None:
    seat = ExecutorStore(desk.services.open_history, 0).seat
    with replace(desk, listener=Heard(False)).executing() as queue:
        wait_until(lambda: seat().process_id is not None)
        with desk.executing():
            desk.run(request(tmp_path, 6_000_000), queue)

    trials = [each.trials_done for each in heard(desk).news]
    assert len(set(trials)) > 2
    assert trials == sorted(trials)


def test_that_a_look_where_nothing_was_written_tells_nothing(tmp_path: Path, database: Database) -> None:
    store = one_admitted(database)
    store.record_chunks((), [JobProgress(NAME, 500, 1e3, 2.0, 0.1, 0.5)], ())
    with open_database(tmp_path / "mcdesk.db") as other:
        listener = Heard()
        looking = QueueWatch(other, listener)

        looking.look()
        looking.look()
        # written, but not about this
        store.beat(1.0)
        looking.look()
        assert listener.news == [JobNews(NAME, JobState.RUNNING, 500, 1000, 1e3, 2.0, 0.1)]

        store.record_chunks((), [JobProgress(NAME, 700, 1e3, 2.0, 0.1, 0.7)], ())
        looking.look()
        assert [each.trials_done for each in listener.news] == [500, 700]


def one_admitted(database: Database) -> ExecutorStore:
    account = AccountStore(database).add("a@x", "a", "trial").id
    record = RunRecord(
        NAME,
        account,
        RunStatus.PENDING,
        1000,
        1,
        "mc",
        "cpu",
        NAME,
        "m.xlsx",
        NAME,
        "{}",
        "2026-01-01",
    )
    job = NewJob(NAME, account, "cpu", "{}", NAME, 1000, "trial", 512, 25, 120, None, 1000)
    QueueStore(database).submit([(record, job)])
    store = ExecutorStore(database, 1)
    store.take_seat(0)
    assert store.grant(NAME)
    return store


def progress(trials: int, phase: Phase = Phase.SIMULATING, mean: float | None = None) -> SimulationProgress:
    return SimulationProgress(trials, 1000, 10.0, mean, None, phase)


def test_that_what_is_shown_never_goes_back() -> None:
    told = progress(500, Phase.STATISTICS, 1.0)

    assert onward(None, told) == told
    assert onward(told, progress(400, mean=9.0)) == told
    assert onward(told, progress(500, mean=2.0)) == progress(500, Phase.STATISTICS, 2.0)
    assert onward(told, progress(501, mean=3.0)) == progress(501, Phase.SIMULATING, 3.0)
