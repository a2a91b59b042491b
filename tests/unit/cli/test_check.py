"""What `mcdesk check` prints: counts, names of functions, and with `--values` the value of every formula."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mcdesk.cli import check
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import SheetContent, write_xlsx

CELLS: SheetContent = {
    "A1": ("=1/3", 1 / 3), "A2": ('="a"&"ü"', "aü"), "A3": ("=1>0", True), "A4": ("=1/0", ErrorCode.DIV0),
    "A5": ("=0.1+0.2", 0.30000000000000004), "B1": ("=MINE(1)", 1.0), "B2": ("=RAND()", 0.5),
    "B3": ('=FILTERXML("a","b")', "x"), "B4": ("=THEIRS(MINE(1))", 1.0),
}  # fmt: skip


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", {"My sheet": CELLS})


def document(path: Path, *options: str) -> dict[str, Any]:
    found = CliRunner().invoke(check.command, [str(path), *options])
    read: dict[str, Any] = json.loads(found.stdout)
    return read


def test_that_every_formula_cell_has_its_value(workbook: Path) -> None:
    values = document(workbook, "--json", "--values")["values"]

    assert sorted(values, key=lambda each: each["cell"]) == [
        {"cell": "'My sheet'!A1", "value": 1 / 3},
        {"cell": "'My sheet'!A2", "value": "aü"},
        {"cell": "'My sheet'!A3", "value": True},
        {"cell": "'My sheet'!A4", "value": "#DIV/0!"},
        {"cell": "'My sheet'!A5", "value": 0.30000000000000004},
        {"cell": "'My sheet'!B1", "value": None},
        {"cell": "'My sheet'!B2", "value": None},
        {"cell": "'My sheet'!B3", "value": None},
        {"cell": "'My sheet'!B4", "value": None},
    ]


def test_that_numbers_have_seventeen_digits(workbook: Path) -> None:
    printed = CliRunner().invoke(check.command, [str(workbook), "--values"]).stdout

    assert '"value": 0.33333333333333331}' in printed
    assert '"value": 0.30000000000000004}' in printed


def test_that_a_workbook_without_formulas_has_no_values(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "plain.xlsx", {"S": {"A1": 1.0}})

    assert document(path, "--values")["values"] == []


def test_that_unknown_functions_are_named(workbook: Path) -> None:
    found = document(workbook, "--json")
    shown = CliRunner().invoke(check.command, [str(workbook)])

    assert found["unsupported_functions"] == {"FILTERXML": 1}
    assert found["user_defined_functions"] == {"MINE": 2, "THEIRS": 1}
    assert "values" not in found
    assert "FILTERXML" in shown.stdout
    assert "MINE" in shown.stdout
