"""Calculates the cells that a cell will turn out to wait for, those that wait for nothing first.

A cell that is asked for before what it reads is begun in vain, and so is each cell on the way down: in a
table whose rows read the rows above that is every cell. Formulas that are the same read the same
neighbours, so that the way is known once some of each have been begun. What is foreseen decides about the
order alone: a cell that is not ready after all is left to whoever needs it.
"""

from collections.abc import Callable, Container, Iterable, Mapping

from mcdesk.formulas.cell_store import PENDING, Entry
from mcdesk.formulas.values import BLANK
from mcdesk.formulas.work_budget import WorkBudget

# formulas that read here and there would be foreseen to read everything
_MOST_DISTANCES = 8
# Work that may prove not to be needed: a small part of what is granted.
_MOST_UNITS = 1_000_000


class ForeseenCells:
    """What the cells of each formula waited for, as distances of keys. For one thread.

    Args:
        cells: what is known of each cell by key.
        tree_of: the number of a cell's formula, the same for formulas that are the same; -1 for those that
            are not plain, and for cells that are not to be begun now.
        attempt: calculates one cell; the keys of cells that must have values before, none where it has one.
        budget: to which `attempt` charges its work.
    """

    def __init__(
        self,
        cells: Mapping[int, Entry],
        tree_of: Callable[[int], int],
        attempt: Callable[[int], tuple[int, ...]],
        budget: WorkBudget,
    ) -> None:
        self._cells = cells
        self._tree_of = tree_of
        self._attempt = attempt
        self._budget = budget
        self._distances_by_tree: dict[int, list[int]] = {}
        self._rest = 0
        self._units = 0

    def calculate(self, waiting: int, missing: int) -> None:
        """Calculate what a cell that was begun in vain waits for, as far as it is foreseen."""
        self._learn(waiting, missing)
        # steps in vain are set off against cells that were begun anyhow: both grow alike
        self._rest -= 1
        if self._rest <= 0:
            self._rest = len(self._unready(missing))

    def _unready(self, first: int) -> list[int]:
        """Calculate a cell after those for which it will probably wait; the ones that are left over."""
        known, begun = self._cells.get, dict[int, list[int]]()
        stack = [first]
        while stack and self._units <= _MOST_UNITS:
            key = stack[-1]
            distances = begun.get(key)
            if distances is None:
                tree = self._tree_of(key)
                distances = begun[key] = [] if tree < 0 else self._distances_by_tree.setdefault(tree, [])
                if tree < 0:
                    stack.pop()
                    continue
            before = _pending(key, distances, known, begun)
            if not before:
                missed = self._attempt(key)
                self._units += self._budget.spent
                if missed:
                    self._learn(key, missed[0])
                    before = _pending(key, distances, known, begun)
            stack += before
            if before:
                continue
            if known(key) is PENDING:
                break
            while stack and known(stack[-1], BLANK) is not PENDING:
                stack.pop()
        return stack

    def _learn(self, waiting: int, missing: int) -> None:
        """Keep for which cell another one waited."""
        distances = self._distances_by_tree.setdefault(self._tree_of(waiting), [])
        distance = missing - waiting
        if distance not in distances and len(distances) < _MOST_DISTANCES:
            distances.append(distance)


def _pending(
    key: int, distances: Iterable[int], known: Callable[..., Entry | None], begun: Container[int]
) -> list[int]:
    """The cells without a value that a cell will probably wait for, of those that were not come by."""
    return [
        other
        for distance in distances
        if known(other := key + distance, BLANK) is PENDING and other not in begun
    ]
