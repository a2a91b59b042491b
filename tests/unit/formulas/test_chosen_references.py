"""Functions of ranges over what IF or INDEX chooses: a chosen cell counts as a cell, not as its value."""

from pathlib import Path

import pytest

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import all_both_ways, compiled_model
from tests.unit.formulas.uncertain_sheet import CELLS, INPUTS

_FORMULAS = (
    "AVERAGE(IF(A1>0,C4,D1),D2)",
    "MIN(IF(A1>0,C4,D1),5)",
    "COUNT(IF(A1>0,C4,D1))",
    "SUM(IF(A1>0,E6,E7))",
    "MIN(INDEX(Q1:Q8,A3),C4)",
    "SUM(CHOOSE(A3,C4,D1,D2))",
    "COUNT(XLOOKUP(A3,P1:P8,C1:C8))",
    "AND(IF(A1>0,D1,C2),A2>0)",
)


@pytest.mark.parametrize("top", [1, 40])
def test_that_a_chosen_cell_counts_as_a_cell(top: int, tmp_path: Path) -> None:
    formulas: dict[str, CellContent] = {f"AB{row}": "=" + each for row, each in enumerate(_FORMULAS, top)}
    workbook, compiled = compiled_model(tmp_path, {**CELLS, **formulas}, INPUTS, *formulas)

    results = all_both_ways(workbook, compiled)

    for cell, formula in formulas.items():
        assert all(found == expected for found, expected in results[cell]), (formula, results[cell])
