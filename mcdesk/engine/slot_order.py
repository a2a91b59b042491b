"""Proves that every slot element is written exactly once, and before each read of it.

Places and moments of accesses are affine in the loop indices, so a whole loop nest is one array.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Affine, Instruction, Loop, Op, SlotAccess, Statement

_NEVER = np.iinfo(np.int64).max

Times = NDArray[np.int64]


class SlotFault(Exception):
    """An element that is written twice, never, or after it is read."""


@dataclass(frozen=True, slots=True)
class _Access:
    array: int
    place: Affine
    moment: Affine
    loops: tuple[tuple[int, int], ...]
    shift: tuple[int, int]


class SlotOrder:
    """Moments at which the elements of each slot array are written; stages are added in order."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._written: list[Times] = [np.full(length, _NEVER, dtype=np.int64) for length in lengths]
        self._now = 0

    def whole(self, reads: Sequence[int], writes: Sequence[int]) -> None:
        """A stage that reads and then writes whole arrays."""
        for array in reads:
            self._require(array, self._written[array], self._now)
        for array in writes:
            self._set(array, np.arange(len(self._written[array])), np.asarray(self._now, dtype=np.int64))
        self._now += 1

    def body(self, body: Sequence[Statement], shifts: dict[int, tuple[int, int]]) -> None:
        """A compiled stage; `shifts` has the bounds of READ_SLOT_AT's operand by value number."""
        writes: list[_Access] = []
        reads: list[_Access] = []
        end = _collect(body, (), Affine(self._now), (writes, reads, shifts))
        for access in writes:
            self._set(access.array, _grid(access.place, access.loops), _grid(access.moment, access.loops))
        for access in reads:
            self._check_read(access)
        self._now = end

    def _check_read(self, access: _Access) -> None:
        places = _grid(access.place, access.loops)
        moments = _grid(access.moment, access.loops)
        written = self._written[access.array]
        low, high = access.shift
        if low == high:
            self._require(access.array, written[places + low], moments)
            return
        for place, moment in zip(places, moments, strict=True):
            self._require(access.array, written[place + low : place + high + 1], moment)

    def _require(self, array: int, written: Times, moment: Times | int) -> None:
        if np.any(written >= moment):
            raise SlotFault(f"slot array {array} is read before it is written")

    def _set(self, array: int, places: Times, moments: Times) -> None:
        written = self._written[array]
        if len(np.unique(places)) < len(places) or np.any(written[places] != _NEVER):
            raise SlotFault(f"slot array {array} is written twice")
        written[places] = moments


def _collect(
    body: Sequence[Statement],
    loops: tuple[tuple[int, int], ...],
    start: Affine,
    into: tuple[list[_Access], list[_Access], dict[int, tuple[int, int]]],
) -> int:
    """Log the accesses of a body; the number of moments that it takes, added to start.base."""
    writes, reads, shifts = into
    base = start.base
    for statement in body:
        if isinstance(statement, Loop):
            length = _duration(statement.body)
            inner = Affine(base, (*start.terms, (statement.index, length)))
            _collect(statement.body, (*loops, (statement.index, statement.count)), inner, into)
            base += length * statement.count
            continue
        if isinstance(statement.immediate, SlotAccess):
            access = _logged(statement, statement.immediate, Affine(base, start.terms), loops, shifts)
            (writes if statement.op is Op.WRITE_SLOT else reads).append(access)
            base += 1
    return base


def _logged(
    instruction: Instruction,
    slot: SlotAccess,
    moment: Affine,
    loops: tuple[tuple[int, int], ...],
    shifts: dict[int, tuple[int, int]],
) -> _Access:
    shift = shifts[instruction.operands[0]] if instruction.op is Op.READ_SLOT_AT else (0, 0)
    return _Access(slot.array, slot.at, moment, loops, shift)


def _duration(body: Sequence[Statement]) -> int:
    total = 0
    for statement in body:
        if isinstance(statement, Loop):
            total += _duration(statement.body) * statement.count
        else:
            total += isinstance(statement.immediate, SlotAccess)
    return total


def _grid(at: Affine, loops: tuple[tuple[int, int], ...]) -> Times:
    stride_by_index = dict(at.terms)
    values = np.array([at.base], dtype=np.int64)
    for index, count in loops:
        steps = np.arange(count, dtype=np.int64) * stride_by_index.get(index, 0)
        values = (values[:, None] + steps[None, :]).ravel()
    return values
