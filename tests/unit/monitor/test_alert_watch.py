"""Each alert begins for its cause, is kept while it stands, and ends once the cause is gone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mcdesk.history import metric_names
from mcdesk.history.alert_store import AlertStore
from mcdesk.history.query_timing import QueryType, query_metric
from mcdesk.history.run_record import RunStatus
from mcdesk.machine.devices import GpuReading, MachineReading
from mcdesk.monitor.alert_watch import AlertWatch, ShownAlert
from mcdesk.monitor.alerts import Rule

from .conftest import Measured

NO_READING = MachineReading(0.0, None, None, None, None, None, None, ())
GPU = GpuReading(0, None, None, None, None, None)


class Watched:
    """A watch that looks once a second of a clock that is set by hand."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        self.reading: MachineReading | None = None
        self.free_bytes: int | None = 10**12
        self.told: list[tuple[ShownAlert, ...]] = []
        self.watch = self.new_watch()

    def new_watch(self) -> AlertWatch:
        return AlertWatch(
            "cpu",
            self.measured.path.parent,
            lambda: self.reading,
            self.told.append,
            lambda _: self.free_bytes,
        )

    def look(self, seconds: int, cause: Callable[[], object] = lambda: None) -> set[Rule]:
        """Let time pass while the cause is there; the alerts that stand afterwards."""
        for _ in range(seconds):
            self.measured.pass_by(1.0)
            cause()
            self.watch.look(self.measured.database, self.measured.metrics.take(), self.measured.now)
        return {Rule(each.rule) for each in AlertStore(self.measured.database).standing()}


@pytest.fixture
def watched(measured: Measured) -> Watched:
    return Watched(measured)


def test_that_nothing_stands_where_nothing_happened(watched: Watched) -> None:
    assert watched.look(30) == set()
    assert watched.told == []


def test_that_slow_progress_begins_after_a_while_and_ends_with_good_one(watched: Watched) -> None:
    def progress(milliseconds: float) -> Callable[[], None]:
        def tell() -> None:
            for _ in range(10):
                watched.measured.metrics.observe(metric_names.PROGRESS, milliseconds)

        return tell

    assert watched.look(5, progress(150.0)) == set()
    assert watched.look(5, progress(150.0)) == {Rule.SLOW_PROGRESS}
    assert watched.look(5, progress(10.0)) == {Rule.SLOW_PROGRESS}
    assert watched.look(70, progress(10.0)) == set()


def test_that_few_frames_say_nothing_of_progress(watched: Watched) -> None:
    watched.measured.metrics.observe(metric_names.PROGRESS, 900.0)

    assert watched.look(20) == set()


def test_that_a_slow_query_stands_for_a_minute(watched: Watched) -> None:
    name = query_metric(QueryType.PROGRESS_UPDATE)
    watched.measured.metrics.observe(name, 49.0)
    assert watched.look(2) == set()

    watched.measured.metrics.observe(name, 200.0)
    assert watched.look(2) == {Rule.SLOW_QUERY}
    (shown,) = watched.told[-1]
    assert shown.alert.message == "A query took 4 times as long as its kind may take"

    assert watched.look(61) == set()


def test_that_failures_stand_until_most_succeed(watched: Watched) -> None:
    for status in [RunStatus.COMPLETED] * 8 + [RunStatus.FAILED]:
        watched.measured.run(status)
    assert watched.look(11) == set(), "nine say little"

    watched.measured.run(RunStatus.CANCELLED)
    watched.measured.run(RunStatus.FAILED)
    assert watched.look(11) == {Rule.FEW_SUCCESSES}

    for _ in range(90):
        watched.measured.run()
    assert watched.look(11) == set()


def test_that_a_disk_that_fills_is_told(watched: Watched) -> None:
    watched.free_bytes = 900_000_000
    assert watched.look(11) == {Rule.LOW_DISK}
    watched.free_bytes = 500_000_000
    watched.look(11)
    (standing,) = AlertStore(watched.measured.database).standing()
    assert (standing.value, standing.worst) == (900.0, 500.0)

    watched.free_bytes = 1_200_000_000
    assert watched.look(11) == {Rule.LOW_DISK}
    watched.free_bytes = 2_000_000_000
    assert watched.look(11) == set()


def test_that_a_disk_that_cannot_be_read_says_nothing(watched: Watched) -> None:
    watched.free_bytes = None

    assert watched.look(11) == set()


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (Rule.HOT_GPU, replace(GPU, temperature_celsius=90.0), replace(GPU, temperature_celsius=70.0)),
        (Rule.LOST_GPU, replace(GPU, is_lost=True), GPU),
    ],
    ids=["hot", "lost"],
)
def test_that_a_gpu_in_trouble_is_told(
    watched: Watched, rule: Rule, bad: GpuReading, good: GpuReading
) -> None:
    watched.reading = replace(NO_READING, gpus=(bad,))
    assert watched.look(2) == set(), "not for a moment's sake"
    assert watched.look(12) == {rule}

    watched.reading = None
    assert watched.look(12) == {rule}, "what is not known ends nothing"
    watched.reading = replace(NO_READING, gpus=(good,))
    assert watched.look(12) == set()


def test_that_a_queue_that_stands_still_is_told(watched: Watched) -> None:
    measured = watched.measured
    name = measured.run(RunStatus.RUNNING, None)
    sql = (
        "INSERT INTO jobs (simulation_id, user_id, device, request_json, program_sha256, steps, tier,"
        " memory_mb, compute_percent, seconds_limit, trials, submitted_at, state)"
        " VALUES (?, 1, 'cpu', '{}', '', 1, 'standard', 1, 100, 60, 1, ?, 'running')"
    )
    measured.database.execute(QueryType.PROGRESS_UPDATE, sql, (name, measured.utc(measured.now)))

    def chunk() -> None:
        measured.database.execute(
            QueryType.PROGRESS_UPDATE,
            "INSERT INTO chunks (device, epoch, simulation_id, user_id, began_at, device_seconds,"
            " first_trial, trials) VALUES ('cpu', 1, ?, 1, ?, 0.1, 0, 1)",
            (name, measured.now - 0.1),
        )

    assert watched.look(45, chunk) == set()
    assert watched.look(45) == {Rule.STALLED_QUEUE}
    assert watched.look(11, chunk) == set()


def test_that_what_stood_when_a_process_ended_ends_in_the_next(watched: Watched) -> None:
    watched.free_bytes = 1
    watched.look(11)
    watched.watch = watched.new_watch()
    assert watched.look(1) == {Rule.LOW_DISK}

    watched.free_bytes = 10**12
    assert watched.look(11) == set()
    assert len(AlertStore(watched.measured.database).newest()) == 1


def test_that_a_muted_or_seen_alert_is_quiet(watched: Watched) -> None:
    store = AlertStore(watched.measured.database)
    watched.free_bytes = 1
    watched.look(11)
    assert [each.is_quiet for each in watched.told[-1]] == [False]

    store.mute(Rule.LOW_DISK.value, watched.measured.now + 5)
    watched.look(1)
    assert [each.is_muted for each in watched.told[-1]] == [True]
    watched.look(6)
    assert [each.is_quiet for each in watched.told[-1]] == [False]
    store.acknowledge([store.standing()[0].id], watched.measured.now)
    watched.look(1)
    assert [(each.is_quiet, each.is_muted) for each in watched.told[-1]] == [(True, False)]


def test_that_an_alert_of_a_later_version_is_left_alone(watched: Watched) -> None:
    AlertStore(watched.measured.database).begin(Rule.HOT_GPU.value, 1.0, 1.0, 1.0)
    watched.measured.database.execute(QueryType.MONITORING, "UPDATE alerts SET rule = 'of tomorrow'")

    watched.watch.look(watched.measured.database, (), watched.measured.now)

    assert watched.told == []
