"""What the README lets a person type can be typed, and gives the figures that it says."""

import contextlib
import importlib
import io
import json
import re
import shlex
from pathlib import Path

import click
import pytest

from mcdesk.cli.command_line import MODULE_BY_COMMAND, run_command_line
from tests.architecture.source_tree import ROOT
from tests.corpus import CORPUS, requires_corpus

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    python3 dev\.py run (?P<rest>\S.*)$", README, re.MULTILINE)
FIGURES = re.compile(
    r"mean (?P<mean>[\d,]+), 5 % to 95 %: (?P<low>[\d,]+) to (?P<high>[\d,]+)\)"
    r".*cash in year 4 \(mean (?P<cash>[\d,]+)\)"
)


def arguments_of(line: str) -> list[str]:
    """The arguments of mcdesk, without what a comment says."""
    return shlex.split(line, comments=True)


@pytest.mark.parametrize("line", COMMANDS)
def test_that_a_command_of_the_page_is_understood_and_its_files_are_there(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "shared/corpus" in line and not CORPUS.is_dir():
        pytest.skip("the corpus of real workbooks is not beside this repository")
    monkeypatch.chdir(ROOT)
    word, *rest = arguments_of(line)
    command: click.Command = importlib.import_module(MODULE_BY_COMMAND[word]).command

    context = command.make_context(word, list(rest))

    files = [part for part in rest if part.endswith((".xlsx", ".toml"))]
    assert context.args == []
    assert files
    assert all(Path(each).is_file() for each in files)


def test_that_the_page_has_commands() -> None:
    assert len(COMMANDS) >= 7


def near(stated: str, value: float) -> bool:
    """Whether a figure of the page is a value, rounded as the page rounds it."""
    digits = stated.replace(",", "")
    zeros = len(digits) - len(digits.rstrip("0"))
    return round(value, -zeros) == float(digits)


@requires_corpus
@pytest.mark.slow
@pytest.mark.xdist_group("device")
def test_that_the_real_model_gives_the_figures_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    line = next(each for each in COMMANDS if "Financial Model" in each)
    stated = FIGURES.search(README)
    assert stated is not None
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        code = run_command_line([*arguments_of(line), "--json", "--quiet"])

    profit, cash = json.loads(printed.getvalue())["outputs"]
    assert code == 0
    assert near(stated["mean"], profit["mean"])
    assert near(stated["low"], profit["percentiles"]["5"])
    assert near(stated["high"], profit["percentiles"]["95"])
    assert near(stated["cash"], cash["mean"])


def test_that_another_figure_is_not_near() -> None:
    assert near("42,590", 42_588.0)
    assert not near("42,590", 42_580.0)
    assert not near("58,000", 57_400.0)
