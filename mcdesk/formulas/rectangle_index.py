"""Which of many disjoint rectangles holds a cell, each of many cells, or part of an area."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.model.addresses import MAX_COLUMNS, Rectangle

Numbers = NDArray[np.int64]

# below it one cell after the other is quicker
_LEAST_COMPARED = 12


class RectangleIndex:
    """Disjoint rectangles, named by their place in the order given."""

    def __init__(self, rectangles: Sequence[Rectangle]) -> None:
        numbers_by_sheet: dict[int, list[int]] = {}
        for number, rectangle in enumerate(rectangles):
            numbers_by_sheet.setdefault(rectangle.sheet, []).append(number)
        self._sheets = {
            sheet: _SheetIndex([rectangles[number] for number in numbers], numbers)
            for sheet, numbers in numbers_by_sheet.items()
        }

    def at(self, sheet: int, row: int, column: int) -> int:
        """The rectangle that holds a cell, -1 if none does."""
        index = self._sheets.get(sheet)
        return -1 if index is None else index.at(row, column)

    def at_each(self, sheet: int, rows: Numbers, columns: Numbers) -> Numbers:
        """The same for many cells of a sheet; the arrays are broadcast against each other."""
        index = self._sheets.get(sheet)
        if index is None:
            return np.full(np.broadcast_shapes(rows.shape, columns.shape), -1, dtype=np.int64)
        return index.at_each(rows, columns)

    def touching(self, area: Rectangle) -> list[int]:
        """The rectangles that share cells with an area, in order."""
        index = self._sheets.get(area.sheet)
        return [] if index is None else index.touching(area)


class _SheetIndex:
    def __init__(self, rectangles: Sequence[Rectangle], numbers: Sequence[int]) -> None:
        bounds = np.array([(r.top, r.left, r.bottom, r.right) for r in rectangles], dtype=np.int64)
        self._top, self._left, self._bottom, self._right = bounds.T.copy()
        self._numbers = np.array(numbers, dtype=np.int64)
        self._keys, self._owners = self._sorted_cells()
        self._owner_by_key: dict[int, int] | None = None

    def at(self, row: int, column: int) -> int:
        if self._owner_by_key is None:
            self._owner_by_key = dict(zip(self._keys.tolist(), self._owners.tolist(), strict=True))
        return self._owner_by_key.get(row * MAX_COLUMNS + column, -1)

    def at_each(self, rows: Numbers, columns: Numbers) -> Numbers:
        wanted = rows * MAX_COLUMNS + columns
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[places] == wanted, self._owners[places], -1)

    def touching(self, area: Rectangle) -> list[int]:
        if area.size < _LEAST_COMPARED:
            rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
            found = {self.at(row, column) for row in rows for column in columns}
            return sorted(found - {-1})
        rows_meet = (self._top <= area.bottom) & (self._bottom >= area.top)
        meet = rows_meet & (self._left <= area.right) & (self._right >= area.left)
        numbers: list[int] = self._numbers[meet].tolist()
        return numbers

    def _sorted_cells(self) -> tuple[Numbers, Numbers]:
        sizes = (self._bottom - self._top + 1) * (self._right - self._left + 1)
        is_single = sizes == 1
        keys = [self._top[is_single] * MAX_COLUMNS + self._left[is_single]]
        for i in np.flatnonzero(~is_single).tolist():
            rows = np.arange(self._top[i], self._bottom[i] + 1)
            columns = np.arange(self._left[i], self._right[i] + 1)
            keys.append((rows[:, None] * MAX_COLUMNS + columns).ravel())
        owners = np.concatenate(
            (self._numbers[is_single], np.repeat(self._numbers[~is_single], sizes[~is_single]))
        )
        joined = np.concatenate(keys)
        order = np.argsort(joined, kind="stable")
        return joined[order], owners[order]
