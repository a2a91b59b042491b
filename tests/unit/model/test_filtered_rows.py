"""Rows that a filter hides, against what the words say."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    return read_workbook(write_xlsx(tmp_path / "model.xlsx", {"S": {"A1": 1.0}}))


@pytest.mark.parametrize("seed", range(50))
def test_that_a_hidden_row_is_filtered_where_any_filter_covers_it(workbook: Workbook, seed: int) -> None:
    draw = random.Random(seed)
    hidden = sorted(draw.sample(range(60), draw.randint(0, 30)))
    tops = [draw.randrange(60) for _ in range(draw.randint(0, 5))]
    filters = tuple(Rectangle(0, top, 0, draw.randint(top, 60), 3) for top in tops)
    sheet = replace(workbook.sheets[0], hidden_rows=np.array(hidden, dtype=np.int32), filters=filters)

    found = replace(workbook, sheets=(sheet,)).filtered_rows(0)

    assert found == {row for row in hidden if any(each.top <= row <= each.bottom for each in filters)}
