"""The format codes of TEXT."""

import pytest

from mcdesk.formulas.number_format import format_number, format_text, shows_dates


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.567, "0", "1235"),
        (1234.567, "0.00", "1234.57"),
        (1234.567, "#,##0.0", "1,234.6"),
        (0.5, "#.00", ".50"),
        (0.5, "0%", "50%"),
        (0.1234, "0.0%", "12.3%"),
        (-5.0, "0", "-5"),
        (-5.0, "0;(0)", "(5)"),
        (0.0, "0;-0;zero", "zero"),
        (0.0, "0;(0)", "0"),
        (5.0, '0" items"', "5 items"),
        (5.0, "0\\x", "5x"),
        (5.0, "_(0_)", " 5 "),
        (5.0, "*-0", "5"),
        (12.0, "000", "012"),
        (7.0, "?0", " 7"),
        (1234567.0, "#,##0,", "1,235"),
        (1234567.0, "0.0,,", "1.2"),
        (1234.5, "0.00E+00", "1.23E+03"),
        (5e-324, "0.00E+00", "4.94E-324"),
        (1.7976931348623157e308, "0.0E+0%", "1.8E+310%"),
        (1.7976931348623157e308, "0%", "179769313486232" + "0" * 296 + "%"),
        (1.0, "0" + "%" * 200, "1" + "0" * 400 + "%" * 200),
        (1.7976931348623157e308, "##0.0E+0", "179.8E+306"),
        (0.00012, "0.0E-0", "1.2E-4"),
        (1234.0, "##0.0E+0", "1.2E+3"),
        (99999.0, "0.0E+0", "1.0E+5"),
        (0.0, "0.0E+0", "0.0E+0"),
        (2.675, "0.00", "2.68"),
        (0.5, "# ?/?", " 1/2"),
        (1.25, "# ?/?", "1 1/4"),
        (3.0, "# ?/?", "3    "),
        (0.75, "# ?/8", " 6/8"),
        (1.999, "# ?/?", "2    "),
        (-1.5, "# ?/2", "-1 1/2"),
        (1.5, "?/?", "3/2"),
        (1.5, "# ?/²", "1 1/2"),
        (1.5, "# ?/" + "9" * 251, "1 5" + "0" * 250 + "/" + "9" * 251),
        (5.0, "General", "5"),
        (0.1, '"x"General', "x0.1"),
        (1e12, "General", "1E+12"),
        (1234567.891234, "General", "1234567.891"),
        (0.00001234567, "General", "1.23457E-05"),
        (5.0, "", ""),
        (5.0, "abc", "abc"),
        (-5.0, '"neg"', "-neg"),
        (5.0, "[Red]0", "5"),
        (5.0, "[$€-407]0", "€5"),
        (150.0, '[>100]"big";0', "big"),
        (50.0, '[>100]"big";0', "50"),
        (5.0, "[<1]0.0;[>=3]0;0", "5"),
        (5.0, "[=5]0.0;0", "5.0"),
        (5.0, "[<>5]0.0;0", "5"),
        (5.0, "[<=4]0.0;0", "5"),
        (-1.0, "[>100]0;0", "1"),
        (-0.001, "0", "0"),
        (123456.0, "0,000", "123,456"),
        (12.0, "0,000", "0,012"),
        (1234.0, "000-00-00", "000-12-34"),
        (1e16, "0", "10000000000000000"),
        (1.0, "0.##", "1."),
        (43832.0, "yyyy-mm-dd", "2020-01-02"),
        (43832.25, "h a/p", "6 a"),
        (5.0, '0 "e";@', "5 e"),
        (43832.0, "d/m/yy", "2/1/20"),
        (43832.0, "dddd", "Thursday"),
        (43832.0, "ddd, mmm d", "Thu, Jan 2"),
        (43832.0, "mmmm", "January"),
        (43832.0, "mmmmm", "J"),
        (43832.75, "hh:mm", "18:00"),
        (43832.75, "h:mm AM/PM", "6:00 PM"),
        (0.0, "h A/P", "12 A"),
        (0.5 + 1 / 86400, "mm:ss", "00:01"),
        (1.5, "[h]:mm", "36:00"),
        (0.1, "[mm]", "144"),
        (0.001, "[ss]", "86"),
        (0.5000001, "ss.000", "00.009"),
        (60.0, "d mmm", "29 Feb"),
        (43832.0, 'yy"x"\\y', "20xy"),
        (43832.0, "yyyy_)", "2020 "),
        (43832.0, "[$-409]d", "2"),
        (43832.0, "*xd", "2"),
        (-1.0, "d", None),
    ],
)
def test_that_a_number_is_shown_as_excel_shows_it(value: float, code: str, shown: str | None) -> None:
    assert format_number(value, code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [("0", "abc"), ("@", "abc"), ('0;0;0;"<"@">"', "<abc>"), ('0;0;0;"none"', "none"), ('"x"@', "xabc")],
)
def test_that_text_takes_the_fourth_section(code: str, shown: str) -> None:
    assert format_text("abc", code) == shown


def test_that_dates_of_1904_are_shown_from_there() -> None:
    assert format_number(0.0, "yyyy-mm-dd", date_1904=True) == "1904-01-01"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy-mm-dd", "9999-12-31"),
        ("dddd d mmm yy h:mm:ss", "Friday 31 Dec 99 23:59:59"),
        ("yyyy-mm-dd hh:mm:ss.000", "9999-12-31 23:59:59.997"),
        ("[h]:mm", "71003183:59"),
    ],
)
def test_that_the_last_half_second_of_the_calendar_is_of_its_last_day(code: str, shown: str) -> None:
    assert format_number(2958465.99999997, code) == shown


def test_that_the_calendar_of_1904_ends_with_the_same_day() -> None:
    serial = 2958465.99999997 - 1462.0

    assert format_number(serial, "yyyy-mm-dd h:mm:ss", date_1904=True) == "9999-12-31 23:59:59"
    assert format_number(serial + 1.0, "yyyy-mm-dd", date_1904=True) is None


def test_that_a_number_beyond_all_seconds_is_no_date() -> None:
    assert format_number(1.7976931348623157e308, "yyyy-mm-dd") is None


@pytest.mark.parametrize(
    "code", ["0." + "0" * 5_000, "0" + "%" * 3_000, "# ?/" + "9" * 5_000, "m/" * 16_000, "[" * 32_000]
)
def test_that_a_code_longer_than_excel_takes_shows_nothing(code: str) -> None:
    assert format_number(1.5, code) is None
    assert format_text("abc", code) == "abc"
    assert not shows_dates(code)


@pytest.mark.parametrize("tail", ["%", ",", "0", "?", "#", ".", "E+0", "/9", "d.0", "m/", "[", '"', "\\"])
@pytest.mark.parametrize("head", ["0.", "# ?/", "h:mm:ss.", "0E+", ""])
@pytest.mark.parametrize("value", [1.7976931348623157e308, 2.2250738585072014e-308, -1.5, 2958465.9999])
def test_that_every_code_that_excel_takes_is_answered(head: str, tail: str, value: float) -> None:
    code = (head + tail * 255)[:255]

    shown = format_number(value, code)

    assert shown is None or len(shown) < 2_000
