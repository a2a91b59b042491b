"""Conversions between kinds of scalars."""

import pytest

from mcdesk.formulas.cell_store import ObstacleMet
from mcdesk.formulas.coercion import number_to_text, to_logical, to_number, to_text
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.text_numbers import text_to_date, text_to_number, text_to_time
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        (" 12.5 ", 12.5),
        ("-1E3", -1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1,234", 1234.0),
        ("1,234,567.8", 1234567.8),
        ("1,23", None),
        ("$5", 5.0),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("$ 5", 5.0),
        ("(5)", -5.0),
        ("($5)", -5.0),
        ("(-5)", None),
        ("(5", None),
        ("--5", None),
        ("-$-5", None),
        ("50%", 0.5),
        ("%50", 0.5),
        ("$5%", None),
        ("5 %", 0.05),
        ("1 1/2", 1.5),
        ("-1 1/2", -1.5),
        ("1 1/0", None),
        ("", None),
        ("   ", None),
        ("x", None),
        ("1x", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("1_000", None),
        ("1,000e999", None),
        ("x" * 300, None),
        ("1/2/2020", 43832.0),
        ("1/2/20", 43832.0),
        ("1/2/45", 16439.0),
        ("2020-01-02", 43832.0),
        ("2020/1/2", 43832.0),
        ("2020-01", 43831.0),
        ("13/1/2020", None),
        ("2/30/2020", None),
        ("1/2", 45293.0),
        ("1/45", None),
        ("123/1", None),
        ("2-Jan-2020", 43832.0),
        ("2 January 2020", 43832.0),
        ("Jan 2, 2020", 43832.0),
        ("January 2020", 43831.0),
        ("Jan-45", 16438.0),
        ("2-Jan", 45293.0),
        ("Foo 2, 2020", None),
        ("2-Foo-2020", None),
        ("2/29/1900", 60.0),
        ("1/1/1899", None),
        ("12:30", 0.5208333333333334),
        ("12:30:45", 0.5213541666666667),
        ("1:30 PM", 0.5625),
        ("12 AM", 0.0),
        ("12 PM", 0.5),
        ("13 PM", None),
        ("1:60", None),
        ("1:00:60", None),
        ("30:00", 1.25),
        ("1:30 p", 0.5625),
        ("1/2/2020 12:00", 43832.5),
        ("1/2/2020 x", None),
        (" 1/2/2020", None),
        ("31-Dec-9999", 2958465.0),
    ],
)
def test_that_text_reads_as_the_number_that_excel_sees(text: str, number: float | None) -> None:
    assert text_to_number(text, DateReading(this_year=2024)) == number


@pytest.mark.parametrize(
    ("text", "year", "number"),
    [("3/4", 2023, 44989.0), ("Jan-24", 2026, 46046.0), ("2/29", 2023, None), ("2/29", 2024, 45351.0)],
)
def test_that_a_date_without_a_year_is_one_of_this_year(text: str, year: int, number: float | None) -> None:
    assert text_to_number(text, DateReading(this_year=year)) == number


def test_that_a_date_without_a_year_needs_the_moment_of_the_run() -> None:
    assert text_to_number("3/4") is None
    assert text_to_number("13/4", DateReading()) is None
    with pytest.raises(ObstacleMet):
        text_to_number("3/4", DateReading())


def test_that_text_dates_count_from_1904_where_the_workbook_does() -> None:
    assert text_to_number("1904-01-02", DateReading(is_1904=True)) == 1.0


def test_that_dates_and_times_of_a_text_are_told_apart() -> None:
    assert text_to_date("1/2/2020 18:00") == 43832.0
    assert text_to_time("1/2/2020 18:00") == 0.75
    assert text_to_date("18:00") is None
    assert text_to_time("nonsense") is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-2.5, "-2.5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (1e21, "1E+21"),
        (1.5e21, "1.5E+21"),
        (0.00001, "0.00001"),
        (1e-25, "1E-25"),
        (123456789012345678.0, "123456789012346000"),
        (1 / 3, "0.333333333333333"),
        (1e300, "1E+300"),
        (1.23456789012345e-7, "1.23456789012345E-07"),
    ],
)
def test_that_numbers_become_text_of_fifteen_digits(number: float, text: str) -> None:
    assert number_to_text(number) == text


def test_that_each_kind_of_scalar_becomes_a_number() -> None:
    scalars = [2.5, True, False, BLANK, "3", "x", ErrorCode.NA]

    assert [to_number(scalar) for scalar in scalars] == [
        2.5,
        1.0,
        0.0,
        0.0,
        3.0,
        ErrorCode.VALUE,
        ErrorCode.NA,
    ]


def test_that_each_kind_of_scalar_becomes_text() -> None:
    scalars = [2.5, True, False, BLANK, "x", ErrorCode.NA]

    assert [to_text(scalar) for scalar in scalars] == ["2.5", "TRUE", "FALSE", "", "x", ErrorCode.NA]


def test_that_each_kind_of_scalar_becomes_logical() -> None:
    scalars = [2.5, 0.0, True, BLANK, "true", "x", ErrorCode.NA]

    assert [to_logical(scalar) for scalar in scalars] == [
        True,
        False,
        True,
        False,
        True,
        ErrorCode.VALUE,
        ErrorCode.NA,
    ]
