"""Aggregates over a range that grows, shrinks or moves from lane to lane, all of its cells known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Affine, Type
from mcdesk.formulas.aligned_cells import table_value
from mcdesk.formulas.emission import PartReader, number_table
from mcdesk.formulas.lanes import LanePosition, Lanes
from mcdesk.formulas.lowered import NotLowerable
from mcdesk.formulas.reads import Read, reference_reads
from mcdesk.formulas.syntax import Node, RangeReference
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

# what one instruction more over them would cost is a second
_MOST_LOOKS = 1_000_000_000
# as many as a program reads one by one
_FEW = 64
_MOST_CELLS = 200_000
Places = NDArray[np.int64]


def lane_window(reader: PartReader, node: Node) -> "WindowNumbers | None":
    """The numbers that each lane sees in a range of many cells, or in one that moves; None elsewhere.

    Raises:
        NotLowerable: if there is very much to look at.
    """
    line = lane_line(reader, node)
    if line is None:
        return None
    sizes = line.lasts - line.firsts + 1
    is_rigid = bool((sizes == sizes[0]).all())
    if is_rigid and sizes[0] <= _FEW:
        return None
    if len(line.scalars) * len(sizes) > _MOST_LOOKS:
        raise NotLowerable("windows over very many cells")
    if any(isinstance(scalar, ErrorCode) for scalar in line.scalars):
        return None
    return WindowNumbers(reader, line.scalars, line.firsts, line.lasts)


@dataclass(frozen=True, slots=True)
class LaneLine:
    """Known cells, and the first and last of them that each lane sees, (lanes,)."""

    scalars: Sequence[Scalar]
    firsts: Places
    lasts: Places


def lane_line(reader: PartReader, node: Node, is_moving: bool = False) -> LaneLine | None:
    """What lanes see of a range: all of it, or a part of a row or column; None for anything else.

    With `is_moving` only what differs from lane to lane.
    """
    here = reader.position
    if not isinstance(here, LanePosition) or not isinstance(node, RangeReference):
        return None
    reads = reference_reads(reader.cells.workbook, node, here.sheet)
    is_fixed = len(reads) == 1 and reads[0].is_fixed_over(reader.part)
    if len(reads) != 1 or (is_fixed and is_moving):
        return None
    swept = reads[0].swept(reader.part)
    if is_fixed:
        # what is beyond holds no numbers
        used = reader.cells.workbook.used_part(swept)
        none = np.zeros(len(here.lanes), dtype=np.int64)
        return LaneLine(reader.cells.certain_in(used), none, none + used.size - 1)
    bounds = _bounds(reads[0], reader.part, here.lanes) if swept.size <= _MOST_CELLS else None
    return None if bounds is None else LaneLine(reader.cells.certain_in(swept), *bounds)


def _bounds(read: Read, part: Rectangle, lanes: Sequence[tuple[int, int]]) -> tuple[Places, Places] | None:
    assert isinstance(lanes, Lanes)
    swept = read.swept(part)
    tops, bottoms, lefts, rights = read.over(part)
    rows, columns = lanes.rows - part.top, lanes.columns - part.left
    if swept.column_count == 1:
        return tops[rows] - swept.top, bottoms[rows] - swept.top
    if swept.row_count == 1:
        return lefts[columns] - swept.left, rights[columns] - swept.left
    return None


class WindowNumbers:
    """`Numbers` of a line of cells, from a first to a last place that each lane has."""

    def __init__(self, reader: PartReader, scalars: Sequence[Scalar], firsts: Places, lasts: Places) -> None:
        self._reader, self._ops = reader, reader.ops
        self._is_number = np.array([type(scalar) is float for scalar in scalars], dtype=np.bool_)
        self._numbers = np.array([scalar if type(scalar) is float else 0.0 for scalar in scalars])
        self._firsts, self._ends = firsts, lasts + 1

    def count(self) -> Value:
        """How many numbers each lane sees."""
        return self._of_lane(Type.NUMBER, self._counts.astype(np.float64))

    @cached_property
    def _counts(self) -> Places:
        before = np.concatenate(([0], np.cumsum(self._is_number)))
        return before[self._ends] - before[self._firsts]

    def total(self) -> Value:
        """Their sum in order."""
        first = self._firsts[0]
        # adds one after the other; what is no number adds nothing
        with np.errstate(over="ignore", invalid="ignore"):
            if (self._firsts == first).all():
                totals = np.add.accumulate(self._numbers[first:])[self._ends - 1 - first]
            else:
                totals = np.array([np.add.accumulate(each)[-1] for each in self._seen(self._numbers)])
        if not np.isfinite(totals).all():
            raise NotLowerable("a sum beyond all numbers")
        return self._of_lane(Type.NUMBER, totals)

    def extremes(self) -> "WindowExtremes":
        """The least and the greatest."""
        low, high = (np.where(self._is_number, self._numbers, end) for end in (np.inf, -np.inf))
        least = np.array([each.min() for each in self._seen(low)])
        greatest = np.array([each.max() for each in self._seen(high)])
        has_any = self._counts > 0
        ends = [self._of_lane(Type.NUMBER, np.where(has_any, each, 0.0)) for each in (least, greatest)]
        return WindowExtremes(self, self._ops, self._of_lane(Type.LOGICAL, has_any), ends)

    def neighbours(self, place: Value) -> tuple[Value, Value]:
        """The numbers at a place and at the next in ascending order, where all lanes see the same.

        Raises:
            NotLowerable: if they do not.
        """
        ops, numbers = self._ops, self._numbers[self._is_number]
        if not ((self._counts == len(numbers)).all() and len(numbers)):
            raise NotLowerable("an order in windows that differ")
        ordered, last = number_table(np.sort(numbers + 0.0)), len(numbers) - 1
        at = ops.iclamp(ops.to_integer(place), 0, last)
        after = ops.iclamp(ops.iadd(at, ops.integer(1)), 0, last)
        return ops.read_table(ordered, at), ops.read_table(ordered, after)

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed each number to the step in order, in the lanes that see it."""
        ops = self._ops
        first, end = (self._of_lane(Type.INTEGER, each) for each in (self._firsts, self._ends))

        def body(number: int, inside: Sequence[Value]) -> Sequence[Value]:
            place = ops.affine(Affine(0, ((number, 1),)))
            is_seen = ops.and_(ops.ilt(place, end), ops.not_(ops.ilt(place, first)))
            is_seen = ops.and_(is_seen, table_value(ops, Type.LOGICAL, self._is_number.tolist(), place))
            following = step(inside, ops.read_table(number_table(self._numbers), place))
            return [ops.select(is_seen, new, old) for new, old in zip(following, inside, strict=True)]

        return tuple(ops.loop(len(self._numbers), list(initial), body))

    def error(self) -> Value | None:
        """There is none among them."""
        return None

    def _seen(self, values: NDArray[np.float64]) -> Sequence[NDArray[np.float64]]:
        bounds = zip(self._firsts.tolist(), self._ends.tolist(), strict=True)
        return [values[first:end] for first, end in bounds]

    def _of_lane(self, kind: Type, by_lane: NDArray[np.generic]) -> Value:
        index = self._reader.position.index_in(self._ops, self._reader.part)
        return table_value(self._ops, kind, by_lane.tolist(), index)


class WindowExtremes:
    """The same, of which the least and the greatest are enough."""

    def __init__(
        self, whole: WindowNumbers, ops: StageBuilder, has_any: Value, ends: Sequence[Value]
    ) -> None:
        self._ops, self._has_any, self._two = ops, has_any, ends
        self.count, self.total, self.neighbours = whole.count, whole.total, whole.neighbours

    def extremes(self) -> "WindowExtremes":
        """It is that."""
        return self

    def fold(
        self, initial: Sequence[Value], step: Callable[[Sequence[Value], Value], Sequence[Value]]
    ) -> tuple[Value, ...]:
        """Feed the two to the step, where there is any."""
        return fold_ends(self._ops, self._has_any, self._two, initial, step)


def fold_ends(
    ops: StageBuilder,
    has_any: Value,
    ends: Sequence[Value],
    initial: Sequence[Value],
    step: Callable[[Sequence[Value], Value], Sequence[Value]],
) -> tuple[Value, ...]:
    """The state after the least and the greatest of some numbers; as it was where there is none."""
    state = tuple(initial)
    for each in ends:
        following = step(state, each)
        state = tuple(ops.select(has_any, new, old) for new, old in zip(following, state, strict=True))
    return state
