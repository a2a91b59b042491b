"""How much work the formulas of a workbook may make: a bound that no real model meets, in units, not time.

A unit is less than half a microsecond. The count depends on the formulas alone, so that a result
never depends on the machine.
"""

from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason

CALL_UNITS = 64
NAME_UNITS = 16
ELEMENT_UNITS = 3
_MOST_FOR_A_CELL = 4_000_000
_MOST_IN_ALL = 16_000_000
_FOR_EACH_FORMULA = 40
# Texts up to this length, and so many cells read, cost nothing beside the formula that makes them.
_FREE_LENGTH = 256
_CELLS_PER_UNIT = 16


class WorkBudget:
    """Counts the work of one calculation; that on nodes for the compiler is counted aside."""

    __slots__ = ("_granted", "_is_aside", "_left", "_left_in_all", "_size")

    def __init__(self, formula_count: int) -> None:
        self._size = _MOST_IN_ALL + _FOR_EACH_FORMULA * formula_count
        self.renew()

    @property
    def spent(self) -> int:
        """Units that went to the cell at hand."""
        return self._granted - self._left

    def renew(self) -> None:
        """Forget what was spent."""
        self._left_in_all = [self._size, self._size]
        self._granted = self._left = 0
        self._is_aside = False

    def begin(self, is_aside: bool = False) -> None:
        """Grant the next cell its share."""
        self._left_in_all[self._is_aside] -= self._granted - self._left
        self._is_aside = is_aside
        self._granted = self._left = min(_MOST_FOR_A_CELL, self._left_in_all[is_aside])

    def spend(self, units: int) -> None:
        """Count work before it is done.

        Raises:
            ObstacleMet: if it is too much.
        """
        self._left -= units
        if self._left < 0:
            self._left = 0
            raise ObstacleMet(Obstacle(ObstacleReason.TOO_MUCH))

    def spend_reading(self, cell_count: int) -> None:
        """Count cells that are read."""
        self.spend(cell_count // _CELLS_PER_UNIT)

    def spend_elements(self, row_count: int, column_count: int) -> None:
        """Count the elements of an array."""
        self.spend(ELEMENT_UNITS * row_count * column_count)

    def spend_text(self, length: int) -> None:
        """Count a text that is kept."""
        if length > _FREE_LENGTH:
            self.spend(length // _CELLS_PER_UNIT)
