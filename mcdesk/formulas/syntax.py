"""The tree of a formula, independent of the cell it stands in: one tree serves a whole region.

Relative references are offsets from the cell that holds the formula (R1C1 style).
"""

from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from mcdesk.foundation.error_codes import ErrorCode


@dataclass(frozen=True, slots=True)
class Axis:
    """A row or a column: absolute as a zero-based index, relative as an offset from the formula's cell."""

    offset: int
    is_absolute: bool

    def resolve(self, origin: int, count: int) -> int:
        """Return the index seen from `origin`; past the last of `count` it goes on at the first."""
        return self.offset if self.is_absolute else (origin + self.offset) % count


@dataclass(frozen=True, slots=True)
class SheetSpan:
    """The sheet before `!`; `last` for a 3-D reference; `book` for another file (`1` for `[1]`).

    `first` is empty in `[1]!Name`, which names the book as a whole.
    """

    first: str
    last: str | None = None
    book: str | None = None


class UnaryOperator(StrEnum):
    """Operators of one operand; PERCENT and SPILL stand after it."""

    NEGATE = "-"
    PLUS = "+"
    PERCENT = "%"
    SINGLE = "@"
    SPILL = "#"


class BinaryOperator(StrEnum):
    """Operators of two operands; RANGE, INTERSECTION and UNION make references of references."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    POWER = "^"
    CONCATENATE = "&"
    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    RANGE = ":"
    UNION = ","
    INTERSECTION = " "


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; never negative (the sign is an operator)."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal without its quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Logical:
    """TRUE or FALSE; `TRUE()` is a Call."""

    value: bool


@dataclass(frozen=True, slots=True)
class ErrorLiteral:
    """An error as written; also what a reference to a deleted sheet or cell became."""

    code: ErrorCode


@dataclass(frozen=True, slots=True)
class MissingArgument:
    """An argument left empty, as the second of `IF(A1,,2)`."""


@dataclass(frozen=True, slots=True)
class ArrayConstant:
    """An array such as `{1,2;3,4}`; rows of equal length; here a Number may be negative."""

    rows: tuple[tuple["Literal", ...], ...]


@dataclass(frozen=True, slots=True)
class CellReference:
    """One cell."""

    row: Axis
    column: Axis
    sheet: SheetSpan | None = None


@dataclass(frozen=True, slots=True)
class RangeReference:
    """A range as written; without rows it is whole columns, without columns whole rows.

    Once resolved, top may lie below bottom and left right of right: the reader sorts them.
    """

    top: Axis | None
    left: Axis | None
    bottom: Axis | None
    right: Axis | None
    sheet: SheetSpan | None = None


@dataclass(frozen=True, slots=True)
class NameReference:
    """A defined name, a table, or a LET or LAMBDA parameter (its `_xlpm.` removed), spelt as in the file.

    `is_optional` marks a parameter of LAMBDA that a call may leave out, where it is declared.
    """

    name: str
    sheet: SheetSpan | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class StructuredReference:
    """A part of a table: `Table1[[#This Row],[a]:[b]]`; no table means the one around the cell.

    Items keep their `#` and are spelt `#All`, `#Data`, `#Headers`, `#Totals`, `#This Row`; column names
    have their escapes removed; `last` is None for one column, both are None for all columns.
    """

    table: str | None
    items: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """An operator with its operand; `_xlfn.SINGLE(x)` and `_xlfn.ANCHORARRAY(x)` are `@x` and `x#`."""

    operator: UnaryOperator
    operand: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """An operator between two operands.

    `a + b + c ...` is as deep as it is long: only the right operands may be walked by recursion.
    """

    operator: BinaryOperator
    left: "Node"
    right: "Node"

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Binary):
            return NotImplemented
        mine: Node = self
        theirs: Node = other
        while isinstance(mine, Binary) and isinstance(theirs, Binary) and mine is not theirs:
            if mine.operator is not theirs.operator or mine.right != theirs.right:
                return False
            mine, theirs = mine.left, theirs.left
        if isinstance(mine, Binary) or isinstance(theirs, Binary):
            return mine is theirs
        return mine == theirs

    @override
    def __hash__(self) -> int:
        node: Node = self
        found: list[object] = []
        while isinstance(node, Binary):
            found.append((node.operator, node.right))
            node = node.left
        return hash((node, *found))


@dataclass(frozen=True, slots=True)
class Call:
    """A call by name, in upper case and without the prefixes of the file format.

    The name may be a worksheet function, a named LAMBDA, or a LAMBDA bound by LET or a parameter:
    look in the bound names first. `is_addin` is true for `_xll.X(...)` and `[1]!X(...)`.
    """

    name: str
    arguments: tuple["Node", ...]
    is_addin: bool = False


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call of what an expression returns: `LAMBDA(x,x+1)(2)`."""

    function: "Node"
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class VaryingNumber:
    """A number that differs in the cells of a rectangle; never from the parser.

    `leaves` are row-major from (`top`, `left`), `width` of them in a row.
    """

    top: int
    left: int
    width: int
    leaves: tuple[Number, ...]

    def at(self, row: int, column: int) -> Number:
        """The number of one cell."""
        return self.leaves[(row - self.top) * self.width + column - self.left]


@dataclass(frozen=True, slots=True, eq=False)
class VaryingReference:
    """An absolute reference that differs in the cells of a rectangle, as `VaryingNumber`."""

    top: int
    left: int
    width: int
    leaves: tuple[CellReference, ...]

    def at(self, row: int, column: int) -> CellReference:
        """The reference of one cell."""
        return self.leaves[(row - self.top) * self.width + column - self.left]


Literal = Number | Text | Logical | ErrorLiteral
Reference = CellReference | RangeReference | NameReference | StructuredReference
Varying = VaryingNumber | VaryingReference
Node = Literal | Varying | MissingArgument | ArrayConstant | Reference | Unary | Binary | Call | Invoke
