"""Failures of a command in one line, with the exit code that each one means."""

from pathlib import Path

import pytest

from mcdesk import __version__
from mcdesk.cli import command_line
from mcdesk.cli.command_line import MODULE_BY_COMMAND, run_command_line
from mcdesk.foundation.errors import RunFailed
from tests.builders_xlsx import write_xlsx


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MCDESK_HOME", str(tmp_path))
    return tmp_path


def test_that_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command_line(["--version"])

    assert (code, capsys.readouterr().out) == (0, f"mcdesk {__version__}\n")


def test_that_the_self_test_is_the_one_that_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    taken: list[str] = []

    def fail() -> None:
        raise RunFailed("The self-test failed: charts")

    assert run_command_line(["--selftest"], lambda: taken.append("taken")) == 0
    assert run_command_line(["--selftest"], fail) == 1

    assert taken == ["taken"]
    assert capsys.readouterr().err == "mcdesk: The self-test failed: charts.\n"


REFUSED = {
    "a self-test that nobody gave": ["--selftest"],
    "an unknown option": ["--wrong"],
    "an unknown command": ["simulate"],
    "a workbook alone": ["model.xlsx"],
    "no workbook": ["run"],
    "a missing workbook": ["check", "missing.xlsx"],
    "no trials": ["run", "a.xlsx", "--trials", "0"],
    "too many trials": ["run", "a.xlsx", "--trials", "1e13"],
    "another sampling": ["run", "a.xlsx", "--sampling", "grid"],
    "a stop rule without a tolerance": ["run", "a.xlsx", "--stop", "mean"],
    "a limit without a value": ["run", "a.xlsx", "--limit", "A1"],
    "a limit that is text": ["run", "a.xlsx", "--limit", "A1=low"],
    "a later report": ["run", "a.xlsx", "--report", "a.html"],
    "a correlation of one cell": ["run", "a.xlsx", "--correlate", "A1=0.7"],
    "a correlation of three": ["run", "a.xlsx", "--correlate", "A1,A2,A3=0.7"],
    "a correlation that is text": ["run", "a.xlsx", "--correlate", "A1,A2=high"],
    "a correlation without a rank": ["run", "a.xlsx", "--correlate", "A1,A2"],
    "a back end that is not here": ["run", "a.xlsx", "--backend", "cuda"],
    "a strange trial file": ["run", "a.xlsx", "--save-trials", "a.doc"],
    "an unknown account": ["run", "a.xlsx", "--as", "nobody@example.org"],
    "an input without distribution": ["run", "a.xlsx", "--input", "A1"],
    "a trial before the first": ["calc", "a.xlsx", "--trial", "0"],
    "an unknown simulation": ["history", "show", "none"],
    "no e-mail address": ["account", "add", "ann", "--tier", "trial"],
    "an unknown tier": ["account", "add", "ann@example.org", "--tier", "gold"],
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED.keys())
def test_that_wrong_use_is_one_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_command_line(arguments)

    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert printed.err.startswith("mcdesk: ")
    assert printed.err.count("\n") == 1


def test_that_a_fault_of_the_program_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise ZeroDivisionError("no\nway")

    monkeypatch.setattr(command_line.importlib, "import_module", fail)

    assert run_command_line(["health"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", MODULE_BY_COMMAND)
def test_that_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command_line([name, "--help"])

    assert code == 0
    assert f"Example: mcdesk {name}" in capsys.readouterr().out


def test_that_a_cell_is_shown_as_it_was_typed_where_that_is_its_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = {
        "A1": 2026.0,
        "A2": 0.08,
        "A3": 1234567.25,
        "A4": "=A2/3",
        "A5": "=1E+18+A2*0",
        "A6": "=(A1-A1)*-5",
        "A7": 9999999999.7,
    }
    path = write_xlsx(tmp_path / "years.xlsx", {"S": cells})

    run_command_line(
        ["calc", str(path), "--input", "S!A1=uniform(2026, 2026.5)", "--output", "S!A4", "--trial", "1"]
    )

    shown = dict(line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(" S!"))
    del shown["S!A1"]
    assert shown == {
        "S!A2": "0.08",
        "S!A3": "1,234,567.25",
        "S!A4": "0.02666666667",
        "S!A5": "1e+18",
        "S!A6": "0",
        "S!A7": "9,999,999,999.7",
    }
