"""The figures as Prometheus reads them; the only door to prometheus_client, loaded when it is opened."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcdesk import __version__
from mcdesk.history.alert_store import AlertStore
from mcdesk.history.database import Database
from mcdesk.history.job_record import JobState
from mcdesk.history.queue_store import QueueStore
from mcdesk.monitor.alerts import Rule
from mcdesk.monitor.status.metric_families import COUNTERS, GAUGES, LATENCIES, Family
from mcdesk.monitor.status.metric_totals import BOUNDS, LatencyTotal, MetricTotals, newest_gauges

if TYPE_CHECKING:
    from prometheus_client.core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class MetricFigures:
    """What is told.

    Attributes:
        totals: since the service began.
        gauges: the newest of each, by our name.
        jobs: how many of the queue are in each state.
        standing: the rules of the alerts that stand.
    """

    totals: MetricTotals
    gauges: Mapping[str, float]
    jobs: Mapping[JobState, int]
    standing: Collection[str]


def read_figures(database: Database, totals: MetricTotals, now: float) -> MetricFigures:
    """The figures at this moment, in seconds since 1970.

    Raises:
        McdeskError: if the history cannot be read.
    """
    totals.read(database, now)
    return MetricFigures(
        totals=totals,
        gauges=newest_gauges(database, now),
        jobs=QueueStore(database).count_by_state(),
        standing={each.rule for each in AlertStore(database).standing()},
    )


def prometheus_text(figures: MetricFigures) -> bytes:
    """The figures in Prometheus's text format, whose media type is CONTENT_TYPE."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(figures))
    return generate_latest(registry)


class _Collector:
    """Asked by prometheus_client for all families."""

    def __init__(self, figures: MetricFigures) -> None:
        self._figures = figures

    def collect(self) -> "Iterator[Metric]":
        """All families, one after the other."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

        figures = self._figures
        yield InfoMetricFamily("mcdesk", "Which mcdesk this is.", {"version": __version__})
        queue = GaugeMetricFamily("mcdesk_queue_simulations", "Simulations in the queue.", labels=["state"])
        for state, count in figures.jobs.items():
            queue.add_metric([state.value], count)
        yield queue
        alerts = GaugeMetricFamily("mcdesk_alert", "1 where an alert stands.", labels=["rule"])
        for rule in Rule:
            alerts.add_metric([rule.value], float(rule.value in figures.standing))
        yield alerts
        yield from self._ended()
        for family in COUNTERS:
            counter = CounterMetricFamily(family.name, family.help, labels=family.labels)
            for labels, metric in family.metrics(figures.totals.counters).items():
                counter.add_metric(labels, figures.totals.counters.get(metric, 0.0))
            yield counter
        for family in LATENCIES:
            yield self._latency(family)
        for family in GAUGES:
            gauge = GaugeMetricFamily(family.name, family.help, labels=family.labels)
            for labels, metric in family.metrics(figures.gauges).items():
                if metric in figures.gauges:
                    gauge.add_metric(labels, figures.gauges[metric])
            yield gauge

    def _ended(self) -> "Iterator[Metric]":
        from prometheus_client.core import CounterMetricFamily

        labels = ("status", "backend")
        count = CounterMetricFamily("mcdesk_simulations", "Simulations that ended.", labels=labels)
        seconds = CounterMetricFamily("mcdesk_simulation_seconds", "How long those took.", labels=labels)
        for key, ended in sorted(self._figures.totals.ended.items()):
            count.add_metric(key, ended.count)
            seconds.add_metric(key, ended.seconds)
        yield count
        yield seconds

    def _latency(self, family: Family) -> "Metric":
        from prometheus_client.core import HistogramMetricFamily

        histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        totals = self._figures.totals.latencies
        for labels, metric in family.metrics(totals).items():
            total = totals.get(metric, LatencyTotal())
            bounds = [(f"{bound / 1e3:g}", count) for bound, count in zip(BOUNDS, total.within, strict=True)]
            buckets = [*bounds, ("+Inf", total.count)]
            histogram.add_metric(labels, buckets, total.milliseconds / 1e3)
        return histogram
