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
from mcdesk.engine.ir import DTYPE_BY_TYPE, Program, SlotArray, step_count
from mcdesk.engine.stage_groups import StageGroup
from mcdesk.foundation.cancellation import CancelToken

# Of a piece, after which Python looks at the cancel token and at doubts. That takes as long as a few steps of
# a short model, and longer where threads wait for each other; long models run some 20 ms without a look, the
# longest ones in fewer steps.
_FEWEST_STEPS, _MOST_STEPS = 64, 512
_INSTRUCTIONS_IN_PIECE, _MOST_INSTRUCTIONS_IN_PIECE = 16_000_000, 64_000_000
_FEWEST_STEPS_IN_THREAD = 16
# Where more of the steps have to be run again, other code runs from then on: to run all of them by the last
# code, or by one that only has other doubts, costs about as much.
_MOST_DOUBTED_BEFORE_LAST = 0.25
_MOST_DOUBTED = 0.04
# rows a power of two apart would share the same few places of the cache
_SPARE_ELEMENTS = 8

# Runs each of some works, in threads of its own as far as it has them, until all are done.
Sharing = Callable[[Sequence[Callable[[], None]]], None]


@dataclass(slots=True)
class Built:
    """The code for one choice of wanted arrays.

    `codes` compute the same. The last one makes no assumption; those before it doubt trials that it has to
    run again, the later the fewer, and say so in element k of their last array, which it lacks, for stage k.
    The first one is compiled, the others are when they are first needed. A step of each is `lanes` trials,
    and a piece at most `piece_steps` steps.
    """

    codes: tuple[CpuCode, ...]
    lanes: int
    piece_steps: int
    place_by_group: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def code_at(self, place: int) -> CpuCode:
        """One of the codes, compiled."""
        with self.lock:
            self.codes[place].compile()
        return self.codes[place]

    def most_doubted(self, place: int) -> float:
        """The share of steps in doubt beyond which the next code is the better one."""
        return _MOST_DOUBTED_BEFORE_LAST if place == len(self.codes) - 2 else _MOST_DOUBTED


class Room:
    """Memory of one thread for arrays of which nobody sees more than the piece at hand.

    It is used again for each piece, so that it stays in the cache.
    """

    def __init__(self, slots: Sequence[SlotArray], piece_trials: int) -> None:
        self._slots = slots
        self._row = piece_trials + _SPARE_ELEMENTS
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
        kept = built.codes[0].kept
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
        for first in range(part.start, part.stop, self._built.piece_steps):
            token.raise_if_cancelled()
            piece = range(first, min(first + self._built.piece_steps, part.stop))
            used = self._built.place_by_group.get(self._number, 0)
            self._call(self._built.code_at(used), piece, piece, places)
            if used < len(self._built.codes) - 1:
                self._settle(used, piece, places)

    def _settle(self, used: int, piece: range, places: Places) -> None:
        """Run the steps that are in doubt once more."""
        doubts = places.doubts[self._stages, : len(piece) * self._lanes]
        if not doubts.any():
            return
        careful = self._built.code_at(-1)
        is_doubted = doubts.reshape(len(doubts), len(piece), self._lanes).any(axis=(0, 2))
        steps = np.flatnonzero(is_doubted) + piece.start
        for _, run in groupby(enumerate(steps.tolist()), lambda pair: pair[1] - pair[0]):
            inside = [step for _, step in run]
            self._call(careful, range(inside[0], inside[-1] + 1), piece, places)
        is_telling = len(piece) >= min(_FEWEST_STEPS, self._built.piece_steps)
        if is_telling and len(steps) > self._built.most_doubted(used) * len(piece):
            # another thread may be further already
            reached = self._built.place_by_group.get(self._number, 0)
            self._built.place_by_group[self._number] = max(used + 1, reached)

    def _call(self, code: CpuCode, steps: range, piece: range, places: Places) -> None:
        addresses = places.addresses(steps.start, piece)
        trials = self._first + steps.start * self._lanes, len(steps), self._seed
        code.call(self._number, trials, int(addresses.ctypes.data), places.rows_address)


def piece_steps(program: Program) -> int:
    """The most steps of a piece: fewer of a program that takes long."""
    count = max(step_count(program), 1)
    fewest = min(_FEWEST_STEPS, max(_MOST_INSTRUCTIONS_IN_PIECE // count, 1))
    return min(max(_INSTRUCTIONS_IN_PIECE // count, fewest), _MOST_STEPS)


def parts_of(steps: int, threads: int) -> list[range]:
    """The steps in as many parts as there are threads, or fewer where a part would be short."""
    count = max(min(threads, steps // _FEWEST_STEPS_IN_THREAD), 1)
    ends = [steps * part // count for part in range(count + 1)]
    return [range(start, end) for start, end in pairwise(ends)]
