from pathlib import Path

import pytest

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, Rectangle
from mcdesk.model.workbook import ColumnWidth, DefinedName, Table
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import MAIN, OFFICE, RawCell, StoredTable, write_xlsx


def test_that_names_keep_their_scope(path: Path) -> None:
    written = write_xlsx(path, {"S": {}, "T": {}}, names={"Rate": "S!$A$1"}, local_names=[(1, "x", "A1")])
    workbook = read_workbook(written)

    assert workbook.names == (DefinedName("Rate", None, "S!$A$1"), DefinedName("x", 1, "A1"))


def test_that_a_name_of_a_missing_sheet_is_left_out_and_told(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"S": {}}, local_names=[(5, "lost", "A1")]))

    assert workbook.names == ()
    assert "lost" in workbook.diagnostics[0].title


def test_that_tables_keep_their_columns(path: Path) -> None:
    table = StoredTable("Sales", "T", "B2:C9", ("a", "b_x000a_c"), totals_row_count=1)

    workbook = read_workbook(write_xlsx(path, {"S": {}, "T": {}}, tables=[table]))

    assert workbook.tables == (Table("Sales", Rectangle(1, 1, 1, 8, 2), 1, 1, ("a", "b\nc")),)
    assert workbook.tables[0].sheet == 1


def test_that_hidden_sheets_and_rows_are_marked(path: Path) -> None:
    workbook = read_workbook(
        write_xlsx(path, {"S": {"A1": 1}, "T": {}}, hidden_sheets=["T"], hidden_rows={"S": [7, 2]})
    )

    assert [sheet.is_hidden for sheet in workbook.sheets] == [False, True]
    assert workbook.sheets[0].hidden_rows.tolist() == [1, 6]


def test_that_styles_lead_to_their_number_formats(path: Path) -> None:
    cells = {
        "A1": RawCell('<c r="A1" s="1"><v>1</v></c>'),
        "B1": RawCell('<c r="B1" s="99"><v>1</v></c>'),
    }

    workbook = read_workbook(write_xlsx(path, {"S": cells}, formats=["0.0%", "yyyy"]))

    assert workbook.number_formats == ("General", "0.0%", "yyyy")
    assert workbook.sheets[0].styles.tolist() == [1, 0]


def test_that_built_in_formats_have_their_codes(path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellStyleXfs><xf numFmtId="3"/></cellStyleXfs><cellXfs>'
        '<xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="163"/><xf/></cellXfs>'
        '<dxfs><dxf><numFmt numFmtId="14" formatCode="x"/></dxf></dxfs></styleSheet>'
    )

    workbook = read_workbook(write_xlsx(path, {"S": {}}, parts={"xl/styles.xml": styles}))

    assert workbook.number_formats == ("m/d/yyyy", "0.00%", "General", "General")


def test_that_a_format_longer_than_excel_writes_is_general(path: Path) -> None:
    longest = "0." + "0" * 253

    workbook = read_workbook(write_xlsx(path, {"S": {}}, formats=[longest, longest + "0"]))

    assert workbook.number_formats == ("General", longest, "General")


def test_that_merged_cells_and_widths_are_kept(path: Path) -> None:
    tail = (
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
        '<cols><col min="2" max="3" width="12.5" hidden="1"/><col min="0" max="3"/></cols>'
    )

    workbook = read_workbook(write_xlsx(path, {"S": {"A1": 1}}, sheet_tails={"S": tail}))

    assert workbook.sheets[0].merged == (Rectangle(0, 0, 0, 1, 1),)
    assert workbook.sheets[0].column_widths == (ColumnWidth(1, 2, 12.5, True),)


@pytest.mark.parametrize(("written", "kept"), [("1e308", 255.0), ("256", 255.0), ("-4", 0.0), ("12.5", 12.5)])
def test_that_a_width_is_one_that_a_column_may_have(path: Path, written: str, kept: float) -> None:
    tail = f'<cols><col min="1" max="1" width="{written}"/></cols>'

    workbook = read_workbook(write_xlsx(path, {"S": {}}, sheet_tails={"S": tail}))

    assert workbook.sheets[0].column_widths == (ColumnWidth(0, 0, kept, False),)


def test_that_widths_and_merged_cells_that_overlap_are_kept_once(path: Path) -> None:
    tail = (
        '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/><mergeCell ref="C1:C1"/></mergeCells>'
        '<cols><col min="1" max="9" width="5"/><col min="3" max="4" width="7"/></cols>'
    )

    workbook = read_workbook(write_xlsx(path, {"S": {}}, sheet_tails={"S": tail}))

    assert workbook.sheets[0].merged == (Rectangle(0, 0, 0, 1, 1), Rectangle(0, 0, 2, 0, 2))
    assert workbook.sheets[0].column_widths == (
        ColumnWidth(0, 1, 5.0, False),
        ColumnWidth(2, 3, 7.0, False),
        ColumnWidth(4, 8, 5.0, False),
    )


def test_that_of_more_widths_than_columns_the_last_ones_are_kept(path: Path) -> None:
    tail = '<col min="2" max="2" width="7"/>' + '<col min="1" max="1" width="5"/>' * MAX_COLUMNS

    workbook = read_workbook(write_xlsx(path, {"S": {}}, sheet_tails={"S": tail}))

    assert workbook.sheets[0].column_widths == (ColumnWidth(0, 0, 5.0, False),)


def test_that_iteration_is_off_unless_the_file_says_otherwise(path: Path, tmp_path: Path) -> None:
    plain = read_workbook(write_xlsx(path, {"S": {}}))
    iterative = read_workbook(write_xlsx(tmp_path / "i.xlsx", {"S": {}}, iterate_count=7))

    assert (plain.is_iterative, plain.iterate_count) == (False, 100)
    assert (iterative.is_iterative, iterative.iterate_count) == (True, 7)
    assert plain.iterate_delta == 0.001


def test_that_values_of_linked_workbooks_come_from_the_file_itself(path: Path) -> None:
    values = {"Other": {"B2": 5.0, "B3": "x", "B4": ErrorCode.NA, "B5": None}, "Second": {"A1": True}}

    book = read_workbook(write_xlsx(path, {"S": {}}, external=[("other.xlsx", values)])).external_books[0]

    assert (book.index, book.target, book.sheet_names) == (1, "other.xlsx", ("Other", "Second"))
    assert book.cells == {
        ("other", 1, 1): 5.0,
        ("other", 2, 1): "x",
        ("other", 3, 1): ErrorCode.NA,
        ("second", 0, 0): True,
    }


def test_that_names_of_linked_workbooks_are_kept(path: Path) -> None:
    link = (
        f'<externalLink xmlns="{MAIN}"><externalBook><definedNames>'
        '<definedName name="Rate" refersTo="=A!$A$1"/></definedNames>'
        '<sheetDataSet><sheetData sheetId="4"><row><cell r="A1"><v>1</v></cell>'
        '<cell r="A2" t="s"><v>1</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
    )
    parts = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": None,
    }

    book = read_workbook(write_xlsx(path, {"S": {}}, external=[("x", {})], parts=parts)).external_books[0]

    assert (book.names, book.cells, book.target) == ({"rate": "A!$A$1"}, {}, "")


def test_that_a_missing_link_leaves_an_empty_book_and_a_note(path: Path) -> None:
    parts = {"xl/externalLinks/externalLink1.xml": None}

    workbook = read_workbook(write_xlsx(path, {"S": {}}, external=[("x", {})], parts=parts))

    assert workbook.external_books[0].cells == {}
    assert "[1]" in workbook.diagnostics[0].title


def test_that_a_chart_sheet_keeps_its_place(path: Path) -> None:
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/chartsheet" Target="chartsheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    )

    workbook = read_workbook(
        write_xlsx(path, {"Chart": {}, "S": {"A1": 1}}, parts={"xl/_rels/workbook.xml.rels": links})
    )

    assert [(sheet.name, sheet.cell_count) for sheet in workbook.sheets] == [("Chart", 0), ("S", 1)]


def test_that_sheets_are_found_by_name_in_any_case(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"Sheet1": {}, "Été": {}}))

    assert workbook.sheet_index("éTÉ") == 1
    assert workbook.sheet_index("none") is None
