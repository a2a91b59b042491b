"""Where Ctrl+arrow goes."""

import numpy as np
import pytest

from mcdesk.ui.grid.jumps import filled_columns, filled_rows, jump
from tests.builders_xlsx import RawCell
from tests.unit.formulas.small_workbooks import workbook_of

FILLED = np.array([1, 2, 3, 6, 9], dtype=np.int64)


@pytest.mark.parametrize(
    ("start", "step", "expected"),
    [
        (1, 1, 3),
        (2, 1, 3),
        (3, 1, 6),
        (4, 1, 6),
        (6, 1, 9),
        (9, 1, 20),
        (20, 1, 20),
        (20, -1, 9),
        (9, -1, 6),
        (6, -1, 3),
        (3, -1, 1),
        (1, -1, 0),
        (0, -1, 0),
        (0, 1, 1),
    ],
)
def test_that_a_jump_goes_to_the_end_of_a_block_or_to_the_next_one(
    start: int, step: int, expected: int
) -> None:
    assert jump(FILLED, start, step, 20) == expected


def test_that_a_jump_over_nothing_goes_to_the_edge() -> None:
    nothing = np.empty(0, dtype=np.int64)

    assert (jump(nothing, 5, 1, 20), jump(nothing, 5, -1, 20)) == (20, 0)


def test_that_cells_stored_for_their_looks_count_as_empty() -> None:
    (sheet,) = workbook_of(
        {"S": {"A1": 1.0, "B1": RawCell('<c r="B1" s="0"/>'), "C1": "=A1", "A3": "x"}}
    ).sheets

    assert filled_columns(sheet, 0).tolist() == [0, 2]
    assert filled_rows(sheet, 0).tolist() == [0, 2]
