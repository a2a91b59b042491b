"""What is told of a run that is followed through the queue, whatever the follower finds there."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, ChunkDone, End, Request, RunChunk
from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.foundation.errors import EngineDied
from mcdesk.history.database import Database
from mcdesk.history.job_record import JobRecord
from mcdesk.history.queue_store import QueueStore
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import Desk, Disturbed, request, wait_until


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


class Watched(QueueStore):
    """The queue as the follower of a run looks at it, with how far the run was each time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.looks: list[tuple[int, str]] = []

    def find(self, simulation_id: str) -> JobRecord | None:
        job = super().find(simulation_id)
        if job is not None:
            self.looks.append((job.trials_done, job.state.value))
        return job

    def wait_for(self, is_seen: Callable[[list[tuple[int, str]]], bool]) -> None:
        """Until the follower has seen this."""
        wait_until(lambda: is_seen(list(self.looks)))


class DyingOnce(Disturbed):
    """It dies in its third chunk; started anew it goes on once it was seen that trials are run again."""

    def __init__(self, host: EngineHost, deaths: list[int], watched: Watched) -> None:
        super().__init__(host)
        self._deaths = deaths
        self._watched = watched
        self._chunks = self._trials = 0

    def ask(self, request: Request) -> Answer:
        self._chunks += isinstance(request, RunChunk)
        if self._chunks == 3 and not self._deaths:
            self._watched.wait_for(lambda looks: looks[-1][0] == self._trials)
            self._deaths.append(self._trials)
            self.is_alive = False
        if not self.is_alive:
            raise EngineDied("The process that computes has ended by itself")
        if self._chunks == 2 and self._deaths:
            self._watched.wait_for(lambda looks: looks[-1][0] < self._deaths[0])
        answer = self.host.ask(request)
        if isinstance(answer, ChunkDone) and answer.progress is not None:
            self._trials = answer.progress.trials_done
        return answer


class SeenThreeTimes(Disturbed):
    """Before it makes statistics the follower has seen three times that they are under way."""

    def __init__(self, host: EngineHost, watched: Watched) -> None:
        super().__init__(host)
        self._watched = watched

    def ask(self, request: Request) -> Answer:
        if isinstance(request, End):
            self._watched.wait_for(lambda looks: [state for _, state in looks[-3:]] == ["ending"] * 3)
        return self.host.ask(request)


def watched_desk(desk: Desk) -> tuple[Desk, Watched]:
    watched = Watched(desk.services.open_history)
    history = replace(desk.services.history, queue=watched)
    context = replace(desk.services.run_context, history=history)
    return replace(desk, services=replace(desk.services, run_context=context)), watched


def test_that_progress_never_goes_back_when_the_engine_dies(tmp_path: Path, desk: Desk) -> None:
    seen: list[SimulationProgress] = []
    deaths: list[int] = []
    own, watched = watched_desk(desk)

    with own.executing(lambda host: DyingOnce(host, deaths, watched)) as queue:
        own.run(request(tmp_path, 3_000_000), queue, on_progress=seen.append)

    done, found = [each.trials_done for each in seen], [trials for trials, _ in watched.looks]
    assert found != sorted(found)
    assert done == sorted(done)
    assert deaths[0] in done


def test_that_progress_is_told_only_when_there_is_news(tmp_path: Path, desk: Desk) -> None:
    seen: list[SimulationProgress] = []
    own, watched = watched_desk(desk)

    with own.executing(lambda host: SeenThreeTimes(host, watched)) as queue:
        own.run(request(tmp_path, 1_000_000), queue, on_progress=seen.append)

    assert seen[-1].phase is Phase.STATISTICS
    assert all(one != next_one for one, next_one in itertools.pairwise(seen))
