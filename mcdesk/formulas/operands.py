"""Single tokens to the leaves of the tree: references, names, literals, table references."""

import math
import re

from mcdesk.formulas.lexer import FormulaSyntaxError, Token, TokenKind
from mcdesk.formulas.syntax import (
    Axis,
    CellReference,
    ErrorLiteral,
    Logical,
    NameReference,
    Node,
    Number,
    RangeReference,
    SheetSpan,
    StructuredReference,
    Text,
)
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import column_index

_CELL_PARTS = re.compile(r"(\$?)([A-Za-z]+)(\$?)([0-9]+)")
_PREFIXES = re.compile(r"(?:_xl(?:fn|ws|pm|op|eta|udf|l)\.)+", re.IGNORECASE)
# What stands before a parameter of LAMBDA that a call may leave out, where it is declared.
OPTIONAL_PREFIX = "_xlop."
_BOOK = re.compile(r"(.*)\[([^\[\]]*)\](.*)", re.DOTALL)
_TABLE_PART = re.compile(r"\s*\[((?:'.|[^\[\]'])*)\]\s*([,:]?)", re.DOTALL)
_ITEM_BY_TEXT = {item.lower(): item for item in ("#All", "#Data", "#Headers", "#Totals", "#This Row")}


def operand_node(token: Token, text: str, row: int, column: int) -> Node:
    """Return the leaf for an operand token of the formula `text` that stands at (row, column)."""
    if token.kind is TokenKind.NUMBER:
        return _number(token, text)
    if token.kind is TokenKind.TEXT:
        return Text(token.text[1:-1].replace('""', '"'))
    if token.kind is TokenKind.ERROR:
        return _error(token)
    sheet = None if token.sheet is None else sheet_span(token.sheet)
    if sheet is not None and sheet.first.upper() == "#REF":
        return ErrorLiteral(ErrorCode.REF)
    if token.kind is TokenKind.NAME:
        return _name(token.text, sheet)
    if token.kind is TokenKind.STRUCTURED:
        return _structured(token, text)
    return reference_node(token, sheet, row, column)


def reference_node(token: Token, sheet: SheetSpan | None, row: int, column: int) -> Node:
    """Return the reference of a CELL, RANGE, COLUMNS or ROWS token."""
    if token.kind is TokenKind.CELL:
        return CellReference(*_cell_axes(token.text, row, column), sheet)
    first, last = token.text.split(":")
    if token.kind is TokenKind.RANGE:
        return RangeReference(*_cell_axes(first, row, column), *_cell_axes(last, row, column), sheet)
    if token.kind is TokenKind.COLUMNS:
        return RangeReference(None, _column_axis(first, column), None, _column_axis(last, column), sheet)
    return RangeReference(_row_axis(first, row), None, _row_axis(last, row), None, sheet)


def sheet_span(text: str) -> SheetSpan:
    """Read what stands before a reference, its `!` included: `Jan:Dec!`, `'[1]My sheet'!`, `[1]!`."""
    name = text[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    book = None
    match = _BOOK.fullmatch(name)
    if match is not None:
        book, name = match[1] + match[2], match[3]
    first, mark, last = name.partition(":")
    return SheetSpan(first, last if mark else None, book)


def strip_prefixes(name: str) -> str:
    """Remove what the file format puts before newer names: `_xlfn._xlws.SORT` is `SORT`."""
    match = _PREFIXES.match(name)
    return name if match is None or match.end() == len(name) else name[match.end() :]


def has_addin_prefix(name: str) -> bool:
    """Tell whether the file marks the function as one of an add-in."""
    return name.lower().startswith("_xll.")


def _number(token: Token, text: str) -> Number:
    value = float(token.text)
    if math.isinf(value):
        raise FormulaSyntaxError("a number that is too large", text, token.position)
    return Number(value)


def _error(token: Token) -> ErrorLiteral:
    # What remains are the leftovers of deleted sheets, such as `#REF!A1`.
    return ErrorLiteral(ErrorCode.from_text(token.text) or ErrorCode.REF)


def _name(name: str, sheet: SheetSpan | None) -> Node:
    if sheet is None and name.upper() in ("TRUE", "FALSE"):
        return Logical(name.upper() == "TRUE")
    return NameReference(strip_prefixes(name), sheet, name.lower().startswith(OPTIONAL_PREFIX))


def _cell_axes(cell: str, row: int, column: int) -> tuple[Axis, Axis]:
    match = _CELL_PARTS.fullmatch(cell)
    assert match is not None
    return _row_axis(match[3] + match[4], row), _column_axis(match[1] + match[2], column)


def _row_axis(part: str, row: int) -> Axis:
    return _axis(int(part.lstrip("$")) - 1, row, part)


def _column_axis(part: str, column: int) -> Axis:
    return _axis(column_index(part.lstrip("$")), column, part)


def _axis(index: int, origin: int, part: str) -> Axis:
    is_absolute = part.startswith("$")
    return Axis(index if is_absolute else index - origin, is_absolute)


def _structured(token: Token, text: str) -> StructuredReference:
    table, _, rest = token.text.partition("[")
    inner = rest[:-1].strip()
    items: list[str] = []
    if inner.startswith("@"):
        items.append("#This Row")
        inner = inner[1:].strip()
    if inner.startswith("["):
        columns = _bracketed_parts(inner, items)
    else:
        columns = [inner] if inner else []
        _move_items(columns, items)
    if columns is None or len(columns) > 2:
        raise FormulaSyntaxError("a table reference that is not closed", text, token.position)
    names = [re.sub(r"'(.)", r"\1", column, flags=re.DOTALL) for column in columns]
    first = names[0] if names else None
    return StructuredReference(table or None, tuple(items), first, names[1] if len(names) > 1 else None)


def _bracketed_parts(inner: str, items: list[str]) -> list[str] | None:
    """Return the columns of `[#Headers],[a]:[b]`, adding to items; None if the text is malformed."""
    parts, position = [], 0
    while position < len(inner):
        match = _TABLE_PART.match(inner, position)
        if match is None or (match.end() == len(inner)) is bool(match[2]):
            return None
        parts.append(match[1])
        position = match.end()
    _move_items(parts, items)
    return parts


def _move_items(parts: list[str], items: list[str]) -> None:
    while parts and parts[0].strip().lower() in _ITEM_BY_TEXT:
        items.append(_ITEM_BY_TEXT[parts.pop(0).strip().lower()])
