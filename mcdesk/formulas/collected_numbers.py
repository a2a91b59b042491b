"""The numbers and pairs of numbers of aggregate functions in evaluation."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.arrays import runs_of
from mcdesk.formulas.values import ArrayValue, Scalar
from mcdesk.foundation.error_codes import ErrorCode

# A number and how often it stands, or many numbers.
Run = tuple[float, int] | NDArray[np.float64]
_STEPS_PER_UNIT = 2
_SORTED_PER_UNIT = 8
_STEPS_AT_ONCE = 4096


def _uncounted(_units: int) -> None:
    pass


class CollectedNumbers:
    """`Numbers` over a list, and over runs behind it, as folded arrays have them.

    Args:
        spend: counts work on runs before it is done.
    """

    def __init__(
        self,
        numbers: Sequence[float],
        runs: Sequence[Run] = (),
        spend: Callable[[int], None] = _uncounted,
    ) -> None:
        self._numbers = numbers
        self._runs = runs
        self._spend = spend
        self._ordered: list[float] | None = None

    def count(self) -> float:
        """How many there are."""
        return float(len(self._numbers) + sum(map(_length, self._runs)))

    def total(self) -> float:
        """Their sum, of the list in order."""
        total = 0.0
        for number in self._numbers:
            total += number
        for run in self._runs:
            total += run[0] * run[1] if isinstance(run, tuple) else float(run.sum())
        return total

    def extremes(self) -> "CollectedNumbers":
        """Those of the list, and of each run the least and the greatest."""
        ends = [
            (run[0],) if isinstance(run, tuple) else (run.min().item(), run.max().item())
            for run in self._runs
        ]
        return CollectedNumbers([*self._numbers, *chain.from_iterable(ends)]) if ends else self

    def fold(
        self, initial: Sequence[float], step: Callable[[Sequence[float], float], Sequence[float]]
    ) -> tuple[float, ...]:
        """The last state after all numbers, in order."""
        state = initial
        for number in self._numbers:
            state = step(state, number)
        found = tuple(state)
        for run in self._runs:
            found = self._after_run(found, step, run)
        return found

    def _after_run(
        self,
        state: tuple[float, ...],
        step: Callable[[Sequence[float], float], Sequence[float]],
        run: Run,
    ) -> tuple[float, ...]:
        for start in range(0, _length(run), _STEPS_AT_ONCE):
            self._spend(_STEPS_AT_ONCE // _STEPS_PER_UNIT)
            if not isinstance(run, tuple):
                for number in run[start : start + _STEPS_AT_ONCE].tolist():
                    state = tuple(step(state, number))
                continue
            for _ in range(start, min(start + _STEPS_AT_ONCE, run[1])):
                following = tuple(step(state, run[0]))
                if following == state:
                    # The rest, all alike, would change nothing either.
                    return state
                state = following
        return state

    def all(self) -> list[float]:
        """Each of them, as often as it stands."""
        found = list(self._numbers)
        for run in self._runs:
            self._spend(_length(run) // _SORTED_PER_UNIT)
            found += [run[0]] * run[1] if isinstance(run, tuple) else run.tolist()
        return found

    def neighbours(self, place: float) -> tuple[float, float]:
        """The numbers at a place from 0 and at the next in ascending order."""
        if self._ordered is None:
            # a minus zero is no number of its own
            self._ordered = sorted(number + 0.0 for number in self.all())
        if not self._ordered:
            return 0.0, 0.0
        return self._ordered[int(place)], self._ordered[min(int(place) + 1, len(self._ordered) - 1)]


def _length(run: Run) -> int:
    return run[1] if isinstance(run, tuple) else len(run)


class CollectedPairs:
    """`Pairs` over a list."""

    def __init__(self, pairs: Sequence[tuple[float, float]]) -> None:
        self._pairs = pairs

    def count(self) -> float:
        """How many there are."""
        return float(len(self._pairs))

    def fold(
        self, initial: Sequence[float], step: Callable[[Sequence[float], float, float], Sequence[float]]
    ) -> tuple[float, ...]:
        """The last state after all pairs, in order."""
        state = initial
        for x, y in self._pairs:
            state = step(state, x, y)
        return tuple(state)


def numbers_in_array(array: ArrayValue, numbers: list[float], runs: list[Run]) -> ErrorCode | None:
    """Add the numbers of an array to the lists; return the first error instead."""
    singles, repeated = runs_of(array)
    error = numbers_among(singles, numbers)
    if error is not None:
        return error
    for run in repeated:
        if not isinstance(run, tuple):
            if run.dtype == float:
                runs.append(run)  # type: ignore[arg-type]  # of numbers
        elif type(run[0]) is float:
            runs.append((run[0], run[1]))
        elif isinstance(run[0], ErrorCode):
            return run[0]
    return None


def numbers_among(elements: Sequence[Scalar], numbers: list[float]) -> ErrorCode | None:
    """Add the numbers among scalars to a list; return the first error instead."""
    for element in elements:
        if type(element) is float:
            numbers.append(element)
        elif type(element) is ErrorCode:
            return element
    return None
