"""`mcdesk account`: the people who use this mcdesk, their tiers and their passwords."""

from dataclasses import asdict

import click

from mcdesk.cli.account_options import piped_password, typed_password
from mcdesk.cli.account_records import audit, erase, export
from mcdesk.cli.account_sessions import sign_in, sign_out
from mcdesk.cli.queue import queue_now
from mcdesk.cli.strict_command import StrictGroup
from mcdesk.cli.tables import output_console, print_json, table
from mcdesk.dispatch.queue_view import QueueView
from mcdesk.history.account_store import TIERS
from mcdesk.history.personal_archive import account_document
from mcdesk.services import open_services


@click.group("account", cls=StrictGroup, epilog="Example: mcdesk account list")
def command() -> None:
    """Look after the accounts: tiers, passwords, signing in, the audit log, a person's data."""


@command.command("list", epilog="Example: mcdesk account list --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_accounts(as_json: bool) -> None:
    """List the accounts, the oldest first; for their shares and simulations see `mcdesk queue`.

    --json gives both with each account.
    """
    with open_services() as services:
        people = services.people
        people.accounts.local_account()
        accounts = people.accounts.accounts()
        signed_in = {account.id for account in people.identity.signed_in()}
        queue = queue_now(services) if as_json else None
    if queue is not None:
        documents = [
            {**account_document(each), "is_signed_in": each.id in signed_in, **_queued(each.email, queue)}
            for each in accounts
        ]
        print_json({"accounts": documents})
        return
    rows = [
        [
            account.email,
            account.tier,
            account.created_at[:10],
            "yes" if account.has_password else "no",
            "yes" if account.id in signed_in else "",
        ]
        for account in accounts
    ]
    columns = ["Account", "Tier", "Since", "Password", "Signed in"]
    output_console().print(table("Accounts", columns, rows))


def _queued(email: str, queue: QueueView) -> dict[str, object]:
    """The share of an account, None before its first run, and its simulations in the queue."""
    share = next((asdict(share) for share in queue.shares if share.account == email), None)
    return {"share": share, "jobs": [asdict(job) for job in queue.jobs if job.account == email]}


@command.command("add", epilog="Example: mcdesk account add ann@example.org --tier standard")
@click.argument("email")
@click.option("--tier", type=click.Choice(TIERS), required=True, help="What the account is entitled to.")
@click.option("--password-stdin", is_flag=True, help="Read its password from a line of standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add(email: str, tier: str, password_stdin: bool, as_json: bool) -> None:
    """Add an account for EMAIL; without a password it is open to everybody at this computer."""
    password = piped_password() if password_stdin else None
    with open_services() as services:
        account = services.people.administration.add(email, tier, password)
    if as_json:
        print_json(account_document(account))
    else:
        click.echo(f"Added {account.email} as {account.tier}.")


@command.command("set-tier", epilog="Example: mcdesk account set-tier ann@example.org professional")
@click.argument("email")
@click.argument("tier", type=click.Choice(TIERS), metavar="TIER")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def set_tier(email: str, tier: str, as_json: bool) -> None:
    """Give the account EMAIL another TIER."""
    with open_services() as services:
        account = services.people.administration.set_tier(email, tier)
    if as_json:
        print_json(account_document(account))
    else:
        click.echo(f"{account.email} is {account.tier} now.")


@command.command("set-password", epilog="Example: mcdesk account set-password ann@example.org")
@click.argument("email", required=False)
@click.option("--password-stdin", is_flag=True, help="Read it from a line of standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def set_password(email: str | None, password_stdin: bool, as_json: bool) -> None:
    """Give the account EMAIL, by default one's own, a new password; whoever uses it is signed out."""
    password = piped_password() if password_stdin else typed_password("New password", is_new=True)
    with open_services() as services:
        account = services.people.administration.set_password(email, password)
    if as_json:
        print_json(account_document(account))
    else:
        click.echo(f"{account.email} has a new password. Sign in with it to go on.")


for each in (sign_in, sign_out, export, erase, audit):
    command.add_command(each)
