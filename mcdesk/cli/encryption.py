"""`mcdesk encryption`: whether the data folder is encrypted, and the key that a person writes down."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.strict_command import StrictGroup
from mcdesk.cli.tables import print_json
from mcdesk.foundation.errors import OptionInvalid, RecoveryKeyInvalid
from mcdesk.foundation.paths import Folders, user_folders
from mcdesk.foundation.vault import (
    Key,
    Vault,
    keep_key,
    new_key,
    read_vault,
    recovered_key,
    write_vault,
)
from mcdesk.history.conversion import ConversionTold, convert, unconverted
from mcdesk.history.encryption_state import folder_key, kept
from mcdesk.history.store_errors import told_file_error


@click.group("encryption", cls=StrictGroup, epilog="Example: mcdesk encryption on")
def command() -> None:
    """Encrypt what mcdesk keeps, with a key in the keyring of the system."""


@command.command("status", epilog="Example: mcdesk encryption status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say whether the data folder is encrypted, and whether its key can be had."""
    folders = user_folders()
    vault = read_vault(folders.data)
    is_on = vault is not None and vault.is_on
    try:
        left = unconverted(folders, is_on)
    except OSError as error:
        raise told_file_error(error, folders.data) from error
    if as_json:
        print_json({"is_on": is_on, "key_id": vault and vault.key_id, "unconverted": len(left)})
        return
    if is_on and vault is not None:
        vault.key()
        click.echo(f"{folders.data} is encrypted, and its key is at hand.")
    else:
        click.echo(f"{folders.data} is not encrypted.")
    if left:
        click.echo(f"{len(left)} files are not yet converted: mcdesk encryption {'on' if is_on else 'off'}")


@command.command("on", epilog="Example: mcdesk encryption on")
def turn_on() -> None:
    """Encrypt all that is kept, and print the recovery key. Close every other mcdesk first."""
    folders = user_folders()
    key = kept(folder_key(folders))
    _convert(folders, key, is_on=True)
    click.echo("Without the keyring of this system, the data can be read with this recovery key only:")
    click.echo(f"\n    {key.recovery_text}\n\nWrite it down and keep it in another place.")


@command.command("off", epilog="Example: mcdesk encryption off")
def turn_off() -> None:
    """Decrypt all that is kept. Close every other mcdesk first; the key stays in the keyring."""
    folders = user_folders()
    vault = read_vault(folders.data)
    if vault is None:
        raise OptionInvalid(f"{folders.data} is not encrypted", "There is nothing to decrypt.")
    _convert(folders, vault.key(), is_on=False)


@command.command("key", epilog="Example: mcdesk encryption key")
@click.option("--new", "is_new", is_flag=True, help="Print a new key, which is kept nowhere.")
def show_key(is_new: bool) -> None:
    """Print the recovery key, to be written down."""
    folder = user_folders().data
    vault = None if is_new else read_vault(folder)
    if vault is None and not is_new:
        raise OptionInvalid(f"{folder} has no key", "It was never encrypted.")
    click.echo((new_key() if vault is None else vault.key()).recovery_text)


@command.command("recover", epilog="Example: mcdesk encryption recover < key.txt")
def recover() -> None:
    """Put a recovery key, asked for or from standard input, into the keyring of this system."""
    folder = user_folders().data
    is_asked = sys.stdin.isatty()
    text = click.prompt("Recovery key", hide_input=True) if is_asked else sys.stdin.readline()
    key = recovered_key(text)
    path = folder / "encryption.json"
    vault = read_vault(folder) if path.exists() else None
    if vault is not None and vault.key_id != key.id:
        raise RecoveryKeyInvalid(f"This is not the key of {folder}", "It belongs to other data.")
    keep_key(key)
    if vault is None:
        try:
            write_vault(Vault(folder, key.id, is_on=True))
        except OSError as error:
            raise told_file_error(error, folder) from error
    click.echo("The key is in the keyring.")


def _convert(folders: Folders, key: Key, is_on: bool) -> None:
    with cancel_on_interrupt() as token, _bar() as told:
        count = convert(folders, key, is_on, token, told)
    click.echo(f"{count} files {'encrypted' if is_on else 'decrypted'} in {folders.data}.", err=True)


@contextmanager
def _bar() -> Iterator[ConversionTold]:
    """A bar on standard error, where that is a terminal."""
    with click.progressbar(length=1000, label="Converting", file=sys.stderr) as bar:
        yield lambda done, total: bar.update(int(1000 * done / max(total, 1)) - bar.pos)
