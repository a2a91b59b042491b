"""What a sampler is: it gives the number in (0, 1) of a draw in a trial."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol, TypeVar

import numpy as np

from mcdesk.engine.ir import Table, Type
from mcdesk.engine.operations import Operations
from mcdesk.engine.random_stream import StreamKey, philox

V = TypeVar("V")

REPLICATES = 16
_LEAST_REPLICATED = 1_600
_WORD = 0xFFFFFFFF


class Sampling(Enum):
    """How uniform numbers are spread over the trials."""

    PLAIN = "mc"
    LATIN_HYPERCUBE = "lhs"
    SOBOL = "sobol"


class Sampler(Protocol):
    """Gives the uniform numbers of one run."""

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """The number in (0, 1), at least 2**-53 from both, of the draw `keys[which]` in a trial (from 0)."""


def replicate_count(sampling: Sampling, trials: int) -> int:
    """How many independent randomisations of a point set a run of so many trials consists of."""
    if sampling is Sampling.PLAIN:
        return 1
    if sampling is Sampling.SOBOL:
        return REPLICATES
    return REPLICATES if trials >= _LEAST_REPLICATED else 1


def chosen(ops: Operations[V], numbers: Sequence[int], index: V) -> V:
    """One of several 64-bit numbers, of which a single one is a constant."""
    if len(numbers) == 1:
        return ops.integer(numbers[0])
    signed = np.array([number % (1 << 64) for number in numbers], dtype=np.uint64).view(np.int64)
    signed.flags.writeable = False
    return ops.read_table(Table(Type.INTEGER, signed), index)


def word(ops: Operations[V], value: V) -> V:
    """The lower 32 bits."""
    return ops.iand(value, ops.integer(_WORD))


def mixed_word(ops: Operations[V], value: V) -> V:
    """A 32-bit word whose every bit depends on every bit of another.

    Source: Wellons 2018, Prospecting for hash functions (`lowbias32`).
    """
    x = ops.ixor(value, ops.ilshr(value, 16))
    x = word(ops, ops.imul(x, ops.integer(0x7FEB352D)))
    x = ops.ixor(x, ops.ilshr(x, 15))
    x = word(ops, ops.imul(x, ops.integer(0x846CA68B)))
    return ops.ixor(x, ops.ilshr(x, 16))


def quotient(ops: Operations[V], value: V, divisor: int) -> V:
    """A whole number below 2**52 divided by another, rounded down."""
    # the correctly rounded quotient of such numbers reaches no whole number that the exact one does not
    ratio = ops.div(ops.to_number(value), ops.number(float(divisor)))
    return ops.to_integer(ops.within(ops.floor(ratio), 0.0, 2.0**52))


def replicate_words(
    ops: Operations[V], seed: V, numbers: Sequence[int], which: V, replicate: V, count: int
) -> tuple[V, V, V, V]:
    """Four random words of a draw in one of `count` replicates, the same in all trials of it.

    `numbers` are the streams by draw, then by replicate.
    """
    index = ops.iadd(ops.imul(which, ops.integer(count)), replicate)
    stream = chosen(ops, numbers, ops.iclamp(index, 0, len(numbers) - 1))
    zero = ops.integer(0)
    return philox(ops, (zero, zero, word(ops, stream), ops.ilshr(stream, 32)), seed)
