"""What of the moment of a run its result depends on."""

from pathlib import Path

import pytest

from mcdesk.dispatch.model_preparation import volatile_serial
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=A2+1", None),
        ("=TODAY()+1", 46023.0),
        ("=now()", 46023.5),
        ("=LET(f,NOW,f())", 46023.5),
        ("=LET(f,TODAY,f())", 46023.0),
        ("=SNOW(1)+KNOW+MY_NOW", None),
        ('="now"&" and today"&A2', None),
        ("=Now!A1+'the Now'!A2", None),
        ("=SUM(Table1[Now])", None),
    ],
)
def test_that_a_result_depends_on_the_moment_only_through_now_and_today(
    tmp_path: Path, formula: str, expected: float | None
) -> None:
    workbook = read_workbook(write_xlsx(tmp_path / "model.xlsx", {"S": {"A1": formula}}))

    assert volatile_serial(workbook, 46023.5) == expected
