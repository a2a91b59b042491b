"""Cutting a set of labelled cells into few rectangles of equal label."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.model.addresses import Rectangle

L = TypeVar("L", bound=Hashable)
Numbers = NDArray[np.int64]


def equal_rectangles(sheet: int, label_by_cell: Mapping[tuple[int, int], L]) -> list[tuple[Rectangle, L]]:
    """Disjoint rectangles that cover exactly the given (row, column) cells, one label each.

    Cells are joined downwards first, then equal neighbouring columns; reading order.
    """
    number_by_label: dict[L, int] = {}
    numbers = [number_by_label.setdefault(label, len(number_by_label)) for label in label_by_cell.values()]
    cells = np.array(list(label_by_cell), dtype=np.int64).reshape(-1, 2)
    labels = list(number_by_label)
    found = numbered_rectangles(sheet, cells[:, 0], cells[:, 1], np.array(numbers, dtype=np.int64))
    return [(rectangle, labels[number]) for rectangle, number in found]


def numbered_rectangles(
    sheet: int, rows: Numbers, columns: Numbers, labels: Numbers
) -> list[tuple[Rectangle, int]]:
    """As `equal_rectangles`, from the rows, columns and labels of the cells, each (cells,)."""
    open_runs: dict[tuple[int, int, int], tuple[int, int]] = {}
    found: list[tuple[Rectangle, int]] = []
    for column, top, bottom, label in _vertical_runs(rows, columns, labels):
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


def labelled_rectangles(area: Rectangle, labels: Numbers) -> list[Rectangle]:
    """An area cut into rectangles of equal label; labels (rows, columns)."""
    if labels.min() == labels.max():
        return [area]
    rows, columns = np.indices(labels.shape).reshape(2, -1)
    found = numbered_rectangles(area.sheet, rows + area.top, columns + area.left, labels.ravel())
    return [rectangle for rectangle, _ in found]


def cells_of(area: Rectangle) -> list[tuple[int, int]]:
    """(row, column) of the cells of a rectangle, row-major."""
    rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
    return [(row, column) for row in rows for column in columns]


def rectangles_of(sheet: int, cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Disjoint rectangles that cover exactly the given (row, column) cells."""
    return [rectangle for rectangle, _ in equal_rectangles(sheet, dict.fromkeys(cells, 0))]


def _vertical_runs(rows: Numbers, columns: Numbers, labels: Numbers) -> list[tuple[int, int, int, int]]:
    """(column, first row, last row, label) of runs of cells, by column and row."""
    if not len(rows):
        return []
    order = np.lexsort((rows, columns))
    row, column, label = rows[order], columns[order], labels[order]
    goes_on = (row[1:] == row[:-1] + 1) & (column[1:] == column[:-1]) & (label[1:] == label[:-1])
    first = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    last = np.append(first[1:], len(row)) - 1
    runs = (column[first], row[first], row[last], label[first])
    return list(zip(*(each.tolist() for each in runs), strict=True))
