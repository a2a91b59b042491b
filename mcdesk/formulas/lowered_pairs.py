"""The pairs of numbers of two ranges while a function over them is turned into instructions."""

from collections.abc import Callable, Sequence

from mcdesk.engine.builder import Value
from mcdesk.formulas.aligned_cells import (
    Cursor,
    RangeCells,
    Segment,
    State,
    evened,
    fold_segments,
    segments_of,
)
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.functions.definition import Pairing
from mcdesk.formulas.lowered import NotLowerable, first_error
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode


class LoweredPairs:
    """`Pairs` over segments of two ranges; `mismatch` is the error of ranges that have no pairs."""

    def __init__(self, reader: PartReader, segments: Sequence[Segment], mismatch: ErrorCode) -> None:
        self._reader, self._ops = reader, reader.ops
        self._segments = segments
        self._mismatch = mismatch

    def count(self) -> Value:
        """How many pairs there are."""
        total = 0
        for segment in self._segments:
            columns = [strip.number_flags(segment.count) for strip in segment.strips]
            total += sum(all(flags) for flags in zip(*columns, strict=True))
        return self._ops.number(float(total))

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value, Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed each pair to `step(state, x, y)` in order; the last state."""
        ops = self._ops

        def paired(state: State, cursors: Sequence[Cursor], _place: object) -> State:
            (is_x, x, _), (is_y, y, _) = cursors[0].number(), cursors[1].number()
            counts = ops.and_(is_x, is_y)
            if ops.constant_of(counts) is False:
                return state
            following = step(state, x, y)
            return [ops.select(counts, new, old) for new, old in zip(following, state, strict=True)]

        return fold_segments(self._reader, self._segments, initial, paired)

    def error(self) -> Value | None:
        """The first error among the elements, in order."""
        ops, may_fail = self._ops, False
        if self._mismatch is not ErrorCode.NONE:
            return ops.error(self._mismatch)

        def step(state: State, cursors: Sequence[Cursor], _place: object) -> State:
            nonlocal may_fail
            errors = [cursor.number()[2] for cursor in cursors]
            may_fail = may_fail or any(error is not None for error in errors)
            found = first_error(ops, state[0], *errors)
            assert found is not None
            return [found]

        found = fold_segments(self._reader, self._segments, [ops.error(ErrorCode.NONE)], step)[0]
        return found if may_fail else None


def lowered_pairs(reader: PartReader, pairing: Pairing, nodes: Sequence[Node]) -> LoweredPairs:
    """The pairs of two ranges."""
    ranges = [RangeCells(reader, node) for node in nodes]
    if pairing is Pairing.DATED:
        return _dated(reader, ranges)
    if ranges[0].count != ranges[1].count:
        if ranges[0].shape != ranges[1].shape:
            return LoweredPairs(reader, (), ErrorCode.NA)
        ranges = evened(ranges)
    return LoweredPairs(reader, segments_of(ranges), ErrorCode.NONE)


def _dated(reader: PartReader, ranges: Sequence[RangeCells]) -> LoweredPairs:
    """Blank cells are left out of each range by itself; what is left must be numbers."""
    filled = [
        [place for place, item in enumerate(each.items) if item[0] is not None or item[2] is not BLANK]
        for each in ranges
    ]
    if len(filled[0]) != len(filled[1]) or not filled[0]:
        return LoweredPairs(reader, (), ErrorCode.NUM)
    if filled[0] != filled[1]:
        raise NotLowerable("payments and dates with blanks at different places")
    segments = segments_of(ranges, filled[0])
    for segment in segments:
        if not all(all(strip.number_flags(segment.count)) for strip in segment.strips):
            raise NotLowerable("payments or dates that are no numbers")
    return LoweredPairs(reader, segments, ErrorCode.NONE)
