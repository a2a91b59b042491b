"""Looks into a workbook that was read, and reads workbooks of a few raw cells; for tests of the reader."""

from pathlib import Path

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.workbook import (
    CellKind,
    Formula,
    Workbook,
)
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import MAIN, OFFICE, RawCell, write_xlsx


def value_at(workbook: Workbook, row: int, column: int, sheet: int = 0) -> object:
    """The stored value of a cell in Python's types, or None."""
    cells = workbook.sheets[sheet]
    place = cells.position(row, column)
    if place < 0 or not cells.has_cache[place]:
        return None
    match CellKind(cells.kinds[place]):
        case CellKind.TEXT:
            return workbook.strings[cells.texts[place]]
        case CellKind.LOGICAL:
            return bool(cells.numbers[place])
        case CellKind.ERROR:
            return ErrorCode(int(cells.numbers[place]))
        case _:
            return float(cells.numbers[place])


def formula_at(workbook: Workbook, row: int, column: int) -> Formula:
    """The formula of a cell of the first sheet."""
    sheet = workbook.sheets[0]
    return workbook.formulas[int(sheet.formulas[sheet.position(row, column)])]


def read_cells(path: Path, *xml: str, **parts: str) -> Workbook:
    """Read a workbook whose first row has these `c` elements."""
    cells = {f"{chr(65 + i)}1": RawCell(text) for i, text in enumerate(xml)}
    return read_workbook(write_xlsx(path, {"Sheet1": cells}, parts=parts))


def with_shared_strings(path: Path, strings: str, xml: str) -> Workbook:
    """Read a workbook whose A1 is this `c` element and whose shared strings are these."""
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId9" Type="{OFFICE}/sharedStrings" Target="strings.xml"/></Relationships>'
    )
    parts = {"xl/_rels/workbook.xml.rels": links, "xl/Strings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'}
    return read_workbook(write_xlsx(path, {"Sheet1": {"A1": RawCell(xml)}}, parts=parts))
