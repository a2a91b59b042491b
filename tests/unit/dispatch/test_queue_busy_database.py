"""The queue while another program holds the database: what cannot be written is written later."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from mcdesk.dispatch import active_jobs
from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, ChunkDone, Commit, End, Request
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import EngineDied
from mcdesk.history import database, opening
from mcdesk.history.job_record import JobState
from mcdesk.history.opening import open_database
from mcdesk.history.run_record import RunStatus
from mcdesk.services import folders_under, open_services
from tests.unit.dispatch.desk import MANY, Desk, request, run_quietly, wait_until

PATIENCE_SECONDS = 30.0
SHORT_MILLISECONDS = 50


class Log(logging.Handler):
    """What the queue says."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@dataclass
class OtherProgram:
    """Holds the database once, until the queue has met that."""

    path: Path
    log: Log
    has_held: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        """Begin; returns when the database is held."""
        if self.has_held.is_set():
            return
        holds = threading.Event()
        threading.Thread(target=self._hold, args=(holds,), daemon=True).start()
        assert holds.wait(PATIENCE_SECONDS)
        self.has_held.set()

    def _hold(self, holds: threading.Event) -> None:
        with open_database(self.path) as other, other.transaction():
            holds.set()
            ends_at = time.monotonic() + PATIENCE_SECONDS
            while not self._is_met() and time.monotonic() < ends_at:
                time.sleep(0.005)

    def _is_met(self) -> bool:
        return any(line.startswith(("not written yet", "the queue waits")) for line in self.log.lines)


class Held:
    """An engine after whose answer the database is held, where `is_moment` says so."""

    def __init__(
        self,
        host: EngineHost,
        program: OtherProgram,
        is_moment: Callable[[Request, Answer], bool],
        dies: bool = False,
    ) -> None:
        self._host = host
        self._program = program
        self._is_moment = is_moment
        self._dies = dies
        self.is_alive = True

    def ask(self, request: Request) -> Answer:
        answer = self._host.ask(request)
        if not self._program.has_held.is_set() and self._is_moment(request, answer):
            self._program.hold()
            self.is_alive = not self._dies
        if not self.is_alive:
            raise EngineDied("The process that computes has ended by itself")
        return answer

    def cancel(self, simulation_id: str) -> None:
        self._host.cancel(simulation_id)

    def look(self) -> None:
        return

    def close(self) -> None:
        self.is_alive = False


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for module in (database, opening):
        monkeypatch.setattr(module, "BUSY_MILLISECONDS", SHORT_MILLISECONDS)
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


@pytest.fixture
def program(desk: Desk) -> Iterator[OtherProgram]:
    log, logger = Log(), logging.getLogger("mcdesk.dispatch")
    logger.addHandler(log)
    yield OtherProgram(desk.services.folders.database, log)
    logger.removeHandler(log)


def is_last_chunk(request: Request, answer: Answer) -> bool:
    return isinstance(answer, ChunkDone) and answer.is_done


def is_second_chunk(request: Request, answer: Answer) -> bool:
    return isinstance(answer, ChunkDone) and answer.first_trial > 0


def is_state(request: Request, answer: Answer) -> bool:
    return isinstance(request, Commit)


def are_statistics(request: Request, answer: Answer) -> bool:
    return isinstance(request, End)


@pytest.mark.parametrize(
    ("is_moment", "dies"), [(is_last_chunk, False), (is_second_chunk, True), (are_statistics, False)]
)
def test_that_the_queue_goes_on_after_another_program_held_the_database(
    tmp_path: Path,
    desk: Desk,
    program: OtherProgram,
    is_moment: Callable[[Request, Answer], bool],
    dies: bool,
) -> None:
    asked = replace(request(tmp_path, 200_000), uses_cache=False)

    with desk.executing(lambda host: Held(host, program, is_moment, dies)) as queue:
        report = desk.run(asked, queue)
    undisturbed = run_simulation(asked, desk.services.run_context, lambda progress: None, CancelToken())

    assert program.has_held.is_set()
    assert report.status is RunStatus.COMPLETED
    assert report.statistics == undisturbed.statistics
    # a queue that gives up and begins anew grants everything a second time
    assert [each.granted for each in desk.services.history.leases.statistics()] == [1]


def test_that_a_queue_is_handed_over_though_the_database_was_held_meanwhile(
    tmp_path: Path, desk: Desk, program: OtherProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the only state that is written down is that of the end
    monkeypatch.setattr(active_jobs, "SECONDS_BETWEEN_COMMITS", 60.0)
    cancel, queue = CancelToken(), desk.services.history.queue
    asked = (desk.services, request(tmp_path, MANY), cancel)
    person = threading.Thread(target=run_quietly, args=asked, daemon=True)
    person.start()

    with desk.executing(lambda host: Held(host, program, is_state)):
        wait_until(lambda: any(job.trials_done for job in queue.jobs()))
    (left,) = queue.jobs()
    with desk.executing():
        cancel.cancel()
        person.join()

    assert program.has_held.is_set()
    assert left.state is JobState.WAITING
    assert left.committed_trials > 0
