"""Runs compiled groups of stages over the trials of one request: pieces, threads, steps in doubt."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cpu_code import CpuCode
from mcdesk.engine.backends.llvm_values import BLOCK_TRIALS
from mcdesk.engine.backends.stage_groups import StageGroup
from mcdesk.engine.ir import DTYPE_BY_TYPE, SlotArray
from mcdesk.foundation.cancellation import CancelToken

# so many steps between two looks at the cancel token
PIECE_STEPS = 64
_FEWEST_STEPS_IN_THREAD = 16
# Where more of the steps have to be run again, they are run as they are from the start.
_MOST_DOUBTED = 0.25
# rows a power of two apart would share the same few places of the cache
_SPARE_ELEMENTS = 8

# Runs each of some works, in threads of its own as far as it has them, until all are done.
Sharing = Callable[[Sequence[Callable[[], None]]], None]


@dataclass(slots=True)
class Built:
    """The code for one choice of wanted arrays.

    `quick` takes numbers for finite and doubts, in element k of its last array for stage k; `careful`
    makes no assumption, is compiled when a trial is first in doubt and has the same arrays but the last.
    A step of both is `lanes` trials.
    """

    quick: CpuCode
    careful: CpuCode
    lanes: int
    doubted_groups: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def compile_careful(self) -> None:
        """Make the careful code unless that was done."""
        with self.lock:
            self.careful.compile()


class Room:
    """Memory of one thread for arrays of which nobody sees more than the piece at hand.

    It is used again for each piece, so that it stays in the cache.
    """

    def __init__(self, slots: Sequence[SlotArray], lanes: int) -> None:
        self._slots = slots
        self._row = PIECE_STEPS * lanes + _SPARE_ELEMENTS
        self._arrays: dict[int, SlotValues] = {}

    def array(self, number: int) -> SlotValues:
        """Such an array, (length, trials of a piece and some more)."""
        if number not in self._arrays:
            slot = self._slots[number]
            self._arrays[number] = np.empty((slot.length, self._row), dtype=DTYPE_BY_TYPE[slot.type])
        return self._arrays[number]


class Places:
    """Where the kept arrays of some code lie for one thread.

    Args:
        whole: the arrays that hold all trials of the request; all others lie in `room`.
    """

    def __init__(self, built: Built, whole: Mapping[int, SlotValues], room: Room) -> None:
        kept = built.quick.kept
        arrays = [whole[each] if each in whole else room.array(each) for each in kept]
        self._starts = np.array([each.ctypes.data for each in arrays], dtype=np.int64)
        self._step_bytes = np.array([each.itemsize * built.lanes for each in arrays], dtype=np.int64)
        self._passing_bytes = self._step_bytes * [each not in whole for each in kept]
        self._rows = np.array([each.shape[1] for each in arrays], dtype=np.int64)
        self.rows_address = int(self._rows.ctypes.data)
        self.doubts = arrays[-1]

    def addresses(self, step: int, piece: range) -> NDArray[np.int64]:
        """Of the elements of a step, (arrays,) in the order in which the code keeps them."""
        found: NDArray[np.int64] = self._starts + self._step_bytes * step - self._passing_bytes * piece.start
        return found


class GroupExecution:
    """One group of stages over the trials of one request.

    Args:
        places: where the arrays lie, for each thread.
    """

    def __init__(
        self, built: Built, number: int, group: StageGroup, request: ChunkRequest, places: Sequence[Places]
    ) -> None:
        self._built = built
        self._number = number
        self._first = request.first - request.first % BLOCK_TRIALS
        self._seed = request.seed - (1 << 64) if request.seed >= 1 << 63 else request.seed
        self._places = places
        self._stages = slice(group.places[0], group.places[-1] + 1)
        self._lanes = built.lanes

    def run(self, parts: Sequence[range], share: Sharing, token: CancelToken) -> None:
        """All steps, in parts that run side by side."""

        def work(part: range, places: Places) -> Callable[[], None]:
            return lambda: self._work(part, places, token)

        share([work(*each) for each in zip(parts, self._places, strict=True)])

    def _work(self, part: range, places: Places, token: CancelToken) -> None:
        for first in range(part.start, part.stop, PIECE_STEPS):
            token.raise_if_cancelled()
            piece = range(first, min(first + PIECE_STEPS, part.stop))
            if self._number in self._built.doubted_groups:
                self._call(self._built.careful, piece, piece, places)
                continue
            self._call(self._built.quick, piece, piece, places)
            self._settle(piece, places)

    def _settle(self, piece: range, places: Places) -> None:
        """Run the steps that are in doubt once more."""
        doubts = places.doubts[self._stages, : len(piece) * self._lanes]
        if not doubts.any():
            return
        self._built.compile_careful()
        is_doubted = doubts.reshape(len(doubts), len(piece), self._lanes).any(axis=(0, 2))
        steps = np.flatnonzero(is_doubted) + piece.start
        for _, run in groupby(enumerate(steps.tolist()), lambda pair: pair[1] - pair[0]):
            inside = [step for _, step in run]
            self._call(self._built.careful, range(inside[0], inside[-1] + 1), piece, places)
        if len(piece) == PIECE_STEPS and len(steps) > _MOST_DOUBTED * PIECE_STEPS:
            self._built.doubted_groups.add(self._number)

    def _call(self, code: CpuCode, steps: range, piece: range, places: Places) -> None:
        addresses = places.addresses(steps.start, piece)
        trials = self._first + steps.start * self._lanes, len(steps), self._seed
        code.call(self._number, trials, int(addresses.ctypes.data), places.rows_address)


def parts_of(steps: int, threads: int) -> list[range]:
    """The steps in as many parts as there are threads, or fewer where a part would be short."""
    count = max(min(threads, steps // _FEWEST_STEPS_IN_THREAD), 1)
    ends = [steps * part // count for part in range(count + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
