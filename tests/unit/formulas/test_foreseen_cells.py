"""Cells that are calculated before others ask for them: begun once, with the same values."""

import struct

import pytest

from mcdesk.formulas.cell_store import Obstacle, address_of
from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.evaluator import Calculation
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent
from tests.large_models import Cells, LargeModel, alternating, chain, grid
from tests.unit.formulas.small_workbooks import address, workbook_of

_ROWS = 200
_RECURRENCES = {"grid": grid(20), "chain": chain(_ROWS), "alternating": alternating(_ROWS)}


class _Counted(Calculation):
    """Counts how often cells are begun."""

    begun = 0

    def _evaluate(self, key: int) -> None:
        self.begun += 1
        super()._evaluate(key)


def _foreseeing(cells: Cells) -> _Counted:
    """A calculation that foresees, without regions that are calculated at once."""
    calculation = _Counted(workbook_of({"S": cells}))
    calculation.regions = CertainRegions(calculation, ())
    return calculation


def _all_values(calculation: Calculation, first: str) -> list[object]:
    """The value of one cell and then those of all with a formula, bit by bit."""
    keys = list(calculation.compilation.formula_by_key)
    cells = [address(calculation.workbook, first), *map(address_of, keys)]
    values = map(calculation.value, cells)
    return [struct.pack("<d", value) if isinstance(value, float) else value for value in values]


@pytest.mark.parametrize("model", _RECURRENCES.values(), ids=_RECURRENCES)
def test_that_cells_of_a_recurrence_are_begun_hardly_more_than_once(model: LargeModel) -> None:
    calculation = _foreseeing(model.cells)

    calculation.value(address(calculation.workbook, model.outputs[0]))

    assert calculation.begun < 1.3 * len(calculation.compilation.formula_by_key)


@pytest.mark.parametrize("model", _RECURRENCES.values(), ids=_RECURRENCES)
def test_that_values_of_a_recurrence_are_those_of_cell_by_cell(model: LargeModel) -> None:
    alone = Calculation(workbook_of({"S": model.cells}))

    found = _all_values(_foreseeing(model.cells), model.outputs[0])

    assert found == _all_values(alone, model.outputs[0])


def _with_jumps() -> Cells:
    """Cells that read the one above, but for some that read further up or another column."""
    cells: dict[str, CellContent] = {"A1": 1.0, "B1": 2.0}
    for row in range(2, _ROWS + 1):
        cells[f"A{row}"] = f"=IF(MOD({row},7)=0,B{row - 1},A{row - 1}*1.01)"
        cells[f"B{row}"] = f"=A{max(row - row % 5, 1)}+B{row - 1}/3"
    return cells


def _with_circles() -> Cells:
    """Cells that read the one above, some of which read themselves through the one below."""
    cells: dict[str, CellContent] = {"A1": 1.0}
    for row in range(2, _ROWS + 1):
        cells[f"A{row}"] = f"=A{row - 1}*0.5+1" if row % 50 else f"=A{row - 1}*0.5+A{row + 1}*0.1"
        cells[f"B{row}"] = f"=B{row - 1}+A{row}"
    return cells


@pytest.mark.parametrize("make", [_with_jumps, _with_circles])
def test_that_values_are_the_same_where_something_else_was_foreseen(make: object) -> None:
    assert callable(make)
    alone = Calculation(workbook_of({"S": make()}))

    found = _all_values(_foreseeing(make()), f"B{_ROWS}")

    assert found == _all_values(alone, f"B{_ROWS}")


def test_that_circles_are_found_as_cell_by_cell() -> None:
    alone, foreseeing = Calculation(workbook_of({"S": _with_circles()})), _foreseeing(_with_circles())

    for each in (alone, foreseeing):
        _all_values(each, f"B{_ROWS}")

    assert foreseeing.cycles == alone.cycles


def test_that_a_circle_that_no_value_closes_is_none() -> None:
    cells: dict[str, CellContent] = {"C1": 1.0, "A1": 5.0}
    for row in range(2, _ROWS + 1):
        cells[f"A{row}"] = f"=IF($C$1>0,A{row - 1}+1,A{row + 1})"
    calculation = _foreseeing(cells)

    assert calculation.value(address(calculation.workbook, f"A{_ROWS}")) == 5.0 + _ROWS - 1
    assert calculation.cycles == []


def test_that_cells_that_read_a_draw_have_no_value() -> None:
    cells: dict[str, CellContent] = {"A1": "=RAND()"}
    cells |= {f"A{row}": f"=A{row - 1}*2" for row in range(2, _ROWS + 1)}
    calculation = _foreseeing(cells)

    assert isinstance(calculation.value(address(calculation.workbook, f"A{_ROWS}")), Obstacle)


def test_that_an_error_goes_down_a_recurrence() -> None:
    cells: dict[str, CellContent] = {"A1": "=1/0"}
    cells |= {f"A{row}": f"=A{row - 1}*2" for row in range(2, _ROWS + 1)}
    calculation = _foreseeing(cells)

    assert calculation.value(address(calculation.workbook, f"A{_ROWS}")) is ErrorCode.DIV0
