"""What is left of runs: nothing of those that ended, everything of those that have not."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mcdesk.dispatch.device_lock import DeviceLock
from mcdesk.dispatch.dispatch_types import DispatchSetup
from mcdesk.dispatch.dispatcher import Dispatcher
from mcdesk.dispatch.engine_host import EngineHost, ThreadHost
from mcdesk.dispatch.engine_messages import Answer, Close, EngineFolders, Request, RunChunk
from mcdesk.dispatch.left_files import (
    LEAST_AGE_SECONDS,
    SECONDS_BETWEEN_CLEARINGS,
    STAMP_NAME,
    clear_left_files,
)
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunQueue
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DiskFull, RecordMissing, RunFailed
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.job_record import JobState
from mcdesk.history.opening import open_database
from mcdesk.history.run_record import RunOutcome, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.services import folders_under, open_queue, open_services
from tests.unit.dispatch.desk import MANY, Desk, Disturbed, request, wait_until

PATIENCE_SECONDS = 20.0
# until its runner waits for the device
SECONDS_TO_OPEN = 0.5


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


class Remembering(Disturbed):
    """What it was asked is remembered; each simulation fails at its first chunk, if that is wanted."""

    def __init__(self, host: EngineHost, asked: list[Request], fails: bool = False) -> None:
        super().__init__(host)
        self._asked = asked
        self._fails = fails

    def ask(self, request: Request) -> Answer:
        self._asked.append(request)
        if self._fails and isinstance(request, RunChunk):
            raise RunFailed("There is not enough memory for this simulation", "Use fewer trials.")
        return super().ask(request)


def setup_of(desk: Desk, wall_seconds: float) -> DispatchSetup:
    """Enough of a dispatcher's world to clear its folders."""
    folders = desk.services.folders
    places = EngineFolders(folders.model_files, folders.samples, folders.running)
    return DispatchSetup(
        device="cpu",
        open_database=lambda: open_database(folders.database),
        start_host=lambda: ThreadHost(places),
        executor=None,  # type: ignore[arg-type]  # nothing runs
        running_folder=folders.running,
        samples_folder=folders.samples,
        settings=desk.settings,
        capacity=desk.capacity,
        boot_id="boot",
        wall_seconds=lambda: wall_seconds,
    )


def follow(desk: Desk, folder: Path) -> threading.Thread:
    """A long run that others execute, followed in a thread, whatever comes of it."""

    def run() -> None:
        with open_services(desk.services.folders) as own, suppress(RecordMissing, Cancelled):
            queue = RunQueue("cpu", own.folders.running, lambda: None)
            Desk(own).run(request(folder, MANY), queue)

    person = threading.Thread(target=run, daemon=True)
    person.start()
    return person


def is_closed(asked: list[Request]) -> bool:
    return any(isinstance(each, Close) for each in asked)


def test_that_what_is_deleted_is_computed_no_longer(tmp_path: Path, desk: Desk) -> None:
    asked: list[Request] = []
    jobs = desk.services.history.queue.jobs

    with desk.executing(lambda host: Remembering(host, asked)):
        person = follow(desk, tmp_path)
        wait_until(lambda: any(job.trials_done for job in jobs()))
        desk.services.history.runs.delete(jobs()[0].simulation_id)
        wait_until(lambda: is_closed(asked))
        person.join(PATIENCE_SECONDS)

    assert not person.is_alive()


def test_that_what_failed_is_closed_in_the_engine(tmp_path: Path, desk: Desk) -> None:
    asked: list[Request] = []

    with desk.executing(lambda host: Remembering(host, asked, fails=True)) as queue:
        with pytest.raises(RunFailed, match="not enough memory"):
            desk.run(request(tmp_path), queue)
        wait_until(lambda: is_closed(asked))


def test_that_the_state_of_a_run_stays_until_its_end_is_written(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = desk.services.folders.running
    folders_at_end: list[int] = []
    finish = RunStore.finish

    def finish_second_time(self: RunStore, simulation_id: str, outcome: RunOutcome) -> None:
        folders_at_end.append(len(list(running.iterdir())))
        if len(folders_at_end) == 1:
            raise DatabaseBusy("The history is in use by another program")
        finish(self, simulation_id, outcome)

    monkeypatch.setattr(RunStore, "finish", finish_second_time)

    with desk.executing() as queue:
        report = desk.run(request(tmp_path), queue)

    assert report.status is RunStatus.COMPLETED
    assert folders_at_end == [1, 1]
    assert list(running.iterdir()) == []


def test_that_what_is_cancelled_as_it_waits_leaves_no_folder(tmp_path: Path, desk: Desk) -> None:
    nobody_executes = RunQueue("cpu", desk.services.folders.running, lambda: None)
    cancel, folder_counts = CancelToken(), list[int]()

    def cancel_at_once(progress: SimulationProgress) -> None:
        folder_counts.append(len(list(nobody_executes.running_folder.iterdir())))
        cancel.cancel()

    with pytest.raises(Cancelled):
        desk.run(request(tmp_path), nobody_executes, cancel, cancel_at_once)

    assert folder_counts == [1]
    assert list(nobody_executes.running_folder.iterdir()) == []


def test_that_the_last_chunk_is_written_however_short_a_time_ago_that_failed(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, is_free = list[int](), threading.Event()
    record_chunks, hand_over = ExecutorStore.record_chunks, Dispatcher._hand_over

    def record_when_free(self: ExecutorStore, *noted: Any) -> None:
        tries.append(1)
        if not is_free.is_set():
            raise DatabaseBusy("The history is in use by another program")
        record_chunks(self, *noted)

    def hand_over_when_free(self: Dispatcher) -> None:
        is_free.set()
        hand_over(self)

    monkeypatch.setattr(ExecutorStore, "record_chunks", record_when_free)
    monkeypatch.setattr(Dispatcher, "_hand_over", hand_over_when_free)

    person = follow(desk, tmp_path)
    with desk.executing():
        wait_until(lambda: len(tries) > 0)
    (left,) = desk.services.history.queue.jobs()
    desk.services.history.queue.cancel(left.simulation_id)
    with desk.executing():
        person.join(PATIENCE_SECONDS)

    assert left.trials_done > 0
    assert left.device_seconds > 0.0


def test_that_nobody_who_leaves_waits_for_a_device_that_another_folder_keeps(
    tmp_path: Path, desk: Desk
) -> None:
    jobs = desk.services.history.queue.jobs
    locks = desk.services.folders.data / "locks"
    is_leaving = threading.Event()

    def execute() -> None:
        with open_services(desk.services.folders) as own, Desk(own).executing():
            is_leaving.wait(PATIENCE_SECONDS)

    person, executor = follow(desk, tmp_path), threading.Thread(target=execute, daemon=True)
    with DeviceLock("cpu", locks).turn():
        executor.start()
        wait_until(lambda: [job.state for job in jobs()] == [JobState.RUNNING])
        time.sleep(SECONDS_TO_OPEN)
        is_leaving.set()
        executor.join(PATIENCE_SECONDS)
        has_left = not executor.is_alive()

    desk.services.history.queue.cancel(jobs()[0].simulation_id)
    person.join(PATIENCE_SECONDS)
    assert has_left


def test_that_who_follows_is_told_what_the_queue_waits_for(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_chunks, troubles = ExecutorStore.record_chunks, list[str | None]()

    def record_when_told(self: ExecutorStore, *noted: Any) -> None:
        if not any(troubles):
            raise DiskFull("The disk is full", "Free some space and try again.")
        record_chunks(self, *noted)

    def look(progress: SimulationProgress) -> None:
        troubles.append(progress.trouble)
        if any(troubles) and progress.trouble is None:
            leave.cancel()

    monkeypatch.setattr(ExecutorStore, "record_chunks", record_when_told)
    leave = CancelToken()

    with open_queue(desk.services) as context:
        report = run_simulation(request(tmp_path, MANY), context, look, leave)

    # it would not have ended by itself
    assert report.status is RunStatus.CANCELLED
    assert "The disk is full. Free some space and try again." in troubles


def test_that_what_nobody_names_is_cleared_once_a_day(tmp_path: Path, desk: Desk) -> None:
    folders = desk.services.folders
    report = run_simulation(
        request(tmp_path), desk.services.run_context, lambda progress: None, CancelToken()
    )
    desk.services.history.runs.delete(report.simulation_id)
    left = folders.running / "left"
    left.mkdir(parents=True)
    now = time.time()

    clear_left_files(setup_of(desk, now))
    young = files_of(folders.samples)
    clear_left_files(setup_of(desk, now + 2 * LEAST_AGE_SECONDS))
    soon = files_of(folders.samples)
    clear_left_files(setup_of(desk, now + 2 * SECONDS_BETWEEN_CLEARINGS))

    assert (len(young), len(soon), left.exists()) == (1, 1, False)
    assert files_of(folders.samples) == []


def test_that_what_waits_keeps_its_folder_whatever_its_age(tmp_path: Path, desk: Desk) -> None:
    person = follow(desk, tmp_path)
    wait_until(lambda: desk.services.history.queue.count() == 1)
    (waiting,) = desk.services.history.queue.jobs()

    clear_left_files(setup_of(desk, time.time() + 2 * LEAST_AGE_SECONDS))

    assert (desk.services.folders.running / waiting.simulation_id).is_dir()
    desk.services.history.queue.cancel(waiting.simulation_id)
    person.join(PATIENCE_SECONDS)


def test_that_whoever_executes_clears(tmp_path: Path, desk: Desk) -> None:
    with desk.executing() as queue:
        desk.run(request(tmp_path), queue)

    assert (desk.services.folders.data / STAMP_NAME).is_file()


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
