"""Iterative calculation: cells that read each other in a circle, again and again until they settle.

Excel goes through such cells sheet by sheet, row by row, and stops after a number of rounds or when no
cell changes by more than a bound. What a workbook keeps is the end of many recalculations, each of which
goes on where the last one ended; so here the rounds go on until nothing changes any more, if they settle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mcdesk.formulas.cell_store import PENDING, Entry, Stop
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode

_FURTHER_ROUNDS = 20
# Evaluations of cells in one circle: some seconds, far more than models need that settle at all.
_MOST_EVALUATIONS = 500_000
_STARTS = (0.0, 1.0)
# Values may go to and fro between neighbouring doubles for ever.
_LAST_DIGIT = 2.0**-51


class Calculator(Protocol):
    """What calculates single cells.

    Attributes:
        cells: what is known of each cell by key.
    """

    cells: dict[int, Entry]

    def attempt(self, key: int) -> tuple[int, ...]:
        """Calculate one cell; the cells that must have values before, none where it has one now."""

    def is_filled_by_another(self, key: int) -> bool:
        """Whether the cell is a part of another cell's array."""

    def forget_areas(self) -> None:
        """Drop what is kept of areas, because cells changed."""


@dataclass(frozen=True, slots=True)
class IterationRule:
    """When to stop: rounds of one recalculation, and the change that ends it before."""

    round_count: int
    least_change: float


def settle(calculator: Calculator, circle: Iterable[int], rule: IterationRule) -> None:
    """Give the cells of a circle, and those that turn out to belong to it, the values they settle at.

    The first round finds 0 in all of them. Where that ends in errors, as a division by the circle's own
    total does, it is tried with 1: such a model was built before its circle was closed.
    """
    members = tuple(circle)
    for start in _STARTS:
        found = _Circle(calculator, members, start)
        found.run(rule)
        if not found.has_errors():
            return
        members = tuple(found.values)
    _Circle(calculator, members, _STARTS[0]).run(rule)


class _Circle:
    """The members of a circle with their values of the last round."""

    def __init__(self, calculator: Calculator, members: Iterable[int], start: float) -> None:
        self._calculator = calculator
        self._start = start
        self.values: dict[int, Entry] = dict.fromkeys(members, start)
        self._evaluations = 0

    def run(self, rule: IterationRule) -> None:
        """Go on until nothing changes, or no end is in sight."""
        round_number = 0
        while self._evaluations < _MOST_EVALUATIONS:
            change = self._round()
            if change is None:
                continue
            round_number += 1
            is_over = round_number >= rule.round_count
            if change == 0.0 or (is_over and change > rule.least_change):
                return
            if round_number >= rule.round_count * _FURTHER_ROUNDS:
                return

    def has_errors(self) -> bool:
        """Whether any member ended in an error."""
        return any(isinstance(value, ErrorCode) for value in self.values.values())

    def _round(self) -> float | None:
        """The largest change of a round; None where it found more members."""
        cells = self._calculator.cells
        cells.update(self.values)
        largest = 0.0
        for key in sorted(self.values):
            if self._calculator.is_filled_by_another(key):
                continue
            self._calculator.forget_areas()
            self._evaluations += 1
            missing = self._calculator.attempt(key)
            while missing:
                joining = self._reach(missing[0])
                if joining:
                    self.values.update(dict.fromkeys(joining, self._start))
                    return None
                missing = self._calculator.attempt(key)
        for key, before in self.values.items():
            after = cells.get(key, BLANK)
            largest = max(largest, _change(before, after))
            self.values[key] = after
        return largest

    def _reach(self, wanted: int) -> list[int]:
        """Calculate a cell outside; where it needs a member, all cells on the way from it to that."""
        cells = self._calculator.cells
        kept = {key: cells.get(key, BLANK) for key in self.values}
        cells.update(dict.fromkeys(kept, PENDING))
        self._calculator.forget_areas()
        joining = self._walk(wanted)
        self._calculator.forget_areas()
        cells.update(kept)
        return joining

    def _walk(self, wanted: int) -> list[int]:
        waiting, path = [wanted], dict[int, None]()
        while waiting:
            key = waiting[-1]
            if self._calculator.cells.get(key, BLANK) is not PENDING:
                path.pop(waiting.pop(), None)
                continue
            path[key] = None
            missing = self._calculator.attempt(key)
            if any(each in self.values or each in path for each in missing):
                return list(path)
            waiting.extend(reversed(missing))
        return []


def _change(before: Entry, after: Entry) -> float:
    if type(before) is float and type(after) is float:
        change = abs(after - before)
        return 0.0 if change <= _LAST_DIGIT * abs(after) else change
    if isinstance(before, Stop) and isinstance(after, Stop):
        return 0.0 if before.obstacle == after.obstacle else float("inf")
    return 0.0 if type(before) is type(after) and before == after else float("inf")
