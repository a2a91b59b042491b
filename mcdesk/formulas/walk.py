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

    def next_cell(self, cells: Mapping[int, Entry]) -> int | None:
        """The next cell without a value; None at the end."""
        while self._waiting:
            if self._attempts and len(self._waiting) == self._attempts[-1].height:
                self._path = self._attempts.pop().path
            key = self._waiting[-1]
            if cells.get(key, BLANK) is PENDING:
                return key
            self._waiting.pop()
            self._path.pop(key, None)
        return None

    def is_on_path(self, key: int) -> bool:
        """Whether a cell's evaluation has begun and waits for others."""
        return key in self._path

    def start(self, key: int) -> None:
        """Put the cell at the top on the path."""
        self._path[key] = None

    def attempt(self, before: Sequence[int]) -> None:
        """Calculate the cells before the region of the cell at the top."""
        self._attempts.append(_Attempt(len(self._waiting), self._path))
        self._path = {}
        self._waiting.extend(reversed(before))

    def crosses(self, keys: Sequence[int]) -> bool:
        """Whether cells are wanted from which an attempt at a region came, on another path."""
        return any(key in attempt.path for attempt in self._attempts for key in keys)

    def abandon(self) -> int:
        """Give up the last attempt at a region; the cell for which it was made."""
        attempt = self._attempts.pop()
        del self._waiting[attempt.height :]
        self._path = attempt.path
        return self._waiting[-1]

    def wait_for(self, keys: Sequence[int]) -> list[int]:
        """Calculate these first, in this order; a cycle, cell by cell, if one is on the path."""
        for key in keys:
            if key in self._path:
                path = list(self._path)
                return path[path.index(key) :]
        self._waiting.extend(reversed(keys))
        return []
