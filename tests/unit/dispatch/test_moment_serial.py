"""The moment of a run, as its workbook counts it."""

from datetime import datetime

from mcdesk.dispatch.moment_serial import serial_of


def test_that_a_moment_is_the_serial_number_that_excel_shows() -> None:
    assert serial_of(datetime(2026, 1, 1, 12), date_1904=False) == 46023.5


def test_that_a_workbook_of_1904_counts_from_its_own_first_day() -> None:
    assert serial_of(datetime(2026, 1, 1), date_1904=True) == 46023 - 1462
