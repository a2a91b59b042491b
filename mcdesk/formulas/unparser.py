"""A tree back to A1 text, for display; with as few parentheses as the grammar allows."""

import re
from collections import deque
from typing import assert_never

from mcdesk.formulas.chains import chain_of
from mcdesk.formulas.operands import OPTIONAL_PREFIX
from mcdesk.formulas.precedence import PERCENT_POWER, POSTFIX_POWER, POWER_BY_OPERATOR, UNARY_POWER
from mcdesk.formulas.syntax import (
    ArrayConstant,
    Axis,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    ErrorLiteral,
    Invoke,
    Logical,
    MissingArgument,
    NameReference,
    Node,
    Number,
    RangeReference,
    SheetSpan,
    StructuredReference,
    Text,
    Unary,
    UnaryOperator,
    VaryingNumber,
    VaryingReference,
)
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, column_letters, quote_sheet_name

_MOST_COLUMN_LETTERS = 3
_ESCAPED = re.compile(r"(['\[\]#@])")


def unparse(node: Node, row: int = 0, column: int = 0) -> str:
    """Return the text of the formula, without `=`, as it reads in the cell at (row, column)."""
    return _Unparser(row, column).text(node, 0)


class _Unparser:
    def __init__(self, row: int, column: int) -> None:
        self._row, self._column = row, column

    def text(self, node: Node, power: int) -> str:
        """Return the text of a node inside an operator of that power; 0 outside of any."""
        match node:
            case Binary():
                return self._binary(node, power)
            case Unary():
                return self._unary(node, power)
            case Call():
                prefix = "_xll." if node.is_addin else ""
                return f"{prefix}{node.name}({self._arguments(node.arguments)})"
            case Invoke():
                return f"{self._invoked(node.function)}({self._arguments(node.arguments)})"
            case CellReference() | RangeReference() | NameReference() | StructuredReference():
                return self._reference(node)
            case VaryingNumber() | VaryingReference():
                return self.text(node.leaves[0], power)
            case Number() | Text() | Logical() | ErrorLiteral() | ArrayConstant() | MissingArgument():
                return _constant(node)
            case _:
                assert_never(node)

    def _binary(self, node: Binary, power: int) -> str:
        first, operations = chain_of(node)
        powers = [POWER_BY_OPERATOR[each.operator] for each in operations]
        parts = deque([self.text(first, powers[0])])
        for each, own, outer in zip(operations, powers, [*powers[1:], power], strict=True):
            right = self.text(each.right, own + 1)
            if each.operator is BinaryOperator.RANGE and _merges_with_range(each.right):
                right = f"({right})"
            parts.extend((each.operator, right))
            # Within arguments a comma is a separator, so a union as a whole keeps its parentheses.
            if own < outer or (each is node and each.operator is BinaryOperator.UNION):
                parts.appendleft("(")
                parts.append(")")
        return "".join(parts)

    def _unary(self, node: Unary, power: int) -> str:
        if node.operator is UnaryOperator.SPILL:
            return f"{self.text(node.operand, POSTFIX_POWER)}#"
        if node.operator is UnaryOperator.PERCENT:
            return _closed(f"{self.text(node.operand, PERCENT_POWER)}%", PERCENT_POWER, power)
        return _closed(f"{node.operator}{self.text(node.operand, UNARY_POWER)}", UNARY_POWER, power)

    def _invoked(self, function: Node) -> str:
        is_callable_text = isinstance(function, Call | Invoke) or (
            isinstance(function, CellReference) and not _is_log10(self._reference(function))
        )
        return self.text(function, 0) if is_callable_text else f"({self.text(function, 0)})"

    def _arguments(self, arguments: tuple[Node, ...]) -> str:
        return ",".join(self.text(argument, 0) for argument in arguments)

    def _reference(self, node: CellReference | RangeReference | NameReference | StructuredReference) -> str:
        if isinstance(node, StructuredReference):
            return _structured(node)
        sheet = "" if node.sheet is None else _sheet(node.sheet)
        if isinstance(node, NameReference):
            return sheet + OPTIONAL_PREFIX * node.is_optional + node.name
        if isinstance(node, CellReference):
            return sheet + self._cell(node.row, node.column)
        return f"{sheet}{self._cell(node.top, node.left)}:{self._cell(node.bottom, node.right)}"

    def _cell(self, row: Axis | None, column: Axis | None) -> str:
        letters = digits = ""
        if column is not None:
            letters = _mark(column) + column_letters(column.resolve(self._column, MAX_COLUMNS))
        if row is not None:
            digits = f"{_mark(row)}{row.resolve(self._row, MAX_ROWS) + 1}"
        return letters + digits


def _constant(node: Number | Text | Logical | ErrorLiteral | ArrayConstant | MissingArgument) -> str:
    match node:
        case Number():
            return number_text(node.value)
        case Text():
            return '"' + node.value.replace('"', '""') + '"'
        case Logical():
            return "TRUE" if node.value else "FALSE"
        case ErrorLiteral():
            return node.code.text
        case ArrayConstant():
            return "{" + ";".join(",".join(_constant(item) for item in row) for row in node.rows) + "}"
        case MissingArgument():
            return ""
        case _:
            assert_never(node)


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number, in Excel's way: `5`, `0.1`, `1E+20`."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value).upper()


def _closed(text: str, own: int, power: int) -> str:
    return text if own >= power else f"({text})"


def _merges_with_range(right: Node) -> bool:
    """Tell whether `left:right` would be read as another range or as a span of sheets."""
    match right:
        case CellReference(sheet=sheet):
            return sheet is not None
        case NameReference(name=name, sheet=sheet):
            return sheet is not None or (name.isalpha() and len(name) <= _MOST_COLUMN_LETTERS)
        case Unary(operator=UnaryOperator.SPILL):
            # the mark would be that of the whole range
            return True
        case _:
            return isinstance(right, RangeReference | StructuredReference | Number)


def _mark(axis: Axis) -> str:
    return "$" if axis.is_absolute else ""


def _is_log10(text: str) -> bool:
    return text == "LOG10"


def _sheet(span: SheetSpan) -> str:
    book = "" if span.book is None else f"[{span.book}]"
    if not span.first:
        return f"{book}!"
    names = [span.first] if span.last is None else [span.first, span.last]
    quoted = [quote_sheet_name(name) for name in names]
    is_plain = quoted == names and (not book or book[1:-1].isdecimal())
    joined = ":".join(names)
    if is_plain:
        return f"{book}{joined}!"
    return "'" + (book + joined).replace("'", "''") + "'!"


def _structured(node: StructuredReference) -> str:
    table = node.table or ""
    columns = [_ESCAPED.sub(r"'\1", name) for name in (node.first, node.last) if name is not None]
    if not node.items and len(columns) == 1 and columns[0] == columns[0].strip() != "":
        return f"{table}[{columns[0]}]"
    if not columns and len(node.items) < 2:
        return f"{table}[{''.join(node.items)}]"
    parts = [f"[{item}]" for item in node.items]
    if columns:
        parts.append(":".join(f"[{name}]" for name in columns))
    return f"{table}[{','.join(parts)}]"
