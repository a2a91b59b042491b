"""The command `mcdesk`: finds the sub-command, and tells every failure in one line."""

import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence

import click
from typing_extensions import override

from mcdesk import __version__
from mcdesk.cli.strict_command import StrictGroup
from mcdesk.cli.window_wish import MODEL_SUFFIXES
from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.logs import start_logging
from mcdesk.foundation.paths import user_folders
from mcdesk.foundation.vault import is_encrypted

MODULE_BY_COMMAND = {
    "run": "mcdesk.cli.run",
    "check": "mcdesk.cli.check",
    "calc": "mcdesk.cli.calc",
    "history": "mcdesk.cli.history",
    "account": "mcdesk.cli.account",
    "queue": "mcdesk.cli.queue",
    "health": "mcdesk.cli.health",
    "doctor": "mcdesk.cli.doctor",
    "encryption": "mcdesk.cli.encryption",
    "demo": "mcdesk.cli.demo",
}
INTERRUPTED = 130
MOST_LINE_LETTERS = 800

logger = logging.getLogger(__name__)


class LazyGroup(StrictGroup):
    """Imports the module of a command when the command is asked for; each has it as `command`."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULE_BY_COMMAND)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = MODULE_BY_COMMAND.get(cmd_name)
        if module is None:
            if cmd_name.lower().endswith(MODEL_SUFFIXES):
                raise click.UsageError(
                    "The window takes one workbook and nothing else, and needs a screen; use"
                    f" `mcdesk run {cmd_name}`."
                )
            return None
        command: click.Command = importlib.import_module(module).command
        return command


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: mcdesk run model.xlsx --setup model.toml --trials 1e5",
)
@click.version_option(__version__, message="mcdesk %(version)s")
@click.option("--selftest", is_flag=True, help="Look whether each part works on this computer, and end.")
@click.pass_context
def command_line(context: click.Context, selftest: bool) -> None:
    """Monte Carlo simulation of Excel workbooks: uncertain cells in, the distribution of the outputs out."""
    if context.invoked_subcommand is not None:
        if selftest:
            raise click.UsageError("--selftest stands alone, without a command.", context)
        return
    if selftest:
        if context.obj is None:
            raise click.UsageError("--selftest is not known to this command line.", context)
        context.obj()
        return
    # without a screen, what can be seen of mcdesk in a terminal
    context.invoke(importlib.import_module("mcdesk.cli.demo").command)


def run_command_line(arguments: Sequence[str], self_test: Callable[[], None] | None = None) -> int:
    """Run the command of these arguments and return its exit code; nothing but that code comes out.

    Args:
        self_test: what `--selftest` does; it looks at the window too, which is not known here.
    """
    # Else Python prints to standard error what is logged before a command has opened the log.
    logging.getLogger("mcdesk").addHandler(logging.NullHandler())
    try:
        _refuse_broken_text(arguments)
        code = command_line.main(list(arguments), prog_name="mcdesk", standalone_mode=False, obj=self_test)
    except McdeskError as error:
        return _tell(str(error), error.exit_code)
    except click.UsageError as error:
        return _tell(_usage_text(error), error.exit_code)
    except click.ClickException as error:
        return _tell(error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _tell("Interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would complain while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - a fault of the program becomes a line and a log entry
        return _tell_crash(error)
    return code if isinstance(code, int) else 0


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    # Bytes that are no UTF-8 arrive as surrogates, which neither the history nor the screen can take.
    for argument in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in argument):
            shown = argument.encode(errors="replace").decode()
            raise click.UsageError(f"The argument {shown!r} is not text in UTF-8.")


def _tell_crash(error: Exception) -> int:
    folders = user_folders()
    is_logged = not is_encrypted(folders.data)
    start_logging(folders.logs if is_logged else None)
    logger.error("crash", exc_info=error)
    where = f" with the log in {folders.logs}" if is_logged else ""
    return _tell(f"Unexpected {type(error).__name__}: {error}. Please report it{where}", 1)


def _usage_text(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "mcdesk"
    message = error.format_message().rstrip(".")
    # A parenthesis of suggestions is a sentence already.
    stop = "" if message.endswith(("?", "?)")) else "."
    return f"{message}{stop} See `{command} --help`"


def _tell(text: str, code: int) -> int:
    line = " ".join(text.split())
    line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    if len(line) > MOST_LINE_LETTERS:
        half = MOST_LINE_LETTERS // 2
        line = f"{line[:half]} … {line[-half:]}"
    stop = "" if line.endswith((".", "?", "?)")) else "."
    print(f"mcdesk: {line}{stop}", file=sys.stderr, flush=True)
    return code
