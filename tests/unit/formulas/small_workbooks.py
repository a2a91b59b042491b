"""Small workbooks for tests of evaluation, and the value that a formula has in one."""

import tempfile
from pathlib import Path
from typing import Unpack

from mcdesk.formulas.cell_store import Obstacle
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, SheetContent, WorkbookExtras, write_xlsx

FORMULA_CELL = "ZZ999"


def workbook_of(sheets: dict[str, SheetContent], **extras: Unpack[WorkbookExtras]) -> Workbook:
    with tempfile.TemporaryDirectory() as folder:
        return read_workbook(write_xlsx(Path(folder) / "small.xlsx", sheets, **extras))


def address(workbook: Workbook, text: str) -> CellAddress:
    sheet, row, column = parse_cell_text(text)
    index = 0 if sheet is None else workbook.sheet_index(sheet)
    assert index is not None
    return CellAddress(index, row, column)


def value_of(workbook: Workbook, text: str) -> Scalar | Obstacle:
    return Calculation(workbook, now_serial=45000.25).value(address(workbook, text))


def evaluate(formula: str, cells: dict[str, CellContent] | None = None) -> Scalar | Obstacle:
    workbook = workbook_of({"Sheet1": {**(cells or {}), FORMULA_CELL: formula}})
    return value_of(workbook, FORMULA_CELL)
