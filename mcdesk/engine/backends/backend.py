"""What a back end is: it runs a program for consecutive trials and hands the slots back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.ir import Program
from mcdesk.foundation.cancellation import CancelToken

SlotValues = NDArray[np.generic]  # (length, trials), dtype of the slot array's type

# Takes the first trial, whole slot arrays by number, and a token to look at between trials; returns the
# slot arrays that it writes.
SlotEvaluator = Callable[[int, Mapping[int, SlotValues], CancelToken], Mapping[int, SlotValues]]


@dataclass(frozen=True, slots=True)
class ChunkRequest:
    """Trials `first` to `first + count` (from 0) of a run, and the slot arrays that are wanted."""

    seed: int
    first: int
    count: int
    wanted: tuple[int, ...]


class Backend(Protocol):
    """Runs one program; the same bits whatever the back end."""

    @property
    def name(self) -> str:
        """`reference`, `cpu` or `cuda`."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about how the trials were run; mostly nothing."""

    @property
    def is_at_full_speed(self) -> bool:
        """Whether trials take no longer now than they will later, when everything is compiled."""

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Wait until such a chunk takes no longer than its trials do; nothing of it is run yet.

        Raises:
            Cancelled: within 50 ms after `cancel` was cancelled.
        """

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials, in memory that holds until the next run.

        Raises:
            Cancelled: within 50 ms after `cancel` was cancelled; nothing of the chunk is kept.
        """

    def close(self) -> None:
        """Give back threads and memory that were kept from run to run."""


class CompilingBackend(Backend, Protocol):
    """A back end that may be prepared before the first trials."""

    def build(self, wanted: Sequence[int]) -> None:
        """Compile for these slot arrays, unless that was done."""

    def is_at_hand(self, wanted: Sequence[int]) -> bool:
        """Whether `build` takes next to no time."""


class BackendFactory(Protocol):
    """Prepares a program for running."""

    def __call__(self, program: Program, evaluators: Sequence[SlotEvaluator]) -> Backend:
        """The back end, ready to run."""
