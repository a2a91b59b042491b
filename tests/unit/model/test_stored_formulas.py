from pathlib import Path

import pytest

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import WorkbookUnreadable
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import CellKind, DataTable, FormulaKind
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import StoredFormula, write_xlsx
from tests.stored_cells import formula_at, value_at


@pytest.mark.parametrize("value", [6.0, "six", "", True, ErrorCode.NUM])
def test_that_a_formula_comes_with_its_cached_value(
    path: Path, value: float | str | bool | ErrorCode
) -> None:
    workbook = read_workbook(write_xlsx(path, {"Sheet1": {"A1": 3, "B1": ("=A1*2<3", value)}}))

    assert formula_at(workbook, 0, 1).text == "A1*2<3"
    assert value_at(workbook, 0, 1) == value
    assert workbook.formula_cell_count == 1


def test_that_a_formula_without_a_cached_value_says_so(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"Sheet1": {"A1": "=1+1"}}))

    assert workbook.sheets[0].kinds.tolist() == [CellKind.BLANK]
    assert workbook.sheets[0].has_cache.tolist() == [False]


def test_that_cells_of_a_shared_formula_name_its_first(path: Path) -> None:
    cells = {
        "B1": StoredFormula("A1*2", 2.0, 't="shared" ref="B1:B3" si="0"'),
        "B2": StoredFormula("", 4.0, 't="shared" si="0"'),
        "B3": StoredFormula("ignored", 6.0, 't="shared" si="0"'),
    }

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    assert workbook.sheets[0].formulas.tolist() == [0, 0, 0]
    assert (workbook.formulas[0].text, workbook.formulas[0].row, workbook.formulas[0].column) == (
        "A1*2",
        0,
        1,
    )


def test_that_a_later_shared_formula_may_take_the_number(path: Path) -> None:
    cells = {
        "B1": StoredFormula("A1", 1.0, 't="shared" ref="B1:B2" si="0"'),
        "C1": StoredFormula("A1+1", 2.0, 't="shared" ref="C1:C2" si="0"'),
        "C2": StoredFormula("", 3.0, 't="shared" si="0"'),
    }

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    assert formula_at(workbook, 1, 2).text == "A1+1"


def test_that_array_formulas_own_the_cells_of_their_extent(path: Path) -> None:
    cells = {
        "A1": StoredFormula("C1:C2*2", 2.0, 't="array" ref="A1:A3"', 'cm="1"'),
        "A2": 4.0,
        "A3": StoredFormula("", 6.0, 'ca="1"'),
        "B2": 7.0,
        "C1": StoredFormula("SUM(A1:A2)", 6.0, 't="array"'),
    }

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    formula, single = formula_at(workbook, 0, 0), formula_at(workbook, 0, 2)
    assert (formula.kind, formula.extent, formula.is_dynamic) == (
        FormulaKind.ARRAY,
        Rectangle(0, 0, 0, 2, 0),
        True,
    )
    assert (single.extent, single.is_dynamic) == (Rectangle(0, 0, 2, 0, 2), False)
    assert [int(workbook.sheets[0].owners[workbook.sheets[0].position(row, 0)]) for row in range(3)] == [
        0,
        0,
        0,
    ]
    assert workbook.sheets[0].owners[workbook.sheets[0].position(1, 1)] == -1


def test_that_a_formula_without_text_points_to_its_owner(path: Path) -> None:
    cells = {
        "A1": StoredFormula("C1:C2", 2.0, 't="array" ref="A1:A2"'),
        "A2": StoredFormula("", 6.0, 'ca="1"'),
        "D9": StoredFormula("", 1.0, 'ca="1"'),
        "E9": StoredFormula("", 1.0, 't="shared" si="7"'),
    }

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    follower, orphan, child = (formula_at(workbook, *cell) for cell in [(1, 0), (8, 3), (8, 4)])
    assert follower.kind is orphan.kind is child.kind is FormulaKind.SPILL_FOLLOWER
    assert (follower.row, follower.column, follower.extent) == (0, 0, Rectangle(0, 0, 0, 1, 0))
    assert (orphan.row, orphan.column, orphan.extent) == (8, 3, None)


def test_that_data_tables_keep_their_input_cells(path: Path) -> None:
    cells = {
        "B2": StoredFormula("", 1.0, 't="dataTable" ref="B2:C3" dt2D="1" dtr="1" r1="E1" r2="$E$2"'),
        "C3": 2.0,
        "B5": StoredFormula("", 1.0, 't="dataTable" ref="B5:B6" r1="E1" del1="1"'),
    }

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    both, deleted = formula_at(workbook, 1, 1), formula_at(workbook, 4, 1)
    assert both.kind is FormulaKind.DATA_TABLE
    assert both.data_table == DataTable(CellAddress(0, 0, 4), CellAddress(0, 1, 4), True, True)
    assert deleted.data_table == DataTable(None, None, False, False)
    assert workbook.sheets[0].owners[workbook.sheets[0].position(2, 2)] == 0


def test_that_cells_an_array_formula_fills_exist_without_being_stored(path: Path) -> None:
    cells = {"A1": 1, "A2": 2, "B1": StoredFormula("A1:A2*2", None, 't="array" ref="B1:B2"')}

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    sheet = workbook.sheets[0]
    place = int(sheet.position(1, 1))
    assert (sheet.owners[place], sheet.formulas[place], sheet.kinds[place]) == (0, -1, CellKind.BLANK)
    assert workbook.formula_cell_count == 1


def test_that_an_array_formula_may_fill_a_whole_column(path: Path) -> None:
    cells = {"B1": StoredFormula("A1*2", None, 't="array" ref="B1:B1048576"')}

    workbook = read_workbook(write_xlsx(path, {"Sheet1": cells}))

    assert len(workbook.sheets[0].rows) == 1_048_576


@pytest.mark.parametrize(("extent", "count"), [("Y7999", 15), ("XFD1048576", 1)])
def test_that_array_formulas_that_fill_too_many_cells_are_refused(
    path: Path, extent: str, count: int
) -> None:
    cells = {
        f"A{row}": StoredFormula("1", None, f't="array" ref="A{row}:{extent}"') for row in range(1, count + 1)
    }

    with pytest.raises(WorkbookUnreadable, match="too many cells"):
        read_workbook(write_xlsx(path, {"Sheet1": cells}))


def test_that_an_array_formula_fills_its_own_cell_where_its_range_lies_elsewhere(path: Path) -> None:
    write_xlsx(path, {"S": {"B2": StoredFormula("SEQUENCE(3)", 1.0, 't="array" ref="A3"')}})

    (formula,) = read_workbook(path).formulas

    assert formula.extent == Rectangle(0, 1, 1, 1, 1)
