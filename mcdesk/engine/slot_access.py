"""Where and when a stage touches its slot arrays: every access of a loop nest as one `Access`.

Places and moments are affine in the rounds of the loops around, so their number does not matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Instruction, Loop, Op, SlotAccess, Statement

Whole = NDArray[np.int64]

_NEVER = 1 << 62  # plus the moments of one stage, at most 2**61, it still fits 64 bits


@dataclass(frozen=True, slots=True)
class Round:
    """`count` rounds; each moves the place by `stride` and the moment by `duration` >= 0."""

    count: int
    stride: int
    duration: int


@dataclass(frozen=True, slots=True)
class Access:
    """Elements of one slot array that one instruction touches; `place` and `moment` are the first round's."""

    array: int
    place: int
    moment: int
    rounds: tuple[Round, ...]
    is_write: bool

    @property
    def size(self) -> int:
        """How often the instruction runs."""
        size = 1
        for each in self.rounds:
            size *= each.count
        return size

    @property
    def bounds(self) -> tuple[int, int]:
        """Lowest and highest element."""
        reaches = [each.stride * (each.count - 1) for each in self.rounds]
        low = self.place + sum(min(reach, 0) for reach in reaches)
        return low, self.place + sum(max(reach, 0) for reach in reaches)

    def touched(self) -> tuple[Whole, Whole]:
        """Elements and the moments at which they are touched, both (size,), in order of the program."""
        places, moments = np.array([self.place], np.int64), np.array([self.moment], np.int64)
        for each in self.rounds:
            steps = np.arange(each.count, dtype=np.int64)
            places = np.add.outer(places, steps * each.stride).ravel()
            moments = np.add.outer(moments, steps * each.duration).ravel()
        return places, moments

    def first_touched(self) -> tuple[Whole, Whole]:
        """Elements and the first moment of each, also where the rounds are many more than the elements."""
        # a round that stays at its place comes again only later
        rounds = tuple(each for each in self.rounds if each.stride != 0)
        moving = Access(self.array, self.place, self.moment, rounds, self.is_write)
        low, high = self.bounds
        if moving.size <= high - low + 1:
            return moving.touched()
        moments = np.full(high - low + 1, _NEVER, dtype=np.int64)
        moments[self.place - low] = self.moment
        for each in rounds:
            moments = _earliest(moments, each)
        places = np.flatnonzero(moments < _NEVER)
        return places + low, moments[places]


def accesses_of(
    body: Sequence[Statement], now: int, shifts: Mapping[int, tuple[int, int]]
) -> Iterator[Access]:
    """Every access of a stage that begins at moment `now`; each takes one moment.

    Args:
        shifts: bounds of READ_SLOT_AT's operand by value number.
    """
    return _accesses(body, now, shifts, ())


def moments_of(body: Sequence[Statement]) -> int:
    """Moments that the statements take."""
    total = 0
    for statement in body:
        if isinstance(statement, Loop):
            total += moments_of(statement.body) * statement.count
        elif isinstance(statement.immediate, SlotAccess):
            total += 1
    return total


def _accesses(
    body: Sequence[Statement],
    now: int,
    shifts: Mapping[int, tuple[int, int]],
    loops: tuple[tuple[int, int, int], ...],
) -> Iterator[Access]:
    for statement in body:
        if isinstance(statement, Loop):
            duration = moments_of(statement.body)
            around = (*loops, (statement.index, statement.count, duration))
            yield from _accesses(statement.body, now, shifts, around)
            now += duration * statement.count
        elif isinstance(statement.immediate, SlotAccess):
            yield _access(statement, statement.immediate, now, shifts, loops)
            now += 1


def _access(
    instruction: Instruction,
    slot: SlotAccess,
    now: int,
    shifts: Mapping[int, tuple[int, int]],
    loops: tuple[tuple[int, int, int], ...],
) -> Access:
    place = slot.at.base
    strides = dict.fromkeys((index for index, _ in slot.at.terms), 0)
    for index, stride in slot.at.terms:
        strides[index] += stride
    rounds = tuple(Round(count, strides.get(index, 0), duration) for index, count, duration in loops)
    if instruction.op is Op.READ_SLOT_AT:
        low, high = shifts[instruction.operands[0]]
        place += low
        rounds = (*rounds, Round(high - low + 1, 1, 0))
    return Access(slot.array, place, now, rounds, instruction.op is Op.WRITE_SLOT)


def _earliest(moments: Whole, rounds: Round) -> Whole:
    """Least of the moments i rounds back plus i durations, over all rounds i, by doubling."""
    reach = 1
    while reach < rounds.count:
        # the two halves may overlap in the last step: a minimum does not mind
        step = min(reach, rounds.count - reach)
        later = _moved(moments, rounds.stride * step) + rounds.duration * step
        moments = np.minimum(moments, later)
        reach += step
    return np.minimum(moments, _NEVER)


def _moved(moments: Whole, by: int) -> Whole:
    moved = np.full_like(moments, _NEVER)
    if by > 0:
        moved[by:] = moments[:-by]
    else:
        moved[:by] = moments[-by:]
    return moved
