"""SUBTOTAL over rows that a filter, or a person, has hidden."""

import pytest

from tests.builders_xlsx import StoredTable
from tests.unit.formulas.small_workbooks import value_of, workbook_of

_CELLS = {"A1": "Units", "A2": 1.0, "A3": 2.0, "A4": 4.0, "A5": 8.0, "C9": "=SUBTOTAL({kind},A2:A5)"}
_CRITERION = '<filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn>'


def _total(kind: int, tail: str, hidden: list[int]) -> object:
    cells = {**_CELLS, "C9": f"=SUBTOTAL({kind},A2:A5)"}
    workbook = workbook_of({"S": cells}, hidden_rows={"S": hidden}, sheet_tails={"S": tail})
    return value_of(workbook, "C9")


@pytest.mark.parametrize(
    ("kind", "tail", "expected"),
    [
        (9, f'<autoFilter ref="A1:A5">{_CRITERION}</autoFilter>', 9.0),
        (109, f'<autoFilter ref="A1:A5">{_CRITERION}</autoFilter>', 9.0),
        (9, f'<autoFilter ref="A1:A3">{_CRITERION}</autoFilter>', 13.0),
        (9, '<autoFilter ref="A1:A5"/>', 15.0),
        (9, "", 15.0),
        (109, "", 9.0),
    ],
)
def test_that_rows_that_a_filter_hides_are_left_out_of_every_kind(
    kind: int, tail: str, expected: float
) -> None:
    assert _total(kind, tail, [3, 4]) == expected


@pytest.mark.parametrize(("filters", "expected"), [(_CRITERION, 9.0), ("", 15.0)])
def test_that_the_filter_of_a_table_counts(filters: str, expected: float) -> None:
    table = StoredTable(
        "T", "S", "A1:A5", ("Units",), auto_filter=f'<autoFilter ref="A1:A5">{filters}</autoFilter>'
    )
    cells = {**_CELLS, "C9": "=SUBTOTAL(9,T[Units])"}
    workbook = workbook_of({"S": cells}, hidden_rows={"S": [3, 4]}, tables=[table])

    assert value_of(workbook, "C9") == expected
