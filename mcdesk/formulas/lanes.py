"""The cells of a region that are calculated side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.formulas.cell_store import ROW_SHIFT, SHEET_SHIFT
from mcdesk.formulas.emission import Position
from mcdesk.model.addresses import Rectangle


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


@dataclass(frozen=True, slots=True)
class LanePosition(Position):
    """Cells of a certain region as lanes, counted by the trial number."""

    lanes: Sequence[tuple[int, int]] = ()

    @property
    def is_moving(self) -> bool:
        """One body serves all lanes."""
        return True

    def narrowed(self, area: Rectangle, by_row: bool, by_column: bool) -> tuple[Position, Rectangle]:
        """The lanes are what they are."""
        return self, area

    def cells_of(self, area: Rectangle) -> Sequence[tuple[int, int]]:
        """The lanes."""
        return self.lanes

    def index_in(self, ops: StageBuilder, area: Rectangle) -> Value:
        """The lane's number."""
        return ops.iclamp(ops.trial(), 0, len(self.lanes) - 1)
