"""What is typed into the name box."""

import pytest

from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.places import find_place


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("b4", Rectangle(1, 3, 1, 3, 1)),
        ("$B$4:C9", Rectangle(1, 3, 1, 8, 2)),
        ("Plan!A1", Rectangle(0, 0, 0, 0, 0)),
        ("'My notes'!A2", Rectangle(1, 1, 0, 1, 0)),
        ("PRICE", Rectangle(0, 0, 1, 0, 1)),
        ("block", Rectangle(1, 0, 0, 1, 1)),
        ("Elsewhere!A1", None),
        ("no such name", None),
    ],
)
def test_that_an_address_or_a_name_is_a_place(
    workbook: Workbook, typed: str, expected: Rectangle | None
) -> None:
    assert find_place(workbook, typed, sheet=1) == expected
