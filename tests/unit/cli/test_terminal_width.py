"""What a person can read on a terminal of some width."""

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.cli.command_line import run_command_line
from mcdesk.foundation.paths import resources_folder

EXAMPLE = resources_folder() / "examples" / "product_launch.xlsx"
RUN = ("run", str(EXAMPLE), "--setup", str(EXAMPLE.with_suffix(".toml")), "--trials", "2000", "--quiet")
OUTPUTS = {
    "Net present value (Launch!B27)",
    "Internal rate of return (Launch!B28)",
    "Loss (Launch!B29)",
}
STYLE = re.compile(r"\x1b\[[\d;]*m")
GAP = re.compile(r" {3,}")

Typed = Callable[..., str]


class Terminal(io.StringIO):
    """Somebody reads there."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all widths: the second run is known already."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def printed_runs() -> dict[int | None, str]:
    """What the run printed, by the width of the terminal."""
    return {}


@pytest.fixture
def typed(home: Path, printed_runs: dict[int | None, str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What a command prints on a terminal of a width, or where it is piped without one."""

    def type_command(*arguments: str, width: int | None) -> str:
        if arguments != RUN:
            return type_anew(*arguments, width=width)
        if width not in printed_runs:
            printed_runs[width] = type_anew(*arguments, width=width)
        return printed_runs[width]

    def type_anew(*arguments: str, width: int | None) -> str:
        monkeypatch.setenv("MCDESK_HOME", str(home))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", str(width or 40))
        printed = io.StringIO() if width is None else Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", printed)
            assert run_command_line(arguments) == 0
        return STYLE.sub("", printed.getvalue())

    return type_command


def tables_of(text: str, title: str) -> list[list[list[str]]]:
    """The lines of the tables under a title: for each, head line first, the texts between wide gaps."""
    found: list[list[list[str]]] = []
    block = text[text.index(f"\n{title}\n") + len(title) + 2 :]
    for part in re.split(r"\n(?: *\n)+", block.lstrip()):
        lines = part.strip("\n").splitlines()
        if len(lines) < 3 or "\u2500" not in lines[1]:
            break
        found.append([GAP.split(line.strip()) for line in (lines[0], *lines[2:])])
    return found


def names_of(table: list[list[str]]) -> set[str]:
    """The names in the first column, whose lines end with the address."""
    words = " ".join(line[0] for line in table[1:])
    return {name.strip() for name in re.findall(r"[^()]+\([^()]+\)", words)}


@pytest.mark.xdist_group("terminal")
@pytest.mark.parametrize("width", [60, 80, 90, 100, 120])
def test_that_each_output_is_named_beside_its_whole_figures(typed: Typed, width: int) -> None:
    printed = typed(*RUN, width=width)

    tables = tables_of(printed, "Outputs")
    heads = [name for table in tables for name in table[0][1:]]
    assert "\u2026" not in printed
    assert max(map(len, printed.splitlines())) <= width
    assert heads == ["Mean", "± 95 %", "Std. dev.", "P5", "P25", "P50", "P75", "P95"]
    assert [names_of(table) for table in tables] == [OUTPUTS] * len(tables)


@pytest.mark.xdist_group("terminal")
@pytest.mark.parametrize("width", [80, 90, 100])
def test_that_percentiles_stay_together_where_not_all_columns_fit(typed: Typed, width: int) -> None:
    tables = tables_of(typed(*RUN, width=width), "Outputs")

    assert [table[0][1] for table in tables] == ["Mean", "P5"]


@pytest.mark.xdist_group("terminal")
def test_that_a_pipe_has_one_table_however_narrow_the_terminal_is(typed: Typed) -> None:
    assert len(tables_of(typed(*RUN, width=None), "Outputs")) == 1


@pytest.mark.xdist_group("terminal")
@pytest.mark.parametrize("width", [80, 90, 100, 120])
def test_that_a_run_takes_one_line_of_the_history(typed: Typed, width: int) -> None:
    typed(*RUN, width=width)

    printed = typed("history", "list", width=width)

    (table,) = tables_of(printed, "Simulations")
    assert len(table) == 2
    assert {"completed", "product_launch.xlsx", "2,000"} <= set(table[1])
    assert ("Account" in table[0]) == (width == 120)


@pytest.mark.xdist_group("terminal")
def test_that_the_history_keeps_its_columns_in_a_pipe(typed: Typed) -> None:
    typed(*RUN, width=120)

    (table,) = tables_of(typed("history", "list", width=None), "Simulations")

    assert table[0] == ["Simulation", "Status", "Model", "Trials", "Took", "Account", "Started"]


@pytest.mark.xdist_group("terminal")
def test_that_a_long_name_of_a_model_keeps_its_beginning_and_its_end(typed: Typed, tmp_path: Path) -> None:
    model = tmp_path / "a_model_whose_name_is_longer_than_most_v17.xlsx"
    model.write_bytes(EXAMPLE.read_bytes())
    typed("run", str(model), *RUN[2:], "--seed", "2", width=80)

    (table,) = tables_of(typed("history", "list", "--limit", "1", width=80), "Simulations")

    assert table[1][2] == "a_model_wh…_v17.xlsx"
