import pickle
from pathlib import Path

import numpy as np
import pytest

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import MAIN, Constant, RawCell, write_xlsx
from tests.stored_cells import read_cells, value_at, with_shared_strings


@pytest.mark.parametrize("value", [1.5, -2e-300, "text", "", True, False, ErrorCode.DIV0, ErrorCode.NA])
def test_that_a_constant_is_read_as_written(path: Path, value: Constant) -> None:
    workbook = read_workbook(write_xlsx(path, {"Sheet1": {"B3": value}}))

    assert value_at(workbook, 2, 1) == value
    assert workbook.sheets[0].formulas.tolist() == [-1]


def test_that_cells_without_content_are_not_stored(path: Path) -> None:
    workbook = read_cells(path, '<c r="A1" s="0"/>', '<c r="B1"><v></v></c>', '<c r="C1" t="s"><v/></c>')

    assert workbook.sheets[0].cell_count == 0
    assert workbook.sheets[0].used_extent is None
    assert workbook.sheets[0].position(0, 0) == -1


def test_that_cells_without_an_address_follow_each_other(path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'

    workbook = read_workbook(write_xlsx(path, {"S": {}}, parts={"xl/worksheets/sheet1.xml": sheet}))

    assert [value_at(workbook, *cell) for cell in [(0, 0), (0, 1), (1, 1)]] == [1.0, 2.0, 3.0]


def test_that_cells_in_any_order_end_up_row_by_row(path: Path) -> None:
    rows = (
        '<row r="2"><c r="B2"><v>4</v></c><c r="A2"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    )
    again = '<row r="2"><c r="B2"><v>5</v></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}{again}</sheetData></worksheet>'

    workbook = read_workbook(write_xlsx(path, {"S": {}}, parts={"xl/worksheets/sheet1.xml": sheet}))

    assert workbook.sheets[0].rows.tolist() == [0, 1, 1]
    assert workbook.sheets[0].columns.tolist() == [0, 0, 1]
    assert workbook.sheets[0].numbers.tolist() == [1.0, 3.0, 5.0]


def test_that_inline_and_rich_text_lose_only_their_looks(path: Path) -> None:
    workbook = read_cells(
        path,
        '<c r="A1" t="inlineStr"><is><t>plain</t></is></c>',
        '<c r="B1" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r><rPh><t>x</t></rPh></is></c>',
    )

    assert value_at(workbook, 0, 0) == "plain"
    assert value_at(workbook, 0, 1) == "rich"


def test_that_shared_strings_are_found_by_number(path: Path) -> None:
    strings = "<si><t>a</t></si><si><r><t>b</t></r><r><t> c</t></r><rPh><t>x</t></rPh></si><si/>"

    workbook = with_shared_strings(path, strings, '<c r="A1" t="s"><v>1</v></c>')

    assert value_at(workbook, 0, 0) == "b c"
    assert workbook.strings == ("a", "b c", "")


def test_that_escapes_in_text_become_characters(path: Path) -> None:
    workbook = read_cells(
        path,
        '<c r="A1" t="str"><v>a_x000D_b_x005F_x000D__x0041</v></c>',
        '<c r="B1" t="str"><v>_xD83D__xDE00_</v></c>',
        '<c r="C1" t="str"><v>_xD83D_</v></c>',
    )

    assert value_at(workbook, 0, 0) == "a\rb_x000D__x0041"
    assert value_at(workbook, 0, 1) == "\U0001f600"
    assert value_at(workbook, 0, 2) == "\ufffd"


@pytest.mark.parametrize(
    ("text", "date_1904", "serial"),
    [
        ("2024-01-01", False, 45292.0),
        ("2024-01-01T12:00:00Z", False, 45292.5),
        ("2024-01-01", True, 43830.0),
        ("1900-01-01", False, 1.0),
        ("1900-03-01", False, 61.0),
        ("06:00:00", False, 0.25),
    ],
)
def test_that_iso_dates_become_serial_numbers(path: Path, text: str, date_1904: bool, serial: float) -> None:
    cells = {"A1": RawCell(f'<c r="A1" t="d"><v>{text}</v></c>')}

    workbook = read_workbook(write_xlsx(path, {"S": cells}, date_1904=date_1904))

    assert value_at(workbook, 0, 0) == serial
    assert workbook.date_1904 is date_1904


def test_that_an_unknown_error_stays_an_error(path: Path) -> None:
    workbook = read_cells(path, '<c r="A1" t="e"><v>#BUSY!</v></c>')

    assert value_at(workbook, 0, 0) is ErrorCode.UNKNOWN


def test_that_the_arrays_of_a_sheet_cannot_be_written(path: Path) -> None:
    sheet = read_workbook(write_xlsx(path, {"S": {"A1": 1, "C2": 2}})).sheets[0]

    assert sheet.used_extent == Rectangle(0, 0, 0, 1, 2)
    for array in (sheet.rows, sheet.numbers, sheet.formulas, sheet.owners, sheet.hidden_rows):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0


def test_that_the_cells_of_an_area_are_found(path: Path) -> None:
    cells = {"A1": 1, "B1": 2, "A2": 3, "C2": 4, "B3": 5}
    sheet = read_workbook(write_xlsx(path, {"S": cells})).sheets[0]

    positions = sheet.positions_in(Rectangle(0, 0, 1, 1, 2))

    assert sheet.numbers[positions].tolist() == [2.0, 4.0]


def test_that_the_columns_have_their_types(path: Path) -> None:
    sheet = read_workbook(write_xlsx(path, {"S": {"A1": 1}})).sheets[0]

    assert (sheet.rows.dtype, sheet.kinds.dtype, sheet.numbers.dtype) == (np.int32, np.uint8, np.float64)
    assert (sheet.texts.dtype, sheet.styles.dtype, sheet.has_cache.dtype) == (np.int32, np.int32, np.bool_)


def test_that_a_pickled_workbook_comes_back_whole_and_read_only(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"S": {"A1": 1, "B1": ("=A1", 1.0)}}))

    copy = pickle.loads(pickle.dumps(workbook))

    assert copy.formulas == workbook.formulas
    assert copy.sheets[0].position(0, 1) == 1
    assert not copy.sheets[0].numbers.flags.writeable
