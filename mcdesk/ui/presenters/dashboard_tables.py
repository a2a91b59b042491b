"""The tables of the dashboard, as rows of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mcdesk.history.query_timing import QueryStatistics, QueryType
from mcdesk.monitor.alerts import LIMITS, Rule, with_unit
from mcdesk.monitor.capacity import Projection, Resource
from mcdesk.ui.formatting import (
    NO_DATA,
    count_text,
    duration_text,
    memory_text,
    number_text,
    percent_text,
    rate_text,
)

if TYPE_CHECKING:
    from mcdesk.history.alert_store import AlertRecord
    from mcdesk.monitor.dashboard import CapacityFigures, Dashboard
    from mcdesk.monitor.kpis import KpiRow

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class TableText:
    """Headers and rows; without rows `empty` says why."""

    headers: Sequence[str]
    rows: Rows
    empty: str


_MORE = {True: "more", False: "less"}
QUERY_TITLES = {
    QueryType.PROGRESS_UPDATE: "Progress update",
    QueryType.AUTHENTICATION: "Authentication",
    QueryType.SIMULATION_LOOKUP: "Simulation lookup",
    QueryType.USER_HISTORY: "User history",
    QueryType.FILE_ACCESS: "File access",
    QueryType.RESULT_RETRIEVAL: "Result retrieval",
    QueryType.MONITORING: "Monitoring",
}
RESOURCE_TITLES = {
    Resource.DEVICE: "Device of the queue",
    Resource.GPU_MEMORY: "GPU memory",
    Resource.CPU: "Processor",
    Resource.DISK: "Disk",
    Resource.DATABASE: "Database",
}


def query_table(queries: Sequence[QueryStatistics]) -> TableText:
    """Each type that was asked, with its threshold."""
    headers = ("Query", "Count", "p50", "p95", "p99", "Longest", "Threshold", "Slow")
    rows = [
        (
            QUERY_TITLES[each.query_type],
            count_text(each.count),
            _milliseconds(each.p50_milliseconds),
            _milliseconds(each.p95_milliseconds),
            _milliseconds(each.p99_milliseconds),
            _milliseconds(each.max_milliseconds),
            _milliseconds(each.query_type.threshold_milliseconds),
            count_text(each.slow_count),
        )
        for each in queries
        if each.count
    ]
    return TableText(headers, rows, "No data: nothing was asked of the database in this time")


def people_table(found: "Dashboard") -> TableText:
    """Who had how much of the device."""
    rows = [
        (each.account, each.tier.capitalize(), duration_text(each.device_seconds), percent_text(each.share))
        for each in found.scheduler.people
    ]
    return TableText(("Account", "Tier", "Device", "Share"), rows, "No data: no chunk was computed")


def lease_table(found: "Dashboard") -> TableText:
    """What was granted and refused, by tier."""
    rows = [
        (
            each.tier.capitalize(),
            count_text(each.granted),
            count_text(each.refused),
            count_text(each.expired),
            duration_text(each.mean_waited_seconds),
            duration_text(each.longest_waited_seconds),
        )
        for each in found.scheduler.leases
    ]
    headers = ("Tier", "Granted", "Refused", "Expired", "Mean wait", "Longest")
    return TableText(headers, rows, "No data: nothing was granted yet")


def cache_table(found: "Dashboard") -> TableText:
    """How often something was known already."""
    rows = [
        (
            each.title,
            percent_text(each.hit_share),
            count_text(each.hits),
            count_text(each.misses),
            NO_DATA if each.disk_bytes is None else memory_text(each.disk_bytes / 1e6),
        )
        for each in found.caches
    ]
    return TableText(("Known already", "Share", "Known", "New", "On the disk"), rows, "")


def action_table(found: "Dashboard") -> TableText:
    """How long the window was busy with each command."""
    rows = [
        (
            each.action,
            count_text(each.latency.count),
            *map(_milliseconds, (each.latency.p50, each.latency.p95, each.latency.p99, each.latency.most)),
        )
        for each in found.experience.actions
    ]
    headers = ("Command", "Count", "p50", "p95", "p99", "Longest")
    return TableText(headers, rows, "No data: no command was given in this time")


def run_table(rows: "Sequence[KpiRow]", group_title: str) -> TableText:
    """The key figures of each day, tier, account or model."""
    headers = (group_title, "Simulations", "Success", "On the GPU", "Mean duration", "Trials", "Satisfaction")
    texts = [
        (
            row.group,
            count_text(row.simulation_count),
            percent_text(row.success_share),
            percent_text(row.gpu_share, 0),
            duration_text(row.mean_seconds),
            rate_text(row.trials_per_second),
            NO_DATA if row.satisfaction is None else f"{row.satisfaction:.1f}",
        )
        for row in rows
    ]
    return TableText(headers, texts, "No data: no simulation has ended in this time")


def alert_table(alerts: "Sequence[AlertRecord]") -> TableText:
    """The alerts that stand and that were, the newest first."""
    headers = ("Alert, and what to do", "Began", "Ended", "Worst", "Threshold")
    rows = [_alert_row(each) for each in alerts]
    return TableText(headers, rows, "Nothing was ever wrong")


def capacity_lines(found: "CapacityFigures") -> tuple[str, ...]:
    """What this computer serves, in sentences; each number was measured, or says that it follows."""
    now = found.now
    if now is None:
        return (
            f"No data: {count_text(found.simulations)} simulations ended in this time, and fewer than 20"
            " say nothing.",
        )
    people = now.people_at(found.response_seconds)
    error = now.model_error
    missed = "" if error is None else f", which expects {abs(error):.0%} {_MORE[error > 0]} than was measured"
    used = percent_text(now.bottleneck.utilisation)
    return (
        f"{number_text(now.per_hour, 3)} simulations an hour were asked for while the queue was executed,"
        f" at most {number_text(now.most_per_hour, 3)} are possible.",
        f"The bottleneck is: {RESOURCE_TITLES[now.bottleneck.resource].lower()}, {used} used.",
        f"{count_text(people)} people who ask as those of this time do have their result within"
        f" {duration_text(found.response_seconds)} in the mean. That follows from a model of evenly shared"
        f" time{missed}.",
    )


def utilisation_table(found: "CapacityFigures") -> TableText:
    """How much of each resource was used."""
    used = {} if found.now is None else found.now.utilisations
    rows = [
        (RESOURCE_TITLES[resource], percent_text(share))
        for resource, share in sorted(used.items(), key=lambda each: -each[1])
    ]
    return TableText(("Resource", "Used"), rows, "")


def projection_table(found: "CapacityFigures") -> TableText:
    """What steps up would give; nothing of it was measured here."""
    headers = ("Step (projection)", "People", "More", "Cost", "Each")
    rows = [_projection_row(each) for each in found.projections]
    return TableText(headers, rows, "No data: it follows from the capacity, which is not known yet")


def _projection_row(projection: Projection) -> Sequence[str]:
    step = projection.step
    return (
        step.name,
        count_text(projection.people),
        f"+{count_text(projection.more_people)}" if projection.more_people > 0 else "none",
        NO_DATA if step.price is None else number_text(step.price, 6),
        number_text(projection.price_per_person, 4),
    )


def _alert_row(record: "AlertRecord") -> Sequence[str]:
    began = short_moment(record.began)
    ended = "stands" if record.ended is None else short_moment(record.ended)
    if record.rule not in {rule.value for rule in Rule}:
        return (record.rule, began, ended, NO_DATA, NO_DATA)
    rule = Rule(record.rule)
    limits = LIMITS[rule]
    title = rule.value.replace("_", " ").capitalize().replace("gpu", "GPU")
    worst, threshold = (with_unit(each, limits.unit) for each in (record.worst, record.threshold))
    return (f"{title}: {limits.remedy[0].lower()}{limits.remedy[1:]}", began, ended, worst, threshold)


def short_moment(seconds: float) -> str:
    """A moment of local time: of today the time, of other days the day."""
    moment = datetime.fromtimestamp(seconds)
    if moment.date() == datetime.now().date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}"


def moment_text(seconds: float) -> str:
    """A moment of local time."""
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}"


def _milliseconds(value: float | None) -> str:
    return NO_DATA if value is None else f"{number_text(value, 3)} ms"
