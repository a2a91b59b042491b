"""`mcdesk account export`, `erase` and `audit`: what is kept of a person, and who did what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from mcdesk.cli.strict_command import FilePath, StrictCommand, WholeNumber
from mcdesk.cli.tables import output_console, print_json, table
from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.audit_store import AuditRow, AuditStore
from mcdesk.services import open_services

SHOWN_LETTERS = 12


@click.command("export", cls=StrictCommand, epilog="Example: mcdesk account export ann@example.org ann.zip")
@click.argument("email")
@click.argument("file", type=FilePath())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export(email: str, file: Path, as_json: bool) -> None:
    """Write all that is kept of EMAIL into the archive FILE: simulations, models, trials, audit rows."""
    with open_services() as services:
        contents = services.people.archive.write(email, file)
    if as_json:
        print_json({"file": str(file), **asdict(contents)})
        return
    counts = f"{contents.simulation_count:,} simulations and {contents.file_count:,} files"
    click.echo(f"Wrote {file}: {counts}.")
    if contents.absent:
        click.echo(f"mcdesk: {len(contents.absent)} files were not in the library any more.", err=True)


@click.command("erase", cls=StrictCommand, epilog="Example: mcdesk account erase ann@example.org --yes")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Confirm it: it cannot be undone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def erase(email: str, yes: bool, as_json: bool) -> None:
    """Erase EMAIL and all that is kept of that person; audit rows stay, under a pseudonym."""
    if not yes:
        raise OptionInvalid(
            "What is erased cannot be brought back",
            "Export it first with `mcdesk account export`, and confirm with --yes.",
        )
    with open_services() as services:
        erased = services.people.erasure.erase(email)
    if as_json:
        print_json(asdict(erased))
        return
    counts = f"{erased.simulation_count:,} simulations and {erased.file_count:,} files"
    click.echo(f"Erased {erased.email}: {counts}.")
    if not erased.is_swept:
        click.echo("mcdesk: traces stay in the log of the database until all of mcdesk is closed.", err=True)


@click.command("audit", cls=StrictCommand, epilog="Example: mcdesk account audit --verify")
@click.option("--verify", is_flag=True, help="Look whether a row was changed, moved or taken away.")
@click.option(
    "--limit", type=WholeNumber(1, 100_000), default=50, metavar="N", help="At most so many; default 50."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def audit(verify: bool, limit: int, as_json: bool) -> None:
    """Show the newest rows of the audit log: all of them to an administrator, else one's own."""
    with open_services() as services:
        people = services.people
        people.accounts.local_account()
        if verify:
            _verify(people.audit, as_json)
            return
        about = people.identity.audited_account()
        shown = people.accounts.accounts() if about is None else (about,)
        email_by_name = {people.audit.pseudonym(account): account.email for account in shown}
        rows = people.audit.newest(limit) if about is None else people.audit.rows_about(about)[::-1][:limit]
    if as_json:
        print_json({"rows": [_document(row, email_by_name) for row in rows]})
        return
    _print_rows(rows, email_by_name)


def _verify(log: AuditStore, as_json: bool) -> None:
    log.require_whole()
    head = log.head()
    if as_json:
        print_json({"is_whole": True, "head": None if head is None else asdict(head)})
    elif head is None:
        click.echo("The audit log is empty.")
    else:
        click.echo(f"The audit log is whole: {head.id:,} rows, the newest with the hash {head.hash}.")


def _document(row: AuditRow, email_by_name: Mapping[str, str]) -> dict[str, object]:
    return {
        **asdict(row),
        "detail": json.loads(row.detail),
        "actor_account": email_by_name.get(row.actor or ""),
        "subject_account": email_by_name.get(row.subject or ""),
    }


def _print_rows(rows: Sequence[AuditRow], email_by_name: Mapping[str, str]) -> None:
    def shown(name: str | None) -> str:
        return "" if name is None else email_by_name.get(name, name[:SHOWN_LETTERS])

    cells = [
        [
            str(row.id),
            f"{row.at[:19].replace('T', ' ')} UTC",
            shown(row.actor),
            row.action,
            shown(row.subject),
            ", ".join(f"{key} {value}" for key, value in json.loads(row.detail).items()),
        ]
        for row in rows
    ]
    columns = [">Row", "When", "Who", "Did", "To", "Detail"]
    output_console().print(table("Audit log, the newest first", columns, cells))
