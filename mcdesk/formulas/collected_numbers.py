"""The numbers of an aggregate function in evaluation."""

from collections.abc import Callable, Sequence


class CollectedNumbers:
    """`Numbers` over a list."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers = numbers

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
