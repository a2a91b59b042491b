"""How much memory a workbook is counted for."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from mcdesk.model.workbook_memory import workbook_bytes
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

ROWS = range(1, 4_001)
CONTENTS: dict[str, dict[str, CellContent]] = {
    "formulas": {f"A{row}": (f"=B{row}*{row}+1", 1.0) for row in ROWS},
    "texts": {f"A{row}": f"a text that no other cell has, {row}" for row in ROWS},
    "numbers": {f"{column}{row}": float(row) for column in "ABCD" for row in ROWS},
}


@pytest.mark.parametrize("cells", CONTENTS.values(), ids=CONTENTS.keys())
def test_that_the_count_is_about_what_python_allocates(tmp_path: Path, cells: dict[str, CellContent]) -> None:
    path = write_xlsx(tmp_path / "model.xlsx", {"S": cells})
    read_workbook(path)

    gc.collect()
    tracemalloc.start()
    try:
        workbook = read_workbook(path)
        gc.collect()
        allocated = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert 0.6 < workbook_bytes(workbook) / allocated < 1.6
