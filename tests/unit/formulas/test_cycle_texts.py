"""Circular references in words."""

from mcdesk.formulas.cycle_texts import cycle_texts, cycle_warnings
from mcdesk.formulas.evaluator import Calculation
from mcdesk.model.addresses import CellAddress
from tests.unit.formulas.small_workbooks import workbook_of


def test_that_a_cycle_is_told_cell_by_cell() -> None:
    workbook = workbook_of({"My sheet": {"A1": "=B1+1", "B1": "=C1", "C1": "=A1*2"}})
    calculation = Calculation(workbook)
    calculation.value(CellAddress(0, 0, 0))

    assert cycle_texts(calculation) == (("'My sheet'!A1", "'My sheet'!B1", "'My sheet'!C1"),)
    (warning,) = cycle_warnings(calculation)
    assert "'My sheet'!A1 \u2192 'My sheet'!B1 \u2192 'My sheet'!C1 \u2192 'My sheet'!A1" in warning


def test_that_long_and_many_cycles_are_cut() -> None:
    cells = {f"A{row}": f"=A{row % 40 + 1}" for row in range(1, 41)}
    cells |= {f"B{row}": f"=C{row}" for row in range(1, 9)} | {f"C{row}": f"=B{row}" for row in range(1, 9)}
    calculation = Calculation(workbook_of({"S": cells}))
    for address in ((0, 0), *((row, 1) for row in range(8))):
        calculation.value(CellAddress(0, *address))

    warnings = cycle_warnings(calculation)

    assert "28 more \u2192 S!A1" in warnings[0]
    assert warnings[-1] == "4 more circles of cells are not listed."
