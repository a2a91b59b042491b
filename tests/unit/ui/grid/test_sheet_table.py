"""What Qt is told of the cells of a sheet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, CellAddress, Rectangle
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.cell_marks import CellMarks, Mark
from mcdesk.ui.grid.sheet_table import MARK_ROLE, SheetTable
from tests.builders_xlsx import RawCell, StoredFormula
from tests.unit.formulas.small_workbooks import workbook_of

RIGHT, LEFT, CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter


@pytest.fixture
def table(qapp: QApplication, workbook: Workbook) -> SheetTable:
    return SheetTable(workbook, workbook.sheets[0])


def aligned(table: SheetTable, row: int, column: int) -> Qt.AlignmentFlag:
    value = table.data(table.index(row, column), Qt.ItemDataRole.TextAlignmentRole)
    assert isinstance(value, Qt.AlignmentFlag)
    return value & Qt.AlignmentFlag.AlignHorizontal_Mask


def test_that_values_are_shown_in_the_format_of_their_cell(qapp: QApplication) -> None:
    book = workbook_of(
        {
            "S": {
                "A1": RawCell('<c r="A1" s="1"><v>1234.5</v></c>'),
                "A2": 0.1,
                "A3": RawCell('<c r="A3" s="2"><v>45000</v></c>'),
            }
        },
        formats=["#,##0.00", "yyyy-mm-dd"],
    )
    table = SheetTable(book, book.sheets[0])

    assert [table.shown_text(row, 0) for row in range(4)] == ["1,234.50", "0.1", "2023-03-15", ""]


def test_that_the_end_of_the_calendar_is_shown_as_its_last_day(qapp: QApplication) -> None:
    cell = RawCell('<c r="A1" s="1"><v>2958465.99999997</v></c>')
    book = workbook_of({"S": {"A1": cell}}, formats=["yyyy-mm-dd"])
    table = SheetTable(book, book.sheets[0])

    (painted,) = table.cells_in(Rectangle(0, 0, 0, 0, 0))

    assert (table.shown_text(0, 0), painted.text) == ("9999-12-31", "9999-12-31")


def test_that_kinds_decide_where_a_text_stands(table: SheetTable) -> None:
    table.show_overlay({CellAddress(0, 0, 0): 5.0, CellAddress(0, 1, 2): ErrorCode.DIV0})

    assert [aligned(table, 0, 1), aligned(table, 1, 0), aligned(table, 0, 2)] == [RIGHT, LEFT, CENTRE]
    assert [aligned(table, 0, 0), aligned(table, 1, 2)] == [RIGHT, CENTRE]


def test_that_the_table_is_larger_than_what_is_used(table: SheetTable) -> None:
    assert (table.rowCount(), table.columnCount()) == (67, 26)
    assert table.rowCount(table.index(0, 0)) == 0


def test_that_the_table_grows_to_a_cell_far_away_but_not_beyond_a_sheet(table: SheetTable) -> None:
    table.make_room(500_000, MAX_COLUMNS - 1)

    assert table.rowCount() > 500_000
    assert table.columnCount() == MAX_COLUMNS


def test_that_formulas_are_shown_instead_of_values_where_there_are_any(table: SheetTable) -> None:
    table.show_formulas(True)

    assert [table.shown_text(2, 1), table.shown_text(0, 1)] == ["=B1*B2", "10"]
    assert aligned(table, 2, 1) == LEFT
    assert aligned(table, 0, 1) == RIGHT


def test_that_an_array_formula_stands_in_braces_in_all_its_cells(qapp: QApplication) -> None:
    array = StoredFormula("A1:A2*2", 2.0, 't="array" ref="B1:B2"')
    book = workbook_of({"S": {"A1": 1.0, "A2": 2.0, "B1": array, "B2": 4.0}})
    table = SheetTable(book, book.sheets[0])

    assert [table.formula_text(0, 1), table.formula_text(1, 1)] == ["{=A1:A2*2}"] * 2


def test_that_a_data_table_names_its_input_cell(qapp: QApplication) -> None:
    stored = StoredFormula("", 0.0, 't="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="D1"')
    book = workbook_of({"S": {"B1": "=D1*2", "D1": 1.0, "A2": 5.0, "B2": stored}})

    assert SheetTable(book, book.sheets[0]).formula_text(1, 1) == "{=TABLE(,D1)}"


def test_that_values_laid_over_hide_those_of_the_workbook(table: SheetTable) -> None:
    table.show_overlay(
        {CellAddress(0, 0, 1): 11.5, CellAddress(1, 0, 0): "other sheet", CellAddress(0, 8, 8): True}
    )

    shown = {(cell.row, cell.column): cell.text for cell in table.cells_in(Rectangle(0, 0, 0, 9, 9))}
    assert (table.shown_text(0, 1), shown[0, 1]) == ("11.5", "11.5")
    assert (table.shown_text(0, 0), shown[0, 0]) == ("Price", "Price")
    assert (table.shown_text(8, 8), shown[8, 8]) == ("TRUE", "TRUE")


def test_that_cells_to_paint_come_row_by_row_also_with_values_laid_over(table: SheetTable) -> None:
    table.show_overlay({CellAddress(0, 0, 3): 1.0})

    cells = table.cells_in(Rectangle(0, 0, 0, 1, 5))

    assert [(cell.row, cell.column) for cell in cells] == [
        (0, 0),
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 0),
        (1, 1),
        (1, 2),
    ]


def test_that_numbers_left_of_what_is_seen_are_not_written_out(table: SheetTable) -> None:
    texts = {(cell.row, cell.column): cell.text for cell in table.cells_in(Rectangle(0, 0, 0, 0, 3), 2)}

    assert texts == {(0, 0): "Price", (0, 1): "", (0, 2): "TRUE"}


def test_that_cells_of_rows_that_are_not_shown_are_left_out(table: SheetTable) -> None:
    table.show_overlay({CellAddress(0, 0, 3): 1.0, CellAddress(0, 1, 3): 2.0})

    cells = table.cells_in(Rectangle(0, 0, 0, 5, 5), shown_rows=(1, 5))

    assert [(cell.row, cell.column) for cell in cells] == [(1, 0), (1, 1), (1, 2), (1, 3), (5, 1)]


def test_that_an_input_hides_the_other_marks_of_its_cell(table: SheetTable) -> None:
    cell, other = frozenset([CellAddress(0, 0, 1)]), frozenset([CellAddress(0, 2, 1), CellAddress(1, 0, 0)])
    marks = CellMarks(inputs=cell, outputs=other, precedents=cell | other)

    table.show_marks(marks.of_sheet(0))

    assert table.data(table.index(0, 1), MARK_ROLE) is Mark.INPUT
    assert table.data(table.index(2, 1), MARK_ROLE) is Mark.OUTPUT
    assert table.data(table.index(0, 0), MARK_ROLE) is None
    assert table.data(table.index(0, 1), Qt.ItemDataRole.AccessibleDescriptionRole) == "input"


def test_that_headers_are_letters_and_numbers(table: SheetTable) -> None:
    assert table.headerData(25, Qt.Orientation.Horizontal) == "Z"
    assert table.headerData(9, Qt.Orientation.Vertical) == "10"
