"""Formulas that differ by the numbers and absolute references written in them share a block."""

from pathlib import Path

import pytest

from mcdesk.engine.ir import program_instructions
from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import both_ways, compiled_model, slow_outputs

_INPUTS = {"A1": "normal(1, 1)", "A2": "normal(2, 1)", "A3": "uniform(0, 1)", "A4": "normal(0, 1)"}
_BASE: dict[str, CellContent] = {"A1": 1.0, "A2": 2.0, "A3": 0.5, "A4": 0.1, "A5": 7.0, "A6": 8.0, "A7": "t"}


def _column(count: int, formula: str) -> dict[str, CellContent]:
    cells = dict(_BASE)
    for row in range(1, count + 1):
        cells[f"C{row}"] = "=" + formula.format(
            row=row,
            above=f"C{row - 1}" if row > 1 else "A5",
            number=row * 0.37,
            one=1 + row % 4,
            two=5 + row % 2,
        )
    return cells | {"D1": f"=SUM(C1:C{count})"}


_FORMULAS = [
    "A$1*{number}+$A$3",
    "$A${one}*{number}",
    "$A${one}",
    "{above}*0.5+$A${one}*{number}",
    "IF($A$1>{number},{number},$A${one}+{above})",
    "MIN($A$1,{number})+MAX({number},$A$2)-{row}%",
    "IF({row}>5,$A$1,$A$2)*$A${two}",
    "($A${two}={row})*$A$1",
]


@pytest.mark.parametrize("formula", _FORMULAS)
def test_that_like_formulas_give_what_evaluation_gives(tmp_path: Path, formula: str) -> None:
    workbook, compiled = compiled_model(tmp_path, _column(40, formula), _INPUTS, "D1")

    assert not slow_outputs(compiled)
    assert all(one == other for one, other in both_ways(workbook, compiled, "D1"))


@pytest.mark.parametrize("formula", [each for each in _FORMULAS if "above" not in each])
def test_that_more_of_them_need_hardly_more_instructions(tmp_path: Path, formula: str) -> None:
    sizes = [
        sum(
            1
            for _ in program_instructions(
                compiled_model(tmp_path, _column(n, formula), _INPUTS, "D1")[1].simulated.program
            )
        )
        for n in (40, 400)
    ]

    assert sizes[1] <= sizes[0] + 2


@pytest.mark.parametrize("formula", ["$A${two}*$A${one}", "$A${any}*2", "IF($A$1>0,$A${any},{row})"])
def test_that_leaves_of_different_kinds_are_compiled_apart(tmp_path: Path, formula: str) -> None:
    cells = _column(12, formula.replace("{any}", "{one}"))
    cells |= {"C5": "=$A$7&$A$5", "C6": "=$A$5*$A$1", "C7": "=$A$1*2"}
    cells["D1"] = "=SUM(C1:C12)"

    workbook, compiled = compiled_model(tmp_path, cells, _INPUTS, "D1")

    assert all(one == other for one, other in both_ways(workbook, compiled, "D1"))


def test_that_a_slow_cell_that_reads_itself_from_row_to_row_ends(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "C1": "off"}
    for row in range(2, 12):
        cells[f"B{row}"] = "=MOD($A$1*ROW()^2,3)"
        cells[f"C{row}"] = f'=IF(B{row}>1,C{row - 1}&"n",IF(LEN(C{row - 1})>5,"on",C{row - 1}))'
    cells["D1"] = '=COUNTIF(C2:C11,"on")+LEN(C11)'

    workbook, compiled = compiled_model(tmp_path, cells, {"A1": "uniform(0, 1)"}, "D1")

    assert all(one == other for one, other in both_ways(workbook, compiled, "D1"))
