"""`mcdesk demo`: an account of each tier competes for the device; what each got is measured."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from mcdesk.cli.health import print_kpis, print_queries
from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.queue import queue_tables
from mcdesk.cli.run_tables import print_outputs
from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import number_text, output_console, seconds_text, share_text, table
from mcdesk.dispatch.queue_view import queue_view
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import HOME_VARIABLE, Folders, resources_folder
from mcdesk.history.account_store import Account
from mcdesk.history.chunk_store import ChunkStore
from mcdesk.history.kpi_store import KpiStore
from mcdesk.monitor.figures.time_ranges import Period, TimeRange
from mcdesk.monitor.kpis import read_kpis
from mcdesk.scheduling.fair_share import entitled_shares
from mcdesk.scheduling.tiers import Tier, tier_table
from mcdesk.services import (
    Services,
    folders_under,
    open_monitoring,
    open_queue,
    open_services,
    queue_device,
    queue_place,
)

# About as much work for each; on a slow computer the rest is cancelled.
TRIALS = {
    Tier.ENTERPRISE: 16_000_000,
    Tier.PROFESSIONAL: 40_000_000,
    Tier.STANDARD: 24_000_000,
    Tier.TRIAL: 12_000_000,
}
MOST_SECONDS = 40.0
SECONDS_BETWEEN_LOOKS = 0.2
MODELS = {
    Tier.ENTERPRISE: "product_launch",
    Tier.PROFESSIONAL: "portfolio",
    Tier.STANDARD: "project_plan",
    Tier.TRIAL: "newsvendor",
}


@click.command("demo", cls=StrictCommand, epilog="Example: mcdesk demo --seconds 10")
@click.option(
    "--seconds",
    type=click.FloatRange(1.0, 600.0),
    default=MOST_SECONDS,
    show_default=True,
    help="End what still runs after so long.",
)
def command(seconds: float) -> int:
    """Let four accounts, one of each tier, compete for the device; print shares, waiting and timings."""
    console = output_console()
    with _folder() as folder, cancel_on_interrupt() as cancel:
        competition = Competition(folders_under(folder), cancel, seconds)
        with open_services(competition.folders) as services:
            competition.compete(services, console)
            _print(console, services, competition)
        return Cancelled.exit_code if competition.is_interrupted else 0


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder apart from the person's own history, so that no demo account is left in it."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        yield Path(home).expanduser().absolute() / "demo"
        return
    with tempfile.TemporaryDirectory(prefix="mcdesk-demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


class Competition:
    """Four people, each in a thread that stands for a terminal of theirs; cancelled after `seconds`."""

    def __init__(self, folders: Folders, cancel: CancelToken, seconds: float) -> None:
        self.folders = folders
        self.is_interrupted = False
        self.reports: dict[Tier, RunReport] = {}
        self.failures: list[McdeskError] = []
        self.began_at = 0.0
        self.first_end_at: float | None = None
        self._cancel = cancel
        self._seconds = seconds

    def compete(self, services: Services, console: Console) -> None:
        """Run all four, and show the queue meanwhile where that can be seen.

        Raises:
            McdeskError: what the first failed one raised.
        """
        for tier in Tier:
            _account(services, tier)
        self.began_at = time.time()
        with open_monitoring(services), open_queue(services) as context:
            people = [threading.Thread(target=self._run, args=(tier, context)) for tier in Tier]
            for person in people:
                person.start()
            self._watch(services, console, people)
            for person in people:
                person.join()
        if self.failures:
            raise self.failures[0]

    def _watch(self, services: Services, console: Console, people: Sequence[threading.Thread]) -> None:
        place = queue_place(services.settings)
        visible = {account.id for account in services.history.accounts.accounts()}
        ends_at = time.monotonic() + self._seconds
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while any(person.is_alive() for person in people):
                if console.is_terminal:
                    view = queue_view(services.open_history, place, visible, utc_now())
                    live.update(queue_tables(view), refresh=True)
                if self._cancel.wait(SECONDS_BETWEEN_LOOKS):
                    self.is_interrupted = self.is_interrupted or time.monotonic() < ends_at
                    time.sleep(SECONDS_BETWEEN_LOOKS)
                elif time.monotonic() > ends_at:
                    self._cancel.cancel()

    def _run(self, tier: Tier, context: RunContext) -> None:
        try:
            # a connection of its own: that of one thread is not another's
            with open_services(self.folders) as services:
                own = replace(services.run_context, queue=context.queue)
                request = replace(_request(tier), account=_account(services, tier))
                report = run_simulation(request, own, lambda progress: None, self._cancel)
            self.reports[tier] = report
            self.first_end_at = self.first_end_at or time.time()
        except Cancelled:
            return
        except McdeskError as error:
            self.failures.append(error)


def _account(services: Services, tier: Tier) -> Account:
    accounts = services.history.accounts
    email = f"{tier.value}@demo.example"
    return accounts.find(email) or accounts.add(email, tier.value.title(), tier.value)


def _request(tier: Tier) -> RunRequest:
    model = resources_folder() / "examples" / f"{MODELS[tier]}.xlsx"
    setup = model.with_suffix(".toml")
    return RunRequest(
        model=model,
        # the others say in their cells what is uncertain
        setup=read_setup_file(setup) if setup.is_file() else SetupFile(),
        plan=SimulationPlan(TRIALS[tier], seed=1),
        uses_cache=False,
    )


def _print(console: Console, services: Services, competition: Competition) -> None:
    reports = [(tier, competition.reports[tier]) for tier in Tier if tier in competition.reports]
    for _, report in reports:
        print_outputs(console, f"{report.model.name}, {report.trials_done:,} trials", report.statistics)
    if reports:
        console.print(_allocations(reports))
        console.print(_shares(services, competition))
        console.print(_queue(services, reports))
    period = Period(TimeRange.HOUR, time.time())
    print_kpis(console, read_kpis(KpiStore(services.open_history), period.bounds, None, {}))
    print_queries(console, services.open_history.statistics())
    if os.environ.get(HOME_VARIABLE) is None:
        console.print(Text("Nothing of this was kept. Your own first simulation: see `mcdesk run --help`."))


def _allocations(reports: Sequence[tuple[Tier, RunReport]]) -> object:
    rows = []
    for tier, report in reports:
        allocation = report.estimate.allocation
        limits = allocation.limits
        rows.append(
            [
                tier.value,
                report.model.name,
                number_text(report.estimate.score.total, 4),
                allocation.demand_class.value,
                f"{limits.memory_mb:,} MB",
                f"{limits.compute_percent} %",
                f"{limits.seconds_limit:,} s",
            ]
        )
    columns = ["Tier", "Model", ">Score", "Class", ">Memory", ">Compute", ">Longest run"]
    return table("Allocations: the estimate, or the limit of the tier where that is lower", columns, rows)


def _shares(services: Services, competition: Competition) -> object:
    """While all four competed: from when the last had begun until the first had ended."""
    ended_at, stamps = competition.first_end_at or time.time(), ChunkStore(services.open_history)
    firsts = stamps.first_chunk_at(queue_device(), competition.began_at)
    began_at = max(firsts.values(), default=competition.began_at)
    seconds = stamps.device_seconds_between(queue_device(), began_at, ended_at)
    terms = tier_table(services.settings)
    entitled = entitled_shares(
        {number: terms[tier].weight for number, tier in enumerate(Tier)},
        {number: terms[tier].limits.compute_percent / 100.0 for number, tier in enumerate(Tier)},
    )
    total = sum(seconds.values())
    rows = []
    for number, tier in enumerate(Tier):
        mine = seconds.get(_account(services, tier).id, 0.0)
        rows.append(
            [
                tier.value,
                number_text(terms[tier].weight, 2),
                share_text(entitled[number]),
                share_text(mine / total if total else None),
                seconds_text(mine),
            ]
        )
    columns = ["Tier", ">Weight", ">Entitled", ">Actual", ">Device"]
    return table("Shares of the device while all four competed", columns, rows)


def _queue(services: Services, reports: Sequence[tuple[Tier, RunReport]]) -> object:
    waited = {each.tier: each for each in services.history.leases.statistics()}
    rows = [
        [
            tier.value,
            report.status.value,
            f"{report.trials_done:,}",
            seconds_text(waited[tier.value].mean_waited_seconds if tier.value in waited else None),
            seconds_text(report.timing.simulate_seconds),
            seconds_text(report.timing.total_seconds),
            number_text(report.timing.trials_per_second(report.trials_done), 4),
        ]
        for tier, report in reports
    ]
    columns = ["Tier", "State", ">Trials", ">Waited", ">Device", ">In all", ">Trials per device second"]
    return table("Queue", columns, rows)
