"""The kept trials of one input or output, in an array that grows with the run."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.simulation_types import TrialValues

Floats = NDArray[np.float64]
Errors = NDArray[np.uint8]

T = TypeVar("T", bound=np.generic)

_FIRST_ROOM = 8192


class TrialColumn:
    """Values (float64) and error codes (uint8) of the first `most` trials, or of all.

    Args:
        room: (n,) float64, where the first n values go; one piece of memory for several columns spares
            most of the cost of new pages.
    """

    def __init__(self, cell: str, most: int | None = None, room: Floats | None = None) -> None:
        self._cell = cell
        self._most = most
        self._count = 0
        self._values: Floats = np.empty(0) if room is None else room
        self._errors: Errors | None = None
        self._is_to_have_errors = False

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials; the value of a failed one is kept as 0."""
        taken = len(values) if self._most is None else min(len(values), self._most - self._count)
        if taken <= 0:
            return
        end = self._count + taken
        if end > len(self._values):
            self._values = _grown(self._values, np.empty(_room(self._values, end)))
        self._values[self._count : end] = values[:taken]
        if errors is not None and np.any(errors[:taken]):
            self._add_errors(errors[:taken], end)
        self._count = end

    def __getstate__(self) -> tuple[str, int | None, int, bool]:
        """Without the trials themselves, which `fill` puts back."""
        return self._cell, self._most, self._count, self.has_errors

    def __setstate__(self, state: tuple[str, int | None, int, bool]) -> None:
        self._cell, self._most, self._count, self._is_to_have_errors = state
        self._values, self._errors = np.empty(0), None

    @property
    def count(self) -> int:
        """How many trials are kept."""
        return self._count

    @property
    def has_errors(self) -> bool:
        """Whether any of them failed."""
        return self._errors is not None or self._is_to_have_errors

    def fill(self, values: Floats, errors: Errors | None) -> None:
        """Put the kept trials back: values (count,) float64, errors (count,) uint8 codes or None."""
        self._values, self._errors = values, errors

    def trials(self) -> TrialValues:
        """What is kept so far, read-only."""
        values = self._values[: self._count].view()
        values.flags.writeable = False
        errors = None
        if self._errors is not None:
            errors = _with_errors(self._errors, self._count)[: self._count].view()
            errors.flags.writeable = False
        return TrialValues(self._cell, values, errors)

    def _add_errors(self, errors: Errors, end: int) -> None:
        kept = np.zeros(0, dtype=np.uint8) if self._errors is None else self._errors
        self._errors = _with_errors(kept, end)
        self._errors[self._count : end] = errors
        self._values[self._count : end][errors != 0] = 0.0


def _with_errors(kept: Errors, count: int) -> Errors:
    """Room for so many codes; those that nobody sets are zero."""
    return kept if count <= len(kept) else _grown(kept, np.zeros(_room(kept, count), dtype=np.uint8))


def _room(kept: NDArray[T], count: int) -> int:
    return max(count, 2 * len(kept), _FIRST_ROOM)


def _grown(kept: NDArray[T], larger: NDArray[T]) -> NDArray[T]:
    larger[: len(kept)] = kept
    return larger
