"""Dates of workbooks that count from 1904, and of texts that name no year."""

from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.evaluator import Calculation
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent
from tests.unit.formulas.small_workbooks import address, value_of, workbook_of


def test_that_dates_of_1904_count_from_there() -> None:
    cells: dict[str, CellContent] = {
        "A1": "=DATE(1904,1,2)", "A2": '="1904-01-03"+0', "A3": "=DATE(4,1,2)",
        "A4": "=DATE(1903,12,31)", "A5": "=DATE(3,1,1)", "A6": "=DATE(1904,1,0)", "A7": "=DATE(1899,1,1)",
    }  # fmt: skip
    workbook = workbook_of({"Sheet1": cells}, date_1904=True)

    assert [value_of(workbook, f"A{row}") for row in (1, 2, 3)] == [1.0, 2.0, 1.0]
    assert [value_of(workbook, f"A{row}") for row in (4, 5, 6)] == [ErrorCode.NUM] * 3
    # 3799-01-01
    assert value_of(workbook, "A7") == 692_136.0


def test_that_dates_without_a_year_are_of_the_year_of_the_run() -> None:
    cells: dict[str, CellContent] = {
        "A1": '="3/4"+0', "A2": '=YEAR("5-Jan")', "A3": "5-Jan",
        "A4": '=COUNTIF(A3,">40000")+COUNTIF(A3,"1/5")',
        "A5": '=DATEVALUE("3/4")', "A6": '=SUM("3/4",1)', "A7": '=EDATE("3/4",1)', "A8": '=COUNT("3/4")',
    }  # fmt: skip
    workbook = workbook_of({"Sheet1": cells})

    found = Calculation(workbook, now_serial=44_989.5)

    assert found.value(address(workbook, "A1")) == 44_989.0
    assert [found.value(address(workbook, f"A{row}")) for row in (2, 4, 5)] == [2023.0, 1.0, 44_989.0]
    assert [found.value(address(workbook, f"A{row}")) for row in (6, 7, 8)] == [44_990.0, 45_020.0, 1.0]
    assert Calculation(workbook).value(address(workbook, "A1")) == Obstacle(ObstacleReason.VOLATILE)
