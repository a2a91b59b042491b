"""Every figure of the dashboard: known events give the known figure, and no events give none."""

import math
from pathlib import Path

import pytest

from mcdesk.history import metric_names
from mcdesk.history.query_timing import QueryStatistics, QueryType, query_metric
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.capacity import LEAST_SIMULATIONS, Resource
from mcdesk.monitor.dashboard import Dashboard, Surroundings, read_dashboard
from mcdesk.monitor.figures.experience import Latency
from mcdesk.monitor.figures.time_ranges import Period, TimeRange

from .conftest import Measured

ABOUT = {"rel": 0.011}


def dashboard(
    measured: Measured, chosen: TimeRange = TimeRange.HOUR, surroundings: Surroundings | None = None
) -> Dashboard:
    measured.reader()
    return read_dashboard(measured.database, surroundings or Surroundings("cpu", 2), measured.period(chosen))


def test_that_nothing_is_known_where_nothing_happened(measured: Measured) -> None:
    found = dashboard(measured, surroundings=Surroundings("cpu", 2, prices={"standard": 5.0, "worker": 1.0}))

    assert found.kpis.simulation_count == 0
    experience = found.experience
    assert (experience.status, experience.progress, experience.lag) == ("unknown", None, None)
    assert (experience.actions, experience.error_share, experience.stalls) == ((), None, 0)
    lines = [getattr(found.system, name) for name in found.system.__dataclass_fields__ if name != "gpus"]
    assert all(line.last is None for line in lines)
    assert found.system.gpus == ()
    assert all(each.count == 0 and each.p50_milliseconds is None for each in found.queries)
    assert (found.scheduler.chunk, found.scheduler.people, found.scheduler.leases) == (None, (), ())
    assert (found.capacity.now, found.capacity.projections) == (None, ())
    assert [each.hit_share for each in found.caches] == [None] * 4
    assert (found.standing, found.alerts) == ((), ())


@pytest.mark.parametrize("chosen", TimeRange, ids=lambda each: each.value)
def test_that_what_was_just_told_is_in_every_range(measured: Measured, chosen: TimeRange) -> None:
    measured.metrics.observe(metric_names.CHUNK, 80.0)
    measured.run()

    found = dashboard(measured, chosen)

    assert found.scheduler.chunk is not None
    assert (found.scheduler.chunk.count, found.kpis.simulation_count) == (1, 1)


@pytest.mark.parametrize("chosen", [TimeRange.FIVE_MINUTES, TimeRange.HOUR, TimeRange.DAY])
def test_that_what_was_told_before_a_range_is_not_in_it(measured: Measured, chosen: TimeRange) -> None:
    measured.metrics.observe(metric_names.CHUNK, 80.0)
    measured.run()
    measured.reader()
    measured.pass_by(chosen.seconds + chosen.resolution + 1)

    found = dashboard(measured, chosen)

    assert found.scheduler.chunk is None
    assert found.kpis.simulation_count == 0


def test_that_progress_and_lag_are_the_quantiles_of_what_was_told(measured: Measured) -> None:
    for milliseconds in range(1, 101):
        measured.metrics.observe(metric_names.PROGRESS, float(milliseconds))
        measured.metrics.observe(metric_names.LOOP_LAG, milliseconds / 10.0)
    measured.metrics.count(metric_names.STALLS)
    measured.metrics.count(metric_names.PROGRESS_UNCHANGED, 4)
    measured.run()

    experience = dashboard(measured).experience

    assert experience.progress == Latency(
        100,
        pytest.approx(50.0, rel=0.03),
        pytest.approx(95.0, **ABOUT),
        pytest.approx(99.0, **ABOUT),
        100.0,
    )
    assert experience.lag is not None
    assert experience.lag.p99 == pytest.approx(9.9, **ABOUT)
    assert (experience.stalls, experience.unchanged, experience.status) == (1, 4, "excellent")
    assert experience.progress_series.values == (pytest.approx(95.0, **ABOUT),)


def test_that_errors_and_slow_frames_degrade_the_experience(measured: Measured) -> None:
    for _ in range(20):
        measured.metrics.observe(metric_names.PROGRESS, 700.0)
    assert dashboard(measured).experience.status == "degraded"
    measured.run()
    measured.run(RunStatus.FAILED)

    experience = dashboard(measured).experience

    assert experience.error_share == 0.5


def test_that_actions_are_told_apart_the_slowest_first(measured: Measured) -> None:
    for name, milliseconds in (("open model", 5.0), ("show results", 30.0), ("open model", 7.0)):
        measured.metrics.observe(metric_names.ACTION + name, milliseconds)

    actions = dashboard(measured).experience.actions

    assert [(each.action, each.latency.count) for each in actions] == [("show results", 1), ("open model", 2)]
    assert actions[1].latency.most == 7.0


def test_that_readings_are_means_of_each_step_with_gaps_where_none_was(measured: Measured) -> None:
    names = {
        metric_names.CPU: "cpu",
        metric_names.OWN_CPU: "own_cpu",
        metric_names.MEMORY_USED: "memory_used",
        metric_names.OWN_MEMORY: "own_memory",
        metric_names.DISK_FREE: "disk_free",
        metric_names.DISK_BUSY: "disk_busy",
        metric_names.DISK_READ: "disk_read",
        metric_names.DISK_WRITTEN: "disk_written",
    }
    for number, name in enumerate(names, 1):
        measured.metrics.gauge(name, 1.0 * number)
        measured.metrics.gauge(name, 3.0 * number)
    measured.pass_by(180.0)
    for name in names:
        measured.metrics.gauge(name, 7.0)

    system = dashboard(measured).system

    for number, field in enumerate(names.values(), 1):
        line = getattr(system, field)
        assert (line.values[0], line.last) == (2.0 * number, 7.0), field
        assert math.isnan(line.values[1])
        assert line.moments[1] < line.moments[2]


def test_that_each_gpu_has_lines_of_its_own(measured: Measured) -> None:
    for ordinal in (0, 1):
        for number, name in enumerate(
            (metric_names.GPU_BUSY, metric_names.GPU_MEMORY, metric_names.GPU_CELSIUS, metric_names.GPU_WATTS)
        ):
            measured.metrics.gauge(f"{name}.{ordinal}", 10.0 * ordinal + number)

    gpus = dashboard(measured).system.gpus

    assert [gpu.ordinal for gpu in gpus] == [0, 1]
    last = [gpus[1].busy.last, gpus[1].memory_used.last, gpus[1].celsius.last, gpus[1].watts.last]
    assert last == [10.0, 11.0, 12.0, 13.0]


def test_that_the_device_is_busy_for_the_share_of_chunks(measured: Measured) -> None:
    measured.metrics.count(metric_names.DEVICE_SECONDS, 15.0)
    measured.metrics.count(metric_names.DEVICE_SECONDS, 15.0)

    assert dashboard(measured).system.device_busy.last == 0.5


def test_that_queries_have_their_quantiles_and_slow_ones(measured: Measured) -> None:
    name = query_metric(QueryType.PROGRESS_UPDATE)
    for milliseconds in (1.0, 2.0, 3.0, 80.0):
        measured.metrics.observe(name, milliseconds)

    queries = {each.query_type: each for each in dashboard(measured).queries}

    found = queries[QueryType.PROGRESS_UPDATE]
    assert (found.count, found.slow_count, found.max_milliseconds) == (4, 1, 80.0)
    assert found.p50_milliseconds == pytest.approx(2.0, **ABOUT)
    nothing = QueryStatistics(QueryType.FILE_ACCESS, 0, 0, None, None, None, None)
    assert queries[QueryType.FILE_ACCESS] == nothing


def test_that_the_queue_and_its_people_are_shown(measured: Measured) -> None:
    bob = measured.account("bob@x.org", "trial")
    measured.metrics.gauge(metric_names.QUEUE_WAITING, 4.0)
    measured.metrics.gauge(metric_names.QUEUE_ADMITTED, 2.0)
    measured.metrics.count(metric_names.TRIALS, 5_000.0)
    for account, seconds in ((1, 0.375), (bob, 0.125)):
        measured.database.execute(
            QueryType.PROGRESS_UPDATE,
            "INSERT INTO chunks (device, epoch, simulation_id, user_id, began_at, device_seconds,"
            " first_trial, trials) VALUES ('cpu', 1, 'a', ?, ?, ?, 0, 1)",
            (account, measured.now - 5.0, seconds),
        )

    scheduler = dashboard(measured).scheduler

    assert (scheduler.waiting.last, scheduler.admitted.last, scheduler.trials) == (4.0, 2.0, 5_000)
    assert scheduler.trials_per_second.values == (5_000.0 / 60.0,)
    shares = [(each.account, each.tier, each.share) for each in scheduler.people]
    assert shares == [("ada@localhost", "enterprise", 0.75), ("bob@x.org", "trial", 0.25)]


def test_that_caches_have_their_hit_rates(measured: Measured, tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "a.o").write_bytes(bytes(1_000))
    for name, hits, misses in (
        (metric_names.CACHE_RESULTS, 3, 1),
        (metric_names.CACHE_PROGRAMS, 1, 1),
        (metric_names.CACHE_CODE, 4, 1),
        (metric_names.CACHE_WORKBOOKS, 0, 2),
    ):
        measured.metrics.count(f"{name}.hit", hits)
        measured.metrics.count(f"{name}.miss", misses)

    caches = dashboard(measured, surroundings=Surroundings("cpu", 2, code_folder=folder)).caches

    assert [each.hit_share for each in caches] == [0.75, 0.5, 0.8, 0.0]
    assert [each.disk_bytes for each in caches] == [None, None, 1_000, None]


@pytest.fixture
def loaded(measured: Measured) -> Measured:
    """A queue that was executed for 100 s, in which 40 simulations of two people took 60 s of a device."""
    bob = measured.account("bob@x.org", "trial")
    for second in range(100):
        measured.metrics.gauge(metric_names.QUEUE_ADMITTED, 1.0)
        measured.metrics.count(metric_names.DEVICE_SECONDS, 0.6)
        measured.metrics.count(metric_names.PROCESSOR_SECONDS, 1.0)
        measured.metrics.observe(query_metric(QueryType.PROGRESS_UPDATE), 20.0)
        measured.metrics.gauge(metric_names.DISK_BUSY, 0.1)
        measured.metrics.gauge(f"{metric_names.GPU_MEMORY}.0", 3e8)
        if second % 5 in (0, 1):
            measured.run(account=(1, bob)[second % 2])
            measured.metrics.observe(metric_names.RUN, 4_000.0)
            measured.metrics.observe(metric_names.RUN_LOAD, 100.0)
            measured.metrics.observe(metric_names.RUN_COMPILE, 100.0)
        measured.pass_by(1.0)
    return measured


def test_that_capacity_follows_from_what_was_measured(loaded: Measured) -> None:
    found = dashboard(loaded, surroundings=Surroundings("cpu", 2, gpu_count=1, gpu_bytes=10**9)).capacity

    assert found.now is not None
    assert found.now.utilisations == {
        Resource.DEVICE: pytest.approx(0.6),
        Resource.CPU: pytest.approx((100.0 + 8.0) / 2 / 100),
        Resource.DATABASE: pytest.approx(0.02),
        Resource.DISK: pytest.approx(0.1),
        Resource.GPU_MEMORY: pytest.approx(0.3),
    }
    assert found.now.bottleneck.resource is Resource.DEVICE
    assert found.now.per_hour == pytest.approx(1_440.0)
    assert found.now.most_per_hour == pytest.approx(2_400.0)
    # 0.2 s of reading and compiling and S / (1 - u) = 1.5 / 0.4 s, and 4 s were measured
    assert found.now.model_error == pytest.approx(3.95 / 4.0 - 1.0)


def test_that_steps_are_projections_with_the_prices_entered(loaded: Measured) -> None:
    surroundings = Surroundings("cpu", 2, prices={"worker": 500.0}, response_seconds=5.0)
    found = dashboard(loaded, surroundings=surroundings).capacity

    assert found.now is not None
    people = {each.step.name: each.people for each in found.projections}
    assert found.now.people_at(5.0) < people["Twice the cores"] <= people["A cluster of 2 workers"]
    cluster = found.projections[-1]
    assert cluster.price_per_person == pytest.approx(2_000.0 / cluster.more_people)


def test_that_a_few_simulations_give_no_capacity(measured: Measured) -> None:
    measured.metrics.gauge(metric_names.QUEUE_ADMITTED, 1.0)
    measured.metrics.count(metric_names.DEVICE_SECONDS, 0.6)
    for _ in range(LEAST_SIMULATIONS - 1):
        measured.run()

    found = dashboard(measured).capacity

    assert (found.now, found.projections, found.simulations) == (None, (), LEAST_SIMULATIONS - 1)


@pytest.mark.parametrize("chosen", TimeRange, ids=lambda each: each.value)
def test_that_a_range_is_read_in_few_rows_and_drawn_in_few_points(chosen: TimeRange) -> None:
    period = Period(chosen, 1_800_000_001.5)

    assert chosen.seconds / chosen.resolution <= 1_440
    assert 60 <= chosen.seconds / chosen.step <= 300
    assert chosen.step % chosen.resolution == 0
    assert period.begin % chosen.resolution == 0
    assert period.end - period.begin < chosen.seconds + chosen.resolution
