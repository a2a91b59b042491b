"""Cutting a set of labelled cells into few rectangles of equal label."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from mcdesk.model.addresses import Rectangle

L = TypeVar("L")

_Run = tuple[int, int, int]  # column, first row, last row


def equal_rectangles(sheet: int, label_by_cell: Mapping[tuple[int, int], L]) -> list[tuple[Rectangle, L]]:
    """Disjoint rectangles that cover exactly the given (row, column) cells, one label each.

    Cells are joined downwards first, then equal neighbouring columns; reading order.
    """
    open_runs: dict[tuple[int, int, int], tuple[int, L]] = {}
    found: list[tuple[Rectangle, L]] = []
    for column, top, bottom, label in _vertical_runs(label_by_cell):
        key = (column - 1, top, bottom)
        before = open_runs.pop(key, None)
        if before is not None and before[1] == label:
            open_runs[(column, top, bottom)] = before
            continue
        if before is not None:
            found.append((Rectangle(sheet, top, before[0], bottom, column - 1), before[1]))
        open_runs[(column, top, bottom)] = (column, label)
    for (column, top, bottom), (left, label) in open_runs.items():
        found.append((Rectangle(sheet, top, left, bottom, column), label))
    found.sort(key=lambda pair: (pair[0].top, pair[0].left))
    return found


def cells_of(area: Rectangle) -> list[tuple[int, int]]:
    """(row, column) of the cells of a rectangle, row-major."""
    rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
    return [(row, column) for row in rows for column in columns]


def rectangles_of(sheet: int, cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Disjoint rectangles that cover exactly the given (row, column) cells."""
    return [rectangle for rectangle, _ in equal_rectangles(sheet, dict.fromkeys(cells, 0))]


def _vertical_runs(label_by_cell: Mapping[tuple[int, int], L]) -> Iterator[tuple[int, int, int, L]]:
    by_column: dict[int, list[tuple[int, L]]] = {}
    for (row, column), label in label_by_cell.items():
        by_column.setdefault(column, []).append((row, label))
    for column in sorted(by_column):
        yield from ((column, *run) for run in _runs(sorted(by_column[column], key=lambda pair: pair[0])))


def _runs(cells: list[tuple[int, L]]) -> Iterator[tuple[int, int, L]]:
    top, label = cells[0]
    bottom = top
    for row, following in cells[1:]:
        if row == bottom + 1 and following == label:
            bottom = row
            continue
        yield top, bottom, label
        top, bottom, label = row, row, following
    yield top, bottom, label
