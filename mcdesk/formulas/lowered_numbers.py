"""The numbers that an aggregate function sees while it is turned into instructions."""

from collections.abc import Callable, Sequence

from mcdesk.engine.builder import Value
from mcdesk.engine.ir import Affine
from mcdesk.formulas.emission import PartReader, Run, fold_run
from mcdesk.formulas.lowered import (
    Lowered,
    LoweredKind,
    NotLowerable,
    first_error,
    is_error,
    lowered_constant,
)
from mcdesk.formulas.sorted_values import neighbours_by_bits, sorted_values
from mcdesk.foundation.error_codes import ErrorCode

_MOST_SORTED = 128


class LoweredNumbers:
    """The numbers that an aggregate sees, as runs of slots and constants."""

    def __init__(self, reader: PartReader, sources: Sequence[Lowered | Run]) -> None:
        self._ops = reader.ops
        self._reader = reader
        self._sources = tuple(sources)

    def count(self) -> Value:
        """How many numbers there are."""
        return self._ops.number(float(self._count()))

    def total(self) -> Value:
        """Their sum in order."""
        ops = self._ops
        return self.fold((ops.number(0.0),), lambda state, x: (ops.add(state[0], x),))[0]

    def extremes(self) -> "LoweredNumbers":
        """All of them."""
        return self

    def neighbours(self, place: Value) -> tuple[Value, Value]:
        """The numbers at a place, a whole NUMBER from 0, and at the next in ascending order."""
        count = self._count()
        if not count:
            return self._ops.number(0.0), self._ops.number(0.0)
        if count > _MOST_SORTED:
            return neighbours_by_bits(self._ops, self, place)
        ordered = sorted_values(self._ops, self._values())
        low, high = ordered[0], ordered[min(1, count - 1)]
        for i in range(1, count):
            reaches = self._ops.le(self._ops.number(float(i)), place)
            low = self._ops.select(reaches, ordered[i], low)
            high = self._ops.select(reaches, ordered[min(i + 1, count - 1)], high)
        return low, high

    def _count(self) -> int:
        total = 0
        for source in self._sources:
            if isinstance(source, Lowered):
                total += 1
            elif source.block is None:
                total += sum(type(scalar) is float for scalar in source.scalars)
                total += sum(element.kind is LoweredKind.NUMBER for element in source.elements)
            elif self._is_number(source):
                total += source.size
        return total

    def _values(self) -> list[Value]:
        """Each number by itself."""
        found: list[Value] = []
        for source in self._sources:
            if isinstance(source, Lowered):
                elements = [source]
            elif source.block is None:
                elements = [lowered_constant(self._ops, scalar) for scalar in source.scalars]
                elements += source.elements
            else:
                elements = [
                    self._reader.slot(source.block, _shifted(source, row, column))
                    for row in range(source.counts[0])
                    for column in range(source.counts[1])
                ]
            numbers = [each.value for each in elements if each.kind is LoweredKind.NUMBER]
            found.extend(value for value in numbers if value is not None)
        return found

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed each number to the step in order."""
        state = tuple(initial)
        for source in self._sources:
            if isinstance(source, Lowered):
                assert source.value is not None
                state = tuple(step(state, source.value))
            elif source.block is None or self._is_number(source):
                state = tuple(fold_run(self._reader, source, state, lambda s, x: _number_step(s, x, step)))
        return state

    def error(self) -> Value | None:
        """The first error among all elements."""
        found: Value | None = None
        for source in self._sources:
            if isinstance(source, Lowered):
                found = first_error(self._ops, found, source.error)
            elif _may_fail(source):
                none = self._ops.error(ErrorCode.NONE)
                start = none if found is None else found
                found = fold_run(self._reader, source, [start], self._error_step)[0]
        return found

    def _error_step(self, state: Sequence[Value], element: Lowered) -> list[Value]:
        if element.error is None:
            return list(state)
        return [self._ops.select(is_error(self._ops, state[0]), state[0], element.error)]

    def _is_number(self, run: Run) -> bool:
        assert run.block is not None
        if run.block.type is None:
            raise NotLowerable("a value that only the evaluator knows")
        return run.block.type.value == "number"


def _number_step(
    state: Sequence[Value], element: Lowered, step: Callable[[Sequence[Value], Value], Sequence[Value]]
) -> Sequence[Value]:
    if element.kind is not LoweredKind.NUMBER or element.value is None:
        return state
    return step(state, element.value)


def _may_fail(run: Run) -> bool:
    if run.block is None:
        has_error = any(isinstance(scalar, ErrorCode) for scalar in run.scalars)
        return has_error or any(element.error is not None for element in run.elements)
    return run.block.error_array is not None


def _shifted(run: Run, row: int, column: int) -> Affine:
    return Affine(run.start.base + row * run.strides[0] + column * run.strides[1], run.start.terms)
