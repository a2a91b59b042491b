"""`mcdesk health`: how this mcdesk and its computer are doing."""

import click
from rich.console import Console
from rich.text import Text

from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import NO_DATA, number_text, output_console, print_json, share_text, table
from mcdesk.engine.backends import cpu_backend_name
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.monitor.health_report import HealthReport, health_report
from mcdesk.monitor.kpis import Kpis
from mcdesk.services import Services, open_services, read_machine

# Older runs say little about today.
JUDGED_RUNS = 1000


@click.command("health", cls=StrictCommand, epilog="Example: mcdesk health --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Show the state of devices, database and queries, and the key figures; unknown is `no data`."""
    with open_services() as services:
        report = _report(services)
    if as_json:
        print_json(_document(report))
    else:
        _print(report)


def print_kpis(console: Console, kpis: Kpis) -> None:
    """Print the key figures as a table."""
    rows = [
        ["Simulations", f"{kpis.simulation_count:,}"],
        ["Success", share_text(kpis.success_share)],
        ["On the GPU", share_text(kpis.gpu_share)],
        ["Mean duration (s)", number_text(kpis.mean_seconds, 4)],
        ["95 % took at most (s)", number_text(kpis.p95_seconds, 4)],
        ["Trials per second", number_text(kpis.trials_per_second, 4)],
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
            number_text(each.max_milliseconds, 3),
            f"{each.query_type.threshold_milliseconds:.0f}",
            f"{each.slow_count}",
        ]
        for each in queries
    ]
    columns = ["Query", ">Count", ">p50 ms", ">p95 ms", ">Max ms", ">Threshold ms", ">Slow"]
    console.print(table("Queries", columns, rows))


def _report(services: Services) -> HealthReport:
    database = services.open_history
    inventory, reading = read_machine(services.folders)
    records = services.history.runs.runs(JUDGED_RUNS)
    return health_report(inventory, reading, database.health(), database.statistics(), records)


def _document(report: HealthReport) -> dict[str, object]:
    obstacles = list(cuda_obstacles())
    return {
        "status": report.status,
        "backend": cpu_backend_name() if obstacles else "cuda",
        "cuda_obstacles": obstacles,
        "gpus": [
            {"name": gpu.name, "memory_bytes": gpu.memory_bytes, "driver": gpu.driver}
            for gpu in report.inventory.gpus
        ],
        "database": {
            "path": str(report.database.path),
            "driver": report.database.driver,
            "journal_mode": report.database.journal_mode,
            "schema_version": report.database.schema_version,
            "integrity": report.database.integrity,
            "file_bytes": report.database.file_bytes,
        },
        "queries": {each.query_type.value: _query_document(each) for each in report.queries},
        # The window measures this; a command has no frames to show.
        "progress_ms": {"p50": None, "p95": None, "p99": None},
        "kpis": _kpi_document(report.kpis),
        "capacity": {
            "device": report.inventory.cpu.name,
            "usable_cores": report.inventory.usable_core_count,
            "memory_bytes": report.reading.memory_total_bytes,
            "memory_used_bytes": report.reading.memory_used_bytes,
            "disk_free_bytes": report.reading.disk_free_bytes,
            "trials_per_s": report.kpis.trials_per_second,
            "bottleneck": None,
            "next_step": None,
        },
        "alerts": list(report.alerts),
    }


def _query_document(statistics: QueryStatistics) -> dict[str, object]:
    return {
        "count": statistics.count,
        "p50_ms": statistics.p50_milliseconds,
        "p95_ms": statistics.p95_milliseconds,
        "max_ms": statistics.max_milliseconds,
        "threshold_ms": statistics.query_type.threshold_milliseconds,
        "slow": statistics.slow_count,
    }


def _kpi_document(kpis: Kpis) -> dict[str, object]:
    return {
        "simulations": kpis.simulation_count,
        "success_share": kpis.success_share,
        "gpu_share": kpis.gpu_share,
        "mean_s": kpis.mean_seconds,
        "p50_s": kpis.p50_seconds,
        "p95_s": kpis.p95_seconds,
        "trials_per_s": kpis.trials_per_second,
        "satisfaction": None,
        "revenue_per_user": None,
    }


def _print(report: HealthReport) -> None:
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
    ]
    console.print(table("System", ["", "Value"], rows))
    print_kpis(console, report.kpis)
    print_queries(console, report.queries)
    for alert in report.alerts:
        console.print(Text(f"Alert: {alert}", style="red"))
