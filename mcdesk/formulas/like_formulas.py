"""Formulas that are the same but for numbers and absolute references: one tree for all their cells.

`=D55*$B$1*1.05` beside `=E55*$B$2*1.0866` is one formula with leaves that differ by cell. Only operands
of arithmetic and comparisons and whole formulas are taken for such leaves, and numbers in IF, MIN
and MAX.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.binding import walk
from mcdesk.formulas.blocks import Block
from mcdesk.formulas.chains import chain_of
from mcdesk.formulas.declarations import is_drawing
from mcdesk.formulas.rectangles import cells_of, equal_rectangles, numbered_rectangles
from mcdesk.formulas.syntax import (
    Axis,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    Node,
    Number,
    Unary,
    UnaryOperator,
    VaryingNumber,
    VaryingReference,
)
from mcdesk.model.addresses import Rectangle

_ORIGIN = Axis(0, True)
_MOST_REFERENCES = 256
_OPERATORS = frozenset(
    (
        BinaryOperator.ADD,
        BinaryOperator.SUBTRACT,
        BinaryOperator.MULTIPLY,
        BinaryOperator.DIVIDE,
        BinaryOperator.EQUAL,
        BinaryOperator.NOT_EQUAL,
        BinaryOperator.LESS,
        BinaryOperator.LESS_OR_EQUAL,
        BinaryOperator.GREATER,
        BinaryOperator.GREATER_OR_EQUAL,
    )
)
_SIGNS = frozenset((UnaryOperator.NEGATE, UnaryOperator.PERCENT))
_FUNCTIONS = frozenset(("IF", "MIN", "MAX"))

Leaf = Number | CellReference
Cells = NDArray[np.int64]  # (cells, 2): row and column


class LikeFormulas:
    """Collects cells with their trees, sheet by sheet, and gives blocks of like ones."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, Node], list[tuple[Node, Cells]]] = {}

    def add(self, sheet: int, tree: Node, cells: Cells) -> None:
        """Cells of one tree."""
        self._found.setdefault((sheet, _shape_of(tree)), []).append((tree, cells))

    def blocks(self) -> Iterator[Block]:
        """Blocks that cover all cells; a tree that serves unlike ones has VaryingNumber nodes."""
        for (sheet, shape), found in self._found.items():
            rows, columns = np.concatenate([cells for _, cells in found]).T
            rectangles = numbered_rectangles(sheet, rows, columns, np.zeros_like(rows))
            if len(found) == 1:
                yield from (Block(rectangle, found[0][0]) for rectangle, _ in rectangles)
                continue
            tree_by_cell = {(row, column): tree for tree, cells in found for row, column in cells.tolist()}
            for rectangle, _ in rectangles:
                yield from _blocks_of(shape, tree_by_cell, rectangle)


def _blocks_of(shape: Node, tree_by_cell: Mapping[tuple[int, int], Node], area: Rectangle) -> Iterator[Block]:
    cells = cells_of(area)
    trees = [tree_by_cell[cell] for cell in cells]
    if all(tree is trees[0] for tree in trees):
        yield Block(area, trees[0])
        return
    leaves_by_tree = {id(tree): _leaves_of(tree) for tree in trees}
    columns = list(zip(*(leaves_by_tree[id(tree)] for tree in trees), strict=True))
    if min(area.row_count, area.column_count) > 1 and any(map(_are_references, columns)):
        # cells that refer to others of one kind stand in line
        for line in _lines(area):
            yield from _blocks_of(shape, tree_by_cell, line)
        return
    if all(_may_vary(leaves) for leaves in columns):
        following = iter(columns)
        yield Block(area, _operand(shape, True, lambda _: _varying(next(following), area)))
        return
    label_by_cell = {cell: id(tree) for cell, tree in zip(cells, trees, strict=True)}
    for rectangle, _ in equal_rectangles(area.sheet, label_by_cell):
        yield Block(rectangle, tree_by_cell[rectangle.top, rectangle.left])


def _are_references(leaves: Sequence[Leaf]) -> bool:
    return isinstance(leaves[0], CellReference) and len(set(leaves)) > 1


def _lines(area: Rectangle) -> Iterator[Rectangle]:
    """Rows of a wide rectangle, columns of a high one."""
    if area.column_count >= area.row_count:
        for row in range(area.top, area.bottom + 1):
            yield Rectangle(area.sheet, row, area.left, row, area.right)
    else:
        for column in range(area.left, area.right + 1):
            yield Rectangle(area.sheet, area.top, column, area.bottom, column)


def _may_vary(leaves: Sequence[Leaf]) -> bool:
    """Whether what a block reads stays a short list."""
    return isinstance(leaves[0], Number) or len(set(leaves)) <= _MOST_REFERENCES


def has_varying_leaves(tree: Node) -> bool:
    """Whether a tree stands for formulas with different leaves."""
    return any(isinstance(node, VaryingNumber | VaryingReference) for node in walk(tree))


def _shape_of(tree: Node) -> Node:
    """The tree without the leaves that may differ."""
    return tree if is_drawing(tree) else _operand(tree, True, _hole)


def _hole(leaf: Leaf) -> Node:
    return Number(0.0) if isinstance(leaf, Number) else CellReference(_ORIGIN, _ORIGIN, leaf.sheet)


def _varying(leaves: Sequence[Leaf], rectangle: Rectangle) -> Node:
    """One leaf where all are the same."""
    if len(set(leaves)) == 1:
        return leaves[0]
    place = (rectangle.top, rectangle.left, rectangle.column_count)
    numbers = tuple(leaf for leaf in leaves if isinstance(leaf, Number))
    if numbers:
        return VaryingNumber(*place, numbers)
    return VaryingReference(*place, tuple(leaf for leaf in leaves if isinstance(leaf, CellReference)))


def _leaves_of(tree: Node) -> list[Leaf]:
    found: list[Leaf] = []

    def note(leaf: Leaf) -> Node:
        found.append(leaf)
        return leaf

    _operand(tree, True, note)
    return found


def _filled(tree: Node, fill: Callable[[Leaf], Node]) -> Node:
    """The tree with each leaf that may differ replaced, in reading order."""
    match tree:
        case Binary():
            first, operations = chain_of(tree)
            chain = _operand(first, operations[0].operator in _OPERATORS, fill)
            for each in operations:
                right = _operand(each.right, each.operator in _OPERATORS, fill)
                chain = Binary(each.operator, chain, right)
            return chain
        case Unary(operator, inner):
            return Unary(operator, _operand(inner, operator in _SIGNS, fill))
        case Call(name, arguments, is_addin):
            is_open = name in _FUNCTIONS and not is_addin
            filled = [
                fill(each) if is_open and isinstance(each, Number) else _filled(each, fill)
                for each in arguments
            ]
            return Call(name, tuple(filled), is_addin)
    return tree


def _operand(node: Node, is_open: bool, fill: Callable[[Leaf], Node]) -> Node:
    if not is_open:
        return _filled(node, fill)
    if isinstance(node, Number):
        return fill(node)
    if isinstance(node, CellReference) and node.row.is_absolute and node.column.is_absolute:
        return fill(node)
    return _filled(node, fill)
