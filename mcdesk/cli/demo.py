"""`mcdesk demo`: four example workbooks, one for an account of each tier, and what was measured meanwhile."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from mcdesk.cli.health import print_kpis, print_queries
from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.run_tables import print_outputs
from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import number_text, output_console, seconds_text, share_text, table
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.paths import HOME_VARIABLE, resources_folder
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.kpis import kpis_of
from mcdesk.scheduling.tiers import Tier
from mcdesk.services import Services, folders_under, open_services

TRIALS = 5_000
MODELS = {
    Tier.ENTERPRISE: "product_launch",
    Tier.PROFESSIONAL: "portfolio",
    Tier.STANDARD: "project_plan",
    Tier.TRIAL: "newsvendor",
}


@click.command("demo", cls=StrictCommand, epilog="Example: mcdesk demo")
def command() -> int:
    """Simulate the examples, one for an account of each tier, and print results, shares and timings."""
    console = output_console()
    with _folder() as folder, open_services(folders_under(folder)) as services:
        with cancel_on_interrupt() as cancel:
            reports = [_run(services, tier, cancel) for tier in Tier if not cancel.is_cancelled]
        _print(console, services, reports)
    return 130 if any(report.status is RunStatus.CANCELLED for report in reports) else 0


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder apart from the person's own history, so that no demo account is left in it."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        yield Path(home).expanduser().absolute() / "demo"
        return
    with tempfile.TemporaryDirectory(prefix="mcdesk-demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _run(services: Services, tier: Tier, cancel: CancelToken) -> RunReport:
    accounts = services.history.accounts
    email = f"{tier.value}@demo.example"
    if accounts.find(email) is None:
        accounts.add(email, tier.value.title(), tier.value)
    model = resources_folder() / "examples" / f"{MODELS[tier]}.xlsx"
    setup = model.with_suffix(".toml")
    request = RunRequest(
        model=model,
        # the others say in their cells what is uncertain
        setup=read_setup_file(setup) if setup.is_file() else SetupFile(),
        # Each tier its own seed, so that nobody is answered from what another has run.
        plan=SimulationPlan(TRIALS, seed=1 + list(Tier).index(tier)),
        account=email,
        uses_cache=False,
    )
    return run_simulation(request, services.run_context, lambda progress: None, cancel)


def _print(console: Console, services: Services, reports: Sequence[RunReport]) -> None:
    if reports:
        console.print(Text(f"Our examples, {TRIALS:,} trials each", style="bold"))
        for report in reports:
            print_outputs(console, report.model.name, report.statistics)
        console.print(_shares(reports))
    console.print(_queue(reports))
    print_kpis(console, kpis_of(services.history.runs.runs(1000)))
    print_queries(console, services.open_history.statistics())
    console.print(Text("The accounts ran one after the other: sharing the device comes in a later version."))
    if os.environ.get(HOME_VARIABLE) is None:
        console.print(Text("Nothing of this was kept. Your own first simulation: see `mcdesk run --help`."))


def _shares(reports: Sequence[RunReport]) -> object:
    total_weight = sum(tier.weight for tier in Tier)
    total_seconds = sum(report.timing.simulate_seconds for report in reports)
    rows = []
    for report in reports:
        tier, seconds = report.allocation.tier or Tier.TRIAL, report.timing.simulate_seconds
        limits = report.allocation.limits
        rows.append(
            [
                tier.value,
                report.model.name,
                number_text(tier.weight, 2),
                share_text(tier.weight / total_weight),
                share_text(seconds / total_seconds if total_seconds > 0 else None),
                f"{limits.memory_mb} MB, {limits.compute_percent} %, {limits.seconds_limit} s",
                report.allocation.demand_class.value,
            ]
        )
    columns = ["Tier", "Model", ">Weight", ">Entitled", ">Actual", "Allocation", "Class"]
    return table("Shares of the device", columns, rows)


def _queue(reports: Sequence[RunReport]) -> object:
    rows = [
        [
            str(place),
            (report.allocation.tier or Tier.TRIAL).value,
            report.status.value,
            f"{report.trials_done:,}",
            seconds_text(report.timing.simulate_seconds),
            number_text(report.timing.trials_per_second(report.trials_done), 4),
        ]
        for place, report in enumerate(reports, 1)
    ]
    return table("Queue, in order of arrival", [">", "Tier", "State", ">Trials", ">Took", ">Trials/s"], rows)
