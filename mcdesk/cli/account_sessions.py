"""`mcdesk account sign-in` and `sign-out`."""

import click

from mcdesk.cli.account_options import piped_password, typed_password
from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import print_json
from mcdesk.services import open_services


@click.command("sign-in", cls=StrictCommand, epilog="Example: mcdesk account sign-in ann@example.org")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from a line of standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sign_in(email: str, password_stdin: bool, as_json: bool) -> None:
    """Sign in as EMAIL for 12 hours; without --password-stdin, the password is asked for."""
    password = piped_password() if password_stdin else typed_password(f"Password of {email}")
    with open_services() as services:
        account, session = services.people.identity.sign_in(email, password)
    if as_json:
        print_json({"email": account.email, "tier": account.tier, "expires_at": session.expires_at})
        return
    until = session.expires_at[:16].replace("T", " ")
    click.echo(f"Signed in as {account.email} ({account.tier}) until {until} UTC.")


@click.command("sign-out", cls=StrictCommand, epilog="Example: mcdesk account sign-out")
@click.argument("email", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sign_out(email: str | None, as_json: bool) -> None:
    """Sign out as EMAIL; without it, as everybody who has signed in as this user of the computer."""
    with open_services() as services:
        accounts = services.people.identity.sign_out(email)
    addresses = [account.email for account in accounts]
    if as_json:
        print_json({"signed_out": addresses})
    else:
        click.echo(f"Signed out {', '.join(addresses)}." if addresses else "Nobody was signed in.")
