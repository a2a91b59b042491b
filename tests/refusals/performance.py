"""Runs a row of the table in this process, and says what it printed and what it left behind."""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from mcdesk.cli.command_line import run_command_line
from mcdesk.dispatch.left_files import STAMP_NAME
from tests.refusals.faults import fault
from tests.refusals.refusal_table import WRONG_SETUP, Row

# What opening a history writes, whatever is asked of it: the database keeps the times of its queries.
_ALWAYS_WRITTEN = ("mcdesk.db", "mcdesk.db-wal", "mcdesk.db-shm", "mcdesk.log", STAMP_NAME)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    code: int
    output: str
    told: str


def perform(row: Row, folder: Path) -> Outcome:
    """Run the command of a row in the workshop at `folder`."""
    output, told = io.StringIO(), io.StringIO()
    happening = fault(row.fault, folder / row.home)
    with (
        in_workshop(row, folder),
        happening,
        _standard_input(row),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(told),
    ):
        code = run_command_line(row.arguments)
    return Outcome(code, output.getvalue(), told.getvalue())


def stdin_bytes(row: Row) -> bytes:
    """What comes through standard input."""
    return f"{row.stdin}\n".encode(errors="surrogateescape") if row.stdin else b""


def _standard_input(row: Row) -> contextlib.AbstractContextManager[object]:
    return mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin_bytes(row)), encoding="utf-8"))


@contextlib.contextmanager
def in_workshop(row: Row, folder: Path) -> Iterator[None]:
    """The working folder, the history and the set-up file that a row is run with."""
    setup = folder / WRONG_SETUP
    setup.write_text(row.setup, encoding="utf-8")
    try:
        with contextlib.chdir(folder), mock.patch.dict(os.environ, MCDESK_HOME=str(folder / row.home)):
            yield
    finally:
        setup.unlink()


def size_by_file(folder: Path) -> dict[Path, int]:
    """What lies in the workshop, but for records and locks of a history, and `spare`, which keeps runs."""
    kept = folder / "spare"
    files = (path for path in folder.rglob("*") if path.is_file() and kept not in path.parents)
    return {
        path: path.stat().st_size
        for path in files
        if path.name not in _ALWAYS_WRITTEN and path.suffix != ".lock"
    }
