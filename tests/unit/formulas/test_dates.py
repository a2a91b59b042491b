"""Date serials, judged by Python's calendar where it agrees with Excel's."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.dates import (
    CalendarDay,
    clock_of_serial,
    day_of_serial,
    month_length,
    serial_of_day,
    weekday_from_sunday,
)

EPOCH = date(1899, 12, 30).toordinal()


@given(st.integers(61, 2_958_465))
def test_that_serials_from_march_1900_are_days_of_the_calendar(serial: int) -> None:
    expected = date.fromordinal(EPOCH + serial)

    assert day_of_serial(serial) == (expected.year, expected.month, expected.day)
    assert serial_of_day(expected.year, expected.month, expected.day) == serial
    assert weekday_from_sunday(serial) == expected.isoweekday() % 7


@pytest.mark.parametrize(
    ("serial", "day"),
    [(0, (1900, 1, 0)), (1, (1900, 1, 1)), (59, (1900, 2, 28)), (60, (1900, 2, 29)), (61, (1900, 3, 1))],
)
def test_that_the_first_days_are_those_of_excel(serial: int, day: tuple[int, int, int]) -> None:
    assert day_of_serial(serial) == CalendarDay(*day)


@pytest.mark.parametrize("serial", [-1.0, -0.5, 2_958_466.0])
def test_that_there_are_no_days_outside_of_the_calendar(serial: float) -> None:
    assert day_of_serial(serial) is None


@given(st.integers(0, 2_957_003))
def test_that_serials_of_1904_are_shifted(serial: int) -> None:
    assert day_of_serial(serial, date_1904=True) == day_of_serial(serial + 1462)


def test_that_months_and_days_carry_over() -> None:
    assert serial_of_day(2020, 14, 1) == serial_of_day(2021, 2, 1)
    assert serial_of_day(2020, 0, 31) == serial_of_day(2019, 12, 31)
    assert serial_of_day(2020, 3, 0) == serial_of_day(2020, 2, 29)
    assert serial_of_day(1899, 1, 1) is None
    assert serial_of_day(10_001, 1, 1) is None


def test_that_february_1900_has_29_days() -> None:
    assert [month_length(year, 2) for year in (1900, 2000, 2001, 2100)] == [29, 29, 28, 28]


def test_that_seconds_are_rounded() -> None:
    assert clock_of_serial(0.5 + 0.4 / 86_400) == (12, 0, 0)
    assert clock_of_serial(1.0 - 0.1 / 86_400) == (0, 0, 0)
