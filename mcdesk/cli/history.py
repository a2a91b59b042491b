"""`mcdesk history`: the simulations that were run."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.text import Text

from mcdesk.cli.account_options import account_options, visible_runs
from mcdesk.cli.run_tables import print_statistics
from mcdesk.cli.strict_command import FilePath, StrictGroup, WholeNumber
from mcdesk.cli.tables import Layout, output_console, print_json, seconds_text, table, widest_fitting
from mcdesk.dispatch.run_document import statistics_of
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.paths import user_folders
from mcdesk.foundation.whole_file import take_place
from mcdesk.history.run_record import RunRecord
from mcdesk.services import Services, open_services

SHORT_ID = 8
SHORT_NAME = 20


@click.group("history", cls=StrictGroup, epilog="Example: mcdesk history list")
def command() -> None:
    """List, show, export and delete the simulations that were run."""


@command.command("list", epilog="Example: mcdesk history list --limit 10")
@click.option(
    "--limit",
    type=WholeNumber(1, 100_000),
    default=50,
    metavar="N",
    help="At most so many; default 50.",
)
@account_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_runs(limit: int, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """List the simulations, the newest first: one's own, or those of open accounts if nobody signed in."""
    with open_services() as services:
        records = visible_runs(services, account, password_stdin).runs(limit)
        email_by_id = {each.id: each.email for each in services.history.accounts.accounts()}
    if as_json:
        print_json({"simulations": [_document(record, email_by_id) for record in records]})
        return
    console = output_console()
    console.print(table("Simulations", *widest_fitting(console, _layouts(records, email_by_id))))


@command.command("show", epilog="Example: mcdesk history show 3f2a")
@click.argument("simulation_id")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(simulation_id: str, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """Show the result of SIMULATION_ID; the beginning of its name will do."""
    with open_services() as services:
        runs = visible_runs(services, account, password_stdin)
        if as_json:
            click.echo(runs.text(simulation_id))
        else:
            _print_run(services, runs.record(simulation_id))


@command.command("export", epilog="Example: mcdesk history export 3f2a --to run.json")
@click.argument("simulation_id")
@click.option("--to", type=FilePath(), help="File to write; default: standard output.")
@account_options
@click.option("--json", "as_json", is_flag=True, help="An export is JSON in any case.")
def export(
    simulation_id: str, to: Path | None, account: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Write SIMULATION_ID with its set-up and result as JSON."""
    with open_services() as services:
        text = visible_runs(services, account, password_stdin).export(simulation_id)
    if to is None:
        click.echo(text)
        return
    partial = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        try:
            partial.write_text(f"{text}\n", encoding="utf-8")
            take_place(partial, to)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OptionInvalid(f"{to} cannot be written: {error.strerror or error}") from error


@command.command("delete", epilog="Example: mcdesk history delete 3f2a")
@click.argument("simulation_id")
@account_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def delete(simulation_id: str, account: str | None, password_stdin: bool, as_json: bool) -> None:
    """Forget SIMULATION_ID; the beginning of its name will do."""
    with open_services() as services:
        record = visible_runs(services, account, password_stdin).delete(simulation_id)
    if as_json:
        print_json({"deleted": record.simulation_id})
    else:
        click.echo(f"Deleted {record.simulation_id}.")


@command.command("repair", epilog="Example: mcdesk history repair")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def repair_history(as_json: bool) -> None:
    """Put the newest sound copy in the place of a damaged history, and keep the damaged file.

    Close all windows of mcdesk first. A copy is made on each day on which mcdesk is used.
    """
    # loads what only this needs
    from mcdesk.history.repair import repair

    done = repair(user_folders().database, utc_now())
    if as_json:
        print_json({"kept": str(done.kept), "copy": None if done.copy is None else str(done.copy)})
        return
    click.echo(f"The damaged history is now {done.kept}.")
    if done.copy is None:
        click.echo("There is no sound copy; the next start makes an empty history.")
    else:
        click.echo(f"{done.copy} took its place.")


def _layouts(records: Sequence[RunRecord], email_by_id: Mapping[int, str]) -> list[Layout]:
    """The list with all columns, and with fewer for narrow terminals: `show` and `--json` tell the rest."""
    whole = [
        [
            record.simulation_id[:SHORT_ID],
            record.status.value,
            record.model_name,
            f"{record.trials_done:,}",
            seconds_text(record.seconds),
            email_by_id.get(record.user_id, ""),
            f"{record.created_at[:19].replace('T', ' ')} UTC",
        ]
        for record in records
    ]
    no_account = [[*row[:5], row[6][:16]] for row in whole]
    no_seconds = [[*row[:4], row[5]] for row in no_account]
    short = [[*row[:2], _shortened(row[2]), *row[3:]] for row in no_seconds]
    first, last = ["Simulation", "Status", "Model", ">Trials"], "Started (UTC)"
    return [
        ([*first, ">Took", "Account", "Started"], whole),
        ([*first, ">Took", last], no_account),
        ([*first, last], no_seconds),
        (["Id", *first[1:], last], short),
    ]


def _shortened(name: str) -> str:
    """The beginning and the end of a long name, which has the version and the suffix."""
    return name if len(name) <= SHORT_NAME else f"{name[: SHORT_NAME - 10]}…{name[-9:]}"


def _document(record: RunRecord, email_by_id: Mapping[int, str]) -> dict[str, object]:
    return {
        "simulation_id": record.simulation_id,
        "status": record.status.value,
        "account": email_by_id.get(record.user_id),
        "model": record.model_name,
        "trials": record.trials,
        "trials_done": record.trials_done,
        "seed": record.seed,
        "sampling": record.sampling,
        "backend": record.backend,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "seconds": record.seconds,
        "stopped_by": record.stopped_by,
        "error": record.error,
    }


def _print_run(services: Services, record: RunRecord) -> None:
    text = services.history.runs.result_json(record.simulation_id)
    statistics = None if text is None else statistics_of(text)
    console = output_console()
    head = f"{record.model_name}: {record.trials_done:,} of {record.trials:,} trials, seed {record.seed}"
    console.print(Text(f"{head}, {record.status.value}", style="bold"))
    if statistics is not None:
        print_statistics(console, statistics)
    if record.error:
        console.print(Text(record.error, style="red"))
    console.print(Text(f"Simulation {record.simulation_id}, started {record.created_at}"))
