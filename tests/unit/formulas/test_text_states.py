"""Texts handed from cell to cell: a state that each row takes from the row above."""

from pathlib import Path

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import both_ways, compiled_model


def _states(rule: str) -> dict[str, CellContent]:
    cells: dict[str, CellContent] = {"A1": 1.0, "C1": "off"}
    for row in range(2, 12):
        cells[f"B{row}"] = f"=MOD($A$1*{row * row},3)"
        cells[f"C{row}"] = "=" + rule.format(above=row - 1, row=row)
    return cells | {"D1": '=COUNTIF(C2:C11,"on")+IF(C11="rest",100,0)'}


def test_that_a_text_state_is_compiled_from_row_to_row(tmp_path: Path) -> None:
    rule = 'IF(C{above}="on",IF(B{row}>2,"rest","on"),IF(B{row}>1,"on",C{above}))'
    workbook, compiled = compiled_model(tmp_path, _states(rule), {"A1": "uniform(0, 1)"}, "D1")

    pairs = both_ways(workbook, compiled, "D1")

    assert compiled.slow_cells == 0
    assert all(found == expected for found, expected in pairs), pairs


def test_that_a_text_that_grows_from_row_to_row_keeps_its_values(tmp_path: Path) -> None:
    rule = 'IF(B{row}>1,C{above}&"n",IF(LEN(C{above})>5,"on",C{above}))'
    workbook, compiled = compiled_model(tmp_path, _states(rule), {"A1": "uniform(0, 1)"}, "D1")

    pairs = both_ways(workbook, compiled, "D1")

    assert all(found == expected for found, expected in pairs), pairs
