"""Functions of references given arrays of them, over uncertain cells."""

from pathlib import Path

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import all_both_ways, compiled_model

_FORMULAS = """
SUMPRODUCT(N(OFFSET(B1,{0,2,4},0)))
SUMPRODUCT(INDEX(B1:B6,N(IF(1,{1;3;5}))))
SUMPRODUCT(SUBTOTAL(9,OFFSET(B1,0,0,ROW(B1:B3))))
SUMPRODUCT(SUMIF(OFFSET(B1,{0,1},0),">2"))
SUMPRODUCT(SUMIF(INDIRECT({"B1:B6","C1:C6"}),">2"))
SUMPRODUCT(N(OFFSET(B1,ROUND(B2,0)*{0,1},0)))
"""


def test_that_programs_go_through_arrays_of_references_as_evaluation_does(tmp_path: Path) -> None:
    formulas = dict(enumerate(_FORMULAS.strip().splitlines(), 1))
    cells: dict[str, CellContent] = {
        **{f"B{row}": float(row) for row in range(1, 7)},
        **{f"C{row}": 2.0 * row for row in range(1, 7)},
        **{f"E{row}": f"={formula}" for row, formula in formulas.items()},
    }
    inputs = {f"B{row}": f"uniform({row - 1}, {row + 1})" for row in range(1, 7)}

    found = all_both_ways(*compiled_model(tmp_path, cells, inputs, *(f"E{row}" for row in formulas)))

    for row, formula in formulas.items():
        assert [mine for mine, _ in found[f"E{row}"]] == [value for _, value in found[f"E{row}"]], formula
