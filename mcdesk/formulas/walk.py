"""The way to a cell's value through the cells that it reads, as a stack instead of recursion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mcdesk.formulas.cell_store import PENDING, Entry
from mcdesk.formulas.values import BLANK


@dataclass(slots=True)
class _Attempt:
    """Where the cells before a region begin in the stack, and the path from which it was asked for."""

    height: int
    path: dict[int, None]


class Walk:
    """Cells still to be calculated, and those on the path that leads to the one at the top.

    The cells before a region begin a path of their own: other cells of the region may need what is
    on the path from which it was asked for, and that is no cycle.
    """

    def __init__(self, wanted: int) -> None:
        self._waiting = [wanted]
        self._path: dict[int, None] = {}
        self._attempts: list[_Attempt] = []
        self._outside: dict[int, int] = {}  # how many of the attempts' paths have a cell

    def next_cell(self, cells: Mapping[int, Entry]) -> int | None:
        """The next cell without a value; None at the end."""
        waiting, known = self._waiting, cells.get
        while True:
            height = self._attempts[-1].height if self._attempts else 0
            while len(waiting) > height:
                key = waiting[-1]
                if known(key, BLANK) is PENDING:
                    return key
                waiting.pop()
                if self._path:
                    self._path.pop(key, None)
            if not self._attempts:
                return None
            self._leave()

    def is_on_path(self, key: int) -> bool:
        """Whether a cell's evaluation has begun and waits for others."""
        return key in self._path

    def start(self, key: int) -> None:
        """Put the cell at the top on the path."""
        self._path[key] = None

    def attempt(self, before: Sequence[int]) -> None:
        """Calculate the cells before the region of the cell at the top."""
        self._attempts.append(_Attempt(len(self._waiting), self._path))
        for key in self._path:
            self._outside[key] = self._outside.get(key, 0) + 1
        self._path = {}
        self._waiting.extend(reversed(before))

    def crosses(self, keys: Sequence[int]) -> bool:
        """Whether cells are wanted from which an attempt at a region came, on another path."""
        return not self._outside.keys().isdisjoint(keys)

    def abandon(self) -> int:
        """Give up the last attempt at a region; the cell for which it was made."""
        del self._waiting[self._leave() :]
        return self._waiting[-1]

    def wait_for(self, keys: Sequence[int]) -> list[int]:
        """Calculate these first, in this order; a cycle, cell by cell, if one is on the path."""
        for key in keys:
            if key in self._path:
                path = list(self._path)
                return path[path.index(key) :]
        self._waiting.extend(reversed(keys))
        return []

    def _leave(self) -> int:
        """Go back to the path from which the last attempt came; the height of its stack."""
        attempt = self._attempts.pop()
        self._path = attempt.path
        for key in attempt.path:
            self._outside[key] -= 1
            if not self._outside[key]:
                del self._outside[key]
        return attempt.height
