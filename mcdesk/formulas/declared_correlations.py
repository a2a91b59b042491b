"""Rank correlations that formulas declare: the place of a draw in a matrix, as RiskCorrmat says it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from mcdesk.formulas.binding import walk
from mcdesk.formulas.choice import CorrelationChoice
from mcdesk.formulas.declared_draws import DeclaredDraw, declared_draw
from mcdesk.formulas.dialects import is_distribution_call
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.node_evaluation import node_reference, node_scalar
from mcdesk.formulas.rectangles import cells_of
from mcdesk.formulas.regions import Region
from mcdesk.formulas.syntax import Call, Node
from mcdesk.formulas.values import Reference, Scalar
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress, Rectangle, format_cell

_REMEDY = "Give the draw the range of a square matrix and its place in it, from 1."


@dataclass(frozen=True, slots=True)
class CorrelationMatrix:
    """A matrix of one instance, and the cells whose draws have a place in it."""

    area: Rectangle
    instance: Scalar


def declared_correlations(
    calculation: Calculation, regions: Iterable[Region], drawn: Collection[CellAddress]
) -> dict[CorrelationChoice, Rectangle]:
    """The correlations of the cells in `drawn`, with the matrix that each is from.

    Raises:
        ModelInvalid: if a matrix or a place in it is none, or two cells have the same place.
    """
    cell_by_place: dict[CorrelationMatrix, dict[int, CellAddress]] = {}
    for region in regions:
        for arguments in _declared(region.tree):
            for cell in [CellAddress(region.rectangle.sheet, *place) for place in cells_of(region.rectangle)]:
                if cell in drawn:
                    matrix, place = _seat(calculation, arguments, cell)
                    other = cell_by_place.setdefault(matrix, {}).setdefault(place, cell)
                    if other != cell:
                        raise _refusal(calculation, cell, f"has the place of {_text(calculation, other)} in")
    return {
        choice: matrix.area
        for matrix, cells in cell_by_place.items()
        for choice in _pairs(calculation, matrix.area, cells)
    }


def _declared(tree: Node) -> list[tuple[Node, ...]]:
    found: list[tuple[Node, ...]] = []
    for node in walk(tree):
        if isinstance(node, Call) and is_distribution_call(node.name):
            draw = declared_draw(node)
            if isinstance(draw, DeclaredDraw) and draw.correlation:
                found.append(draw.correlation)
    return found


def _seat(
    calculation: Calculation, arguments: tuple[Node, ...], cell: CellAddress
) -> tuple[CorrelationMatrix, int]:
    matrix = node_reference(calculation, arguments[0], cell)
    place = node_scalar(calculation, arguments[1], cell)
    instance = node_scalar(calculation, arguments[2], cell) if len(arguments) > 2 else None
    if not isinstance(matrix, Reference) or len(matrix.areas) != 1:
        raise _refusal(calculation, cell, "names no range as")
    area = matrix.areas[0]
    if area.row_count != area.column_count:
        raise _refusal(calculation, cell, "names a range that is not square as")
    if not isinstance(place, float) or place != int(place) or not 1 <= place <= area.row_count:
        raise _refusal(calculation, cell, "has no place in")
    return CorrelationMatrix(area, "" if instance is None else instance), int(place)


def _pairs(
    calculation: Calculation, area: Rectangle, cells: dict[int, CellAddress]
) -> Iterable[CorrelationChoice]:
    places = sorted(cells)
    for number, first in enumerate(places):
        for second in places[number + 1 :]:
            # a matrix may be given by the triangle below its diagonal alone
            below = _entry(calculation, area, second, first)
            rank = below if isinstance(below, float) else _entry(calculation, area, first, second)
            if not isinstance(rank, float) or not -1.0 <= rank <= 1.0:
                raise _refusal(
                    calculation, cells[first], f"and {_text(calculation, cells[second])} have none in"
                )
            if rank != 0.0:
                yield CorrelationChoice(cells[first], cells[second], rank)


def _entry(calculation: Calculation, area: Rectangle, row: int, column: int) -> object:
    return calculation.value(CellAddress(area.sheet, area.top + row - 1, area.left + column - 1))


def _refusal(calculation: Calculation, cell: CellAddress, what: str) -> ModelInvalid:
    return ModelInvalid(f"{_text(calculation, cell)} {what} its matrix of correlations", _REMEDY)


def _text(calculation: Calculation, cell: CellAddress) -> str:
    return format_cell(calculation.workbook.sheets[cell.sheet].name, cell.row, cell.column)
