"""The numbers and pairs of numbers of aggregate functions in evaluation."""

from collections.abc import Callable, Sequence


class CollectedNumbers:
    """`Numbers` over a list."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers = numbers
        self._ordered: list[float] | None = None

    def count(self) -> float:
        """How many there are."""
        return float(len(self._numbers))

    def fold(
        self, initial: Sequence[float], step: Callable[[Sequence[float], float], Sequence[float]]
    ) -> tuple[float, ...]:
        """The last state after all numbers, in order."""
        state = initial
        for number in self._numbers:
            state = step(state, number)
        return tuple(state)

    def neighbours(self, place: float) -> tuple[float, float]:
        """The numbers at a place from 0 and at the next in ascending order."""
        if self._ordered is None:
            # a minus zero is no number of its own
            self._ordered = sorted(number + 0.0 for number in self._numbers)
        if not self._ordered:
            return 0.0, 0.0
        return self._ordered[int(place)], self._ordered[min(int(place) + 1, len(self._ordered) - 1)]


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
