"""Model C with ten times the rows: 200,003 formulas, of which as many are different."""

import re
from pathlib import Path

import openpyxl
from openpyxl.formula.translate import Translator

from tests.benchmark_models import BENCH

_LAST_ROW, _FIRST_ROW, _TIMES = 429, 30, 10


def written_tenfold(folder: Path) -> Path:
    """The workbook as a file; the set-up of C is good for it."""
    book = openpyxl.load_workbook(BENCH / "C.xlsx")
    sheet = book["S"]
    height = _LAST_ROW - _FIRST_ROW + 1
    last = _FIRST_ROW + _TIMES * height - 1
    for cells in sheet.iter_cols(min_row=_FIRST_ROW, max_row=_LAST_ROW):
        model = cells[-1]
        for row in range(_LAST_ROW + 1, last + 1):
            if model.data_type == "f":
                target = f"{model.column_letter}{row}"
                sheet[target] = Translator(model.value, model.coordinate).translate_formula(target)
            else:
                sheet.cell(row, model.column, cells[(row - _FIRST_ROW) % height].value)
    for (cell,) in sheet["B22:B24"]:
        cell.value = re.sub(rf"(?<=[A-Z]){_LAST_ROW}\b", str(last), cell.value)
    path = folder / "C10.xlsx"
    book.save(path)
    return path
