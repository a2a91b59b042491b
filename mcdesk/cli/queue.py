"""`mcdesk queue`: the simulations that share the device, why each waits, and who has which share."""

from dataclasses import asdict

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from mcdesk.cli.account_options import account_options, visible_runs
from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.strict_command import StrictGroup
from mcdesk.cli.tables import (
    NO_DATA,
    number_text,
    output_console,
    print_json,
    seconds_text,
    share_text,
    table,
)
from mcdesk.dispatch.queue_view import QueueView, queue_view
from mcdesk.foundation.clock import utc_now
from mcdesk.history.job_record import JobState
from mcdesk.services import Services, open_services, queue_place

SECONDS_BETWEEN_LOOKS = 0.5
SHOWN_ID_LETTERS = 8


@click.group(
    "queue",
    cls=StrictGroup,
    invoke_without_command=True,
    epilog="Example: mcdesk queue, or mcdesk queue --json",
)
@click.option("--json", "as_json", is_flag=True, help="Print one snapshot as a JSON object.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Show the queue, live where standard output is a terminal; Ctrl+C ends that."""
    if context.invoked_subcommand is None:
        _show(as_json, is_live=True)
    elif as_json:
        raise click.UsageError("--json comes after the name of the command.", context)


@command.command("list", epilog="Example: mcdesk queue list --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_jobs(as_json: bool) -> None:
    """Show the queue as it is now."""
    _show(as_json, is_live=False)


@command.command("cancel", epilog="Example: mcdesk queue cancel 1f0c9a44")
@click.argument("simulation_id", metavar="ID")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cancel(simulation_id: str, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """End the simulation ID: one that waits at once, one that runs with the trials that are done."""
    with open_services() as services:
        record = visible_runs(services, account, password_stdin).record(simulation_id)
        state = services.history.queue.cancel(record.simulation_id)
        is_gone = services.history.queue.find(record.simulation_id) is None
    if as_json:
        was = None if state is None else state.value
        print_json({"id": record.simulation_id, "was": was})
    elif state is None:
        click.echo(f"Simulation {record.simulation_id} had ended already.")
    elif state is JobState.WAITING and is_gone:
        click.echo(f"Simulation {record.simulation_id} waits no longer.")
    else:
        click.echo(f"Simulation {record.simulation_id} ends; the trials that are done are kept.")


def queue_tables(view: QueueView) -> Group:
    """The queue as tables: simulations, shares, and what was granted so far."""
    parts: list[object] = [_jobs(view)]
    if view.shares:
        parts.append(_shares(view))
    if view.leases:
        parts.append(_leases(view))
    return Group(*parts)  # type: ignore[arg-type]  # each is something that rich paints


def queue_now(services: Services) -> QueueView:
    """What whoever asks may see of the queue.

    Raises:
        StoreError: or what else keeps the history from being read.
    """
    viewer = services.people.identity.viewer()
    place = queue_place(services.settings)
    return queue_view(services.open_history, place, viewer.account_ids, utc_now())


def _show(as_json: bool, is_live: bool) -> None:
    with open_services() as services:
        console = output_console()
        if as_json:
            print_json(_document(queue_now(services)))
        elif is_live and console.is_terminal:
            _show_live(services, console)
        else:
            console.print(queue_tables(queue_now(services)))


def _show_live(services: Services, console: Console) -> None:
    with cancel_on_interrupt() as token, Live(console=console, auto_refresh=False) as live:
        while not token.is_cancelled:
            live.update(queue_tables(queue_now(services)), refresh=True)
            token.wait(SECONDS_BETWEEN_LOOKS)


def _document(view: QueueView) -> dict[str, object]:
    return {
        "device": view.device,
        "is_executed": view.is_executed,
        "job_count": view.job_count,
        "jobs": [asdict(job) for job in view.jobs],
        "shares": [asdict(share) for share in view.shares],
        "leases": [asdict(each) for each in view.leases],
    }


def _jobs(view: QueueView) -> object:
    if not view.jobs:
        return Text("\nThe queue is empty.")
    rows = [
        [
            job.id[:SHOWN_ID_LETTERS],
            job.account,
            job.tier,
            job.state,
            f"{100 * job.trials_done / job.trials:.0f} %",
            number_text(job.rate, 3),
            NO_DATA if job.expected_start is None else job.expected_start[11:19],
            job.reason,
        ]
        for job in view.jobs
    ]
    columns = ["Id", "Account", "Tier", "State", ">Done", ">Trials/s", ">Starts (UTC)", "Why"]
    more = view.job_count - len(view.jobs)
    title = "Queue" if not more else f"Queue: the first {len(view.jobs):,} of {view.job_count:,}"
    return table(title, columns, rows)


def _shares(view: QueueView) -> object:
    rows = [
        [
            share.account,
            share.tier,
            number_text(share.weight, 2),
            share_text(share.entitled_share),
            share_text(share.actual_share),
            number_text(share.usage, 4),
            number_text(share.score, 4),
            number_text(share.credit, 3),
            seconds_text(share.device_seconds),
        ]
        for share in view.shares
    ]
    columns = [
        "Account",
        "Tier",
        ">Weight",
        ">Entitled",
        ">Last minute",
        ">Usage (s)",
        ">Score",
        ">Credit (s)",
        ">In all",
    ]
    return table(f"Shares of {view.device}: the lowest score goes first", columns, rows)


def _leases(view: QueueView) -> object:
    rows = [
        [
            each.tier,
            f"{each.granted:,}",
            f"{each.refused:,}",
            f"{each.expired:,}",
            seconds_text(each.mean_waited_seconds),
            seconds_text(each.longest_waited_seconds),
        ]
        for each in view.leases
    ]
    columns = ["Tier", ">Granted", ">Refused", ">Expired", ">Waited on average", ">At most"]
    return table("Allocations", columns, rows)
