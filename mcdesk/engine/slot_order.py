"""Proves that every slot element is written exactly once, and before each read of it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Statement
from mcdesk.engine.slot_access import Access, accesses_of, moments_of

_NEVER = np.iinfo(np.int64).max
_MOST_MOMENTS = 1 << 61


class SlotFault(Exception):
    """An element that is written twice, never, or after it is read."""


class SlotOrder:
    """Moments at which the elements of each slot array are written; stages are added in order."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._written = [np.full(length, _NEVER, dtype=np.int64) for length in lengths]
        self._missing = list(lengths)
        self._latest = [-1] * len(lengths)
        self._now = 0

    def whole(self, reads: Sequence[int], writes: Sequence[int]) -> None:
        """A stage that reads and then writes whole arrays."""
        for array in reads:
            if self._missing[array]:
                raise SlotFault(f"{self._first_missing(array)} is read before it is written")
        for array in writes:
            places = np.arange(len(self._written[array]))
            self._set(array, places, np.full(len(places), self._now))
        self._now += 1

    def body(self, body: Sequence[Statement], shifts: Mapping[int, tuple[int, int]]) -> None:
        """A compiled stage; `shifts` has the bounds of READ_SLOT_AT's operand by value number."""
        end = self._now + moments_of(body)
        if end > _MOST_MOMENTS:
            raise SlotFault("the stage uses more slots than can be counted")
        reads: list[Access] = []
        for access in accesses_of(body, self._now, shifts):
            if access.is_write:
                self._write(access)
            else:
                reads.append(access)
        for access in reads:
            self._require(access)
        self._now = end

    def complete(self) -> None:
        """The end: whatever is asked of the slots must have been written."""
        for array, missing in enumerate(self._missing):
            if missing:
                raise SlotFault(f"{self._first_missing(array)} is never written")

    def _write(self, access: Access) -> None:
        array = access.array
        if not access.rounds:
            if self._written[array][access.place] != _NEVER:
                raise SlotFault(f"{_element(array, access.place)} is written twice")
            self._written[array][access.place] = access.moment
            self._missing[array] -= 1
            self._latest[array] = max(self._latest[array], access.moment)
            return
        if access.size > len(self._written[array]):
            raise SlotFault(f"an element of slot array {array} is written twice")
        self._set(array, *access.touched())

    def _set(self, array: int, places: NDArray[np.int64], moments: NDArray[np.int64]) -> None:
        written = self._written[array]
        again = np.flatnonzero(written[places] != _NEVER)
        if not again.size:
            # rounds have moments of their own: of two at one place, only one is found again
            written[places] = moments
            again = np.flatnonzero(written[places] != moments)
        if again.size:
            raise SlotFault(f"{_element(array, int(places[again[0]]))} is written twice")
        self._missing[array] -= len(places)
        self._latest[array] = max(self._latest[array], int(moments.max(initial=-1)))

    def _require(self, access: Access) -> None:
        array = access.array
        if not self._missing[array] and self._latest[array] < access.moment:
            return  # most reads: the array was finished before the first round
        written = self._written[array]
        if not access.rounds:
            place = access.place if written[access.place] >= access.moment else None
        else:
            places, moments = access.first_touched()
            late = places[written[places] >= moments]
            place = int(late[0]) if late.size else None
        if place is not None:
            raise SlotFault(f"{_element(array, place)} is read before it is written")

    def _first_missing(self, array: int) -> str:
        return _element(array, int(np.argmax(self._written[array] == _NEVER)))


def _element(array: int, place: int) -> str:
    return f"element {place} of slot array {array}"
