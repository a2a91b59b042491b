"""The figures as Prometheus reads them: its own parser finds what was fed in."""

import ast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mcdesk import __version__
from mcdesk.history import metric_names
from mcdesk.history.alert_store import AlertStore
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.status.metric_families import COUNTERS, GAUGES, LATENCIES
from mcdesk.monitor.status.metric_totals import MetricTotals
from mcdesk.monitor.status.prometheus_text import CONTENT_TYPE, prometheus_text, read_figures
from tests.architecture.source_tree import ROOT
from tests.unit.monitor.conftest import NOW, Measured
from tests.unit.monitor.status.serving_folder import Client
from tests.unit.monitor.status.test_status_service import queued

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(text: bytes) -> Samples:
    """What Prometheus's parser finds: a value for each name and its labels."""
    found: Samples = {}
    for family in text_string_to_metric_families(text.decode()):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


def told(measured: Measured) -> Samples:
    """The text ten seconds later."""
    totals = MetricTotals(NOW)
    MetricStore(measured.database).add(measured.metrics.take())
    measured.pass_by(10.0)
    return samples_of(prometheus_text(read_figures(measured.database, totals, measured.now)))


def at(name: str, **labels: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return name, tuple(sorted(labels.items()))


def test_that_counters_are_found_as_they_were_counted(measured: Measured) -> None:
    measured.metrics.count(metric_names.TRIALS, 123_456_789.0)
    measured.metrics.count(f"{metric_names.CACHE_RESULTS}.hit", 3.0)

    found = told(measured)

    assert found[at("mcdesk_trials_total")] == 123_456_789.0
    assert found[at("mcdesk_cache_lookups_total", cache="results", outcome="hit")] == 3.0
    assert found[at("mcdesk_cache_lookups_total", cache="results", outcome="miss")] == 0.0


def test_that_latencies_are_found_in_seconds(measured: Measured) -> None:
    for milliseconds in (20.0, 80.0, 700_000.0):
        measured.metrics.observe(metric_names.CHUNK, milliseconds)

    found = told(measured)

    assert found[at("mcdesk_chunk_seconds_count")] == 3.0
    assert found[at("mcdesk_chunk_seconds_sum")] == pytest.approx(700.1)
    limits = ("0.01", "0.025", "0.1", "600", "+Inf")
    assert [found[at("mcdesk_chunk_seconds_bucket", le=limit)] for limit in limits] == [0, 1, 2, 2, 3]


def test_that_gauges_are_found_where_they_were_read(measured: Measured) -> None:
    measured.metrics.gauge(metric_names.CPU, 0.75)
    measured.metrics.gauge(f"{metric_names.GPU_WATTS}.1", 310.5)

    found = told(measured)

    assert found[at("mcdesk_cpu_busy_ratio")] == 0.75
    assert found[at("mcdesk_gpu_watts", gpu="1")] == 310.5
    # what nobody reads is absent, and not zero
    assert at("mcdesk_memory_used_bytes") not in found
    assert at("mcdesk_gpu_watts", gpu="0") not in found


def test_that_actions_are_told_by_their_names(measured: Measured) -> None:
    measured.metrics.observe('action.a "quoted" \\ name\n', 2.0)

    assert told(measured)[at("mcdesk_action_seconds_count", action='a "quoted" \\ name\n')] == 1.0


def test_that_queue_and_ends_are_found(measured: Measured) -> None:
    queued(measured)
    measured.run(RunStatus.FAILED, seconds=2.5, backend="cuda")

    found = told(measured)

    assert found[at("mcdesk_queue_simulations", state="running")] == 1.0
    assert found[at("mcdesk_queue_simulations", state="waiting")] == 0.0
    assert found[at("mcdesk_simulations_total", status="failed", backend="cuda")] == 1.0
    assert found[at("mcdesk_simulation_seconds_total", status="failed", backend="cuda")] == 2.5


def test_that_an_alert_that_stands_is_one(measured: Measured) -> None:
    AlertStore(measured.database).begin("low_disk", NOW, 1.0, 2.0)

    found = told(measured)

    assert found[at("mcdesk_alert", rule="low_disk")] == 1.0
    assert found[at("mcdesk_alert", rule="hot_gpu")] == 0.0


def test_that_it_says_which_mcdesk_it_is(measured: Measured) -> None:
    assert told(measured)[at("mcdesk_info", version=__version__)] == 1.0


def test_that_every_measurement_is_told(measured: Measured) -> None:
    elsewhere = {metric_names.QUEUE_WAITING, metric_names.QUEUE_ADMITTED, metric_names.PROGRESS_UNCHANGED}
    families = (*COUNTERS, *LATENCIES, *GAUGES)
    covered = {metric.removesuffix(".hit") for each in families for metric in each.metric_by_labels.values()}
    covered |= {each.prefix.removesuffix(".") for each in families if each.prefix}
    tree = ast.parse((ROOT / "mcdesk/history/metric_names.py").read_text("utf-8"))
    names = {
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }

    assert {name.removesuffix(".") for name in names} - covered == elsewhere


def test_that_the_service_sends_it(client: Client, measured: Measured) -> None:
    queued(measured)

    reply = client.get("/metrics")

    assert (reply.status, reply.headers["content-type"]) == (200, CONTENT_TYPE)
    assert samples_of(reply.body)[at("mcdesk_queue_simulations", state="ending")] == 0.0
