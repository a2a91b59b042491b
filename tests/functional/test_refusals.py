"""Every wrong use is told in one line that names what, where and why, and leaves nothing behind."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mcdesk.cli.command_line import MODULE_BY_COMMAND
from mcdesk.services import folders_under, open_services
from tests.refusals.all_subjects import ROWS, SUBJECTS
from tests.refusals.performance import Outcome, in_workshop, perform, size_by_file
from tests.refusals.refusal_table import Row
from tests.refusals.workshop import make_workshop
from tests.write_errors_page import PAGE, page_text

ROOT = Path(__file__).parent.parent.parent
LEAST_ROWS = 120
MOST_LETTERS = 900
# One of every other subject goes through a process of its own, unless something has to fail in it.
PROCESS_ROWS = tuple(row for row in (subject.kinds[0].rows[0] for subject in SUBJECTS[::2]) if not row.fault)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workshop")
    make_workshop(folder)
    return folder


def name(row: Row) -> str:
    """What the row is called in the list of tests."""
    setup = f" with {row.setup.strip()[:60]!r}" if row.setup else ""
    return f"{row.home}: {row.command[:90]}{setup}"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    for word, module in MODULE_BY_COMMAND.items():
        command = importlib.import_module(module).command
        if isinstance(command, click.Group):
            yield from ((f"{word} {own}", each) for own, each in command.commands.items())
        else:
            yield word, command


VALUE_OPTIONS = [
    (word, option)
    for word, command in commands()
    for option in command.params
    if isinstance(option, click.Option) and not option.is_flag
]


def refuse_more_than_one_line(outcome: Outcome) -> None:
    assert outcome.output == ""
    assert outcome.told.startswith("mcdesk: ")
    assert outcome.told.endswith("\n")
    assert outcome.told.count("\n") == 1
    assert len(outcome.told) <= MOST_LETTERS
    assert outcome.told[:-1].isprintable()


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_that_bad_input_is_one_clear_line_and_leaves_nothing(row: Row, workshop: Path) -> None:
    before = size_by_file(workshop)

    outcome = perform(row, workshop)

    refuse_more_than_one_line(outcome)
    assert outcome.code == row.code
    assert ("Unexpected" in outcome.told) == (row.fault == "own fault")
    assert [words for words in row.words if words not in outcome.told.replace(os.sep, "/")] == []
    assert size_by_file(workshop) == before


def test_that_no_refused_command_is_kept_in_the_history(workshop: Path) -> None:
    for row in ROWS[:: len(ROWS) // 20]:
        perform(row, workshop)

    with open_services(folders_under(workshop / "home")) as services:
        assert services.history.runs.runs() == ()
        assert [each.tier for each in services.history.accounts.accounts()] == ["enterprise", "standard"]


def test_that_the_table_is_long_and_names_everything_once() -> None:
    assert len(ROWS) >= LEAST_ROWS
    assert len(set(ROWS)) == len(ROWS)
    assert all(row.words for row in ROWS)


@pytest.mark.parametrize(("word", "option"), VALUE_OPTIONS, ids=lambda each: getattr(each, "name", each))
def test_that_every_option_is_missed_where_its_value_is(
    word: str, option: click.Option, workshop: Path
) -> None:
    outcome = perform(Row(f"{word} {option.opts[0]}", ()), workshop)

    refuse_more_than_one_line(outcome)
    assert outcome.code == 2
    assert f"Option '{option.opts[0]}' requires an argument. See `mcdesk {word} --help`" in outcome.told


@pytest.mark.parametrize(("word", "option"), VALUE_OPTIONS, ids=lambda each: getattr(each, "name", each))
def test_that_an_option_is_repeatable_or_refused_the_second_time(
    word: str, option: click.Option, workshop: Path
) -> None:
    outcome = perform(Row(f"{word} {option.opts[0]} 1 {option.opts[0]} 2", ()), workshop)

    refuse_more_than_one_line(outcome)
    assert outcome.code == 2
    assert (f"Option '{option.opts[0]}' is given twice" in outcome.told) != option.multiple


@pytest.mark.parametrize("row", PROCESS_ROWS, ids=name)
def test_that_a_process_tells_the_same_line(row: Row, workshop: Path) -> None:
    command = [sys.executable, "-m", "mcdesk", *row.arguments]
    with in_workshop(row, workshop):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        completed = subprocess.run(
            command, env=environment, input="", capture_output=True, text=True, check=False
        )

    outcome = Outcome(completed.returncode, completed.stdout, completed.stderr)
    assert outcome == perform(row, workshop)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_read_only_history_is_told_in_one_line(tmp_path: Path) -> None:
    make_workshop(tmp_path)
    home = tmp_path / "home"
    for path in (*home.iterdir(), home):
        path.chmod(0o555 if path.is_dir() else 0o444)

    outcome = perform(Row("account add ann@example.org --tier trial", ()), tmp_path)

    home.chmod(0o755)
    refuse_more_than_one_line(outcome)
    assert outcome.code == 1
    assert "mcdesk.db cannot be read or written" in outcome.told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows words its reasons and its paths differently")
def test_that_the_page_of_errors_is_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text()
