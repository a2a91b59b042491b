"""Formula text rewritten reference by reference, without a tree.

As a key that all cells of a region share, and as the text of a shared formula in another cell.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.lexer import (
    BRACKETS,
    CELL_END,
    COLUMN,
    COLUMNS,
    NAME_CHARACTER,
    NOT_A_CALL,
    QUOTED_SHEET,
    RANGE_END,
    ROW,
    ROWS,
    TEXT,
)
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, column_index, column_letters

# Strings, quoted sheet names and brackets are matched only to be stepped over.
_REFERENCE = re.compile(
    rf"{TEXT}|{QUOTED_SHEET}|{BRACKETS}|(?<!{NAME_CHARACTER})(?<!\$)(?:"
    rf"(?P<columns>{COLUMNS}{RANGE_END})|(?P<rows>{ROWS}(?!{NAME_CHARACTER}))"
    rf"|{NOT_A_CALL}(?P<cell>(?P<fixes_column>\$?)(?P<letters>{COLUMN})(?P<fixes_row>\$?)(?P<digits>{ROW}))"
    rf"{CELL_END})"
    # An open quote or bracket is a syntax error; to look on behind it would cost quadratic time.
    r"|(?P<unclosed>['\[][\s\S]*)"
)
_CELL_PARTS = ("fixes_column", "letters", "fixes_row", "digits")
_SPAN_PARTS = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")


def relative_key(text: str, row: int, column: int) -> str:
    """Return the text with each A1 reference in R1C1 form as seen from (row, column).

    Two formulas with the same key have the same tree. It is a key, not text to show: an absolute index
    is written `R$4`, which no A1 text can contain.
    """

    def replace(match: re.Match[str]) -> str:
        group = match.lastgroup
        if group == "cell":
            return _cell_key(match, row, column)
        if group == "unclosed":
            return f"{match[0]} at {row},{column}"
        return match[0] if group is None else _span_key(match[group], row, column)

    return _REFERENCE.sub(replace, text)


@dataclass(frozen=True, slots=True)
class FillPattern:
    """What the text of a formula becomes when it is filled down: a pattern and the rows in its gaps.

    `offsets` are added to the row of the cell, `first` is the row of the formula, the last row is that
    from which nothing reaches beyond the sheet. `pieces` are what the row itself joins, where no other
    row is in the gaps.
    """

    pattern: str
    offsets: tuple[int, ...]
    first: int
    last: int
    pieces: tuple[str, ...] = ()

    def fits(self, text: str, row: int) -> bool:
        """Whether the formula in that row is this one, filled down."""
        if not self.first <= row <= self.last:
            return False
        if self.pieces:
            return text == str(row).join(self.pieces)
        return text == self.pattern % tuple([row + offset for offset in self.offsets])


def fill_pattern(text: str, row: int) -> FillPattern | None:
    """The pattern of a formula in a row; None where rows decide about more than numbers.

    Where the pattern fits, the relative keys are the same.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    end = 0
    for match in _REFERENCE.finditer(text):
        group = match.lastgroup
        # `LOG9(` calls what is in a cell, `LOG10(` a function
        if group in ("rows", "unclosed") or (group == "cell" and text[match.end() :].startswith("(")):
            return None
        if group == "cell" and not match["fixes_row"]:
            pieces += (text[end : match.start("digits")].replace("%", "%%"), "%d")
            offsets.append(int(match["digits"]) - row)
            end = match.end()
    pieces.append(text[end:].replace("%", "%%"))
    pattern = "".join(pieces)
    literal = () if any(offsets) else tuple(each.replace("%%", "%") for each in pieces[::2])
    return FillPattern(pattern, tuple(offsets), row, MAX_ROWS - max((0, *offsets)), literal)


def shift_formula(text: str, rows: int, columns: int) -> str:
    """Return the text of a formula moved down and right by so many cells, as shared formulas move.

    Relative references move and wrap around at the edges of the sheet; names, strings and sheet names stay.
    """

    def replace(match: re.Match[str]) -> str:
        group = match.lastgroup
        if group == "cell":
            return _shift_cell(match, rows, columns)
        return match[0] if group in (None, "unclosed") else _shift_span(match[group], rows, columns)

    return _REFERENCE.sub(replace, text)


_column_by_letters: dict[str, int] = {}


def _cell_key(match: re.Match[str], row: int, column: int) -> str:
    column_mark, letters, row_mark, digits = match.group(*_CELL_PARTS)
    index = _column_by_letters.get(letters)
    if index is None:
        index = _column_by_letters[letters] = column_index(letters)
    rows = f"R${digits}" if row_mark else f"R[{int(digits) - 1 - row}]"
    return f"{rows}C${index}" if column_mark else f"{rows}C[{index - column}]"


def _span_key(span: str, row: int, column: int) -> str:
    def part(mark: str, name: str) -> str:
        if name.isdecimal():
            return f"R${name}" if mark else f"R[{int(name) - 1 - row}]"
        return f"C${column_index(name)}" if mark else f"C[{column_index(name) - column}]"

    return _each_part(span, part)


def _shift_cell(match: re.Match[str], rows: int, columns: int) -> str:
    column_mark, letters, row_mark, digits = match.group(*_CELL_PARTS)
    return _shift_part(column_mark, letters, rows, columns) + _shift_part(row_mark, digits, rows, columns)


def _shift_span(span: str, rows: int, columns: int) -> str:
    return _each_part(span, lambda mark, name: _shift_part(mark, name, rows, columns))


def _shift_part(mark: str, name: str, rows: int, columns: int) -> str:
    if mark:
        return mark + name
    if name.isdecimal():
        return str((int(name) - 1 + rows) % MAX_ROWS + 1)
    return column_letters((column_index(name) + columns) % MAX_COLUMNS)


def _each_part(span: str, part: Callable[[str, str], str]) -> str:
    return ":".join(part(*match.groups()) for match in _SPAN_PARTS.finditer(span))
