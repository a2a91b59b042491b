"""What a formula reads: the rectangles of its references, still relative to the cell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.binding import walk
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.syntax import (
    Axis,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    NameReference,
    Node,
    RangeReference,
    SheetSpan,
    StructuredReference,
    Unary,
    UnaryOperator,
    VaryingReference,
)
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle
from mcdesk.model.workbook import Workbook

Ids = NDArray[np.int64]

# calls whose cells are only known when their arguments are
DYNAMIC_CALLS = frozenset(("OFFSET", "INDIRECT"))


@dataclass(frozen=True, slots=True)
class Read:
    """A rectangle on one sheet; None axes reach to the sheet's edges."""

    sheet: int
    top: Axis | None
    left: Axis | None
    bottom: Axis | None
    right: Axis | None

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same rectangle for every cell of a region."""
        axes = (self.top, self.left, self.bottom, self.right)
        return all(axis is None or axis.is_absolute for axis in axes)

    def is_fixed_over(self, area: Rectangle) -> bool:
        """Whether it is the same rectangle for every cell of an area, as `A:A` is in one column."""
        if self.is_fixed:
            return True
        return self.at(area.top, area.left) == self.at(area.bottom, area.right)

    def at(self, row: int, column: int) -> Rectangle:
        """The rectangle seen from a cell."""
        rows = _ordered(self.top, self.bottom, row, MAX_ROWS)
        columns = _ordered(self.left, self.right, column, MAX_COLUMNS)
        return Rectangle(self.sheet, rows[0], columns[0], rows[1], columns[1])

    def over(self, area: Rectangle) -> tuple[Ids, Ids, Ids, Ids]:
        """First and last row seen from each row of an area, first and last column from each column."""
        rows = np.arange(area.top, area.bottom + 1, dtype=np.int64)
        columns = np.arange(area.left, area.right + 1, dtype=np.int64)
        return (
            *_ordered_each(self.top, self.bottom, rows, MAX_ROWS),
            *_ordered_each(self.left, self.right, columns, MAX_COLUMNS),
        )

    def swept(self, over: Rectangle) -> Rectangle:
        """The rectangle that all cells of a region read together."""
        first = self.at(over.top, over.left)
        last = self.at(over.bottom, over.right)
        return Rectangle(
            self.sheet,
            min(first.top, last.top),
            min(first.left, last.left),
            max(first.bottom, last.bottom),
            max(first.right, last.right),
        )


@dataclass(frozen=True, slots=True)
class Reads:
    """All reads of a tree; `is_dynamic` if some are only known when the formula is evaluated."""

    reads: tuple[Read, ...]
    is_dynamic: bool


def reads_of(workbook: Workbook, tree: Node, sheet: int) -> Reads:
    """What a bound tree on a sheet reads."""
    found: dict[Read, None] = {}
    is_dynamic = False
    nodes = walk(tree)
    binds = any(isinstance(node, Call) and node.name in ("LET", "LAMBDA") for node in nodes)
    for node in nodes:
        match node:
            case CellReference() | RangeReference():
                found.update(dict.fromkeys(reference_reads(workbook, node, sheet)))
            case VaryingReference():
                for leaf in dict.fromkeys(node.leaves):
                    found.update(dict.fromkeys(reference_reads(workbook, leaf, sheet)))
            case Binary(BinaryOperator.RANGE, left, right):
                read = _bounding(workbook, left, right, sheet)
                if read is None:
                    is_dynamic = True
                else:
                    found[read] = None
            case Call(name, _, _) if name in DYNAMIC_CALLS or _is_named(workbook, name):
                is_dynamic = True
            case Unary(UnaryOperator.SPILL, _) | StructuredReference():
                is_dynamic = True
            case NameReference(name, _):
                # where names are bound, one is most likely such a name: its value is in the tree;
                # a function as a value reads nothing
                is_dynamic = is_dynamic or not (binds or name.upper() in FUNCTION_BY_NAME)
    return Reads(tuple(found), is_dynamic)


def reference_reads(workbook: Workbook, node: CellReference | RangeReference, sheet: int) -> tuple[Read, ...]:
    """The rectangles of one reference, several for a 3-D one; none if its sheet is elsewhere."""
    sheets = _sheets(workbook, node.sheet, sheet)
    if isinstance(node, CellReference):
        return tuple(Read(each, node.row, node.column, node.row, node.column) for each in sheets)
    return tuple(Read(each, node.top, node.left, node.bottom, node.right) for each in sheets)


def _is_named(workbook: Workbook, name: str) -> bool:
    """Whether a call is of a defined name: a LAMBDA that may read any cells."""
    return name not in FUNCTION_BY_NAME and any(each.name.upper() == name for each in workbook.names)


def _sheets(workbook: Workbook, span: SheetSpan | None, sheet: int) -> tuple[int, ...]:
    if span is None:
        return (sheet,)
    if span.book is not None:
        return ()
    first = workbook.sheet_index(span.first)
    last = first if span.last is None else workbook.sheet_index(span.last)
    if first is None or last is None:
        return ()
    return tuple(range(min(first, last), max(first, last) + 1))


def _bounding(workbook: Workbook, left: Node, right: Node, sheet: int) -> Read | None:
    # `A1:INDEX(A1:A9, k)` reads inside the smallest rectangle around all that it names
    rectangles = [
        read
        for side in (left, right)
        for node in walk(side)
        if isinstance(node, CellReference | RangeReference)
        for read in reference_reads(workbook, node, sheet)
    ]
    if not rectangles or any(not read.is_fixed or read.sheet != rectangles[0].sheet for read in rectangles):
        return None
    areas = [read.at(0, 0) for read in rectangles]
    return Read(
        areas[0].sheet,
        Axis(min(area.top for area in areas), True),
        Axis(min(area.left for area in areas), True),
        Axis(max(area.bottom for area in areas), True),
        Axis(max(area.right for area in areas), True),
    )


def _ordered(low: Axis | None, high: Axis | None, origin: int, count: int) -> tuple[int, int]:
    if low is None or high is None:
        return 0, count - 1
    a, b = low.resolve(origin, count), high.resolve(origin, count)
    return (a, b) if a <= b else (b, a)


def _ordered_each(low: Axis | None, high: Axis | None, origins: Ids, count: int) -> tuple[Ids, Ids]:
    if low is None or high is None:
        return np.zeros_like(origins), np.full_like(origins, count - 1)
    a, b = (_resolved(axis, origins, count) for axis in (low, high))
    return np.minimum(a, b), np.maximum(a, b)


def _resolved(axis: Axis, origins: Ids, count: int) -> Ids:
    return np.full_like(origins, axis.offset) if axis.is_absolute else (origins + axis.offset) % count
