"""Writes docs/errors.md from the table of refusals: `python -m tests.write_errors_page`."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.refusals.all_subjects import SUBJECTS
from tests.refusals.performance import perform
from tests.refusals.refusal_table import WRONG_SETUP, Kind, Row, Subject
from tests.refusals.workshop import make_workshop

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"
_HEAD = """\
# What mcdesk refuses, and what to do

A command that cannot be done prints one line on standard error. It begins with `mcdesk:`, names the file, the
cell or the option and the reason, and mostly ends with what to do. The exit code is 2 for a wrong use or an
input that cannot be accepted, and 1 where a run or the history failed. Nothing is half-written then: no
result, no file, no entry in the history.

Each kind of refusal stands here with an example, as it is typed and as it is printed, and its remedy. This
page is written by `python -m tests.write_errors_page` from the table that the tests run: it shows what the
program says.
"""


def page_text() -> str:
    """The page as the program of this moment writes it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_workshop(folder)
        parts = [_HEAD, _contents(), *(line for subject in SUBJECTS for line in _chapter(subject, folder))]
    return "\n".join(parts)


def _contents() -> str:
    links = (f"- [{subject.title}](#{_anchor(subject.title)})" for subject in SUBJECTS)
    return "\n".join(links) + "\n"


def _chapter(subject: Subject, folder: Path) -> Iterator[str]:
    yield f"## {subject.title}\n"
    for kind in subject.kinds:
        yield f"### {kind.title}\n"
        yield _example(kind, folder)
        yield f"{kind.remedy}\n"


def _example(kind: Kind, folder: Path) -> str:
    row = kind.rows[0]
    told = _portable(perform(row, folder).told, folder)
    # Bytes that are no text are shown as such.
    command = row.command.encode(errors="surrogateescape").decode(errors="backslashreplace")
    typed = f"echo '{row.stdin}' | " if row.stdin else ""
    block = f"$ {typed}mcdesk {command}\n{told}" + ("" if row.code == 2 else f"$ echo $?\n{row.code}\n")
    return f"{_setup(row)}```console\n{block}```\n"


def _setup(row: Row) -> str:
    return f"`{WRONG_SETUP}`:\n\n```toml\n{row.setup}```\n\n" if row.setup else ""


def _portable(line: str, folder: Path) -> str:
    """The line without what another computer or version would print: folders, free memory, its schema."""
    line = re.sub(r"schema 999 > \d+", "schema 999 > 1", line)
    line = line.replace(f"{folder}/", "~/")
    return re.sub(r"[\d,.]+ GB are free", "16.0 GB are free", line)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_bytes(page_text().encode())
