"""What a person types to go somewhere: a cell, a range, or a defined name."""

from mcdesk.foundation.errors import InputRefused
from mcdesk.model.addresses import Rectangle, parse_range_text
from mcdesk.model.workbook import Workbook


def find_place(workbook: Workbook, typed: str, sheet: int) -> Rectangle | None:
    """The cells that a text means on a sheet, None if it means none of this workbook.

    A name of the sheet goes before one of the workbook, and a name before a cell: `tax2024` may be both.
    """
    for scope in (sheet, None):
        for name in workbook.names:
            if name.sheet == scope and name.name.casefold() == typed.casefold():
                found = _area(workbook, name.text.removeprefix("="), sheet)
                if found is not None:
                    return found
    table = next((each for each in workbook.tables if each.name.casefold() == typed.casefold()), None)
    return table.extent if table is not None else _area(workbook, typed, sheet)


def _area(workbook: Workbook, text: str, sheet: int) -> Rectangle | None:
    try:
        sheet_name, top, left, bottom, right = parse_range_text(text)
    except InputRefused:
        return None
    index = sheet if sheet_name is None else workbook.sheet_index(sheet_name)
    return None if index is None else Rectangle(index, top, left, bottom, right)
