"""The cells of a region that are calculated side by side."""

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.cell_store import ROW_SHIFT, SHEET_SHIFT


class Lanes(Sequence[tuple[int, int]]):
    """Cells as (row, column); `rows` and `columns` are (n,) int64."""

    def __init__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        self.rows, self.columns = rows, columns

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, place: slice) -> "Lanes": ...
    def __getitem__(self, place: int | slice) -> "tuple[int, int] | Lanes":
        if isinstance(place, slice):
            return Lanes(self.rows[place], self.columns[place])
        return int(self.rows[place]), int(self.columns[place])

    def keys(self, sheet: int) -> list[int]:
        """The keys of the cells."""
        keys: list[int] = (self.columns | (self.rows << ROW_SHIFT) | (sheet << SHEET_SHIFT)).tolist()
        return keys
