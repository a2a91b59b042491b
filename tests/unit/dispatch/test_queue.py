"""Runs through the queue, with the engine in this process: limits, ends, deaths, handing over."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch import engine_simulation
from mcdesk.dispatch.engine_host import EngineHost
from mcdesk.dispatch.engine_messages import Answer, Request, RunChunk
from mcdesk.dispatch.job_estimate import MEGABYTE
from mcdesk.dispatch.queue_view import QueuePlace, queue_view
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunQueue, RunReport
from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import Backend, SlotEvaluator
from mcdesk.engine.backends.code_cache import CodeTold
from mcdesk.engine.ir import Program
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.errors import AllocationRefused, EngineDied, RunFailed
from mcdesk.foundation.settings import Settings
from mcdesk.history.run_record import RunStatus
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.services import folders_under, open_queue, open_services
from tests.unit.dispatch.desk import MANY, Desk, request, run_quietly, wait_until


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


def test_that_the_queue_gives_the_bits_of_a_run_without_it(tmp_path: Path, desk: Desk) -> None:
    asked = replace(request(tmp_path), uses_cache=False, keeps_inputs=True)

    with desk.executing() as queue:
        queued = desk.run(asked, queue)
    local = run_simulation(asked, desk.services.run_context, lambda progress: None, CancelToken())

    assert queued.status is RunStatus.COMPLETED
    assert queued.statistics == local.statistics
    assert queued.statistics.outputs[0].errors > 0
    for mine, theirs in zip(queued.output_trials, local.output_trials, strict=True):
        assert mine.values.tobytes() == theirs.values.tobytes()
        assert mine.errors is not None
        assert theirs.errors is not None
        assert mine.errors.tobytes() == theirs.errors.tobytes()
    assert [len(each.values) for each in queued.input_trials] == [20_000]


def test_that_nothing_of_an_ended_run_stays_in_the_queue(tmp_path: Path, desk: Desk) -> None:
    with desk.executing() as queue:
        desk.run(request(tmp_path), queue)

    assert desk.services.history.queue.count() == 0
    assert list(desk.services.folders.running.iterdir()) == []
    assert [each.granted for each in desk.services.history.leases.statistics()] == [1]


def test_that_a_run_ends_at_the_longest_time_of_its_tier(tmp_path: Path, desk: Desk) -> None:
    short = replace(desk, settings=Settings(tiers={"enterprise": {"seconds_limit": 1}}))

    with short.executing() as queue:
        report = short.run(request(tmp_path, MANY), queue)

    assert report.status is RunStatus.PARTIAL
    assert report.stopped_by == "the longest run of 1 s of device time"
    assert 0 < report.trials_done < MANY
    assert report.statistics.outputs[0].mean is not None
    assert 1.0 <= report.timing.simulate_seconds < 2.0


def test_that_a_run_too_large_for_its_tier_is_refused_before_it_begins(tmp_path: Path, desk: Desk) -> None:
    small = replace(desk, settings=Settings(tiers={"enterprise": {"memory_mb": 100}}))
    asked = replace(request(tmp_path, 5_000_000), keeps_inputs=True)

    with small.executing() as queue, pytest.raises(AllocationRefused, match=r"144 MB.*enterprise.*100 MB"):
        small.run(asked, queue)

    assert [each.refused for each in desk.services.history.leases.statistics()] == [1]
    assert desk.services.history.queue.count() == 0


@pytest.fixture
def granted(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The bytes that each back end may take of a GPU."""
    granted: list[int | None] = []

    def open_and_note(
        name: str,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        trials: int,
        memory: int | None,
        told: CodeTold,
    ) -> Backend:
        granted.append(memory)
        return open_backend(name, program, evaluators, trials, memory, told)

    monkeypatch.setattr(engine_simulation, "open_backend", open_and_note)
    return granted


def test_that_the_memory_of_the_allocation_holds_for_a_gpu_too(
    tmp_path: Path, desk: Desk, granted: list[int | None]
) -> None:
    with desk.executing() as queue:
        report = desk.run(request(tmp_path), queue)

    assert granted == [report.estimate.allocation.limits.memory_mb * MEGABYTE]


def test_that_a_cancel_keeps_the_trials_that_are_done(tmp_path: Path, desk: Desk) -> None:
    cancel = CancelToken()

    def cancel_when_it_runs(progress: SimulationProgress) -> None:
        if progress.trials_done > 100_000:
            cancel.cancel()

    with desk.executing() as queue:
        report = desk.run(request(tmp_path, MANY), queue, cancel, cancel_when_it_runs)

    assert report.status is RunStatus.CANCELLED
    assert report.trials_done > 100_000
    assert report.statistics.outputs[0].mean is not None


def test_that_a_run_that_waits_is_cancelled_at_once(tmp_path: Path, desk: Desk) -> None:
    cancel = CancelToken()
    nobody_executes = RunQueue("cpu", desk.services.folders.running, lambda: None)

    with pytest.raises(Cancelled):
        desk.run(request(tmp_path), nobody_executes, cancel, lambda progress: cancel.cancel())

    records = desk.services.history.runs.runs()
    assert [record.status for record in records] == [RunStatus.CANCELLED]


class Dying:
    """An engine that dies in its n-th chunk, each time it is started anew while `deaths` are left."""

    def __init__(self, host: EngineHost, deaths: list[int]) -> None:
        self._host = host
        self._deaths = deaths
        self._chunks = 0
        self.is_alive = True

    def ask(self, request: Request) -> Answer:
        if isinstance(request, RunChunk):
            self._chunks += 1
            if self._deaths and self._chunks == self._deaths[0]:
                self._deaths.pop(0)
                self.is_alive = False
        if not self.is_alive:
            raise EngineDied("The process that computes has ended by itself")
        return self._host.ask(request)

    def cancel(self, simulation_id: str) -> None:
        self._host.cancel(simulation_id)

    def look(self) -> None:
        return

    def close(self) -> None:
        self.is_alive = False


def test_that_a_run_outlives_its_engine(tmp_path: Path, desk: Desk) -> None:
    asked = replace(request(tmp_path, 400_000), uses_cache=False)
    deaths = [3, 2]

    with desk.executing(lambda host: Dying(host, deaths)) as queue:
        report = desk.run(asked, queue)
    undisturbed = run_simulation(asked, desk.services.run_context, lambda progress: None, CancelToken())

    assert deaths == []
    assert report.statistics == undisturbed.statistics


def test_that_a_run_that_kills_its_engine_three_times_fails_alone(tmp_path: Path, desk: Desk) -> None:
    deaths = [1, 1, 1]

    with desk.executing(lambda host: Dying(host, deaths)) as queue:
        with pytest.raises(RunFailed, match="died 3 times"):
            desk.run(request(tmp_path), queue)
        other = desk.run(request(tmp_path, seed=2), queue)

    assert other.status is RunStatus.COMPLETED


def test_that_the_next_executor_goes_on_where_the_one_before_stopped(tmp_path: Path, desk: Desk) -> None:
    asked = replace(request(tmp_path, 6_000_000), uses_cache=False)
    reports: list[RunReport] = []

    def follow() -> None:
        with open_services(desk.services.folders) as services:
            queue = RunQueue("cpu", services.folders.running, lambda: None)
            reports.append(Desk(services).run(asked, queue))

    person = threading.Thread(target=follow)
    person.start()
    with desk.executing():
        wait_until(lambda: any(job.trials_done > 50_000 for job in desk.services.history.queue.jobs()))
    (left,) = desk.services.history.queue.jobs()
    with desk.executing():
        person.join()

    assert left.committed_trials > 0
    assert reports[0].status is RunStatus.COMPLETED
    local = run_simulation(asked, desk.services.run_context, lambda progress: None, CancelToken())
    assert reports[0].statistics == local.statistics


def test_that_who_waits_is_told_why(tmp_path: Path, desk: Desk) -> None:
    narrow = replace(desk, capacity=QueueCapacity(8_000, jobs=1))
    cancel = CancelToken()
    people = [
        threading.Thread(target=run_quietly, args=(desk.services, request(tmp_path, MANY, seed), cancel))
        for seed in (1, 2)
    ]

    with narrow.executing():
        for person in people:
            person.start()
        place = QueuePlace("cpu", Settings(), narrow.capacity)

        def states() -> list[str]:
            return [job.state for job in view().jobs]

        def view():  # type: ignore[no-untyped-def]
            return queue_view(desk.services.open_history, place, {1}, utc_now())

        wait_until(lambda: states() == ["running", "waiting"])
        wait_until(lambda: view().jobs[0].trials_done > 0)
        seen = view()
        cancel.cancel()
        for person in people:
            person.join()

    assert seen.jobs[0].reason == "Has the device"
    assert seen.jobs[1].reason == "Waits for a place: 1 simulations run, the most at once"
    assert [share.entitled_share for share in seen.shares] == [1.0]
    assert seen.is_executed


def test_that_a_run_is_not_given_more_memory_than_the_computer_has(
    tmp_path: Path, desk: Desk, granted: list[int | None]
) -> None:
    small = replace(desk, capacity=QueueCapacity(400))

    with small.executing() as queue:
        report = small.run(request(tmp_path), queue)

    assert report.estimate.allocation.limits.memory_mb > 400
    assert report.status is RunStatus.COMPLETED
    assert granted == [400 * MEGABYTE]


def test_that_what_no_memory_of_the_computer_could_hold_is_refused_before_it_waits(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("[scheduling]\nmemory_mb = 100\n")
    asked = replace(request(tmp_path, 5_000_000), keeps_inputs=True)

    with (
        open_services(folders_under(home)) as services,
        open_queue(services) as context,
        pytest.raises(AllocationRefused, match=r"144 MB.*enterprise.*100 MB"),
    ):
        run_simulation(asked, context, lambda progress: None, CancelToken())
