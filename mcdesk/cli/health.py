"""`mcdesk health`: how this mcdesk and its computer are doing."""

import time

import click
from rich.console import Console
from rich.text import Text

from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import NO_DATA, number_text, output_console, print_json, share_text, table
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.monitor.dashboard import Dashboard, read_dashboard
from mcdesk.monitor.figures.time_ranges import Period, TimeRange
from mcdesk.monitor.health_document import health_document
from mcdesk.monitor.health_report import HealthReport, health_report
from mcdesk.monitor.kpis import Kpis
from mcdesk.monitor.status.status_setup import LOOPBACK, status_port
from mcdesk.monitor.status.token_file import FILE_NAME
from mcdesk.services import Services, open_services, read_machine, surroundings


@click.command("health", cls=StrictCommand, epilog="Example: mcdesk health --json")
@click.option(
    "--range",
    "range_name",
    type=click.Choice([each.value for each in TimeRange]),
    default=TimeRange.MONTH.value,
    show_default=True,
    help="How far the figures reach back.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(range_name: str, as_json: bool) -> int:
    """Show devices, database, queries, figures and alerts; unknown is `no data`, degraded exits with 1."""
    with open_services() as services:
        report = _report(services, TimeRange(range_name))
        service = _status_service(services)
    if as_json:
        print_json(health_document(report))
    else:
        _print(report, service)
    return report.exit_code


def print_kpis(console: Console, kpis: Kpis) -> None:
    """Print the key figures as a table."""
    rows = [
        ["Simulations", f"{kpis.simulation_count:,}"],
        ["Success", share_text(kpis.success_share)],
        ["On the GPU", share_text(kpis.gpu_share)],
        ["Mean duration (s)", number_text(kpis.mean_seconds, 4)],
        ["95 % took at most (s)", number_text(kpis.p95_seconds, 4)],
        ["Trials per second", number_text(kpis.trials_per_second, 4)],
        ["Simulations per hour", number_text(kpis.simulations_per_hour, 4)],
        ["Satisfaction, 1 to 10", number_text(kpis.satisfaction, 3)],
        ["Revenue per account", number_text(kpis.revenue_per_user, 4)],
    ]
    console.print(table("Key figures", ["", ">Value"], rows))


def print_queries(console: Console, queries: tuple[QueryStatistics, ...]) -> None:
    """Print the query times as a table."""
    rows = [
        [
            each.query_type.value,
            f"{each.count:,}",
            number_text(each.p50_milliseconds, 3),
            number_text(each.p95_milliseconds, 3),
            number_text(each.p99_milliseconds, 3),
            number_text(each.max_milliseconds, 3),
            f"{each.query_type.threshold_milliseconds:.0f}",
            f"{each.slow_count}",
        ]
        for each in queries
    ]
    columns = ["Query", ">Count", ">p50 ms", ">p95 ms", ">p99 ms", ">Max ms", ">Threshold ms", ">Slow"]
    console.print(table("Queries", columns, rows))


def _report(services: Services, chosen: TimeRange) -> HealthReport:
    database = services.open_history
    inventory, reading = read_machine(services.folders)
    figures = read_dashboard(database, surroundings(services), Period(chosen, time.time()))
    return health_report(inventory, reading, database.health(), database.statistics(), figures)


def _status_service(services: Services) -> list[list[str]]:
    """Where programs may ask for all this, if they may."""
    if not services.settings.serves_status:
        return [["Status service", "off"]]
    address = f"http://{LOOPBACK}:{status_port(services.settings)}"
    return [["Status service", address], ["Its token", f"{FILE_NAME} in the data folder"]]


def _print(report: HealthReport, service: list[list[str]]) -> None:
    console = output_console()
    console.print(Text(f"Health: {report.status}", style="bold"))
    gpus = ", ".join(gpu.name or "GPU" for gpu in report.inventory.gpus) or "none"
    database = report.database
    rows = [
        ["Processor", report.inventory.cpu.name or NO_DATA],
        ["Cores that may be used", str(report.inventory.usable_core_count)],
        ["GPUs", gpus],
        *(["CUDA", line] for line in tuple(cuda_obstacles()) or ("ready",)),
        ["Database", f"{database.journal_mode}, schema {database.schema_version}, {database.integrity}"],
        *service,
    ]
    console.print(table("System", ["", "Value"], rows))
    print_kpis(console, report.dashboard.kpis)
    _print_experience(console, report.dashboard)
    print_queries(console, report.queries)
    for alert in report.alerts:
        console.print(Text(f"Alert: {alert}", style="red"))


def _print_experience(console: Console, figures: Dashboard) -> None:
    experience, now = figures.experience, figures.capacity.now
    progress, lag = experience.progress, experience.lag
    rows = [
        ["Experience", experience.status],
        ["Progress is seen after, p95 (ms)", number_text(None if progress is None else progress.p95, 3)],
        ["Window is late by, p95 (ms)", number_text(None if lag is None else lag.p95, 3)],
        *([f"{each.title} known already", share_text(each.hit_share)] for each in figures.caches),
        ["Most simulations per hour", number_text(None if now is None else now.most_per_hour, 4)],
        ["Bottleneck", NO_DATA if now is None else now.bottleneck.resource.value.replace("_", " ")],
    ]
    title = f"{figures.period.range.title}, as measured"
    console.print(table(title, ["", ">Value"], rows))
