"""Running sums and their like: ranges that begin at a fixed cell and end at one that moves."""

from pathlib import Path

import pytest

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import both_ways, compiled_model


@pytest.mark.parametrize(
    "formula",
    ["SUM(A$1:A{row})", "SUM(A{row}:A$6)", 'SUMIF(A$1:A{row},">2")', "MAX(A$1:A{row})-COUNT(A$1:A{row})"],
)
def test_that_a_window_grows_from_row_to_row(formula: str, tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "E1": 1.0,
        **{f"A{row}": "=$E$1*2" for row in range(1, 7)},
        **{f"B{row}": "=" + formula.format(row=row) for row in range(1, 7)},
        "C1": "=SUM(B1:B6)",
    }
    workbook, compiled = compiled_model(tmp_path, cells, {"E1": "uniform(1, 2)"}, "C1")

    pairs = both_ways(workbook, compiled, "C1")

    assert compiled.slow_cells == 0
    assert all(found == expected for found, expected in pairs), pairs


def test_that_a_window_grows_from_column_to_column(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "A5": 1.0,
        **{f"{column}1": "=$A$5*3" for column in "ABCDE"},
        **{f"{column}2": f"=SUM($A1:{column}1)" for column in "ABCDE"},
        "A3": "=SUM(A2:E2)",
    }
    workbook, compiled = compiled_model(tmp_path, cells, {"A5": "uniform(1, 2)"}, "A3")

    pairs = both_ways(workbook, compiled, "A3")

    assert all(found == expected for found, expected in pairs), pairs
