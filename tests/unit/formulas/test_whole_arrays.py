"""Arrays of numbers alone, calculated at once: the same bits as element by element."""

import struct

import pytest

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.lookup_keys import lookup_key, places_of
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import CellContent, StoredFormula
from tests.unit.formulas.small_workbooks import workbook_of

ROWS = 300
FORMULAS = (
    "A#+B#", "A#-B#", "A#*B#", "A#/B#", "ABS(A#)^B#", "A#=B#", "A#<B#", "A#>=B#", "A#<>1", "-A#", "A#%",
    "(A#>0)*(B#<2)", "IF(A#>B#,A#,B#)", "ROUND(A#,2)", "MOD(A#,B#)", "SQRT(A#)", "A#+1", "2-A#", "A#/0",
    "IFERROR(A#/B#,-1)", "NOT(A#)", "A#&B#",
)  # fmt: skip


def data(changes: dict[str, CellContent]) -> dict[str, CellContent]:
    cells: dict[str, CellContent] = {}
    for row in range(1, ROWS + 1):
        cells[f"A{row}"] = (row * 7919 % 101 - 50) / 7.0
        cells[f"B{row}"] = (row * 104_729 % 89 - 40) / 8.0
    cells |= {"A9": 0.1 + 0.2, "B9": 0.3, "A10": 1e300, "B10": 1e300, "A11": 0.0, "B11": 0.0, "A12": -0.0}
    return cells | changes


def bits(value: object) -> object:
    # a minus zero is no number of Excel's
    return struct.pack("<d", value + 0.0) if isinstance(value, float) else value


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    "changes", [{}, {"B11": 1.0, "B17": 4.0}, {"A40": "text"}, {"B40": True}, {"A40": ErrorCode.NA}]
)
def test_that_an_array_has_the_bits_of_its_elements(formula: str, changes: dict[str, CellContent]) -> None:
    whole = formula.replace("A#", f"A1:A{ROWS}").replace("B#", f"B1:B{ROWS}")
    cells = data(changes)
    cells["D1"] = StoredFormula(f"={whole}", None, f't="array" ref="D1:D{ROWS}"')
    cells |= {f"D{row}": 0.0 for row in range(2, ROWS + 1)}
    cells |= {f"E{row}": f"={formula.replace('#', str(row))}" for row in range(1, ROWS + 1)}
    calculation = Calculation(workbook_of({"S": cells}))

    found, alone = (
        [bits(calculation.value(CellAddress(0, row, column))) for row in range(ROWS)] for column in (3, 4)
    )

    assert found == alone


def test_that_a_row_and_a_block_keep_their_shape() -> None:
    cells: dict[str, CellContent] = {}
    for row in range(1, 21):
        for column in "ABCDEFGHIJKLMNOPQRST":
            cells[f"{column}{row}"] = float(row * 100 + ord(column))
    cells["V1"] = "=INDEX(A1:T20*2,7,3)"
    cells["V2"] = "=SUM(INDEX(A1:T20+0,20,0))-SUM(A20:T20)"
    calculation = Calculation(workbook_of({"S": cells}))

    assert calculation.value(CellAddress(0, 0, 21)) == 2.0 * (700 + ord("C"))
    assert calculation.value(CellAddress(0, 1, 21)) == 0.0


def test_that_places_are_those_of_the_first() -> None:
    assert places_of([3.0, 1.0, 3.0, 2.0]) == {3.0: 0, 1.0: 1, 2.0: 3}
    assert places_of([3.0, "a", 3.0, True, "A"]) == {3.0: 0, "a": 1, lookup_key(True): 3}


def test_that_whole_columns_with_a_head_are_calculated_at_once() -> None:
    cells: dict[str, CellContent] = {"A1": "Key", "B1": "Kind"}
    cells |= {f"A{row}": float(row % 13) for row in range(2, ROWS + 1)}
    cells |= {f"B{row}": float(row % 7) for row in range(2, ROWS + 1)}
    formulas = {"D1": "=MATCH(1,(A:A=5)*(B:B=3),0)", "D2": "=SUM((A:A=5)*(B:B=3))", "D3": "=ROWS(A:A=5)"}
    cells |= {cell: StoredFormula(text, None, f't="array" ref="{cell}"') for cell, text in formulas.items()}
    calculation = Calculation(workbook_of({"S": cells}))
    wanted = [row for row in range(2, ROWS + 1) if row % 13 == 5 and row % 7 == 3]

    found = [calculation.value(CellAddress(0, row, 3)) for row in range(3)]

    assert found == [float(wanted[0]), float(len(wanted)), 1_048_576.0]
