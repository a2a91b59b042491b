"""The moment of a run, as its workbook counts it."""

from datetime import datetime
from pathlib import Path

import pytest

from mcdesk.dispatch.model_preparation import serial_of, volatile_serial
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx


def test_that_a_moment_is_the_serial_number_that_excel_shows() -> None:
    assert serial_of(datetime(2026, 1, 1, 12), date_1904=False) == 46023.5


def test_that_a_workbook_of_1904_counts_from_its_own_first_day() -> None:
    assert serial_of(datetime(2026, 1, 1), date_1904=True) == 46023 - 1462


@pytest.mark.parametrize(
    ("formula", "expected"),
    [("=A2+1", None), ("=TODAY()+1", 46023.0), ("=now()", 46023.5), ("=SNOW(1)+KNOW", None)],
)
def test_that_a_result_depends_on_the_moment_only_through_now_and_today(
    tmp_path: Path, formula: str, expected: float | None
) -> None:
    workbook = read_workbook(write_xlsx(tmp_path / "model.xlsx", {"S": {"A1": formula}}))

    assert volatile_serial(workbook, 46023.5) == expected
