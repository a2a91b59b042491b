import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.foundation.errors import InputRefused
from mcdesk.model.addresses import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellAddress,
    Rectangle,
    column_index,
    column_letters,
    format_a1,
    format_cell,
    parse_cell_text,
    parse_range_text,
    quote_sheet_name,
)


@given(st.integers(0, MAX_COLUMNS - 1))
def test_that_column_letters_lead_back_to_the_column(column: int) -> None:
    assert column_index(column_letters(column)) == column


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16_383, "XFD")])
def test_that_a_column_has_its_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_that_lower_case_letters_name_the_same_column() -> None:
    assert column_index("ab") == column_index("AB") == 27


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="!"), min_size=1, max_size=12),
    st.integers(0, MAX_ROWS - 1),
    st.integers(0, MAX_COLUMNS - 1),
)
def test_that_the_text_of_a_cell_reads_back(sheet_name: str, row: int, column: int) -> None:
    assert parse_cell_text(format_cell(sheet_name, row, column)) == (sheet_name, row, column)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Sheet1", "Sheet1"),
        ("My sheet", "'My sheet'"),
        ("Bob's", "'Bob''s'"),
        ("2020", "'2020'"),
        ("A1", "'A1'"),
        ("RC", "'RC'"),
        ("Été", "Été"),
    ],
)
def test_that_only_sheet_names_that_need_quotes_get_them(name: str, written: str) -> None:
    assert quote_sheet_name(name) == written


def test_that_dollar_signs_and_missing_sheets_are_accepted() -> None:
    assert parse_cell_text("'My sheet'!$B$4") == ("My sheet", 3, 1)
    assert parse_cell_text(" b4 ") == (None, 3, 1)


@pytest.mark.parametrize("text", ["", "B", "4", "!B4", "B4:C5", "Sheet1!", "AAAA1", "B4x"])
def test_that_text_without_a_cell_is_refused(text: str) -> None:
    with pytest.raises(InputRefused, match="is not the address of a cell"):
        parse_cell_text(text)


@pytest.mark.parametrize("text", ["XFE1", "A1048577", "A0", "Sheet1!ZZZ1"])
def test_that_a_cell_beyond_the_sheet_is_refused(text: str) -> None:
    with pytest.raises(InputRefused, match="outside of a sheet"):
        parse_cell_text(text)


def test_that_a_range_is_sorted_and_one_cell_is_a_range() -> None:
    assert parse_range_text("Sheet1!B3:A1") == ("Sheet1", 0, 0, 2, 1)
    assert parse_range_text("C2") == (None, 1, 2, 1, 2)


@pytest.mark.parametrize("text", ["A1:", "A1:B2:C3", ":A1"])
def test_that_text_without_a_range_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        parse_range_text(text)


def test_that_a_rectangle_counts_its_edges() -> None:
    rectangle = Rectangle(0, 1, 2, 3, 5)

    assert (rectangle.row_count, rectangle.column_count, rectangle.size) == (3, 4, 12)
    assert rectangle.contains(1, 2)
    assert rectangle.contains(3, 5)
    assert not rectangle.contains(4, 5)
    assert not rectangle.contains(1, 6)


def test_that_rectangles_intersect_only_on_one_sheet() -> None:
    rectangle = Rectangle(0, 0, 0, 4, 4)

    assert rectangle.intersect(Rectangle(0, 3, 2, 9, 9)) == Rectangle(0, 3, 2, 4, 4)
    assert rectangle.intersect(Rectangle(0, 5, 0, 6, 4)) is None
    assert rectangle.intersect(Rectangle(0, 0, 5, 4, 6)) is None
    assert rectangle.intersect(Rectangle(1, 0, 0, 4, 4)) is None


def test_that_addresses_sort_by_sheet_then_row_then_column() -> None:
    addresses = [CellAddress(1, 0, 0), CellAddress(0, 1, 0), CellAddress(0, 0, 1)]

    assert sorted(addresses) == addresses[::-1]


def test_that_a_cell_without_its_sheet_has_short_text() -> None:
    assert format_a1(4, 1) == "B5"
