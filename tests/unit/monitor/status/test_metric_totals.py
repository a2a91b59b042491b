"""Totals that only grow: each second and each simulation that ended is in them once."""

from mcdesk.history.metric_store import MetricStore
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.status.metric_totals import (
    BOUNDS,
    GAUGE_SECONDS,
    MOST_WAITED_SECONDS,
    SETTLING_SECONDS,
    MetricTotals,
    newest_gauges,
)
from tests.unit.monitor.conftest import NOW, Measured


def written(measured: Measured) -> None:
    MetricStore(measured.database).add(measured.metrics.take())


def read(measured: Measured, totals: MetricTotals) -> MetricTotals:
    """Write what was told, and read it when it has settled."""
    written(measured)
    measured.pass_by(SETTLING_SECONDS + 1)
    totals.read(measured.database, measured.now)
    return totals


def test_that_a_counter_is_what_was_counted_however_often_it_is_read(measured: Measured) -> None:
    totals = MetricTotals(NOW)
    for amount in (1000.0, 500.0):
        measured.metrics.count("trials", amount)
        read(measured, totals)
        totals.read(measured.database, measured.now)

    assert totals.counters["trials"] == 1500.0


def test_that_what_was_before_the_service_does_not_count(measured: Measured) -> None:
    measured.metrics.count("trials", 7.0)
    measured.run()
    measured.pass_by(60.0)

    totals = read(measured, MetricTotals(measured.now))

    assert (totals.counters, totals.ended) == ({}, {})


def test_that_a_second_is_read_when_all_of_it_is_written(measured: Measured) -> None:
    totals = MetricTotals(NOW)
    measured.metrics.count("trials", 1.0)
    written(measured)
    measured.pass_by(2.0)
    totals.read(measured.database, measured.now)
    # another process is late with its share of the same second
    measured.now -= 2.0
    measured.metrics.count("trials", 10.0)

    assert read(measured, totals).counters["trials"] == 11.0


def test_that_latencies_are_counted_within_bounds(measured: Measured) -> None:
    for milliseconds in (0.5, 3.0, 30.0, 30.0, 2_000.0, 1e7):
        measured.metrics.observe("chunk", milliseconds)

    total = read(measured, MetricTotals(NOW)).latencies["chunk"]

    assert (total.count, total.milliseconds) == (6, 10_002_063.5)
    within = dict(zip(BOUNDS, total.within, strict=True))
    assert (within[1.0], within[5.0], within[25.0], within[50.0], within[2.5e3]) == (1, 2, 2, 4, 5)
    assert total.within == sorted(total.within)
    assert within[6e5] == 5


def test_that_simulations_are_counted_by_their_end(measured: Measured) -> None:
    totals = MetricTotals(NOW)
    for status, seconds in ((RunStatus.COMPLETED, 2.0), (RunStatus.FAILED, 1.0), (RunStatus.COMPLETED, 4.0)):
        measured.run(status, seconds)
        read(measured, totals)
    measured.run(RunStatus.RUNNING)

    ended = read(measured, totals).ended

    assert {key: (each.count, each.seconds, each.trials) for key, each in ended.items()} == {
        ("completed", "cpu"): (2, 6.0, 200),
        ("failed", "cpu"): (1, 1.0, 100),
    }


def test_that_a_clock_that_is_set_back_stops_nothing_for_long(measured: Measured) -> None:
    totals = MetricTotals(NOW)
    measured.metrics.count("trials", 1.0)
    read(measured, totals)
    measured.now -= 86_400.0
    totals.read(measured.database, measured.now)
    measured.pass_by(2.0 * MOST_WAITED_SECONDS)
    measured.metrics.count("trials", 10.0)

    assert read(measured, totals).counters["trials"] == 11.0


def test_that_a_gauge_has_its_newest_value_for_a_while(measured: Measured) -> None:
    for value in (0.25, 0.5):
        measured.metrics.gauge("system.cpu", value)
        measured.pass_by(1.0)
    measured.metrics.count("trials", 1.0)
    written(measured)

    assert newest_gauges(measured.database, measured.now) == {"system.cpu": 0.5}
    assert newest_gauges(measured.database, measured.now + GAUGE_SECONDS) == {}
