"""Independent uniform numbers."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import StreamKey, StreamNumbers, uniform
from mcdesk.engine.sampling.sampler import chosen

V = TypeVar("V")


class Plain:
    """Each draw has a stream of its own."""

    def __init__(self) -> None:
        self._streams = StreamNumbers()

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """See `Sampler`."""
        return uniform(ops, seed, trial, chosen(ops, [self._streams[key] for key in keys], which))
