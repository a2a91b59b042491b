"""Whom the queue takes to task for the deaths of an engine that several simulations share."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mcdesk.dispatch import active_jobs
from mcdesk.dispatch.active_jobs import MOST_DEATHS, MOST_DEATHS_BESIDE
from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, Commit, End, Open, Request, RunChunk
from mcdesk.dispatch.run_types import RunQueue, RunRequest
from mcdesk.foundation.errors import EngineDied, RunFailed
from mcdesk.foundation.settings import Settings
from mcdesk.history.run_record import RunStatus
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import MANY, Desk, Disturbed, request, wait_until

PATIENCE_SECONDS = 30.0
SHORT = Settings(tiers={"enterprise": {"seconds_limit": 1}})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services, SHORT, QueueCapacity(100_000))


class Dying(Disturbed):
    """It dies of each request of a kind; what was begun on it by others dies with it."""

    def __init__(self, host: EngineHost, is_deadly: Callable[[Request], bool], deaths: list[Request]) -> None:
        super().__init__(host)
        self._is_deadly = is_deadly
        self._deaths = deaths

    def ask(self, request: Request) -> Answer:
        if self.is_alive and self._is_deadly(request):
            self._deaths.append(request)
            self.is_alive = False
        if not self.is_alive:
            raise EngineDied("The process that computes has ended by itself")
        return self.host.ask(request)


class Poisoned(Dying):
    """It dies of all chunks but those of one simulation, which it opens before the others."""

    def __init__(self, host: EngineHost, innocent: str, deaths: list[Request]) -> None:
        super().__init__(host, self._is_poison, deaths)
        self._innocent = innocent
        self._is_open = threading.Event()

    def ask(self, request: Request) -> Answer:
        is_open = isinstance(request, Open)
        if isinstance(request, Open) and request.job.simulation_id != self._innocent:
            assert self._is_open.wait(PATIENCE_SECONDS)
        answer = super().ask(request)
        if is_open:
            self._is_open.set()
        return answer

    def _is_poison(self, request: Request) -> bool:
        return isinstance(request, RunChunk) and request.simulation_id != self._innocent


def follow(desk: Desk, asked: RunRequest) -> None:
    """To the end of a run that others execute, whatever that is."""
    with open_services(desk.services.folders) as own, suppress(RunFailed):
        queue = RunQueue("cpu", own.folders.running, lambda: None)
        Desk(own, desk.settings).run(asked, queue)


def test_that_a_run_whose_engine_was_killed_by_another_one_is_not_to_blame(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # each state that is written down would end the blame
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 60.0)
    runs, queue = desk.services.history.runs, desk.services.history.queue
    deaths: list[Request] = []
    people = [threading.Thread(target=follow, args=(desk, request(tmp_path, MANY, seed))) for seed in (1, 2)]
    for count, person in enumerate(people, 1):
        person.start()
        wait_until(lambda count=count: queue.count() == count)
    innocent, poison = (job.simulation_id for job in queue.jobs())

    with desk.executing(lambda host: Poisoned(host, innocent, deaths)):
        for person in people:
            person.join(PATIENCE_SECONDS)

    assert len(deaths) == MOST_DEATHS
    assert runs.record(poison).error == (
        "The engine died 3 times in the same trials of this simulation. The other simulations go on."
    )
    assert runs.record(innocent).status is RunStatus.PARTIAL


@pytest.mark.parametrize("deadly", [Open, End, Commit])
def test_that_a_run_that_kills_its_engine_beside_its_chunks_fails_in_the_end(
    tmp_path: Path, desk: Desk, deadly: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 0.01)
    monkeypatch.setattr(active_jobs, "COMMITS_COST_ONE_IN", 0)
    deaths: list[Request] = []

    with (
        desk.executing(lambda host: Dying(host, lambda asked: isinstance(asked, deadly), deaths)) as queue,
        pytest.raises(RunFailed, match="died 6 times while it prepared or evaluated this simulation"),
    ):
        desk.run(request(tmp_path, 1_000_000), queue)

    assert len(deaths) == MOST_DEATHS_BESIDE
