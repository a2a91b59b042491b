"""The options that say for whom a command is, and the passwords that are typed or piped in."""

import logging
import sys
from collections.abc import Callable
from typing import BinaryIO, TypeVar

import click

from mcdesk.foundation.errors import DiskFull, OptionInvalid, StoreError
from mcdesk.history.account_store import Account
from mcdesk.history.visible_runs import VisibleRuns
from mcdesk.services import Services

MOST_PASSWORD_BYTES = 8192

Command = TypeVar("Command", bound=Callable[..., object])

logger = logging.getLogger(__name__)

_DECORATORS = (
    click.option(
        "--as",
        "account",
        metavar="EMAIL",
        help="The account that acts; default: the one that signed in last, or else the local one.",
    ),
    click.option(
        "--password-stdin",
        is_flag=True,
        help="Read the password of that account from a line of standard input.",
    ),
)


def account_options(command: Command) -> Command:
    """Give a command `--as` and `--password-stdin`, as `account` and `password_stdin`."""
    for decorator in reversed(_DECORATORS):
        command = decorator(command)
    return command


def acting_account(services: Services, account: str | None, password_stdin: bool) -> Account:
    """The account that these options name.

    Raises:
        InputRefused: as `Identity.acting_account`.
        StoreError: or what else kept the history from being opened.
    """
    return services.people.identity.acting_account(account, piped_password() if password_stdin else None)


def run_account(services: Services, account: str | None, password_stdin: bool) -> Account | None:
    """The account that a run is charged to; None where the history cannot tell and none was named.

    Raises:
        InputRefused: as `Identity.acting_account`.
        StoreError: if one was named and the history cannot be read.
    """
    try:
        return acting_account(services, account, password_stdin)
    except (StoreError, DiskFull) as error:
        if account is not None:
            raise
        logger.warning("no account: %s", error)
        return None


def visible_runs(services: Services, account: str | None, password_stdin: bool) -> VisibleRuns:
    """The simulations that the account of these options sees.

    Raises:
        InputRefused: as `Identity.viewer`.
        StoreError: or what else kept the history from being opened.
    """
    viewer = services.people.identity.viewer(account, piped_password() if password_stdin else None)
    return VisibleRuns(services.open_history, viewer)


def piped_password() -> str:
    """The first line of standard input.

    Raises:
        OptionInvalid: if there is none, or it is no text.
    """
    # A process may be started without any standard input.
    stream: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    line = b"" if stream is None else stream.readline(MOST_PASSWORD_BYTES)
    if not line:
        raise OptionInvalid("No password came through standard input", "Pipe one line into the command.")
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise OptionInvalid("The password on standard input is not text in UTF-8") from error


def typed_password(prompt: str, is_new: bool = False) -> str:
    """A password from the terminal, without an echo; a new one is asked for twice.

    Raises:
        OptionInvalid: if there is no terminal.
    """
    if not sys.stdin or not sys.stdin.isatty():
        raise OptionInvalid("There is no terminal to ask for a password on", "Use --password-stdin.")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=is_new, err=True))
