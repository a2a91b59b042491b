"""`mcdesk account`: the people who use this mcdesk."""

import click

from mcdesk.cli.setup_options import refuse_later
from mcdesk.cli.strict_command import StrictGroup
from mcdesk.cli.tables import output_console, print_json, table
from mcdesk.history.account_store import TIERS, Account
from mcdesk.services import open_services


@click.group("account", cls=StrictGroup, epilog="Example: mcdesk account list")
def command() -> None:
    """List the accounts, add one, or change the tier of one."""


@command.command("list", epilog="Example: mcdesk account list --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_accounts(as_json: bool) -> None:
    """List the accounts, the oldest first."""
    with open_services() as services:
        services.history.accounts.local_account()
        accounts = services.history.accounts.accounts()
    if as_json:
        print_json({"accounts": [_document(account) for account in accounts]})
        return
    rows = [[account.email, account.tier, account.created_at[:10]] for account in accounts]
    output_console().print(table("Accounts", ["Account", "Tier", "Since"], rows))


@command.command("add", epilog="Example: mcdesk account add ann@example.org --tier standard")
@click.argument("email")
@click.option("--tier", type=click.Choice(TIERS), required=True, help="What the account is entitled to.")
@click.option("--password-stdin", is_flag=True, help="Comes in a later version.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add(email: str, tier: str, password_stdin: bool, as_json: bool) -> None:
    """Add an account for EMAIL."""
    refuse_later("--password-stdin", password_stdin)
    with open_services() as services:
        # The account of the person at the computer is the first one, whoever else is added.
        services.history.accounts.local_account()
        account = services.history.accounts.add(email, email.partition("@")[0], tier)
    if as_json:
        print_json(_document(account))
    else:
        click.echo(f"Added {account.email} as {account.tier}.")


@command.command("set-tier", epilog="Example: mcdesk account set-tier ann@example.org professional")
@click.argument("email")
@click.argument("tier", type=click.Choice(TIERS), metavar="TIER")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def set_tier(email: str, tier: str, as_json: bool) -> None:
    """Give the account EMAIL another TIER."""
    with open_services() as services:
        account = services.history.accounts.set_tier(email, tier)
    if as_json:
        print_json(_document(account))
    else:
        click.echo(f"{account.email} is {account.tier} now.")


def _document(account: Account) -> dict[str, object]:
    return {
        "email": account.email,
        "name": account.name,
        "tier": account.tier,
        "is_active": account.is_active,
        "created_at": account.created_at,
    }
