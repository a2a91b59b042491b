"""OFFSET, INDIRECT and ranges up to an INDEX, replaced by the cells they mean.

That holds as long as no input moves their arguments; the others are left to the evaluator.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.binding import walk
from mcdesk.formulas.chains import with_operands
from mcdesk.formulas.dependencies import DependencyGraph
from mcdesk.formulas.dialects import is_draw
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.node_evaluation import node_reference
from mcdesk.formulas.reads import DYNAMIC_CALLS, reads_of
from mcdesk.formulas.rectangles import cells_of, equal_rectangles
from mcdesk.formulas.regions import Region
from mcdesk.formulas.syntax import (
    Axis,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    ErrorLiteral,
    Invoke,
    NameReference,
    Node,
    RangeReference,
    SheetSpan,
    Unary,
)
from mcdesk.formulas.values import Reference, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import FormulaKind

_MOST_CELLS = 20_000

_Meanings = tuple[Node, ...]


class DynamicReferences:
    """The regions of a workbook with the dynamic references that are certain replaced."""

    def __init__(self, calculation: Calculation, regions: Sequence[Region]) -> None:
        self._calculation = calculation
        self._regions: list[tuple[Region, ...]] = []
        self._original: dict[int, Region] = {}
        for number, region in enumerate(regions):
            resolved = self._resolved(region)
            self._regions.append((region,) if resolved is None else resolved)
            if resolved is not None:
                self._original[number] = region

    def regions(self) -> tuple[Region, ...]:
        """All regions, in the order in which they were given."""
        return tuple(region for each in self._regions for region in each)

    def retract(self, graph: DependencyGraph, is_uncertain: NDArray[np.bool_]) -> bool:
        """Undo the replacements whose arguments are uncertain after all; whether there were any."""
        wrong = [
            number
            for number in self._original
            if any(self._is_moved(region, graph, is_uncertain) for region in self._regions[number])
        ]
        for number in wrong:
            self._regions[number] = (self._original.pop(number),)
        return bool(wrong)

    def _is_moved(self, region: Region, graph: DependencyGraph, is_uncertain: NDArray[np.bool_]) -> bool:
        area = region.rectangle
        for guard in region.guards:
            for read in reads_of(self._calculation.workbook, guard, area.sheet).reads:
                if is_uncertain[graph.ids_in(read.swept(area))].any():
                    return True
        return False

    def _resolved(self, region: Region) -> tuple[Region, ...] | None:
        nodes = _dynamic_nodes(region.tree)
        if not nodes or region.kind is not FormulaKind.NORMAL or region.rectangle.size > _MOST_CELLS:
            return None
        guards = tuple(guard for node in nodes for guard in _guards(node))
        if not all(self._is_plain(guard, region.rectangle.sheet) for guard in guards):
            return None
        meanings = self._meanings(region, nodes)
        if meanings is None:
            return None
        return tuple(
            Region(area, _replaced(region.tree, dict(zip(nodes, found, strict=True))), guards=guards)
            for area, found in equal_rectangles(region.rectangle.sheet, meanings)
        )

    def _is_plain(self, guard: Node, sheet: int) -> bool:
        has_names = any(isinstance(node, NameReference) for node in walk(guard))
        draws = any(isinstance(node, Call) and is_draw(node.name) for node in walk(guard))
        return (
            not has_names and not draws and not reads_of(self._calculation.workbook, guard, sheet).is_dynamic
        )

    def _meanings(self, region: Region, nodes: Sequence[Node]) -> dict[tuple[int, int], _Meanings] | None:
        """What the nodes mean in each cell, written so that as many cells as can be are alike."""
        area = region.rectangle
        fixed: dict[tuple[int, int], _Meanings] = {}
        relative: dict[tuple[int, int], _Meanings] = {}
        for here in cells_of(area):
            cell = CellAddress(area.sheet, *here)
            values = [node_reference(self._calculation, node, cell) for node in nodes]
            if not all(_is_meaning(value) for value in values):
                return None
            fixed[here] = tuple(self._written(value, area.sheet, None) for value in values)
            relative[here] = tuple(self._written(value, area.sheet, here) for value in values)
        return min((fixed, relative), key=lambda each: len(set(each.values())))

    def _written(self, value: Value | None, sheet: int, here: tuple[int, int] | None) -> Node:
        if isinstance(value, ErrorCode):
            return ErrorLiteral(value)
        assert isinstance(value, Reference)
        area = value.areas[0]
        name = self._calculation.workbook.sheets[area.sheet].name
        return _reference(area, None if area.sheet == sheet else SheetSpan(name), here)


def _dynamic_nodes(tree: Node) -> list[Node]:
    """The outermost dynamic references of a tree."""
    found: dict[Node, None] = {}

    def keep(node: Node) -> Node | None:
        if not _is_dynamic(node):
            return None
        found[node] = None
        return node

    _replaced_by(tree, keep)
    return list(found)


def _is_dynamic(node: Node) -> bool:
    match node:
        case Call(name, _, False):
            return name in DYNAMIC_CALLS
        case Binary(BinaryOperator.RANGE, _, _):
            return any(isinstance(each, Call) for each in walk(node))
    return False


def _guards(node: Node) -> list[Node]:
    """What must be certain so that a reference means the same cells in every trial."""
    match node:
        case Call("OFFSET" | "INDEX", (first, *rest), False):
            return [*_guards(first), *rest]
        case Call("INDIRECT", arguments, False):
            return list(arguments)
        case Binary(BinaryOperator.RANGE, left, right):
            return [*_guards(left), *_guards(right)]
        case CellReference() | RangeReference():
            return []
    return [node]


def _replaced(tree: Node, meaning_by_node: dict[Node, Node]) -> Node:
    return _replaced_by(tree, meaning_by_node.get)


def _replaced_by(tree: Node, meaning: Callable[[Node], Node | None]) -> Node:
    found = meaning(tree)
    if found is not None:
        return found
    match tree:
        case Unary(operator, operand):
            return Unary(operator, _replaced_by(operand, meaning))
        case Binary():
            return with_operands(tree, lambda each: _replaced_by(each, meaning))
        case Call():
            return replace(tree, arguments=tuple(_replaced_by(each, meaning) for each in tree.arguments))
        case Invoke(function, arguments):
            return Invoke(
                _replaced_by(function, meaning), tuple(_replaced_by(each, meaning) for each in arguments)
            )
    return tree


def _is_meaning(value: Value | None) -> bool:
    return isinstance(value, ErrorCode) or (isinstance(value, Reference) and len(value.areas) == 1)


def _reference(area: Rectangle, sheet: SheetSpan | None, here: tuple[int, int] | None) -> Node:
    def axis(index: int, direction: int) -> Axis:
        return Axis(index, True) if here is None else Axis(index - here[direction], False)

    top, left = axis(area.top, 0), axis(area.left, 1)
    if area.size == 1:
        return CellReference(top, left, sheet)
    return RangeReference(top, left, axis(area.bottom, 0), axis(area.right, 1), sheet)
