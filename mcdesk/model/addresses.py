"""Addresses of cells and rectangles, and their A1 text; all indices here are zero-based."""

import re
from dataclasses import dataclass

from mcdesk.foundation.errors import InputRefused

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_RANGE = re.compile(r"\$?[A-Za-z]{0,3}\$?[0-9]{0,7}:\$?[A-Za-z]{0,3}\$?[0-9]{0,7}")
_NEVER_IN_PLAIN_NAMES = re.compile(r"[!:\[\]]")
_PLAIN_SHEET_NAME = re.compile(r"[^\W\d][\w.]*")
_LOOKS_LIKE_REFERENCE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*|[Cc][0-9]*|[Rr][0-9]*[Cc][0-9]*")


@dataclass(frozen=True, slots=True, order=True)
class CellAddress:
    """One cell; ordered by sheet, then row, then column."""

    sheet: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A block of cells of one sheet; all four edges belong to it."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def row_count(self) -> int:
        """Number of rows, at least 1."""
        return self.bottom - self.top + 1

    @property
    def column_count(self) -> int:
        """Number of columns, at least 1."""
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.row_count * self.column_count

    def contains(self, row: int, column: int) -> bool:
        """Tell whether the cell of the same sheet lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def intersect(self, other: "Rectangle") -> "Rectangle | None":
        """Return the cells that both have, or None if there are none."""
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        left, right = max(self.left, other.left), min(self.right, other.right)
        if self.sheet != other.sheet or top > bottom or left > right:
            return None
        return Rectangle(self.sheet, top, left, bottom, right)


def column_letters(column: int) -> str:
    """Return the letters of a zero-based column: 0 is A, 27 is AB."""
    letters = ""
    rest = column + 1
    while rest > 0:
        rest, remainder = divmod(rest - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the zero-based column of its letters, in any case: "AB" is 27."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def format_a1(row: int, column: int) -> str:
    """Return the A1 text of a cell without its sheet: (4, 1) is B5."""
    return f"{column_letters(column)}{row + 1}"


def quote_sheet_name(name: str) -> str:
    """Return the sheet name as a formula writes it, in quotes where they are needed."""
    if _PLAIN_SHEET_NAME.fullmatch(name) and not _LOOKS_LIKE_REFERENCE.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def format_cell(sheet_name: str, row: int, column: int) -> str:
    """Return the full text of a cell: `Sheet1!B5`, `'My sheet'!B4`."""
    return f"{quote_sheet_name(sheet_name)}!{format_a1(row, column)}"


def parse_cell_text(text: str) -> tuple[str | None, int, int]:
    """Read what a person types for a cell: `B4`, `Sheet1!B4`, `'My sheet'!$B$4`.

    Returns:
        The sheet name (None if the text names no sheet), the row and the column.

    Raises:
        InputRefused: if the text is no cell address or lies outside of a sheet.
    """
    sheet_name, cell = _split_sheet(text)
    row, column = _parse_a1(cell, text)
    return sheet_name, row, column


def parse_range_text(text: str) -> tuple[str | None, int, int, int, int]:
    """Read what a person types for a range: `Sheet1!A1:B3`; one cell is a range too.

    Returns:
        The sheet name (None if the text names no sheet), then top, left, bottom and right.

    Raises:
        InputRefused: if the text is no range address or lies outside of a sheet.
    """
    sheet_name, cells = _split_sheet(text)
    first, _, last = cells.partition(":")
    row_a, column_a = _parse_a1(first, text)
    row_b, column_b = _parse_a1(last if ":" in cells else first, text)
    rows, columns = sorted((row_a, row_b)), sorted((column_a, column_b))
    return sheet_name, rows[0], columns[0], rows[1], columns[1]


def _split_sheet(text: str) -> tuple[str | None, str]:
    sheet, mark, cell = text.strip().rpartition("!")
    if not mark:
        return None, cell
    if sheet.startswith("'") or sheet.endswith("'"):
        if len(sheet) < 3 or sheet[0] != sheet[-1]:
            raise _not_an_address(text)
        sheet = sheet[1:-1].replace("''", "'")
    elif not sheet or _NEVER_IN_PLAIN_NAMES.search(sheet):
        raise _not_an_address(text)
    return sheet, cell


def _parse_a1(cell: str, text: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell.strip())
    if match is None:
        raise _not_an_address(text)
    row, column = int(match[2]) - 1, column_index(match[1])
    if not (0 <= row < MAX_ROWS and column < MAX_COLUMNS):
        raise InputRefused(
            f"{text.strip()} lies outside of a sheet", "The last cell of a sheet is XFD1048576."
        )
    return row, column


def _not_an_address(text: str) -> InputRefused:
    shown = text.strip()
    if _RANGE.fullmatch(shown.rpartition("!")[2]):
        return InputRefused(
            f'"{shown}" is not the address of a cell but a range', "Name one cell: Sheet1!B5."
        )
    return InputRefused(
        f'"{shown}" is not the address of a cell',
        "Write it as Sheet1!B5, or 'My sheet'!B5 where the sheet name has spaces.",
    )
